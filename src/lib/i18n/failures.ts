import { EngineFailure } from '../engine-failure';
import { formatNumber } from './format';
import { m } from './paraglide/messages';

/** What went wrong in words a person uses, and what they can do. Takes anything that was thrown. */
export function describeFailure(thrown: unknown): string {
	if (!(thrown instanceof EngineFailure)) return m.failure_internal();
	const { code, detail } = thrown;
	switch (code) {
		case 'offline':
			return m.failure_offline();
		case 'gateway-unreachable':
			return m.failure_gateway_unreachable();
		case 'swarm-unreachable':
			return m.failure_swarm_unreachable();
		case 'clock-skew':
			return m.failure_clock_skew();
		case 'too-large':
			return detail.limit === undefined
				? m.failure_too_large()
				: m.failure_too_large_limit({ limit: formatNumber(detail.limit) });
		case 'empty':
			return m.failure_empty();
		case 'invalid-name':
			return m.failure_invalid_name();
		case 'invalid-account-id':
			return m.failure_invalid_account_id();
		case 'unknown-name':
			return m.failure_unknown_name();
		case 'name-lookup-failed':
			return m.failure_name_lookup();
		case 'invalid-recovery':
			return m.failure_invalid_recovery();
		case 'no-account':
			return m.failure_no_account();
		case 'not-found':
			return m.failure_not_found();
		case 'storage-failed':
			return m.failure_storage();
		case 'quota-exceeded':
			return m.failure_quota();
		case 'network-changed':
			return m.failure_network_changed();
		case 'invalid-gateway':
			return m.failure_invalid_gateway();
		case 'server-unreachable':
			return m.failure_server_unreachable();
		case 'server-refused':
			return detail.reason === 'full' ? m.failure_server_full() : m.failure_server_refused();
		case 'no-file-server':
			return m.failure_no_file_server();
		case 'invalid-file-server':
			return m.failure_invalid_file_server();
		case 'file-expired':
			return m.failure_file_expired();
		case 'file-damaged':
			return m.failure_file_damaged();
		case 'invalid-picture':
			return m.failure_invalid_picture();
		case 'internal':
			return m.failure_internal();
	}
}

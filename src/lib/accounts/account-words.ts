import type { AccountSummary } from '../../engine/api';
import { m } from '../i18n/paraglide/messages';

/** How an account is called in a list of them. */
export function accountName({ displayName }: Pick<AccountSummary, 'displayName'>): string {
	return displayName === '' ? m.accounts_unnamed() : displayName;
}

/** Why it cannot be used now, in a few words; null when it can. */
export function accountProblem({ standing }: Pick<AccountSummary, 'standing'>): string | null {
	switch (standing.kind) {
		case 'ready':
			return null;
		case 'opening':
			return m.accounts_opening();
		case 'network-changed':
			return m.accounts_other_network();
		case 'evicted':
			return m.accounts_evicted();
		case 'unusable':
			return standing.reason === 'newer-version' ? m.accounts_newer() : m.accounts_damaged();
	}
}

/** The beginning and the end of an Account ID, to tell accounts of one name apart. */
export function briefAccountId(accountId: string): string {
	const groups = accountId.match(/.{1,4}/gu) ?? [];
	return [...groups.slice(0, 2), '…', ...groups.slice(-3, -1)].join(' ');
}

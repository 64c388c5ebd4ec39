import type { EngineErrorCode, MessageState, MessageView } from '../../engine/api';
import { m } from '../i18n/paraglide/messages';
import { clockTime } from '../chats/when';
import type { IconName } from '../ui/icons';

/** State of a message as it is told: an icon and its words, never one alone. */
export interface StateWords {
	readonly icon: IconName | null;
	readonly words: string;
	readonly tone: 'quiet' | 'read' | 'danger';
}

/** Nearer than this, the next try is "in a moment". */
const soonMs = 60_000;

export function stateWords(state: MessageState, now: number): StateWords {
	switch (state.kind) {
		case 'queued':
			return { icon: 'clock', words: queuedWords(state, now), tone: 'quiet' };
		case 'sending':
			return { icon: 'clock', words: m.state_sending(), tone: 'quiet' };
		case 'sent':
			return { icon: 'check', words: m.state_sent(), tone: 'quiet' };
		case 'read':
			return { icon: 'check-double', words: m.state_read(), tone: 'read' };
		case 'failed':
			return { icon: 'alert', words: failedWords(state.reason), tone: 'danger' };
		case 'received':
			return { icon: null, words: m.state_received(), tone: 'quiet' };
	}
}

function queuedWords(state: Extract<MessageState, { kind: 'queued' }>, now: number): string {
	if (state.reason === 'offline') return m.state_goes_online();
	if (state.reason === 'clock-skew') return m.state_goes_clock();
	if (state.nextTryAt === null) return m.state_sending();
	if (state.reason === 'new') return m.state_waiting();
	const soon = state.nextTryAt - now < soonMs;
	const time = clockTime(state.nextTryAt);
	if (state.reason === 'gateway-unreachable') return soon ? m.state_goes_soon() : m.state_goes_at({ time });
	return soon ? m.state_goes_swarm_soon() : m.state_goes_swarm_at({ time });
}

function failedWords(reason: EngineErrorCode): string {
	switch (reason) {
		case 'too-large':
			return m.state_failed_too_large();
		case 'offline':
			return m.state_failed_offline();
		case 'gateway-unreachable':
			return m.state_failed_gateway();
		case 'swarm-unreachable':
			return m.state_failed_swarm();
		case 'clock-skew':
			return m.state_failed_clock();
		case 'storage-failed':
		case 'quota-exceeded':
			return m.state_failed_storage();
		default:
			return m.state_failed_other();
	}
}

/** A message that has not left this device can be tried again. */
export function canRetry(message: MessageView): boolean {
	return message.mine && (message.state.kind === 'failed' || message.state.kind === 'queued');
}

/** Text that can be copied, or null. */
export function copyableText(message: MessageView): string | null {
	return message.content.kind === 'text' ? message.content.body : null;
}

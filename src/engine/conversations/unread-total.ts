import type { AccountId } from '../../protocol/types';
import type { ConversationRecord } from '../storage/types';
import { isHeeded } from './mute';
import { standingOf } from './standing';

export interface UnreadTotal {
	readonly count: number;
	/** Network ms when a mute ends and the count grows by itself; null when none does. */
	readonly until: number | null;
}

/**
 * What an account's badge counts: behaviours.md §13. Requests, and muted, hidden and archived conversations do not call;
 * one that was marked unread by hand counts as one. `now`: network ms.
 */
export function unreadTotal(
	records: Iterable<ConversationRecord>,
	self: AccountId,
	now: number
): UnreadTotal {
	let count = 0;
	let until: number | null = null;
	for (const record of records) {
		const waiting = Math.max(record.unread, record.markedUnread ? 1 : 0);
		if (waiting === 0 || standingOf(record, self) === 'incoming-request') continue;
		const muteEnds = record.muteUntil * 1000;
		if (isHeeded(record, now)) count += waiting;
		else if (isHeeded(record, muteEnds)) until = Math.min(until ?? Infinity, muteEnds);
	}
	return { count, until };
}

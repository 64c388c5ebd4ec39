import type { AccountId } from '../../protocol/types';
import type { ConversationRecord } from '../storage/types';
import { isListed, standingOf } from './standing';

/**
 * What an account's badge counts: behaviours.md §13. Requests, muted and hidden conversations do not call; one that was
 * marked unread by hand counts as one. `now`: network ms.
 */
export function unreadTotal(records: Iterable<ConversationRecord>, self: AccountId, now: number): number {
	let total = 0;
	for (const record of records) {
		if (!isListed(record) || standingOf(record, self) === 'incoming-request' || isMuted(record, now))
			continue;
		total += Math.max(record.unread, record.markedUnread ? 1 : 0);
	}
	return total;
}

function isMuted({ notify, muteUntil }: ConversationRecord, now: number): boolean {
	return notify === 'none' || muteUntil * 1000 > now;
}

import type { AccountId } from '../../protocol/types';
import type { ConversationStanding } from '../api';
import type { ConversationRecord } from '../storage/types';
import { isHidden } from './records';

type Flags = Pick<ConversationRecord, 'accountId' | 'approved' | 'approvedMe' | 'blocked'>;

/** behaviours.md §1, classification. A person neither side has written to yet counts as one I may write to. */
export function standingOf(record: Flags, self: AccountId): ConversationStanding {
	if (record.accountId === self) return 'note';
	if (record.blocked) return 'blocked';
	if (record.approved) return record.approvedMe ? 'contact' : 'outgoing-request';
	return record.approvedMe ? 'incoming-request' : 'outgoing-request';
}

/** Whether it stands in the list of conversations or, for incoming requests, in the list of requests. */
export function isListed(record: ConversationRecord): boolean {
	if (record.blocked) return false;
	// A hidden one shows for a draft only where nothing else was ever said.
	return !isHidden(record) || (record.draft !== '' && record.newest === null);
}

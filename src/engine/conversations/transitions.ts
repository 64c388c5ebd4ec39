/**
 * What happens to a conversation, as functions from record to record. Of behaviours.md §1: flags only ever rise with
 * what was said, so the order in which messages arrive does not matter; only the person's own acts lower them.
 */
import type { ConversationRecord, NotifyChoice } from '../storage/types';
import { HIDDEN, shown } from './records';

/** Whatever I say to someone approves them: the first message to a stranger is the request. */
export function iApproved(record: ConversationRecord): ConversationRecord {
	return { ...record, approved: true };
}

/** Whatever they say, an answer to a request too, approves me. */
export function theyApproved(record: ConversationRecord): ConversationRecord {
	return { ...record, approvedMe: true };
}

/** Written here, so the conversation is open before me: it is in the list, and read. */
export function afterIWrote(record: ConversationRecord): ConversationRecord {
	return { ...shown(iApproved(record)), archived: false, markedUnread: false };
}

/** Something new was said: what was hidden is in the list again. What was archived stays so until I write there. */
export function broughtBack(record: ConversationRecord, byMe: boolean): ConversationRecord {
	return { ...shown(record), archived: record.archived && !byMe };
}

/** They wrote first and were not answered: whatever accepts them has to tell them so. */
export function owesAcceptance(record: ConversationRecord): boolean {
	return record.approvedMe && !record.approved && !record.blocked;
}

export function blocked(record: ConversationRecord): ConversationRecord {
	return { ...record, blocked: true, unread: 0 };
}

/** What is unread has to be counted again. */
export function unblocked(record: ConversationRecord): ConversationRecord {
	return { ...record, blocked: false };
}

/** Priorities travel as 32-bit numbers between clients. */
const HIGHEST_PRIORITY = 2 ** 31 - 1;

/** Above everything that is pinned. `highest`: the highest priority of all. */
export function pinned(record: ConversationRecord, highest: number): ConversationRecord {
	if (record.priority > 0) return record;
	return { ...record, priority: Math.min(Math.max(0, highest) + 1, HIGHEST_PRIORITY), archived: false };
}

export function unpinned(record: ConversationRecord): ConversationRecord {
	return record.priority > 0 ? { ...record, priority: 0 } : record;
}

/** Out of the list until something new is said. A draft alone would hold it there, so that goes too. */
export function hidden(record: ConversationRecord): ConversationRecord {
	return { ...record, priority: HIDDEN, draft: record.newest === null ? '' : record.draft };
}

export function archived(record: ConversationRecord, away: boolean): ConversationRecord {
	return record.archived === away ? record : { ...record, archived: away };
}

/** A choice also ends a rest that was to last for some time. */
export function notifying(record: ConversationRecord, notify: NotifyChoice): ConversationRecord {
	return { ...record, notify, muteUntil: 0 };
}

/** `until`: network seconds. */
export function muted(record: ConversationRecord, until: number): ConversationRecord {
	return { ...record, muteUntil: until };
}

export function markedUnread(record: ConversationRecord): ConversationRecord {
	return record.markedUnread ? record : { ...record, markedUnread: true };
}

export function unmarked(record: ConversationRecord): ConversationRecord {
	return record.markedUnread ? { ...record, markedUnread: false } : record;
}

export function nicknamed(record: ConversationRecord, nickname: string): ConversationRecord {
	return record.nickname === nickname ? record : { ...record, nickname };
}

/** Without its messages, where it was. */
export function cleared(record: ConversationRecord): ConversationRecord {
	return { ...record, unread: 0, markedUnread: false, newest: null };
}

/** The same person without any history: the next word from a contact is not a request again. */
export function emptied(record: ConversationRecord): ConversationRecord {
	return { ...cleared(record), priority: HIDDEN, archived: false, draft: '' };
}

/**
 * The message-request rules of behaviours.md §1 as functions from record to record. Flags only ever rise with
 * what was said, so the order in which messages arrive does not matter; only the person's own acts lower them.
 */
import type { ConversationRecord } from '../storage/types';
import { HIDDEN, shown } from './records';

/** Writing to someone approves them: the first message to a stranger is the request. */
export function afterIWrote(record: ConversationRecord): ConversationRecord {
	return { ...shown(record), approved: true };
}

export function afterTheyWrote(record: ConversationRecord): ConversationRecord {
	return { ...shown(record), approvedMe: true };
}

/** An answer to a request says nothing visible: it opens no conversation that was not there. */
export function afterTheyAccepted(record: ConversationRecord): ConversationRecord {
	return { ...record, approvedMe: true };
}

/** They wrote first and were not answered: whatever accepts them has to tell them so. */
export function owesAcceptance(record: ConversationRecord): boolean {
	return record.approvedMe && !record.approved && !record.blocked;
}

export function blocked(record: ConversationRecord): ConversationRecord {
	return { ...record, blocked: true, unread: 0 };
}

export function unblocked(record: ConversationRecord): ConversationRecord {
	return { ...record, blocked: false };
}

/** The same person without any history: the next word from a contact is not a request again. */
export function emptied(record: ConversationRecord): ConversationRecord {
	return { ...record, priority: HIDDEN, unread: 0, markedUnread: false, draft: '', newest: null };
}

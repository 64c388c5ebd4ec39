import type { AccountTransaction, ConversationRecord, PlacedMessage } from '../storage/types';
import { isUnread } from './records';

const STEP = 100;

/** The unread messages, newest first: everything of theirs after `lastReadAt`. */
async function* unreadOf(
	tx: AccountTransaction,
	record: Pick<ConversationRecord, 'key' | 'lastReadAt'>
): AsyncGenerator<PlacedMessage> {
	let order: string | null = null;
	for (;;) {
		const rows = await tx.messages.before(record.key, order, STEP);
		for (const row of rows) {
			if ('damaged' in row) continue;
			if (row.sentAt <= record.lastReadAt) return;
			if (isUnread(row, record.lastReadAt)) yield row;
		}
		const last = rows.at(-1);
		if (last === undefined || rows.length < STEP) return;
		order = last.order;
	}
}

export async function countUnread(
	tx: AccountTransaction,
	record: Pick<ConversationRecord, 'key' | 'lastReadAt'>
): Promise<number> {
	let count = 0;
	for await (const _message of unreadOf(tx, record)) count += 1;
	return count;
}

/** When the unread messages were sent, oldest first. */
export async function unreadTimes(
	tx: AccountTransaction,
	record: Pick<ConversationRecord, 'key' | 'lastReadAt'>
): Promise<readonly number[]> {
	const times: number[] = [];
	for await (const { sentAt } of unreadOf(tx, record)) times.push(sentAt);
	return times.reverse();
}

/** The oldest unread message, or null when everything is read. */
export async function findFirstUnread(
	tx: AccountTransaction,
	record: Pick<ConversationRecord, 'key' | 'lastReadAt' | 'unread'>
): Promise<PlacedMessage | null> {
	let first: PlacedMessage | null = null;
	if (record.unread === 0) return null;
	for await (const message of unreadOf(tx, record)) first = message;
	return first;
}

import type { ConversationKey, MessageKey } from '../api';
import { unmarked } from '../conversations/transitions';
import { EngineError } from '../errors';
import type { AccountDatabase, AccountTransaction, ConversationRecord } from '../storage/types';
import { readUpTo } from './receipts';
import type { ReadingContext } from './receipts';

type Context = ReadingContext & { readonly db: AccountDatabase };

/** Everything up to this message was on screen. */
export function markRead(context: Context, key: ConversationKey, upTo: MessageKey): Promise<void> {
	return context.db.write(async (tx) => {
		const record = await known(tx, key);
		const message = await tx.messages.get(upTo);
		if (message === null || message.conversation !== key) return;
		await read(tx, context, record, message.sentAt);
	});
}

/** Everything in it, whatever was on screen. */
export function markAllRead(context: Context, key: ConversationKey): Promise<void> {
	return context.db.write(async (tx) => {
		const record = await known(tx, key);
		await read(tx, context, record, record.newest?.sentAt ?? 0);
	});
}

async function known(tx: AccountTransaction, key: ConversationKey): Promise<ConversationRecord> {
	const record = await tx.conversations.get(key);
	if (record === null) throw new EngineError('not-found');
	return record;
}

async function read(
	tx: AccountTransaction,
	context: ReadingContext,
	record: ConversationRecord,
	upTo: number
): Promise<void> {
	const after = unmarked(await readUpTo(tx, context, record, upTo));
	if (after !== record) await tx.conversations.put(after);
}

import type { ConversationKey, MessageKey } from '../api';
import { EngineError } from '../errors';
import type { AccountDatabase } from '../storage/types';
import { readUpTo } from './receipts';
import type { ReadingContext } from './receipts';

/** Everything up to this message was on screen. */
export function markRead(
	context: ReadingContext & { readonly db: AccountDatabase },
	key: ConversationKey,
	upTo: MessageKey
): Promise<void> {
	return context.db.write(async (tx) => {
		const record = await tx.conversations.get(key);
		if (record === null) throw new EngineError('not-found');
		const message = await tx.messages.get(upTo);
		if (message === null || message.conversation !== key || message.sentAt <= record.lastReadAt) return;
		await tx.conversations.put(await readUpTo(tx, context, record, message.sentAt));
	});
}

import type { AccountId, RandomBytes } from '../../protocol/types';
import type { AccountTransaction, ConversationRecord } from '../storage/types';
import { newConversationKey } from '../storage/local-keys';
import { newConversation, withNewest } from './records';

const LOOKED_AT = 200;

/**
 * The conversation with `account`, a new one if there is none (not written yet). One whose row was damaged is put
 * together again from its messages: who wrote, what came last; everything in it counts as read.
 */
export async function findOrMake(
	tx: AccountTransaction,
	account: AccountId,
	context: { readonly random: RandomBytes; readonly now: number }
): Promise<ConversationRecord> {
	const known = await tx.conversations.byAccount(account);
	if (known !== null) return known;
	const damaged = await tx.conversations.damagedKey(account);
	if (damaged === null) return newConversation(newConversationKey(context.random), account, context.now);
	let record = newConversation(damaged, account, context.now);
	for (const row of await tx.messages.before(damaged, null, LOOKED_AT)) {
		if ('damaged' in row) continue;
		record = {
			...withNewest(record, row),
			priority: 0,
			approved: record.approved || row.mine,
			approvedMe: record.approvedMe || !row.mine,
			lastReadAt: Math.max(record.lastReadAt, row.sentAt)
		};
	}
	return record;
}

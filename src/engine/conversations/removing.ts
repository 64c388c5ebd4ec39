/** What a person takes away; each act is one transaction. */
import type { ConversationKey } from '../api';
import { EngineError } from '../errors';
import type { AccountTransaction, ConversationRecord } from '../storage/types';
import { takeTimestamp } from '../sync/timestamps';
import { knownConversation, type ConversationContext } from './conversations';
import { noteRemoval } from './removals';
import { standingOf } from './standing';
import { cleared, emptied } from './transitions';

/** The record goes with its messages and whatever of them had not left; nothing of it comes back from the swarm. */
async function removeForGood(
	tx: AccountTransaction,
	{ network }: ConversationContext,
	record: ConversationRecord
): Promise<void> {
	await tx.conversations.remove(record.key);
	// A time of its own, after everything I have written so far.
	await noteRemoval(tx, record.accountId, await takeTimestamp(tx, network.clock));
}

/** Removes the messages from this browser; the conversation stays where it is. */
export function clearMessages(context: ConversationContext, key: ConversationKey): Promise<void> {
	return context.db.write(async (tx) => {
		const record = await knownConversation(tx, key);
		await removeForGood(tx, context, record);
		await tx.conversations.put(cleared(record));
	});
}

/** Of someone with a standing, the standing is kept: a contact who writes again is no stranger. */
export function deleteConversation(context: ConversationContext, key: ConversationKey): Promise<void> {
	return context.db.write(async (tx) => {
		const record = await knownConversation(tx, key);
		await removeForGood(tx, context, record);
		const isKept = record.accountId === context.self || record.approved || record.blocked;
		if (isKept) await tx.conversations.put(emptied(record));
	});
}

/**
 * The person goes with the conversation, approvals and nickname: what they write next is a request again. Fails with
 * `not-found` and the reason `note` for note to self, `blocked` for someone who would thereby be let in again.
 */
export function deleteContact(context: ConversationContext, key: ConversationKey): Promise<void> {
	return context.db.write(async (tx) => {
		const record = await knownConversation(tx, key);
		const standing = standingOf(record, context.self);
		if (standing === 'note' || standing === 'blocked')
			throw new EngineError('not-found', { reason: standing });
		await removeForGood(tx, context, record);
	});
}

/** Those that are no requests any more, or gone, are left as they are. */
export function declineRequests(
	{ db, self }: ConversationContext,
	keys: readonly ConversationKey[]
): Promise<void> {
	return db.write(async (tx) => {
		for (const key of keys) {
			const record = await tx.conversations.get(key);
			if (record === null || standingOf(record, self) !== 'incoming-request') continue;
			await tx.conversations.remove(key);
		}
	});
}

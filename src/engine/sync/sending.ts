/**
 * Writing a message: one transaction puts it into the conversation together with the jobs that carry its sealed
 * bytes. From then on it is safe, whatever happens to the tab.
 */
import type { AccountId, NetworkTime } from '../../protocol/types';
import type { ConversationKey, MessageKey } from '../api';
import { outgoingBody } from '../conversations/body';
import { profileOf } from '../conversations/own-profile';
import type { OwnProfile } from '../conversations/own-profile';
import { withNewest } from '../conversations/records';
import { afterIWrote, owesAcceptance } from '../conversations/transitions';
import { EngineError } from '../errors';
import type { NetworkClock } from '../network/types';
import { newMessageKey } from '../storage/local-keys';
import type { AccountDatabase, AccountTransaction, ConversationRecord } from '../storage/types';
import { NEW_JOB } from './new-job';
import { sealAcceptance, sealSyncCopy, sealText } from './outgoing';
import type { Sender } from './outgoing';
import { readUpTo } from './receipts';
import { takeTimestamp } from './timestamps';

/** An acceptance is dated so much before the reply that goes with it, so that it sorts first (behaviours.md §1). */
const ACCEPTANCE_LEAD_MS = 100;

export interface SendingContext {
	readonly db: AccountDatabase;
	readonly clock: Pick<NetworkClock, 'now'>;
	readonly sender: Sender;
}

/** Fails with `empty`, `too-large`, `not-found`. */
export async function sendText(
	context: SendingContext,
	conversation: ConversationKey,
	text: string
): Promise<MessageKey> {
	const body = outgoingBody(text);
	return context.db.write(async (tx) => writeText(tx, context, await writable(tx, conversation), body));
}

/** The conversation, if I may write in it. */
async function writable(tx: AccountTransaction, key: ConversationKey): Promise<ConversationRecord> {
	const record = await tx.conversations.get(key);
	if (record === null) throw new EngineError('not-found');
	if (record.blocked) throw new EngineError('not-found', { reason: 'blocked' });
	return record;
}

export async function writeText(
	tx: AccountTransaction,
	context: SendingContext,
	record: ConversationRecord,
	body: string
): Promise<MessageKey> {
	const { sender } = context;
	const self = sender.identity.accountId;
	const profile = await profileOf(tx);
	const owes = record.accountId !== self && owesAcceptance(record);
	const first = await freeTimestamp(tx, context, record, owes ? ACCEPTANCE_LEAD_MS : 0);
	const sentAt = (owes ? first + ACCEPTANCE_LEAD_MS : first) as NetworkTime;
	if (owes) await writeAcceptance(tx, sender, profile, record, first);

	const message = await tx.messages.insert({
		key: newMessageKey(sender.random),
		conversation: record.key,
		author: self,
		mine: true,
		sentAt,
		receivedAt: sentAt,
		content: { kind: 'text', body },
		state: { kind: 'queued', reason: 'new', nextTryAt: null },
		hash: null,
		raw: null
	});
	const job = { message: message.key, conversation: record.key, timestamp: sentAt, ...NEW_JOB };
	if (record.accountId !== self) {
		const data = sealText(sender, profile, record.accountId, body, sentAt);
		await tx.outbox.add({ ...job, destination: record.accountId, stage: 'to-recipient', data });
	}
	const copy = sealSyncCopy(sender, record.accountId, body, sentAt);
	await tx.outbox.add({ ...job, destination: self, stage: 'to-self', data: copy });
	// Whoever answers has read what came before.
	const read = await readUpTo(tx, context, record, sentAt);
	await tx.conversations.put(withNewest({ ...afterIWrote(read), draft: '' }, message));
	return message.key;
}

/** Neither it nor what follows after `room` ms is taken: another device of mine may have written in the same millisecond. */
async function freeTimestamp(
	tx: AccountTransaction,
	context: SendingContext,
	{ key }: ConversationRecord,
	room = 0
): Promise<NetworkTime> {
	for (;;) {
		const time = await takeTimestamp(tx, context.clock, room);
		const there = await tx.messages.byIdentity(key, selfOf(context), time);
		const after = room === 0 ? null : await tx.messages.byIdentity(key, selfOf(context), time + room);
		if (there === null && after === null) return time;
	}
}

/** Tells someone who wrote first that I accept, and notes it in the conversation. Does not change the record. */
async function writeAcceptance(
	tx: AccountTransaction,
	sender: Sender,
	profile: OwnProfile,
	record: ConversationRecord,
	timestamp: NetworkTime
): Promise<void> {
	await tx.outbox.add({
		...NEW_JOB,
		message: null,
		conversation: record.key,
		timestamp,
		destination: record.accountId,
		stage: 'to-recipient',
		data: sealAcceptance(sender, profile, record.accountId, timestamp)
	});
	await tx.messages.insert({
		key: newMessageKey(sender.random),
		conversation: record.key,
		author: sender.identity.accountId,
		mine: true,
		sentAt: timestamp,
		receivedAt: timestamp,
		content: { kind: 'request-accepted', byMe: true },
		state: { kind: 'sent' },
		hash: null,
		raw: null
	});
}

/** Accepts without a word. Nothing to do when nobody waits for it. */
export function acceptRequest(context: SendingContext, conversation: ConversationKey): Promise<void> {
	return context.db.write(async (tx) => {
		const record = await writable(tx, conversation);
		if (!owesAcceptance(record) || record.accountId === selfOf(context)) return;
		const timestamp = await freeTimestamp(tx, context, record);
		await writeAcceptance(tx, context.sender, await profileOf(tx), record, timestamp);
		await tx.conversations.put(afterIWrote(record));
	});
}

function selfOf(context: SendingContext): AccountId {
	return context.sender.identity.accountId;
}

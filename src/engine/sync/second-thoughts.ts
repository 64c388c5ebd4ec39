/** What a person can still do about a message of theirs that has not been sent. */
import type { AccountId } from '../../protocol/types';
import type { MessageKey } from '../api';
import { isSpoken, newestFacts } from '../conversations/records';
import { EngineError } from '../errors';
import type { AccountTransaction, ConversationRecord, OutboxJob, PlacedMessage } from '../storage/types';
import { PARKED, setMessageState } from './outbox-steps';
import { writeText } from './sending';
import type { SendingContext } from './sending';
import { isMisdated } from './store-job';

/** Tries again now, with whatever stands before it in its conversation. Nothing to do once it is sent. */
export function retryMessage(context: SendingContext, key: MessageKey): Promise<void> {
	return context.db.write(async (tx) => {
		const { message, job } = await unsent(tx, key, context.sender.identity.accountId);
		if (isDone(message)) return;
		// Without its job the sealed bytes are lost with a damaged row.
		if (job === null || isMisdated(message.sentAt, context.clock.now())) {
			await rewrite(tx, context, message);
			return;
		}
		const lane = (await tx.outbox.all()).filter(
			(other) => other.conversation === job.conversation && other.stage === job.stage && other.id <= job.id
		);
		for (const other of lane) {
			if (other.nextTryAt !== PARKED || other.id === job.id) await tx.outbox.put({ ...other, nextTryAt: 0 });
		}
		if (message.state.kind !== 'sending') {
			await setMessageState(tx, key, { kind: 'queued', reason: 'new', nextTryAt: null });
		}
	});
}

/**
 * After a try found the message's time unbelievable: the same words as of now, if no node can have the first ones.
 * Otherwise the message stays failed and the person decides.
 */
export function redate(context: SendingContext, key: MessageKey): Promise<void> {
	return context.db.write(async (tx) => {
		const { message, job } = await unsent(tx, key, context.sender.identity.accountId);
		if (!isDone(message) && job?.attempts === 0) await rewrite(tx, context, message);
	});
}

function isDone({ state }: PlacedMessage): boolean {
	return state.kind === 'sent' || state.kind === 'read';
}

/** Fails with `not-found`; with the reason `may-have-left` when some node may have it. */
export function discardMessage(context: SendingContext, key: MessageKey): Promise<void> {
	return context.db.write(async (tx) => {
		const { message, job } = await unsent(tx, key, context.sender.identity.accountId);
		if (job === null || job.attempts > 0) throw new EngineError('not-found', { reason: 'may-have-left' });
		await removeMessage(tx, message);
	});
}

async function rewrite(
	tx: AccountTransaction,
	context: SendingContext,
	message: PlacedMessage
): Promise<void> {
	if (message.content.kind !== 'text') return;
	const record = await removeMessage(tx, message);
	if (record !== null) await writeText(tx, context, record, message.content.body);
}

/** My message and the job that decides its fate; null when that is done. */
async function unsent(
	tx: AccountTransaction,
	key: MessageKey,
	self: AccountId
): Promise<{ message: PlacedMessage; job: OutboxJob | null }> {
	const message = await tx.messages.get(key);
	if (message === null || !message.mine) throw new EngineError('not-found');
	const jobs = await tx.outbox.forMessage(key);
	const record = await tx.conversations.get(message.conversation);
	const stage = record?.accountId === self ? 'to-self' : 'to-recipient';
	return { message, job: jobs.find((job) => job.stage === stage) ?? null };
}

async function removeMessage(
	tx: AccountTransaction,
	message: PlacedMessage
): Promise<ConversationRecord | null> {
	for (const job of await tx.outbox.forMessage(message.key)) await tx.outbox.remove(job.id);
	await tx.messages.remove(message.key);
	const record = await tx.conversations.get(message.conversation);
	if (record?.newest?.message !== message.key) return record;
	const changed = { ...record, newest: await newestOf(tx, record) };
	await tx.conversations.put(changed);
	return changed;
}

const STEP = 20;

async function newestOf(
	tx: AccountTransaction,
	record: ConversationRecord
): Promise<ConversationRecord['newest']> {
	let order: string | null = null;
	for (;;) {
		const rows = await tx.messages.before(record.key, order, STEP);
		for (const row of rows) if (!('damaged' in row) && isSpoken(row)) return newestFacts(row);
		const last = rows.at(-1);
		if (last === undefined) return null;
		order = last.order;
	}
}

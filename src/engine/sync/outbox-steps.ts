/**
 * What the outbox writes between its network calls, each step one transaction. The job row is the truth: as long
 * as it is there, its bytes are stored again and again under the same hash, whatever the message row says.
 */
import type { AccountId } from '../../protocol/types';
import type { MessageKey } from '../api';
import { sharesWith } from '../conversations/preferences';
import { newestFacts } from '../conversations/records';
import type { AccountTransaction, OutboxJob, StoredMessageState } from '../storage/types';
import type { StoreOutcome } from './store-job';

/** `nextTryAt` of a job that waits for the person, not for the clock. */
export const PARKED = Number.MAX_SAFE_INTEGER;

/** Messages behind a postponed one that are told why they wait. */
const MOST_TOLD = 50;

/** Whether this job's fate is the message's own. Sync copies of sent messages go on in silence. */
function isVisible(job: OutboxJob, self: AccountId, conversationAccount: AccountId | null): boolean {
	return job.stage === 'to-recipient' || conversationAccount === self;
}

/**
 * Marks the job as being tried, before any byte leaves, so that a crash in the middle counts as "may have left".
 * Null when the job is gone or put aside meanwhile.
 */
export async function beginTry(
	tx: AccountTransaction,
	id: number,
	self: AccountId
): Promise<OutboxJob | null> {
	const job = await tx.outbox.get(id);
	if (job === null || job.nextTryAt === PARKED) return null;
	if (job.stage === 'receipt' && !(await isStillWanted(tx, job, self))) {
		await tx.outbox.remove(id);
		return null;
	}
	const begun = { ...job, attempts: job.attempts + 1 };
	await tx.outbox.put(begun);
	await showState(tx, begun, self, { kind: 'sending' });
	return begun;
}

/** A receipt may have waited long, and the person may have changed their mind. */
async function isStillWanted(tx: AccountTransaction, job: OutboxJob, self: AccountId): Promise<boolean> {
	return sharesWith(tx, await tx.conversations.get(job.conversation), self, 'readReceipts');
}

export async function finishTry(
	tx: AccountTransaction,
	tried: OutboxJob,
	outcome: StoreOutcome,
	nextTryAt: number,
	self: AccountId,
	now: number
): Promise<void> {
	const job = await tx.outbox.get(tried.id);
	switch (outcome.kind) {
		case 'stored':
			if (tried.stage === 'to-self') {
				// Our own poll will bring this copy back: it is dealt with.
				await tx.seen.add(self, tried.namespace, outcome.hash, now);
				await rememberHash(tx, tried, outcome.hash);
			}
			if (job !== null) await tx.outbox.remove(job.id);
			await showState(tx, tried, self, { kind: 'sent' });
			return;
		case 'misdated':
		case 'refused': {
			if (job === null) return;
			const reason = outcome.kind === 'refused' ? outcome.reason : 'clock-skew';
			if (await showState(tx, tried, self, { kind: 'failed', reason })) {
				await tx.outbox.put({ ...job, attempts: tried.attempts - 1, nextTryAt: PARKED });
			} else {
				await tx.outbox.remove(job.id);
			}
			return;
		}
		case 'postponed': {
			if (job === null) return;
			const attempts = outcome.mayHaveLeft ? tried.attempts : tried.attempts - 1;
			await tx.outbox.put({ ...job, attempts, nextTryAt });
			const state: StoredMessageState = { kind: 'queued', reason: outcome.reason, nextTryAt };
			await showState(tx, tried, self, state);
			await tellThoseBehind(tx, tried, self, state);
		}
	}
}

/** Messages keep their order, so all behind a waiting one wait for the same reason. */
async function tellThoseBehind(
	tx: AccountTransaction,
	tried: OutboxJob,
	self: AccountId,
	state: StoredMessageState
): Promise<void> {
	const behind = (await tx.outbox.all()).filter(
		(job) =>
			job.id > tried.id &&
			job.conversation === tried.conversation &&
			job.stage === tried.stage &&
			job.nextTryAt !== PARKED
	);
	for (const job of behind.slice(0, MOST_TOLD)) await showState(tx, job, self, state);
}

/** Changes the state of the job's message, in the list too. False when there is no message to show it on. */
async function showState(
	tx: AccountTransaction,
	job: OutboxJob,
	self: AccountId,
	state: StoredMessageState
): Promise<boolean> {
	if (job.message === null) return false;
	const record = await tx.conversations.get(job.conversation);
	if (!isVisible(job, self, record?.accountId ?? null)) return false;
	return setMessageState(tx, job.message, state);
}

/** False when the message is gone, or read already. */
export async function setMessageState(
	tx: AccountTransaction,
	key: MessageKey,
	state: StoredMessageState
): Promise<boolean> {
	const message = await tx.messages.get(key);
	// Once read it stays so: that it was stored, or that another node refused it, is older news.
	if (message === null || message.state.kind === 'read') return false;
	const changed = { ...message, state };
	await tx.messages.update(changed);
	const record = await tx.conversations.get(message.conversation);
	if (record?.newest?.message === key) {
		await tx.conversations.put({ ...record, newest: newestFacts(changed) });
	}
	return true;
}

async function rememberHash(
	tx: AccountTransaction,
	job: OutboxJob,
	hash: Extract<StoreOutcome, { kind: 'stored' }>['hash']
): Promise<void> {
	const message = job.message === null ? null : await tx.messages.get(job.message);
	if (message !== null) await tx.messages.update({ ...message, hash });
}

/** Read receipts, both ways: behaviours.md §8. Everything here happens inside the caller's transaction. */
import type { AccountId } from '../../protocol/types';
import { preferencesOf, sharesWith } from '../conversations/preferences';
import { isSpoken } from '../conversations/records';
import { countUnread, unreadTimes } from '../conversations/unread';
import type { NetworkClock } from '../network/types';
import type { AccountTransaction, ConversationRecord, MessageRecord, PlacedMessage } from '../storage/types';
import { keepEarly, takeEarly } from './early-receipts';
import type { EarlyReceipt } from './early-receipts';
import type { Signal } from './incoming';
import { NEW_JOB } from './new-job';
import { setMessageState } from './outbox-steps';
import { sealReceipt } from './outgoing';
import type { Sender } from './outgoing';
import { takeTimestamp } from './timestamps';

/** Some eight bytes each, so that a receipt stays far below what one stored message may hold. */
const MOST_A_RECEIPT = 1_000;

export interface ReadingContext {
	readonly clock: Pick<NetworkClock, 'now'>;
	readonly sender: Sender;
}

/**
 * The conversation as read up to `lastReadAt` (network ms), which the caller writes. Whoever wrote what was unread is
 * told, if that is wanted. What another device has read already is not read here, so it is not told twice.
 */
export async function readUpTo(
	tx: AccountTransaction,
	context: ReadingContext,
	record: ConversationRecord,
	lastReadAt: number
): Promise<ConversationRecord> {
	if (lastReadAt <= record.lastReadAt) return record;
	const read = { ...record, lastReadAt };
	if (record.unread === 0) return read;
	await writeReceipts(tx, context, record, lastReadAt);
	return { ...read, unread: await countUnread(tx, read) };
}

async function writeReceipts(
	tx: AccountTransaction,
	{ clock, sender }: ReadingContext,
	record: ConversationRecord,
	upTo: number
): Promise<void> {
	if (!(await sharesWith(tx, record, sender.identity.accountId, 'readReceipts'))) return;
	const times = (await unreadTimes(tx, record)).filter((time) => time <= upTo);
	for (let start = 0; start < times.length; start += MOST_A_RECEIPT) {
		const timestamp = await takeTimestamp(tx, clock);
		const some = times.slice(start, start + MOST_A_RECEIPT);
		await tx.outbox.add({
			...NEW_JOB,
			message: null,
			conversation: record.key,
			destination: record.accountId,
			stage: 'receipt',
			data: sealReceipt(sender, record.accountId, some, timestamp),
			timestamp
		});
	}
}

/**
 * Their receipts, in any order and any number of times, also before the copy of what another device of mine sent: `inserted` is
 * what came just now. What they cannot know of stays as it is.
 */
export async function applyReceipts(
	tx: AccountTransaction,
	signals: readonly Signal[],
	inserted: readonly MessageRecord[],
	self: AccountId
): Promise<void> {
	const receipts = signals.filter((signal) => signal.kind === 'receipt');
	const copies = inserted.filter(({ mine }) => mine);
	if (receipts.length + copies.length === 0 || !(await preferencesOf(tx)).readReceipts) return;
	for (const { key } of await takeEarly(tx, copies)) await setMessageState(tx, key, { kind: 'read' });
	const early: EarlyReceipt[] = [];
	for (const { from, times } of receipts) {
		const record = await tx.conversations.byAccount(from);
		if (record === null || record.blocked || !record.approved) continue;
		for (const time of times) {
			const message = await tx.messages.byIdentity(record.key, self, time);
			if (message === null) early.push({ conversation: record.key, time });
			else if (isSpoken(message)) await wasRead(tx, message);
		}
	}
	await keepEarly(tx, early);
}

async function wasRead(tx: AccountTransaction, message: PlacedMessage): Promise<void> {
	const jobs = await tx.outbox.forMessage(message.key);
	const job = jobs.find(({ stage }) => stage === 'to-recipient');
	if (job !== undefined) {
		// Nothing of it has left: whoever claims to have read it has guessed its time.
		if (job.attempts === 0) return;
		// It arrived, whatever became of the node's answer.
		await tx.outbox.remove(job.id);
	}
	await setMessageState(tx, message.key, { kind: 'read' });
}

/**
 * Read receipts of messages that another device of mine sent, and whose copies have not come yet: a swarm may hand over either
 * first. Kept until the copy comes, as on iOS.
 */
import type { ConversationKey } from '../api';
import type { AccountTransaction, MessageRecord } from '../storage/types';

export interface EarlyReceipt {
	/** With whoever has read it. */
	readonly conversation: ConversationKey;
	/** When it was sent, network ms. */
	readonly time: number;
}

/** Beyond that the oldest are given up: a receipt may also be of a message that was deleted here, or a guess. */
const MOST_KEPT = 500;

export async function keepEarly(tx: AccountTransaction, receipts: readonly EarlyReceipt[]): Promise<void> {
	if (receipts.length === 0) return;
	const known = await kept(tx);
	const names = new Set(known.map(nameOf));
	const news = receipts.filter((receipt) => !names.has(nameOf(receipt)));
	if (news.length > 0) await tx.meta.put('early-receipts', [...known, ...news].slice(-MOST_KEPT));
}

/** Those of the messages that are known to have been read; nothing more is kept of them. */
export async function takeEarly<Sent extends Pick<MessageRecord, 'conversation' | 'sentAt'>>(
	tx: AccountTransaction,
	messages: readonly Sent[]
): Promise<readonly Sent[]> {
	if (messages.length === 0) return [];
	const known = await kept(tx);
	const names = new Set(known.map(nameOf));
	const name = ({ conversation, sentAt }: Sent) => nameOf({ conversation, time: sentAt });
	const read = messages.filter((message) => names.has(name(message)));
	if (read.length === 0) return [];
	const taken = new Set(read.map(name));
	await tx.meta.put(
		'early-receipts',
		known.filter((receipt) => !taken.has(nameOf(receipt)))
	);
	return read;
}

async function kept(tx: AccountTransaction): Promise<readonly EarlyReceipt[]> {
	return (await tx.meta.get<readonly EarlyReceipt[]>('early-receipts')) ?? [];
}

function nameOf({ conversation, time }: EarlyReceipt): string {
	return `${conversation} ${time}`;
}

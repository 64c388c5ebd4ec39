import Dexie, { type Collection, type Table } from 'dexie';
import type { ConversationKey, MessageKey } from '../api';
import type { TransactionContext } from './context';
import type { MessageDiskRow } from './schema';
import type { DamagedMessage, MessageRecord, MessageRow, PlacedMessage } from './types';

/** Rows of the message table and what they hold, in the order of their ranks. */
export class MessageRows {
	readonly #context: TransactionContext;
	readonly table: Table<MessageDiskRow, MessageKey>;

	constructor(context: TransactionContext) {
		this.#context = context;
		this.table = context.table('messages');
	}

	/** Nearest to `rank` first, exclusive of it; null = from the newest. */
	before(conversation: ConversationKey, rank: string | null, limit: number): Promise<MessageDiskRow[]> {
		const upper = rank ?? Dexie.maxKey;
		return this.#range(conversation, Dexie.minKey, upper, false).reverse().limit(limit).toArray();
	}

	/** Nearest to `rank` first, exclusive of it; null = from the oldest. */
	after(conversation: ConversationKey, rank: string | null, limit: number): Promise<MessageDiskRow[]> {
		return this.#range(conversation, rank ?? Dexie.minKey, Dexie.maxKey, false)
			.limit(limit)
			.toArray();
	}

	/** From `lower` on, up to but without `upper`, oldest first. */
	between(
		conversation: ConversationKey,
		lower: string,
		upper: string,
		limit: number
	): Promise<MessageDiskRow[]> {
		return this.#range(conversation, lower, upper, true).limit(limit).toArray();
	}

	count(conversation: ConversationKey): Promise<number> {
		return this.#range(conversation, Dexie.minKey, Dexie.maxKey, false).count();
	}

	/** Null for a damaged row. */
	open(row: MessageDiskRow): PlacedMessage | null {
		const record = this.#context.open<MessageDiskRow, MessageRecord>(
			'messages',
			row.k,
			row,
			(opened) => opened.key === row.k && opened.conversation === row.c
		);
		return record && { ...record, order: row.o };
	}

	openOrDamaged(row: MessageDiskRow): MessageRow {
		const damaged: DamagedMessage = { key: row.k, conversation: row.c, order: row.o, damaged: true };
		return this.open(row) ?? damaged;
	}

	/** The row of a record at a rank. The rank stands outside the seal: evening out must not reseal. */
	sealed(record: MessageRecord, rank: string): MessageDiskRow {
		const { key, conversation, author, sentAt } = record;
		return {
			k: key,
			c: conversation,
			o: rank,
			i: this.#context.hashes.identity(conversation, author, sentAt),
			...this.#context.seal('messages', key, record)
		};
	}

	#range(
		conversation: ConversationKey,
		lower: unknown,
		upper: unknown,
		withLower: boolean
	): Collection<MessageDiskRow, MessageKey> {
		return this.table.where('[c+o]').between([conversation, lower], [conversation, upper], withLower, false);
	}
}

import Dexie, { type Table } from 'dexie';
import type { AccountId } from '../../protocol/types';
import type { ConversationKey, MessageKey } from '../api';
import type { TransactionContext } from './context';
import type { ConversationDiskRow, MessageDiskRow, OutboxDiskRow } from './schema';
import type { ConversationRecord, ConversationTable } from './types';

export class Conversations implements ConversationTable {
	readonly #context: TransactionContext;
	readonly #rows: Table<ConversationDiskRow, ConversationKey>;

	constructor(context: TransactionContext) {
		this.#context = context;
		this.#rows = context.table('conversations');
	}

	async get(key: ConversationKey): Promise<ConversationRecord | null> {
		const row = await this.#rows.get(key);
		return row ? this.#open(row) : null;
	}

	async byAccount(account: AccountId): Promise<ConversationRecord | null> {
		for (const row of await this.#rowsOf(account)) {
			const record = this.#open(row);
			if (record) return record;
		}
		return null;
	}

	async damagedKey(account: AccountId): Promise<ConversationKey | null> {
		const rows = await this.#rowsOf(account);
		return rows.find((row) => this.#open(row) === null)?.k ?? null;
	}

	async all(): Promise<readonly ConversationRecord[]> {
		const rows = await this.#rows.toArray();
		return rows.flatMap((row) => this.#open(row) ?? []);
	}

	async put(record: ConversationRecord): Promise<void> {
		const { key, accountId } = record;
		await this.#rows.put({
			k: key,
			a: this.#context.hashes.account(accountId),
			...this.#context.seal('conversations', key, record)
		});
		this.#context.changes.conversation(key);
	}

	async remove(key: ConversationKey): Promise<void> {
		const messages = this.#context.table<MessageDiskRow, MessageKey>('messages');
		const outbox = this.#context.table<OutboxDiskRow, number>('outbox');
		await messages.where('[c+o]').between([key, Dexie.minKey], [key, Dexie.maxKey]).delete();
		if ((await outbox.where('c').equals(key).delete()) > 0) this.#context.changes.outbox();
		await this.#rows.delete(key);
		this.#context.changes.conversationRemoved(key);
	}

	#rowsOf(account: AccountId): Promise<ConversationDiskRow[]> {
		return this.#rows.where('a').equals(this.#context.hashes.account(account)).toArray();
	}

	#open(row: ConversationDiskRow): ConversationRecord | null {
		return this.#context.open<ConversationDiskRow, ConversationRecord>(
			'conversations',
			row.k,
			row,
			(record) => record.key === row.k
		);
	}
}

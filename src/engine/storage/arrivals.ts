import type { Table } from 'dexie';
import type { AccountId, Bytes, MessageHash } from '../../protocol/types';
import type { TransactionContext } from './context';
import type { KeyedDiskRow } from './schema';
import type { AccountTransaction, CursorKey } from './types';

/** A moment needs 9 bytes in msgpack: these rows all have one small size. */
const MOMENT_BUCKET = 16;
const HASH_BUCKET = 64;
const PRUNE_BATCH = 200;

interface ArrivedRow extends KeyedDiskRow {
	/** Order of arrival, given by the database. */
	readonly n: number;
}

export class Cursors {
	readonly #context: TransactionContext;
	readonly #rows: Table<KeyedDiskRow, Bytes>;

	constructor(context: TransactionContext) {
		this.#context = context;
		this.#rows = context.table('cursors');
	}

	async get(key: CursorKey): Promise<MessageHash | null> {
		const row = await this.#rows.get(this.#context.hashes.cursor(key));
		return row ? this.#context.open('cursors', row.k, row) : null;
	}

	async set(key: CursorKey, hash: MessageHash): Promise<void> {
		const k = this.#context.hashes.cursor(key);
		await this.#rows.put({ k, ...this.#context.seal('cursors', k, hash, HASH_BUCKET) });
	}
}

export class Seen {
	readonly #context: TransactionContext;
	readonly #rows: Table<ArrivedRow, number, Omit<ArrivedRow, 'n'>>;

	constructor(context: TransactionContext) {
		this.#context = context;
		this.#rows = context.table('seen');
	}

	async has(account: AccountId, namespace: number, hash: MessageHash): Promise<boolean> {
		const k = this.#context.hashes.seen(account, namespace, hash);
		return (await this.#rows.where('k').equals(k).count()) > 0;
	}

	async add(account: AccountId, namespace: number, hash: MessageHash, at: number): Promise<void> {
		if (await this.has(account, namespace, hash)) return;
		const k = this.#context.hashes.seen(account, namespace, hash);
		await this.#rows.add({ k, ...this.#context.seal('seen', k, at, MOMENT_BUCKET) });
	}

	/** Entries come nearly in order of time, so this stops at the first stretch in which none is old. */
	async prune(before: number): Promise<void> {
		for (let from = 0; ;) {
			const rows = await this.#rows.where('n').above(from).limit(PRUNE_BATCH).toArray();
			const last = rows.at(-1);
			if (!last) return;
			const old = rows.filter((row) => (this.#at(row) ?? 0) < before);
			if (old.length === 0) return;
			await this.#rows.bulkDelete(old.map((row) => row.n));
			from = last.n;
		}
	}

	#at(row: ArrivedRow): number | null {
		return this.#context.open('seen', row.k, row);
	}
}

export class Aside {
	readonly #context: TransactionContext;
	readonly #rows: Table<ArrivedRow, number, Omit<ArrivedRow, 'n'>>;

	constructor(context: TransactionContext) {
		this.#context = context;
		this.#rows = context.table('aside');
	}

	async add(item: Parameters<AccountTransaction['aside']['add']>[0]): Promise<void> {
		const k = this.#context.hashes.aside(item.hash);
		if ((await this.#rows.where('k').equals(k).count()) > 0) return;
		await this.#rows.add({ k, ...this.#context.seal('aside', k, item) });
	}

	count(): Promise<number> {
		return this.#rows.count();
	}
}

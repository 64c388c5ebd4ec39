import type Dexie from 'dexie';
import type { Transaction } from 'dexie';
import { toHex } from '../../protocol/bytes';
import type { Bytes } from '../../protocol/types';
import type { Platform, PlatformChannel } from '../platform';
import { Aside, Cursors, Seen } from './arrivals';
import { ChangeCollector } from './changes';
import { Connection } from './connection';
import { TransactionContext } from './context';
import { Conversations } from './conversations';
import { IndexHashes } from './index-hashes';
import { Messages } from './messages';
import { Meta } from './meta';
import { migrationRows } from './migration';
import { Outbox } from './outbox';
import { Pictures } from './pictures';
import { SCHEMA, type SchemaStep, type SealedPart, type TableName } from './schema';
import { type RowKey, Sealer } from './seal';
import type { AccountDatabase, AccountTransaction, Changes } from './types';

/** Where an account's database is and what opens it; kept sealed in the vault, but for the name. */
export interface DatabaseLocation {
	/** Random hex. */
	readonly name: string;
	/** Random bytes that every row is bound to. */
	readonly owner: Bytes;
	/** 32 random bytes. */
	readonly dataKey: Bytes;
}

/** Makes the database of a new account. sodiumReady must have been awaited. */
export async function createAccountDatabase(platform: Platform, location: DatabaseLocation): Promise<void> {
	const database = new SealedDatabase(platform, location, SCHEMA, true);
	try {
		await database.open();
	} finally {
		database.close();
	}
}

/**
 * Opens the database of an account, migrating it if needed. Fails with EvictedError when it is not there any more, or
 * UnusableError (`newer-version`, `storage-blocked`, `database-damaged`). sodiumReady must have been awaited.
 */
export async function openAccountDatabase(
	platform: Platform,
	location: DatabaseLocation,
	schema: readonly SchemaStep[] = SCHEMA
): Promise<AccountDatabase> {
	const database = new SealedDatabase(platform, location, schema, false);
	try {
		await database.open();
	} catch (error) {
		database.close();
		throw error;
	}
	return database;
}

class SealedDatabase implements AccountDatabase {
	readonly #sealer: Sealer;
	readonly #hashes: IndexHashes;
	readonly #version: number;
	readonly #connection: Connection;
	readonly #channel: PlatformChannel;
	readonly #listeners = new Set<(changes: Changes) => void>();
	readonly #countedDamage = new Set<string>();
	#closed = false;

	constructor(
		platform: Platform,
		location: DatabaseLocation,
		schema: readonly SchemaStep[],
		create: boolean
	) {
		this.#sealer = new Sealer(location.dataKey, location.owner, (length) => platform.random(length));
		this.#hashes = new IndexHashes(location.dataKey);
		this.#version = Math.max(...schema.map((step) => step.version));
		this.#connection = new Connection(platform, {
			name: location.name,
			version: this.#version,
			declare: (dexie) => declare(dexie, schema, this.#sealer),
			create,
			durability: 'relaxed'
		});
		this.#channel = platform.channel(`sotto ${location.name}`);
		// Only our own tabs can post here: the channel is bound to the origin.
		this.#channel.onMessage((message) => this.#tell(message as Changes));
	}

	open(): Promise<void> {
		return this.#connection.open();
	}

	read<Value>(work: (tx: AccountTransaction) => Promise<Value>): Promise<Value> {
		return this.#run('r!', work);
	}

	write<Value>(work: (tx: AccountTransaction) => Promise<Value>): Promise<Value> {
		return this.#run('rw!', work);
	}

	onChange(listener: (changes: Changes) => void): () => void {
		const own = (changes: Changes) => listener(changes);
		this.#listeners.add(own);
		return () => this.#listeners.delete(own);
	}

	close(): void {
		this.#closed = true;
		this.#listeners.clear();
		this.#channel.close();
		this.#connection.close();
	}

	async #run<Value>(mode: 'r!' | 'rw!', work: (tx: AccountTransaction) => Promise<Value>): Promise<Value> {
		const { value, changes, damaged } = await this.#connection.use(async (dexie) => {
			// Made anew for each attempt: what a lost attempt noted did not happen.
			const collector = new ChangeCollector();
			const found = new Map<string, Bytes>();
			const result = await dexie.transaction(mode, dexie.tables, (transaction) =>
				work(this.#transaction(transaction, collector, found))
			);
			return { value: result, changes: collector.result(), damaged: found };
		});
		this.#emit(changes);
		if (damaged.size > 0) void this.#countDamaged(damaged);
		return value;
	}

	#transaction(
		transaction: Transaction,
		changes: ChangeCollector,
		damaged: Map<string, Bytes>
	): AccountTransaction {
		const context = this.#context(transaction, changes, (table, key) =>
			this.#noteDamaged(damaged, table, key)
		);
		const meta = new Meta(context);
		return {
			conversations: new Conversations(context),
			messages: new Messages(context),
			outbox: new Outbox(context),
			cursors: new Cursors(context),
			seen: new Seen(context),
			aside: new Aside(context),
			pictures: new Pictures(context),
			meta,
			ignore: (what, by) => meta.ignore(what, by)
		};
	}

	#context(
		transaction: Transaction,
		changes: ChangeCollector,
		onDamaged: (table: TableName, key: RowKey) => void
	): TransactionContext {
		const sealing = { sealer: this.#sealer, version: this.#version };
		return new TransactionContext(transaction, this.#hashes, changes, sealing, onDamaged);
	}

	#noteDamaged(damaged: Map<string, Bytes>, table: TableName, key: RowKey): void {
		const hash = this.#hashes.damaged(table, key);
		const name = toHex(hash);
		if (!this.#countedDamage.has(name)) damaged.set(name, hash);
	}

	/** After the transaction that met the damage, which may have been one for reading only. */
	async #countDamaged(damaged: ReadonlyMap<string, Bytes>): Promise<void> {
		for (const name of damaged.keys()) this.#countedDamage.add(name);
		try {
			const changes = await this.#connection.use(async (dexie) => {
				const collector = new ChangeCollector();
				await dexie.transaction('rw!', 'meta', (transaction) => {
					const context = this.#context(transaction, collector, () => undefined);
					return new Meta(context).countDamaged([...damaged.values()]);
				});
				return collector.result();
			});
			this.#emit(changes);
		} catch {
			// Counting is not worth failing for; the next who meets these rows tries again.
			for (const name of damaged.keys()) this.#countedDamage.delete(name);
		}
	}

	#emit(changes: Changes | null): void {
		if (!changes || this.#closed) return;
		this.#channel.post(changes);
		this.#tell(changes);
	}

	/** In microtasks of their own: what a listener throws is its own matter, not the writer's. */
	#tell(changes: Changes): void {
		for (const listener of this.#listeners) queueMicrotask(() => listener(changes));
	}
}

function declare(dexie: Dexie, schema: readonly SchemaStep[], sealer: Sealer): void {
	for (const { version, stores, migrate } of schema) {
		const declared = dexie.version(version).stores({ ...stores });
		if (migrate) {
			declared.upgrade((transaction) =>
				migrate(migrationRows((name) => transaction.table<SealedPart, RowKey>(name), sealer, version))
			);
		}
	}
}

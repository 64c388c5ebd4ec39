import { toHex } from '../../protocol/bytes';
import { identityFromSeed, type Identity } from '../../protocol/identity';
import { sodiumReady } from '../../protocol/sodium';
import type { AccountSeed, Bytes } from '../../protocol/types';
import { EngineError } from '../errors';
import type { Platform } from '../platform';
import { Connection, deleteDatabase } from '../storage/connection';
import { createAccountDatabase, openAccountDatabase, type DatabaseLocation } from '../storage/database';
import { errorNames, EvictedError, UnusableError } from '../storage/errors';
import type { AccountDatabase } from '../storage/types';
import { newDeviceKey, unwrapDataKey, wrapDataKey } from './device-key';
import {
	factsOf,
	openEntry,
	sealEntry,
	type AccountEntry,
	type AccountFacts,
	type NetworkPin
} from './entry';
import { VaultTables } from './vault-tables';
import {
	DATABASE_NAME,
	VAULT_NAME,
	VAULT_STORES,
	VAULT_VERSION,
	type VaultId,
	type VaultRow
} from './vault-rows';

/** What tabs tell each other: opaque ids only. */
export type VaultChange =
	{ readonly kind: 'created'; readonly id: VaultId } | { readonly kind: 'deleted'; readonly id: VaultId };

export interface VaultAccount {
	readonly id: VaultId;
	/** Null when the entry's keys are gone or damaged: `openAccount` says which. */
	readonly facts: AccountFacts | null;
}

export interface NewAccount {
	readonly seed: AccountSeed;
	readonly displayName: string;
	readonly network: NetworkPin;
	/** False for a restored account. */
	readonly createdHere: boolean;
}

export interface OpenAccount {
	readonly id: VaultId;
	readonly identity: Identity;
	readonly facts: AccountFacts;
	readonly db: AccountDatabase;
}

/** The keys of this browser's accounts: the device database `sotto`. */
export interface Vault {
	/** An account's database lies here without its keys, and no account is known: the browser removed the rest. */
	readonly lostAccount: boolean;
	/** In the order they were made, as is what follows. */
	ids(): Promise<readonly VaultId[]>;
	accounts(): Promise<readonly VaultAccount[]>;
	/** Which account was shown last, for tabs that begin; null when none was chosen yet. It may be gone by now. */
	chosen(): Promise<VaultId | null>;
	choose(id: VaultId): Promise<void>;
	/** All or nothing, also when the tab dies in between. Fails with `quota-exceeded` or `storage-failed`. */
	createAccount(account: NewAccount): Promise<OpenAccount>;
	/** Fails with EngineError 'no-account', EvictedError, or UnusableError 'database-damaged', 'newer-version'. */
	openAccount(id: VaultId): Promise<OpenAccount>;
	/** Keys first, then the database: once begun, nothing can be read again, and the next start finishes the rest. */
	deleteAccount(id: VaultId): Promise<void>;
	/** What other tabs did. */
	onChange(listener: (change: VaultChange) => void): () => void;
	close(): void;
}

const VAULT_LOCK = 'sotto vault';
const OWNER_BYTES = 16;
const DATA_KEY_BYTES = 32;
const NAME_BYTES = 16;
/** Another tab that does not let go of a database keeps nobody waiting: its keys are gone already. */
const DELETE_PATIENCE_MS = 3000;

/** Fails with UnusableError where this browser cannot hold an account. Finishes what a tab that died had begun. */
export async function openVault(platform: Platform): Promise<Vault> {
	await checkPlatform(platform);
	const connection = new Connection(platform, {
		name: VAULT_NAME,
		version: VAULT_VERSION,
		declare: (dexie) => dexie.version(VAULT_VERSION).stores(VAULT_STORES),
		create: true,
		durability: 'strict'
	});
	const tables = new VaultTables(connection);
	try {
		await connection.open();
		await finishHalfDone(platform, tables);
		const rows = await tables.accounts();
		// Where accounts lost their device key, a new one must not hide that.
		if (rows.length === 0) await deviceKeyOf(platform, tables);
		const lostAccount = rows.length === 0 && (await strayDatabases(platform, tables)).length > 0;
		return new BrowserVault(platform, connection, tables, lostAccount);
	} catch (error) {
		connection.close();
		throw blockedWhenUnwritable(error);
	}
}

class BrowserVault implements Vault {
	readonly #channel;
	readonly #listeners = new Set<(change: VaultChange) => void>();

	constructor(
		private readonly platform: Platform,
		private readonly connection: Connection,
		private readonly tables: VaultTables,
		readonly lostAccount: boolean
	) {
		this.#channel = platform.channel(VAULT_LOCK);
		// Only our own tabs can post here: the channel is bound to the origin.
		this.#channel.onMessage((message) => {
			for (const listener of this.#listeners) listener(message as VaultChange);
		});
	}

	async ids(): Promise<readonly VaultId[]> {
		return (await this.tables.accounts()).map((row) => row.k);
	}

	chosen(): Promise<VaultId | null> {
		return this.tables.choice();
	}

	choose(id: VaultId): Promise<void> {
		return this.tables.choose(id);
	}

	async accounts(): Promise<readonly VaultAccount[]> {
		const rows = await this.tables.accounts();
		return Promise.all(
			rows.map(async (row) => {
				const opened = await this.#unlock(row).catch(nullIfLost);
				return { id: row.k, facts: opened && factsOf(opened.entry) };
			})
		);
	}

	async createAccount(account: NewAccount): Promise<OpenAccount> {
		const id = toHex(this.platform.random(NAME_BYTES));
		const dataKey = this.platform.random(DATA_KEY_BYTES);
		const entry: AccountEntry = { ...account, owner: this.platform.random(OWNER_BYTES) };
		await withVaultLock(this.platform, async () => {
			const deviceKey = await deviceKeyOf(this.platform, this.tables);
			for (const name of await strayDatabases(this.platform, this.tables)) await this.#remove(name);
			await this.tables.put({ k: id, state: 'creating' });
			try {
				await createAccountDatabase(this.platform, locationOf(id, dataKey, entry));
				const { subtle } = this.platform;
				const wrap = await wrapDataKey(
					subtle,
					(length) => this.platform.random(length),
					deviceKey,
					id,
					dataKey
				);
				const b = sealEntry(entry, id, dataKey, (length) => this.platform.random(length));
				const n = 1 + Math.max(0, ...(await this.tables.accounts()).map((row) => row.n ?? 0));
				await this.tables.put({ k: id, state: 'ready', n, wraps: [wrap], v: VAULT_VERSION, b });
			} catch (error) {
				await this.#remove(id);
				throw error;
			}
		});
		this.#channel.post({ kind: 'created', id } satisfies VaultChange);
		return this.openAccount(id);
	}

	async openAccount(id: VaultId): Promise<OpenAccount> {
		const row = await this.tables.account(id);
		if (row?.state !== 'ready') throw new EngineError('no-account');
		const { entry, dataKey } = await this.#unlock(row);
		const db = await openAccountDatabase(this.platform, locationOf(id, dataKey, entry));
		return { id, identity: identityFromSeed(entry.seed), facts: factsOf(entry), db };
	}

	async deleteAccount(id: VaultId): Promise<void> {
		await withVaultLock(this.platform, async () => {
			await this.tables.put({ k: id, state: 'deleting' });
			this.#channel.post({ kind: 'deleted', id } satisfies VaultChange);
			await this.#remove(id);
		});
	}

	onChange(listener: (change: VaultChange) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	close(): void {
		this.#listeners.clear();
		this.#channel.close();
		this.connection.close();
	}

	#remove(id: VaultId): Promise<void> {
		return removeDatabase(this.platform, this.tables, id);
	}

	async #unlock(row: VaultRow & { state: 'ready' }): Promise<{ entry: AccountEntry; dataKey: Bytes }> {
		const deviceKey = await this.tables.deviceKey();
		if (!deviceKey) throw new EvictedError();
		const wrap = row.wraps.find(({ kind }) => kind === 'device');
		try {
			if (!wrap) throw new EngineError('storage-failed', { reason: 'no-wrap' });
			const dataKey = await unwrapDataKey(this.platform.subtle, deviceKey, row.k, wrap);
			return { entry: openEntry(row.k, dataKey, row), dataKey };
		} catch (cause) {
			throw new UnusableError('database-damaged', { cause });
		}
	}
}

function nullIfLost(error: unknown): null {
	if (error instanceof EvictedError || error instanceof UnusableError) return null;
	throw error;
}

async function checkPlatform(platform: Platform): Promise<void> {
	if (!platform.webAssembly) throw new UnusableError('no-webassembly');
	let factory: IDBFactory | null;
	try {
		factory = platform.indexedDB;
	} catch (cause) {
		throw new UnusableError('storage-blocked', { cause });
	}
	if (!factory) throw new UnusableError('no-indexeddb');
	try {
		await sodiumReady;
	} catch (cause) {
		throw new UnusableError('no-webassembly', { cause });
	}
}

/** A browser that opens a database but lets nothing be kept in it (some private windows) is of no use either. */
function blockedWhenUnwritable(error: unknown): unknown {
	if (error instanceof UnusableError || !(error instanceof EngineError)) return error;
	const blocked = error.code === 'quota-exceeded' || errorNames(error).includes('DataCloneError');
	return blocked ? new UnusableError('storage-blocked', { cause: error }) : error;
}

/** The device key, made at first need. */
async function deviceKeyOf(platform: Platform, tables: VaultTables): Promise<CryptoKey> {
	const known = await tables.deviceKey();
	// Two tabs may both make one; what the first of them stored counts.
	return known ?? tables.keepDeviceKey(await newDeviceKey(platform.subtle));
}

function locationOf(id: VaultId, dataKey: Bytes, entry: AccountEntry): DatabaseLocation {
	return { name: id, owner: entry.owner, dataKey };
}

function withVaultLock(platform: Platform, work: () => Promise<void>): Promise<void> {
	return platform.locks.request(VAULT_LOCK, {}, work);
}

/** Only while no other tab is creating or deleting: its rows look just like those of a tab that died. */
function finishHalfDone(platform: Platform, tables: VaultTables): Promise<void> {
	return platform.locks.request(VAULT_LOCK, { ifAvailable: true }, async (lock) => {
		if (lock === null) return;
		for (const row of await tables.halfDone()) await removeDatabase(platform, tables, row.k);
	});
}

async function removeDatabase(platform: Platform, tables: VaultTables, id: VaultId): Promise<void> {
	if (await deleteDatabase(platform, id, DELETE_PATIENCE_MS)) await tables.remove(id);
}

/** Account databases that the vault does not know. Browsers that cannot list their databases have none to show. */
async function strayDatabases(platform: Platform, tables: VaultTables): Promise<readonly string[]> {
	const known = new Set(await tables.names());
	const all = (await platform.indexedDB?.databases?.()) ?? [];
	return all.flatMap(({ name }) =>
		name !== undefined && DATABASE_NAME.test(name) && !known.has(name) ? name : []
	);
}

import Dexie from 'dexie';
import type { Platform } from '../platform';
import { EngineError } from '../errors';
import { errorNames, EvictedError, isLostConnection, storageError, UnusableError } from './errors';

/** Dexie multiplies its version numbers by ten. */
const NATIVE = 10;

export interface ConnectionOptions {
	readonly name: string;
	/** The newest version that this code knows. */
	readonly version: number;
	/** Declares versions and upgrades on a new Dexie. */
	readonly declare: (dexie: Dexie) => void;
	/** False: the database must be there already; one that is gone is never silently made anew. */
	readonly create: boolean;
	/** Strict waits until the disk has it: for keys, which nothing can bring back. */
	readonly durability: 'strict' | 'relaxed';
}

/**
 * One database that stays usable while browsers and other tabs close it: a transaction that lost its connection is run
 * once more on a new one.
 */
export class Connection {
	readonly #platform: Platform;
	readonly #options: ConnectionOptions;
	#current: Promise<Dexie> | null = null;
	#existed = false;
	#deleted = false;
	#closed = false;

	constructor(platform: Platform, options: ConnectionOptions) {
		this.#platform = platform;
		this.#options = options;
	}

	/** Fails with UnusableError, EvictedError or EngineError. */
	async open(): Promise<void> {
		await this.#dexie();
	}

	/** `work` may run twice. Fails with what `work` threw, or an EngineError. */
	async use<Value>(work: (dexie: Dexie) => Promise<Value>): Promise<Value> {
		for (let retried = false; ; retried = true) {
			const opening = this.#dexie();
			const dexie = await opening;
			try {
				return await work(dexie);
			} catch (error) {
				if (retried || this.#closed || !isLostConnection(error)) throw storageError(error);
				if (this.#current === opening) this.#current = null;
				dexie.close();
			}
		}
	}

	close(): void {
		this.#closed = true;
		this.#drop();
	}

	#drop(): void {
		const current = this.#current;
		this.#current = null;
		current?.then(
			(dexie) => dexie.close(),
			() => undefined
		);
	}

	#dexie(): Promise<Dexie> {
		if (this.#closed) throw new EngineError('storage-failed', { reason: 'closed' });
		if (this.#current) return this.#current;
		const opening = this.#open();
		this.#current = opening;
		// A failed opening is tried again by the next who asks.
		opening.catch(() => {
			if (this.#current === opening) this.#current = null;
		});
		return opening;
	}

	async #open(): Promise<Dexie> {
		const { name, version, declare, create, durability } = this.#options;
		const factory = this.#platform.indexedDB;
		if (!factory) throw new UnusableError('no-indexeddb');
		const mayCreate = create && !this.#existed;
		try {
			const installed = await installedVersion(factory, name);
			if (installed === null && !mayCreate) throw this.#gone();
			if (installed !== null && installed > version * NATIVE) throw new UnusableError('newer-version');
			const dexie = new Dexie(name, {
				indexedDB: factory,
				IDBKeyRange: this.#platform.IDBKeyRange,
				autoOpen: false,
				cache: 'disabled',
				chromeTransactionDurability: durability
			});
			// Dexie would tell all tabs which keys each commit touched; our own Changes do, in our words.
			dexie.unuse({ stack: 'dbcore', name: 'Observability' });
			declare(dexie);
			dexie.on('populate', () => {
				if (!mayCreate) throw this.#gone();
			});
			// Another tab upgrades or deletes: make way at once; the next transaction sees what is there then.
			dexie.on('versionchange', (event: IDBVersionChangeEvent) => {
				if (event.newVersion === null) this.#deleted = true;
				this.#drop();
				dexie.close();
				return false;
			});
			dexie.on('blocked', () => false);
			await dexie.open();
			this.#existed = true;
			dexie.backendDB().addEventListener('close', () => this.#drop());
			return dexie;
		} catch (error) {
			throw openingError(error);
		}
	}

	#gone(): EngineError {
		return this.#deleted ? new EngineError('no-account') : new EvictedError();
	}
}

function openingError(error: unknown): unknown {
	const ours: unknown = error instanceof Dexie.DexieError ? (error.inner ?? error) : error;
	if (ours instanceof EngineError) return ours;
	const names = errorNames(error);
	if (names.includes('QuotaExceededError')) return new EngineError('quota-exceeded', {}, { cause: error });
	if (
		names.some(
			(name) => name === 'SecurityError' || name === 'NotAllowedError' || name === 'InvalidStateError'
		)
	)
		return new UnusableError('storage-blocked', { cause: error });
	return new UnusableError('database-damaged', { cause: error });
}

/**
 * The version on disk, or null when there is no such database; never makes one. Dexie would open a newer version than
 * this code's, and would make a missing database, so this is asked first.
 */
function installedVersion(factory: IDBFactory, name: string): Promise<number | null> {
	return new Promise((resolve, reject) => {
		const request = factory.open(name);
		let missing = false;
		request.onupgradeneeded = () => {
			missing = true;
			request.transaction?.abort();
		};
		request.onsuccess = () => {
			const { version } = request.result;
			request.result.close();
			resolve(version);
		};
		request.onerror = (event) => {
			event.preventDefault();
			if (missing) resolve(null);
			else reject(request.error ?? new DOMException('open failed', 'UnknownError'));
		};
	});
}

/** Resolves when the database is gone, or with false after `patienceMs` while some tab still holds it open. */
export function deleteDatabase(platform: Platform, name: string, patienceMs: number): Promise<boolean> {
	const factory = platform.indexedDB;
	if (!factory) throw new UnusableError('no-indexeddb');
	return new Promise((resolve, reject) => {
		const request = factory.deleteDatabase(name);
		const timer = platform.setTimeout(() => resolve(false), patienceMs);
		request.onsuccess = () => {
			platform.clearTimeout(timer);
			resolve(true);
		};
		request.onerror = (event) => {
			event.preventDefault();
			platform.clearTimeout(timer);
			reject(new EngineError('storage-failed', { reason: request.error?.name ?? 'unknown' }));
		};
	});
}

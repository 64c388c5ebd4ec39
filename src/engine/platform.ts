import type { Bytes } from '../protocol/types';

/**
 * Everything the engine needs from where it runs, given once at its composition root: a worker in the
 * browser (browser-platform.ts), or a test and a headless bot in Node.
 */
export interface Platform {
	/** Null where the browser has none. Reading it may throw where storage is blocked. */
	readonly indexedDB: IDBFactory | null;
	readonly IDBKeyRange: typeof IDBKeyRange;
	/** False where WebAssembly is missing or forbidden: nothing works without it. */
	readonly webAssembly: boolean;
	readonly fetch: typeof fetch;
	readonly subtle: SubtleCrypto;
	/** The bytes of zstd.wasm, which most of a first visit can do without; undefined where the library has its own. */
	zstdModule(): Promise<Bytes | undefined>;
	/** Local wall clock, ms since the Unix epoch. Protocol timestamps use the network clock instead. */
	now(): number;
	/** Monotonic ms, for measuring. */
	monotonic(): number;
	random(length: number): Bytes;
	readonly locks: PlatformLocks;
	/** A channel to the other tabs of this origin. Only opaque local keys may pass. */
	channel(name: string): PlatformChannel;
	setTimeout(callback: () => void, ms: number): unknown;
	clearTimeout(handle: unknown): void;
	/** Where the gateway of this page is: the page's own origin in the browser. */
	readonly origin: string;
	/**
	 * Lets go, before it returns, of everything that other tabs could wait for: transactions abort, connections close,
	 * locks are free. Nothing of it can be had again.
	 */
	leave(): void;
}

export interface PlatformLocks {
	/**
	 * Web Locks semantics: the lock is held until the promise of `held` settles, and is freed by the browser when
	 * the tab dies. With `ifAvailable`, `held` gets null when the lock is taken. Aborting `signal` while waiting
	 * rejects with an AbortError.
	 */
	request(
		name: string,
		options: { mode?: 'exclusive' | 'shared'; ifAvailable?: boolean; signal?: AbortSignal },
		held: (lock: unknown) => Promise<void>
	): Promise<void>;
}

export interface PlatformChannel {
	post(message: unknown): void;
	onMessage(listener: (message: unknown) => void): void;
	close(): void;
}

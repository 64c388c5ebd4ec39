import type { Bytes } from '../protocol/types';

/**
 * Everything the engine needs from where it runs, given once at its composition root: a worker in the
 * browser (browser-platform.ts), or a test and a headless bot in Node.
 */
export interface Platform {
	readonly indexedDB: IDBFactory;
	readonly IDBKeyRange: typeof IDBKeyRange;
	readonly fetch: typeof fetch;
	readonly subtle: SubtleCrypto;
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
}

export interface PlatformLocks {
	/** Web Locks semantics: the lock is held until the promise of `held` settles. */
	request(
		name: string,
		options: { ifAvailable?: boolean; signal?: AbortSignal },
		held: (lock: unknown) => Promise<void>
	): Promise<void>;
}

export interface PlatformChannel {
	post(message: unknown): void;
	onMessage(listener: (message: unknown) => void): void;
	close(): void;
}

/**
 * A browser for Node tests: one IndexedDB, one lock manager and one set of channels, shared by its tabs.
 * Killing a tab does what a crash does: transactions abort, locks are freed, nothing more comes or goes.
 */
import { IDBFactory as FakeFactory, IDBKeyRange as FakeKeyRange } from 'fake-indexeddb';
import type { Platform } from '../../src/engine/platform';
import { ChannelBus } from './node-channels';
import { tabIndexedDB } from './node-indexeddb';
import { LockManager } from './node-locks';

export interface TestBrowser {
	readonly indexedDB: IDBFactory;
	/** Moves every tab's wall clock; the monotonic clock stays. */
	readonly clock: { offsetMs: number };
	openTab(options?: TabOptions): TestTab;
	/** Kills every tab. The data stays: open a tab again to see what is left. */
	close(): void;
}

export interface TabOptions {
	readonly fetch?: typeof fetch;
	/** Things a real browser may lack or refuse. */
	readonly without?: readonly ('indexedDB' | 'webAssembly' | 'storage')[];
}

export interface TestTab {
	readonly platform: Platform;
	/** The browser takes the tab's database connections away, and the tab lives on. */
	cutDatabase(): void;
	/** The tab dies now, as when the browser kills it. */
	kill(): void;
}

/** `indexedDB`: the disk of an earlier browser, to start again on what it left. */
export function testBrowser(options: { origin?: string; indexedDB?: IDBFactory } = {}): TestBrowser {
	const disk: IDBFactory = options.indexedDB ?? new FakeFactory();
	const locks = new LockManager();
	const bus = new ChannelBus();
	const clock = { offsetMs: 0 };
	const tabs = new Set<TestTab>();

	const openTab = (tabOptions: TabOptions = {}): TestTab => {
		const dead = new AbortController();
		const timers = new Set<ReturnType<typeof setTimeout>>();
		const tabLocks = locks.tab();
		const tabChannels = bus.tab();
		const database = tabIndexedDB(disk);
		const doFetch = tabOptions.fetch ?? fetch;
		const lacks = (what: 'indexedDB' | 'webAssembly' | 'storage') =>
			tabOptions.without?.includes(what) ?? false;
		const platform: Platform = {
			get indexedDB() {
				if (lacks('storage')) throw new DOMException('The operation is insecure.', 'SecurityError');
				return lacks('indexedDB') ? null : database.factory;
			},
			IDBKeyRange: FakeKeyRange,
			webAssembly: !lacks('webAssembly'),
			fetch: (input, init) => {
				const signals = init?.signal ? [init.signal, dead.signal] : [dead.signal];
				return doFetch(input, { ...init, signal: AbortSignal.any(signals) });
			},
			subtle: globalThis.crypto.subtle,
			zstdModule: () => Promise.resolve(undefined),
			now: () => Date.now() + clock.offsetMs,
			monotonic: () => performance.now(),
			random: (length) => globalThis.crypto.getRandomValues(new Uint8Array(length)),
			locks: tabLocks,
			channel: (name) => tabChannels.open(name),
			setTimeout: (callback, ms) => {
				if (dead.signal.aborted) return undefined;
				const timer = setTimeout(() => {
					timers.delete(timer);
					callback();
				}, ms);
				timers.add(timer);
				return timer;
			},
			clearTimeout: (handle) => {
				const timer = handle as ReturnType<typeof setTimeout>;
				timers.delete(timer);
				clearTimeout(timer);
			},
			origin: options.origin ?? 'http://localhost',
			leave: () => {
				database.kill();
				tabLocks.kill();
			}
		};
		const tab: TestTab = {
			platform,
			cutDatabase: () => database.cut(),
			kill: () => {
				if (dead.signal.aborted) return;
				dead.abort(new DOMException('The tab is gone', 'AbortError'));
				for (const timer of timers) clearTimeout(timer);
				timers.clear();
				tabChannels.kill();
				database.kill();
				tabLocks.kill();
				tabs.delete(tab);
			}
		};
		tabs.add(tab);
		return tab;
	};

	return {
		indexedDB: disk,
		clock,
		openTab,
		close: () => {
			for (const tab of [...tabs]) tab.kill();
		}
	};
}

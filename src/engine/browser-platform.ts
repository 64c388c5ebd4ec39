import type { Bytes } from '../protocol/types';
import { leavingLocks } from './leaving-locks';
import type { Platform, PlatformChannel } from './platform';
import { leavingIndexedDB, type LeavingIndexedDB } from './storage/leaving-indexeddb';

/** The platform of a browser's dedicated worker. WebKitGTK has no `navigator.storage`, so nothing here uses it. */
export function createBrowserPlatform(): Platform {
	const scope = globalThis;
	const { locks, leave } = leavingLocks({
		request: (name, options, held) => navigator.locks.request(name, options, held)
	});
	let databases: LeavingIndexedDB | null = null;
	return {
		// A getter: browsers that block storage throw here, and the vault turns that into words.
		get indexedDB(): IDBFactory | null {
			const disk = scope.indexedDB ?? null;
			if (disk !== null) databases ??= leavingIndexedDB(disk);
			return databases?.factory ?? null;
		},
		get IDBKeyRange() {
			return scope.IDBKeyRange;
		},
		webAssembly: canCompile(),
		fetch: (input, init) => scope.fetch(input, init),
		subtle: scope.crypto.subtle,
		zstdModule,
		now: () => Date.now(),
		monotonic: () => scope.performance.now(),
		random: (length) => randomBytes(length),
		locks,
		channel: browserChannel,
		setTimeout: (callback, ms) => scope.setTimeout(callback, ms),
		clearTimeout: (handle) => {
			if (typeof handle === 'number') scope.clearTimeout(handle);
		},
		origin: scope.location.origin,
		leave: () => {
			databases?.leave();
			leave();
		}
	};
}

/** The eight bytes of an empty module: compiling them tells a missing WebAssembly and a policy against it alike. */
function canCompile(): boolean {
	try {
		return WebAssembly.validate(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)) && compiles();
	} catch {
		return false;
	}
}

function compiles(): boolean {
	new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
	return true;
}

// The package exports no path to it; the bundler copies it to where this says.
const ZSTD = new URL('../../node_modules/@bokuweb/zstd-wasm/dist/web/zstd.wasm', import.meta.url);

async function zstdModule(): Promise<Bytes> {
	const response = await fetch(ZSTD);
	if (!response.ok) throw new TypeError('zstd.wasm is not to be had');
	return new Uint8Array(await response.arrayBuffer());
}

/** `getRandomValues` refuses more than 65,536 bytes at once. */
function randomBytes(length: number): Bytes {
	const bytes = new Uint8Array(length);
	for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
	return bytes;
}

function browserChannel(name: string): PlatformChannel {
	const channel = new BroadcastChannel(name);
	return {
		post: (message) => channel.postMessage(message),
		onMessage: (listener) => channel.addEventListener('message', (event) => listener(event.data)),
		close: () => channel.close()
	};
}

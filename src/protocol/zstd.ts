/** Zstandard (RFC 8878), by which config messages and group messages are made smaller: config.md §5. */
import type * as Zstd from '@bokuweb/zstd-wasm';
import { toBytes } from './bytes';
import { ProtocolError } from './errors';
import type { Bytes } from './types';

/** The reference's level. Its output is the same in every build of the library, so equal configs get equal bytes. */
const LEVEL = 1;
const MAGIC = [0x28, 0xb5, 0x2f, 0xfd] as const;
const SINGLE_SEGMENT = 0x20;
const DICTIONARY = 0x03;
/** Bytes of the content size, by the two bits that tell. */
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;

let started: Promise<void> | undefined;
let library: typeof Zstd | undefined;

/**
 * Await once before the rest. In a browser the library's module, `zstd.wasm`, is handed in as bytes, since nothing
 * here fetches; in Node the library reads its own. Rejects when the bytes are no WebAssembly module, and can be
 * tried again.
 */
export function startZstd(wasm?: Bytes): Promise<void> {
	started ??= instantiate(wasm).catch((error: unknown) => {
		started = undefined;
		throw error;
	});
	return started;
}

async function instantiate(wasm: Bytes | undefined): Promise<void> {
	// The library waits forever for a module that does not compile.
	if (wasm !== undefined && !WebAssembly.validate(wasm)) throw new Error('zstd.wasm does not compile');
	// Loaded only now: few need it at once, and where there is no WebAssembly its script does not even run.
	const loaded = await import('@bokuweb/zstd-wasm');
	// Its types know the Node build only; the browser build takes the module, or an address to fetch it from.
	const load: (wasm?: Bytes) => Promise<void> = loaded.init;
	await load(wasm);
	library = loaded;
}

/** One frame that says its content size. Deterministic. */
export function compress(bytes: Uint8Array): Bytes {
	return toBytes(ready().compress(bytes, LEVEL));
}

/**
 * `limit` is the largest content in bytes. A size that the frame declares is checked before anything is allocated,
 * and a frame that declares none gets no more room than `limit`. Throws ProtocolError 'too-large' for a larger
 * declared size, 'malformed' for everything else: no frame, a damaged one, one that needs a dictionary, one that is
 * larger than it says.
 */
export function decompress(frame: Uint8Array, limit: number): Bytes {
	const { decompress: decompressFrame } = ready();
	if ((declaredSize(frame) ?? 0) > limit) throw new ProtocolError('too-large', 'zstd content is too large');
	try {
		return toBytes(decompressFrame(frame, { defaultHeapSize: limit }));
	} catch (cause) {
		throw new ProtocolError('malformed', 'zstd frame does not decompress', { cause });
	}
}

function ready(): NonNullable<typeof library> {
	if (library === undefined) throw new Error('startZstd was not awaited');
	return library;
}

/** Bytes, or undefined when the header does not tell. */
function declaredSize(frame: Uint8Array): number | undefined {
	const flags = frame[MAGIC.length];
	if (flags === undefined || MAGIC.some((byte, index) => frame[index] !== byte)) {
		throw new ProtocolError('malformed', 'no zstd frame');
	}
	const single = (flags & SINGLE_SEGMENT) !== 0;
	if ((flags & DICTIONARY) !== 0) throw new ProtocolError('malformed', 'zstd frame needs a dictionary');
	const sizeFlag = (flags >> 6) as 0 | 1 | 2 | 3;
	const length = sizeFlag === 0 && single ? 1 : CONTENT_SIZE_BYTES[sizeFlag];
	if (length === 0) return undefined;
	const start = MAGIC.length + 1 + (single ? 0 : 1);
	if (frame.length < start + length) throw new ProtocolError('malformed', 'zstd header is cut off');
	let size = 0;
	for (let index = start + length - 1; index >= start; index--) size = size * 256 + (frame[index] ?? 0);
	return length === 2 ? size + 256 : size;
}

/** Between a serialized config message and what is encrypted: compression and padding. config.md §5. */
import { concat, toBytes } from '../bytes';
import { ProtocolError } from '../errors';
import type { Bytes } from '../types';
import { compress, decompress } from '../zstd';
import { ENCRYPTION_OVERHEAD } from './encrypt';

/** First bytes of an unpadded plaintext. A serialized message is a dict and begins with `d`. */
const COMPRESSED = 0x7a;
const MESSAGE = 0x64;

/** Largest padded config, in bytes, that clients write. */
export const MAX_PADDED_BYTES = 5_000_000;
/** Room for what decompresses out of one: a config of 5,000 contacts takes about 1.5 MB. */
const MAX_MESSAGE_BYTES = 20_000_000;

/** Sizes of the encrypted message are multiples of the step: up to `below` bytes, exclusive. */
const STEPS = [
	{ below: 5120, step: 256 },
	{ below: 20_480, step: 1024 },
	{ below: 40_960, step: 2048 }
] as const;
const LARGEST_STEP = 5120;

/** Compressed when that makes it smaller, then padded. Throws ProtocolError 'too-large' above 5,000,000 bytes. */
export function pack(serialized: Uint8Array): Bytes {
	const compressed = compress(serialized);
	const smaller = compressed.length + 1 < serialized.length;
	const content = smaller ? concat(Uint8Array.of(COMPRESSED), compressed) : serialized;
	const size = paddedSize(content.length, ENCRYPTION_OVERHEAD);
	if (size > MAX_PADDED_BYTES) throw new ProtocolError('too-large', 'config is too large');
	// Zeros in front: no content begins with one.
	return concat(new Uint8Array(size - content.length), content);
}

/** Bytes with the padding, which is chosen so that the size with `overhead` is a multiple of the step. */
export function paddedSize(size: number, overhead: number): number {
	const total = size + overhead;
	const step = STEPS.find(({ below }) => total < below)?.step ?? LARGEST_STEP;
	return Math.ceil(total / step) * step - overhead;
}

/** Without the zeros in front. Empty when there is nothing else. */
export function unpadded(padded: Bytes): Bytes {
	const start = padded.findIndex((byte) => byte !== 0);
	return start === -1 ? new Uint8Array(0) : padded.subarray(start);
}

/**
 * The serialized message out of unpadded content. Throws ProtocolError: 'too-large' for more than 20 MB, 'malformed'
 * for content of another kind and for what does not decompress.
 */
export function unpack(content: Bytes): Bytes {
	const compressed = content[0] === COMPRESSED;
	const serialized = compressed ? decompress(content.subarray(1), MAX_MESSAGE_BYTES) : content;
	if (serialized[0] !== MESSAGE) throw new ProtocolError('malformed', 'config is of an unknown kind');
	return toBytes(serialized);
}

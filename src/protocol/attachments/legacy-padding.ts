/** Sizes of the older form of attachments: attachments.md §4. */
import { ProtocolError } from '../errors';

/** What file servers take. */
export const MAX_FILE_BYTES = 10_000_000;

export const AES_BLOCK_BYTES = 16;
export const MAC_BYTES = 32;

const SMALLEST = 541;
const STEP = 1.05;

/** With the IV in front and the MAC behind. The cipher itself pads to whole blocks, by one byte at least. */
export function legacyBlobSize(paddedSize: number): number {
	const ciphertext = (Math.floor(paddedSize / AES_BLOCK_BYTES) + 1) * AES_BLOCK_BYTES;
	return AES_BLOCK_BYTES + ciphertext + MAC_BYTES;
}

/** The largest plaintext whose blob fits: 9,999,951 of 10,000,000. */
export function largestLegacyPlaintext(maxBlobBytes: number): number {
	const blocks = Math.floor((maxBlobBytes - AES_BLOCK_BYTES - MAC_BYTES) / AES_BLOCK_BYTES);
	return blocks * AES_BLOCK_BYTES - 1;
}

/**
 * The next step of a ladder that grows by 5 % a rung, at least 541 and never so much that the blob passes the limit.
 * Throws ProtocolError 'too-large' when even the bare plaintext does.
 */
export function legacyPaddedSize(size: number, maxBlobBytes = MAX_FILE_BYTES): number {
	const largest = largestLegacyPlaintext(maxBlobBytes);
	if (size > largest) throw new ProtocolError('too-large', 'attachment is too large');
	const rung = Math.floor(STEP ** Math.ceil(Math.log(size) / Math.log(STEP)));
	// Logarithms are not exact: the rung may come out one below the size itself.
	return Math.min(largest, Math.max(SMALLEST, rung, size));
}

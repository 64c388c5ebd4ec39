/** Padding of message contents, so that their sizes tell less: messages.md §5. */
import { toBytes } from './bytes';
import type { Bytes } from './types';

const BLOCK = 160;
const MARKER = 0x80;

/** Appends 0x80, then zeros up to a multiple of 160 bytes. */
export function pad160(content: Uint8Array): Bytes {
	const padded = new Uint8Array(Math.ceil((content.length + 1) / BLOCK) * BLOCK);
	padded.set(content);
	padded[content.length] = MARKER;
	return padded;
}

/** Takes off a 0x80 and the zeros after it; what ends in any other way was not padded and stays as it is. */
export function unpad(padded: Uint8Array): Bytes {
	let end = padded.length;
	while (end > 0 && padded[end - 1] === 0) end--;
	return toBytes(end > 0 && padded[end - 1] === MARKER ? padded.subarray(0, end - 1) : padded);
}

/** For paddings without a marker, under which no content may end in a zero. All zeros stay as they are. */
export function withoutTrailingZeros(padded: Uint8Array): Bytes {
	let end = padded.length;
	while (end > 0 && padded[end - 1] === 0) end--;
	return toBytes(end === 0 ? padded : padded.subarray(0, end));
}

import type { Bytes } from '../src/protocol/types';

const LARGEST = 65_536;

/** Any length: the platform gives at most 64 KiB at once. */
export function random(length: number): Bytes {
	const bytes = new Uint8Array(length);
	for (let start = 0; start < length; start += LARGEST) {
		crypto.getRandomValues(bytes.subarray(start, Math.min(start + LARGEST, length)));
	}
	return bytes;
}

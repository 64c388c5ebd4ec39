/**
 * Values of the bencode dialect in which config messages, group keys and group messages are written:
 * integers, byte strings, lists and dicts. bt-encoding.md §1.
 */
import type { Bytes } from '../types';

export type BtValue = bigint | Bytes | readonly BtValue[] | BtDict;

/** Keys are byte strings, see `bytesToKey`. Their order in the map means nothing; writing sorts them. */
export type BtDict = ReadonlyMap<string, BtValue>;

export function isBytes(value: BtValue): value is Bytes {
	return value instanceof Uint8Array;
}

export function isDict(value: BtValue): value is BtDict {
	return value instanceof Map;
}

export function isList(value: BtValue): value is readonly BtValue[] {
	return Array.isArray(value);
}

const KEY_CHUNK = 4096;

/**
 * Keys are any bytes, 33-byte ids among them, so a key is a string with one character U+0000…U+00FF a byte: lossless,
 * and the order of such strings is the order of their bytes. ASCII keys look like themselves.
 */
export function bytesToKey(bytes: Uint8Array): string {
	return keyWithin(bytes, 0, bytes.length);
}

/** The same for the bytes from `start` to `end`, of which no array of their own is made: configs have very many keys. */
export function keyWithin(bytes: Uint8Array, start: number, end: number): string {
	if (end - start === 1) return String.fromCharCode(bytes[start] ?? 0);
	let key = '';
	for (let at = start; at < end; at += KEY_CHUNK) {
		const chunk = bytes.subarray(at, Math.min(at + KEY_CHUNK, end));
		// Unlike spreading, this takes a typed array as it is.
		key += Reflect.apply(String.fromCharCode, undefined, chunk);
	}
	return key;
}

/** Back to bytes; the key came from `bytesToKey` or is an ASCII literal. */
export function keyToBytes(key: string): Bytes {
	const bytes = new Uint8Array(key.length);
	for (let index = 0; index < key.length; index++) bytes[index] = key.charCodeAt(index);
	return bytes;
}

/** Order of byte strings: unsigned, the shorter first when it begins the longer. Negative, 0 or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
	const common = Math.min(a.length, b.length);
	for (let index = 0; index < common; index++) {
		const difference = (a[index] ?? 0) - (b[index] ?? 0);
		if (difference !== 0) return difference;
	}
	return a.length - b.length;
}

/** The entries with ascending keys. Maps that were read in order, nearly all, are not sorted again. */
export function sortedEntries<Value>(
	dict: ReadonlyMap<string, Value>
): readonly (readonly [string, Value])[] {
	const entries = [...dict];
	const ascending = entries.every(([key], index) => index === 0 || (entries[index - 1]?.[0] ?? '') < key);
	return ascending ? entries : entries.sort(([a], [b]) => (a < b ? -1 : 1));
}

import { ProtocolError } from './errors';
import type { Bytes } from './types';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const INVALID = 255;

const HEX = encoder.encode('0123456789abcdef');
const BASE64 = encoder.encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const hexValues = valuesOf(HEX);
encoder.encode('ABCDEF').forEach((code, index) => (hexValues[code] = 10 + index));
const base64Values = valuesOf(BASE64);

/** Characters are handled as their ASCII codes, all at once, which costs far less than a string operation each. */
function valuesOf(alphabet: Uint8Array): Uint8Array {
	const table = new Uint8Array(256).fill(INVALID);
	alphabet.forEach((code, value) => (table[code] = value));
	return table;
}

function lookUp(table: Uint8Array, index: number | undefined): number {
	return table[index ?? INVALID] ?? INVALID;
}

function hasPlainBuffer(bytes: Uint8Array): bytes is Bytes {
	return bytes.buffer instanceof ArrayBuffer;
}

/** The one place where bytes of another library become ours; copies only when they lie in shared memory. */
export function toBytes(bytes: Uint8Array): Bytes {
	return hasPlainBuffer(bytes) ? bytes : new Uint8Array(bytes);
}

/** A new array with the parts one after another. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
	const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
	let offset = 0;
	for (const part of parts) {
		whole.set(part, offset);
		offset += part.length;
	}
	return whole;
}

/** Same length and content; the time taken depends on the length only. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
	if (a.length !== b.length) return false;
	let difference = 0;
	for (let index = 0; index < a.length; index++) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
	return difference === 0;
}

export function utf8(text: string): Bytes {
	return toBytes(encoder.encode(text));
}

/** Throws ProtocolError 'malformed' when the bytes are no UTF-8. */
export function fromUtf8(bytes: Uint8Array): string {
	try {
		return decoder.decode(bytes);
	} catch (cause) {
		throw new ProtocolError('malformed', 'text is not UTF-8', { cause });
	}
}

/** Lower case. */
export function toHex(bytes: Uint8Array): string {
	const codes = new Uint8Array(2 * bytes.length);
	bytes.forEach((byte, index) => {
		codes[2 * index] = lookUp(HEX, byte >> 4);
		codes[2 * index + 1] = lookUp(HEX, byte & 15);
	});
	return decoder.decode(codes);
}

/** Either case. Throws ProtocolError 'malformed'. */
export function fromHex(text: string): Bytes {
	const codes = encoder.encode(text);
	if (codes.length % 2 !== 0) throw new ProtocolError('malformed', 'hex has an odd length');
	const bytes = new Uint8Array(codes.length / 2);
	for (let index = 0; index < bytes.length; index++) {
		const high = lookUp(hexValues, codes[2 * index]);
		const low = lookUp(hexValues, codes[2 * index + 1]);
		if (high === INVALID || low === INVALID) throw new ProtocolError('malformed', 'text is not hex');
		bytes[index] = (high << 4) | low;
	}
	return bytes;
}

/** Standard alphabet, padded with `=`. */
export function toBase64(bytes: Uint8Array): string {
	const text = toBase64NoPad(bytes);
	return text + '='.repeat((4 - (text.length % 4)) % 4);
}

/** Standard alphabet, without padding. */
export function toBase64NoPad(bytes: Uint8Array): string {
	const codes = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
	let offset = 0;
	for (let index = 0; index < bytes.length; index += 3) {
		const group = ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
		// What lies beyond the end of `codes` in the last group is not written.
		for (let shift = 18; shift >= 0; shift -= 6) codes[offset++] = lookUp(BASE64, (group >> shift) & 63);
	}
	return decoder.decode(codes);
}

/** Standard alphabet, with or without padding, nothing else in between. Throws ProtocolError 'malformed'. */
export function fromBase64(text: string): Bytes {
	let end = text.length;
	if (text.endsWith('=')) {
		if (end % 4 !== 0) throw new ProtocolError('malformed', 'base64 padding is wrong');
		end -= text.endsWith('==') ? 2 : 1;
	}
	if (end % 4 === 1) throw new ProtocolError('malformed', 'base64 length is wrong');
	const codes = encoder.encode(text);
	const bytes = new Uint8Array(Math.floor((end * 3) / 4));
	let bits = 0;
	let held = 0;
	let offset = 0;
	for (let index = 0; index < end; index++) {
		const value = lookUp(base64Values, codes[index]);
		if (value === INVALID) throw new ProtocolError('malformed', 'text is not base64');
		held = ((held << 6) | value) & 0xffff;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			bytes[offset++] = (held >> bits) & 0xff;
		}
	}
	// One value must have one text, or two texts could name the same hash.
	if ((held & ((1 << bits) - 1)) !== 0) throw new ProtocolError('malformed', 'base64 has stray bits');
	return bytes;
}

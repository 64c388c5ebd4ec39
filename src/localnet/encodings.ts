/**
 * Base64 and hex as leniently as the storage server takes them: padding is optional, stray bits at the end are
 * dropped, hex may be in either case.
 */
import { fromHex, toBytes } from '../protocol/bytes';
import type { Bytes } from '../protocol/types';

const BASE64 = /^[A-Za-z0-9+/]*$/;
const HEX = /^(?:[0-9a-fA-F]{2})*$/;

export function isBase64(text: string): boolean {
	if (text.length % 4 === 1) return false;
	// Only padding that fills up to a multiple of four is padding.
	const digits = text.length % 4 === 0 ? text.replace(/={1,2}$/, '') : text;
	return BASE64.test(digits);
}

/** Of a text for which `isBase64` holds. */
export function decodeBase64(text: string): Bytes {
	return toBytes(new Uint8Array(Buffer.from(text, 'base64')));
}

export function isHex(text: string): boolean {
	return HEX.test(text);
}

/** `hex` or `base64` text of exactly `length` bytes, or null. Base64 must come without padding to spare. */
export function decodeHexOrBase64(text: string, length: number): Bytes | null {
	if (isBase64(text) && text.length === (length * 4) / 3) return decodeBase64(text);
	if (isHex(text) && text.length === length * 2) return fromHex(text);
	return null;
}

const BASE32Z = 'ybndrfg8ejkmcpqxot1uwisza345h769';

/** The alphabet of `.snode` addresses; the last character holds the bits that are left, filled up with zeros. */
export function base32z(bytes: Uint8Array): string {
	let text = '';
	let held = 0;
	let bits = 0;
	for (const byte of bytes) {
		held = ((held << 8) | byte) & 0xfff;
		bits += 8;
		while (bits >= 5) {
			bits -= 5;
			text += BASE32Z.charAt((held >> bits) & 31);
		}
	}
	return bits === 0 ? text : text + BASE32Z.charAt((held << (5 - bits)) & 31);
}

/**
 * What kind of picture bytes are, by their first bytes alone, and whether a browser may be asked to decode them: a small
 * file can say that it is a wall of pixels.
 */
import type { PictureType } from '../api';

const MAX_SIDE = 4_096;

interface Kind {
	readonly type: PictureType;
	readonly width: number;
	readonly height: number;
}

/** Null for everything that is not shown: other formats, broken heads, sides of more than 4096 pixels. */
export function pictureType(bytes: Uint8Array): PictureType | null {
	const kind = kindOf(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
	if (kind === null) return null;
	const { type, width, height } = kind;
	const fits = width > 0 && height > 0 && width <= MAX_SIDE && height <= MAX_SIDE;
	return fits ? type : null;
}

function kindOf(bytes: Uint8Array, view: DataView): Kind | null {
	if (startsWith(bytes, 0, '\x89PNG\r\n\x1a\n') && startsWith(bytes, 12, 'IHDR') && bytes.length >= 24) {
		return { type: 'image/png', width: view.getUint32(16), height: view.getUint32(20) };
	}
	if ((startsWith(bytes, 0, 'GIF87a') || startsWith(bytes, 0, 'GIF89a')) && bytes.length >= 10) {
		return { type: 'image/gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
	}
	if (startsWith(bytes, 0, 'RIFF') && startsWith(bytes, 8, 'WEBP')) return webp(bytes, view);
	if (startsWith(bytes, 0, '\xff\xd8\xff')) return jpeg(view);
	return null;
}

function webp(bytes: Uint8Array, view: DataView): Kind | null {
	if (bytes.length < 30) return null;
	const type = 'image/webp';
	if (startsWith(bytes, 12, 'VP8X')) {
		return { type, width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) };
	}
	if (startsWith(bytes, 12, 'VP8L') && bytes[20] === 0x2f) {
		const sides = view.getUint32(21, true);
		return { type, width: 1 + (sides & 0x3fff), height: 1 + ((sides >>> 14) & 0x3fff) };
	}
	if (startsWith(bytes, 12, 'VP8 ') && startsWith(bytes, 23, '\x9d\x01\x2a')) {
		return { type, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
	}
	return null;
}

/** The frame header stands behind segments of which each says its length. */
function jpeg(view: DataView): Kind | null {
	let at = 2;
	while (at + 9 <= view.byteLength) {
		if (view.getUint8(at) !== 0xff) return null;
		const marker = view.getUint8(at + 1);
		if (marker === 0xff) {
			at += 1;
			continue;
		}
		if (isFrame(marker)) {
			return { type: 'image/jpeg', width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
		}
		at += 2 + Math.max(2, view.getUint16(at + 2));
	}
	return null;
}

/** SOF0 to SOF15, without the three numbers among them that mean tables. */
function isFrame(marker: number): boolean {
	return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function uint24(view: DataView, at: number): number {
	return view.getUint16(at, true) + view.getUint8(at + 2) * 0x1_0000;
}

/** `text`: one character for a byte. */
function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
	for (let index = 0; index < text.length; index += 1) {
		if (bytes[at + index] !== text.charCodeAt(index)) return false;
	}
	return true;
}

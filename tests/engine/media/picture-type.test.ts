import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pictureType } from '../../../src/engine/media/picture-type';
import { concat, fromHex, utf8 } from '../../../src/protocol/bytes';
import { png } from './samples';

function gif(width: number, height: number): Uint8Array {
	return Uint8Array.of(...utf8('GIF89a'), width & 255, width >> 8, height & 255, height >> 8, 0, 0, 0);
}

function jpeg(width: number, height: number, before: Uint8Array = new Uint8Array()): Uint8Array {
	const frame = Uint8Array.of(0xff, 0xc0, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255, 3);
	return concat(fromHex('ffd8'), before, frame, new Uint8Array(20));
}

function webp(chunk: string, body: readonly number[]): Uint8Array {
	const head = concat(utf8('RIFF'), new Uint8Array(4), utf8('WEBP'), utf8(chunk), new Uint8Array(4));
	return concat(head, Uint8Array.from(body), new Uint8Array(20));
}

const EXIF = concat(fromHex('ffe10008'), utf8('Exif\0\0'));

describe('pictures are known by their bytes', () => {
	test.each([
		['image/png', png(640, 480)],
		['image/gif', gif(640, 480)],
		['image/jpeg', jpeg(640, 480)],
		['image/jpeg', jpeg(640, 480, concat(EXIF, fromHex('ffff')))],
		['image/webp', webp('VP8X', [0, 0, 0, 0, 127, 2, 0, 223, 1, 0])],
		['image/webp', webp('VP8L', [0x2f, 0x7f, 0xc2, 0x77, 0])],
		['image/webp', webp('VP8 ', [0, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 2, 0xe0, 1])]
	])('%s', (type, bytes) => {
		expect(pictureType(bytes)).toBe(type);
	});

	test('a real file too', () => {
		expect(pictureType(readFileSync('static/icons/icon-192.png'))).toBe('image/png');
	});

	test.each([
		['nothing', new Uint8Array()],
		['a drawing, which could carry a script', utf8('<svg xmlns="http://www.w3.org/2000/svg"/>')],
		['a page', utf8('<!doctype html><script>alert(1)</script>')],
		['another format', concat(utf8('BM'), new Uint8Array(60))],
		['a head that is cut off', png(640, 480).subarray(0, 20)],
		['a wall of pixels', png(60_000, 60_000)],
		['a long line', gif(4_097, 1)],
		['no pixels at all', jpeg(0, 480)],
		['segments without a frame', concat(fromHex('ffd8'), EXIF, EXIF)],
		['a segment that claims more than there is', concat(fromHex('ffd8ffe1ffff'), new Uint8Array(40))],
		['a segment of no length', concat(fromHex('ffd8'), new Uint8Array(400).fill(0xff))]
	])('not %s', (_, bytes) => {
		expect(pictureType(bytes)).toBeNull();
	});
});

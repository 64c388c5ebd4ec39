import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { concat, equal, fromHex, toHex, utf8 } from '../../src/protocol/bytes';
import { ProtocolError } from '../../src/protocol/errors';
import type { Bytes } from '../../src/protocol/types';
import { compress, decompress, startZstd } from '../../src/protocol/zstd';
import type * as zstd from '../../src/protocol/zstd';
import { seededRandom } from './setup';

const malformed = expect.objectContaining({ name: 'ProtocolError', kind: 'malformed' }) as Error;
const tooLarge = expect.objectContaining({ name: 'ProtocolError', kind: 'too-large' }) as Error;

const magic = fromHex('28b52ffd');
const window128k = 0x38;

/** A block of one byte repeated: four bytes that say up to 128 KiB. */
function repeated(size: number, last = false): Bytes {
	const header = (size << 3) | (1 << 1) | (last ? 1 : 0);
	return Uint8Array.of(header & 255, (header >> 8) & 255, header >> 16, 0x61);
}

/** A frame whose header says no content size. */
function sizeless(...blocks: Bytes[]): Bytes {
	return concat(magic, Uint8Array.of(0, window128k), ...blocks);
}

beforeAll(() => startZstd());

describe('zstd', () => {
	it('is not there before it was awaited, nor from bytes that are no module', async () => {
		// @ts-expect-error An address of its own makes it another module, not started as that of the other tests is.
		const fresh = (await import('../../src/protocol/zstd?fresh')) as typeof zstd;
		expect(() => fresh.compress(utf8('too early'))).toThrow('not awaited');
		await expect(fresh.startZstd(utf8('no module'))).rejects.toThrow('does not compile');
	});

	it('brings back what it compressed', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 3000, size: 'max' }), (bytes) => {
				expect(equal(decompress(compress(bytes), bytes.length), bytes)).toBe(true);
			})
		);
	});

	it('needs room for the content and no more', () => {
		const frame = compress(new Uint8Array(300_000));
		expect(decompress(frame, 300_000)).toHaveLength(300_000);
		expect(() => decompress(frame, 299_999)).toThrow(tooLarge);
		const random = seededRandom('zstd')(500);
		expect(equal(decompress(compress(random), 500), random)).toBe(true);
		expect(() => decompress(compress(random), 499)).toThrow(tooLarge);
	});

	it('believes no declared size', () => {
		const declared = concat(magic, fromHex('e0ffffffffffffff7f'), repeated(5, true));
		expect(() => decompress(declared, 1_000_000)).toThrow(tooLarge);
		const four = concat(magic, fromHex('a0ffffffff'), repeated(5, true));
		expect(() => decompress(four, 1_000_000)).toThrow(tooLarge);
		const more = concat(magic, fromHex('2004'), repeated(5, true));
		expect(() => decompress(more, 1_000_000)).toThrow(malformed);
		const fewer = concat(magic, fromHex('2006'), repeated(5, true));
		expect(() => decompress(fewer, 1_000_000)).toThrow(malformed);
		expect(toHex(decompress(concat(magic, fromHex('2005'), repeated(5, true)), 5))).toBe('6161616161');
	});

	it('reads frames without a size within the limit', () => {
		expect(toHex(decompress(sizeless(repeated(3, true)), 10))).toBe('616161');
		expect(decompress(sizeless(repeated(3, true)), 3)).toHaveLength(3);
		expect(() => decompress(sizeless(repeated(3, true)), 2)).toThrow(malformed);
		const bomb = sizeless(...Array.from({ length: 15_000 }, () => repeated(131_072)), repeated(1, true));
		expect(() => decompress(bomb, 1_000_000)).toThrow(malformed);
	});

	it('refuses further frames that would pass the limit', () => {
		const frame = compress(utf8('a'.repeat(1000)));
		expect(() => decompress(concat(frame, frame), 5000)).toThrow(malformed);
	});

	it('refuses what is no whole frame', () => {
		const frame = compress(utf8('x'.repeat(100)));
		for (let length = 0; length < frame.length; length++) {
			expect(() => decompress(frame.subarray(0, length), 1000)).toThrow(malformed);
		}
		expect(() => decompress(utf8('d1:#i0ee'), 1000)).toThrow(malformed);
	});

	it('refuses frames that need a dictionary', () => {
		for (const flags of ['21', '22', '23']) {
			const frame = concat(magic, fromHex(flags), fromHex('01020304'), repeated(5, true));
			expect(() => decompress(frame, 1000)).toThrow(malformed);
		}
	});

	it('goes on working after thousands of damaged frames', () => {
		const frame = compress(utf8('all work and no play makes a dull day. '.repeat(40)));
		fc.assert(
			fc.property(fc.nat(frame.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
				const damaged = frame.slice();
				damaged[at] = (damaged[at] ?? 0) ^ flip;
				try {
					expect(decompress(damaged, 100_000).length).toBeLessThanOrEqual(100_000);
				} catch (error) {
					expect(error).toBeInstanceOf(ProtocolError);
				}
			}),
			{ numRuns: 3000 }
		);
		expect(decompress(frame, 2000)).toHaveLength(40 * 39);
	});
});

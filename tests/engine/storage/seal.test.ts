import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { bucketOf, fromBucket, padToBucket } from '../../../src/engine/storage/buckets';
import { DamagedRowError, lengthPrefixed, Sealer, type RowKey } from '../../../src/engine/storage/seal';
import { sodiumReady } from '../../../src/protocol/sodium';
import type { Bytes } from '../../../src/protocol/types';

const KEY = new Uint8Array(32).fill(1);
const OWNER = new Uint8Array(16).fill(2);
const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));
const sealer = new Sealer(KEY, OWNER, random);

beforeAll(() => sodiumReady);

describe('seal', () => {
	it('opens to what was sealed', () => {
		const plain = fc.letrec((tie) => ({
			value: fc.oneof(
				{ maxDepth: 3 },
				fc.string({ unit: 'binary' }),
				// MessagePack writes whole doubles as integers, which have no minus zero.
				fc.double({ noNaN: true }).map((number) => number + 0),
				fc.maxSafeInteger(),
				fc.boolean(),
				fc.constant(null),
				fc.uint8Array().map((bytes) => new Uint8Array(bytes)),
				fc.array(tie('value')),
				fc.dictionary(
					fc.string().filter((name) => name !== '__proto__'),
					tie('value'),
					{
						noNullPrototype: true
					}
				)
			)
		})).value;
		fc.assert(
			fc.property(plain, fc.oneof(fc.string(), fc.nat(), fc.uint8Array()), (record, key: RowKey) => {
				const sealed = sealer.seal('messages', key, 1, record);
				expect(sealer.open('messages', key, 1, sealed)).toEqual(record);
			})
		);
	});

	it('refuses a row of another key, table, version, account or data key', () => {
		const sealed = sealer.seal('messages', 'k', 1, { secret: true });
		const otherOwner = new Sealer(KEY, new Uint8Array(16).fill(3), random);
		const otherKey = new Sealer(new Uint8Array(32).fill(9), OWNER, random);
		const attempts = [
			() => sealer.open('messages', 'K', 1, sealed),
			() => sealer.open('outbox', 'k', 1, sealed),
			() => sealer.open('messages', 'k', 2, sealed),
			() => otherOwner.open('messages', 'k', 1, sealed),
			() => otherKey.open('messages', 'k', 1, sealed)
		];
		for (const attempt of attempts) expect(attempt).toThrow(DamagedRowError);
		expect(sealer.open('messages', 'k', 1, sealed)).toEqual({ secret: true });
	});

	it('tells keys of different kinds apart', () => {
		const sealed = sealer.seal('outbox', 7, 1, 0);
		expect(() => sealer.open('outbox', '7', 1, sealed)).toThrow(DamagedRowError);
		expect(() => sealer.open('outbox', new TextEncoder().encode('7'), 1, sealed)).toThrow(DamagedRowError);
		expect(lengthPrefixed(['a', 'bc'])).not.toEqual(lengthPrefixed(['ab', 'c']));
	});

	it('throws nothing but DamagedRowError, whatever lies on the disk', () => {
		const sealed = sealer.seal('messages', 'k', 1, { secret: true });
		const broken = fc.oneof(
			fc.uint8Array({ maxLength: 400 }),
			fc
				.nat({ max: sealed.length - 1 })
				.map((at) => sealed.map((byte, index) => byte ^ Number(index === at))),
			fc.nat({ max: sealed.length - 1 }).map((length) => sealed.slice(0, length)),
			fc.anything().map((value) => value as Uint8Array)
		);
		fc.assert(
			fc.property(broken, (bytes) => {
				expect(() => sealer.open('messages', 'k', 1, bytes)).toThrow(DamagedRowError);
			})
		);
	});

	it('never uses a nonce twice', () => {
		const nonces = Array.from({ length: 200 }, () => sealer.seal('meta', 'k', 1, 0).slice(0, 24).join());
		expect(new Set(nonces).size).toBe(200);
	});

	it('says little by its size', () => {
		const sizes = new Set<number>();
		for (let length = 0; length <= 4000; length++) {
			sizes.add(sealer.seal('messages', 'k', 1, 'x'.repeat(length)).length);
		}
		expect(sizes.size).toBeLessThanOrEqual(17);
	});
});

describe('size buckets', () => {
	it('hold what is put into them, and waste little', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 20_000 }), (content) => {
				const padded = padToBucket(content);
				expect(padded.length).toBe(bucketOf(content.length + 4));
				expect(fromBucket(padded)).toEqual(content);
			})
		);
		for (const size of [4097, 10_000, 1_000_000, 123_456_789]) {
			expect(bucketOf(size)).toBeGreaterThanOrEqual(size);
			expect(bucketOf(size)).toBeLessThanOrEqual(size * 1.12);
			expect(bucketOf(bucketOf(size))).toBe(bucketOf(size));
		}
	});
});

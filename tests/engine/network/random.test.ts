import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { pickOne, randomBelow, randomUnit, shuffled } from '../../../src/engine/network/random';
import { systemRandom } from './sample-nodes';

describe('random choice', () => {
	it('stays below the bound and reaches every value', () => {
		const seen = new Set<number>();
		for (let round = 0; round < 2_000; round += 1) seen.add(randomBelow(systemRandom, 7));
		expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
	});

	it('draws again instead of favouring low results', () => {
		const words = [0xff_ff_ff_ff, 5];
		const random = (length: number) => {
			const bytes = new Uint8Array(length);
			new DataView(bytes.buffer).setUint32(0, words.shift() ?? 0);
			return bytes;
		};
		// 2^32 is no multiple of 7, so the topmost words are unfair.
		expect(randomBelow(random, 7)).toBe(5);
		expect(words).toEqual([]);
	});

	it('shuffles without losing or inventing anything', () => {
		fc.assert(
			fc.property(fc.array(fc.integer(), { maxLength: 40 }), (items) => {
				const result = shuffled(systemRandom, items);
				expect([...result].sort()).toEqual([...items].sort());
			})
		);
	});

	it('picks each item about equally often', () => {
		const counts = new Map<string, number>();
		for (let round = 0; round < 4_000; round += 1) {
			const item = pickOne(systemRandom, ['a', 'b', 'c', 'd'])!;
			counts.set(item, (counts.get(item) ?? 0) + 1);
		}
		for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(200);
		expect(pickOne(systemRandom, [])).toBeUndefined();
	});

	it('gives units in [0, 1)', () => {
		expect(randomUnit((length) => new Uint8Array(length).fill(255))).toBeLessThan(1);
		expect(randomUnit((length) => new Uint8Array(length))).toBe(0);
	});
});

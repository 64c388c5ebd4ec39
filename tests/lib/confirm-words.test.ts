import { describe, expect, it } from 'vitest';
import { firstWrong, pickPositions } from '../../src/lib/settings/confirm-words';

const words = 'a b c d e f g h i j k l m'.split(' ');

describe('checking that the recovery password was saved', () => {
	it('asks for three different words in order, of every place in time', () => {
		const seen = new Set<number>();
		for (let round = 0; round < 300; round++) {
			const positions = pickPositions();
			expect(new Set(positions).size).toBe(3);
			expect([...positions].sort((a, b) => a - b)).toEqual(positions);
			for (const position of positions) seen.add(position);
		}
		expect(seen.size).toBe(13);
	});

	it('points at the first answer that is wrong', () => {
		expect(firstWrong(words, [0, 5, 12], [' A', 'f', 'M '])).toBeNull();
		expect(firstWrong(words, [0, 5, 12], ['a', 'x', 'y'])).toBe(1);
		expect(firstWrong(words, [0, 5, 12], ['a', 'f'])).toBe(2);
	});
});

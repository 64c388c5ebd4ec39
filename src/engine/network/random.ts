import type { RandomBytes } from '../../protocol/types';

/** A uniform integer in [0, bound): words that would favour the low results are drawn again. */
export function randomBelow(random: RandomBytes, bound: number): number {
	if (!Number.isSafeInteger(bound) || bound < 1 || bound > 0x1_0000_0000) throw new RangeError('bound');
	const limit = 0x1_0000_0000 - (0x1_0000_0000 % bound);
	for (;;) {
		const bytes = random(4);
		const word = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
		if (word < limit) return word % bound;
	}
}

/** A uniform number in [0, 1) with 32 bits of resolution: for jitter. */
export function randomUnit(random: RandomBytes): number {
	return randomBelow(random, 0x1_0000_0000) / 0x1_0000_0000;
}

/** A new array with the items in uniformly random order (Fisher–Yates). */
export function shuffled<Item>(random: RandomBytes, items: readonly Item[]): Item[] {
	const pool = [...items];
	const result: Item[] = [];
	while (pool.length > 0) result.push(...pool.splice(randomBelow(random, pool.length), 1));
	return result;
}

export function pickOne<Item>(random: RandomBytes, items: readonly Item[]): Item | undefined {
	return items.length === 0 ? undefined : items[randomBelow(random, items.length)];
}

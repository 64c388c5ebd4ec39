import type { RandomBytes } from '../../protocol/types';

const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
/** Share of the delay that is left to chance, so that many browsers do not come back in step. */
const JITTER = 0.3;

/** Ms until the next try after `failures` failed ones in a row (1 = the first). */
export function backoffMs(failures: number, random: RandomBytes): number {
	const plain = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(16, Math.max(0, failures - 1)));
	const chance = (random(1)[0] ?? 0) / 255;
	return Math.round(plain * (1 - JITTER + 2 * JITTER * chance));
}

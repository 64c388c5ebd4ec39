import { wordCount } from '../onboarding/recovery-words.svelte';

/** Enough to show that the list is at hand, few enough to do at once. */
const asked = 3;

/** Which words to ask for: different ones each time, in order. Counted from 0. */
export function pickPositions(): readonly number[] {
	const left = Array.from({ length: wordCount }, (_, index) => index);
	const picked: number[] = [];
	while (picked.length < asked) {
		const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
		picked.push(...left.splice(random % left.length, 1));
	}
	return picked.sort((a, b) => a - b);
}

/** The first of the typed words that is not the one asked for, by its place in `positions`; null when all are right. */
export function firstWrong(
	words: readonly string[],
	positions: readonly number[],
	typed: readonly string[]
): number | null {
	const wrong = positions.findIndex(
		(position, at) => (typed[at] ?? '').normalize('NFKC').trim().toLowerCase() !== words[position]
	);
	return wrong === -1 ? null : wrong;
}

import { BASE_62_DIGITS, generateKeyBetween, generateNKeysBetween } from 'fractional-indexing';

/**
 * Ranks are strings that sort as plain strings. A new newest one is the next integer, so appending grows them with the
 * logarithm only; squeezing many into one gap makes them longer, and then the neighbourhood is evened out.
 */
export const LONGEST_RANK = 24;

/** A rank between two, or after the last (`upper` null), or before the first (`lower` null). */
export function rankBetween(lower: string | null, upper: string | null): string {
	return generateKeyBetween(lower, upper);
}

export function ranksBetween(lower: string | null, upper: string | null, count: number): readonly string[] {
	return generateNKeysBetween(lower, upper, count);
}

/**
 * About half way between two ranks, for searching: sorts strictly between them, but is no rank itself.
 * Reads both as fractions to the base 62 with one digit more than the longer one.
 */
export function probeBetween(lower: string, upper: string): string {
	const length = Math.max(lower.length, upper.length) + 1;
	const sum = new Array<number>(length);
	let carry = 0;
	for (let at = length - 1; at >= 0; at--) {
		const both = digitAt(lower, at) + digitAt(upper, at) + carry;
		sum[at] = both % 62;
		carry = both >= 62 ? 1 : 0;
	}
	let probe = '';
	for (const digit of sum) {
		const value = carry * 62 + digit;
		probe += BASE_62_DIGITS.charAt(value >> 1);
		carry = value & 1;
	}
	return probe;
}

function digitAt(rank: string, at: number): number {
	return at < rank.length ? BASE_62_DIGITS.indexOf(rank.charAt(at)) : 0;
}

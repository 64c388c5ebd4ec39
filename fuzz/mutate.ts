/** Reproducible mutation: the same seed gives the same inputs on every machine. */
import { concat } from '../src/protocol/bytes';
import type { Bytes } from '../src/protocol/types';

export type Chance = (below: number) => number;

/** xorshift32; good enough to choose mutations, and fast. */
export function chance(seed: number): Chance {
	let state = seed === 0 ? 1 : seed | 0;
	return (below) => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) % below;
	};
}

/** Bytes that mean something in one of the formats: digits, brackets, lengths, signs, markers. */
const TELLING = new TextEncoder().encode('0123456789ilde:-"{}[],#&<=~!+GKkaz\0\u0001\u007f/\\');
const MAX_EDITS = 4;
const MAX_INPUT = 4096;

/** One input: a seed with a few edits, now and then two seeds joined, nothing at all, or noise. */
export function mutate(seeds: readonly Bytes[], below: Chance): Bytes {
	const seed = seeds[below(seeds.length)] ?? new Uint8Array();
	const kind = below(100);
	if (kind === 0) return noise(below(200), below);
	if (kind < 5) return splice(seed, seeds[below(seeds.length)] ?? seed, below);
	let input = seed.length > MAX_INPUT ? slice(seed, 0, MAX_INPUT) : seed.slice();
	for (let edits = 1 + below(MAX_EDITS); edits > 0; edits--) input = edit(input, below);
	return input;
}

function edit(input: Bytes, below: Chance): Bytes {
	const at = below(input.length + 1);
	const length = Math.min(below(32), input.length - at);
	switch (below(9)) {
		case 0:
			return flip(input, at, below);
		case 1:
			return set(input, at, below(256));
		case 2:
			return set(input, at, TELLING[below(TELLING.length)] ?? 0);
		case 3:
			return concat(slice(input, 0, at), noise(1 + below(8), below), slice(input, at));
		case 4:
			return concat(slice(input, 0, at), slice(input, at + length));
		case 5:
			return concat(slice(input, 0, at + length), slice(input, at));
		case 6:
			return slice(input, 0, at);
		case 7:
			return changeNumber(input, at, below);
		default:
			return set(input, at, below(2) * 255);
	}
}

function slice(input: Bytes, start: number, end?: number): Bytes {
	return input.slice(start, end);
}

function flip(input: Bytes, at: number, below: Chance): Bytes {
	return set(input, at, (input[at] ?? 0) ^ (1 << below(8)));
}

function set(input: Bytes, at: number, value: number): Bytes {
	if (at < input.length) input[at] = value;
	return input;
}

function noise(length: number, below: Chance): Bytes {
	return Uint8Array.from({ length }, () => below(256));
}

function splice(one: Bytes, other: Bytes, below: Chance): Bytes {
	return concat(slice(one, 0, below(one.length + 1)), slice(other, below(other.length + 1))).slice(
		0,
		MAX_INPUT
	);
}

/** A decimal number in the text becomes one that is off by one, huge, or negative: lengths and counts are attacked so. */
function changeNumber(input: Bytes, from: number, below: Chance): Bytes {
	const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 0x30 && byte <= 0x39;
	let start = from;
	while (start < input.length && !isDigit(input[start])) start++;
	let end = start;
	while (isDigit(input[end])) end++;
	if (start === end) return input;
	const value = Number(new TextDecoder().decode(input.subarray(start, Math.min(end, start + 15))));
	const choices = [value + 1, value - 1, 0, -value, 2 ** 31, 2 ** 53, '18446744073709551615', '9'.repeat(40)];
	const text = String(choices[below(choices.length)]);
	return concat(slice(input, 0, start), new TextEncoder().encode(text), slice(input, end));
}

/** The recovery password, 13 words that are the account seed: identity.md §2. */
import { fromHex } from './bytes';
import { ProtocolError } from './errors';
import { parseSeed } from './identity';
import { RECOVERY_WORDS } from './words';
import type { AccountSeed } from './types';

export type RecoveryProblem =
	| 'too-few'
	| 'too-many'
	| 'unknown-word'
	/** All words are known, but one is wrong or two are swapped. */
	| 'checksum'
	/** Words that no seed gives. */
	| 'malformed';

export class RecoveryError extends ProtocolError {
	/** Of an unknown word: its place, counted from 0. */
	readonly index: number | undefined;
	/** Of an unknown word: what was typed. Secret, only ever shown back to the person. */
	readonly word: string | undefined;
	/** How many words were given. */
	readonly count: number | undefined;

	constructor(
		readonly reason: RecoveryProblem,
		details: { readonly index?: number; readonly word?: string; readonly count?: number } = {}
	) {
		super('malformed', `recovery password: ${reason}`);
		this.index = details.index;
		this.word = details.word;
		this.count = details.count;
	}
}

/** Words of a whole recovery password, the checksum word included. */
const RECOVERY_WORD_COUNT = 13;

const PREFIX_LETTERS = 3;
const SEED_HEX = /^[0-9a-f]{32}$/i;
const BASE = RECOVERY_WORDS.length;
const indexOfPrefix = new Map(RECOVERY_WORDS.map((word, index) => [prefixOf(word), index]));

function prefixOf(word: string): string {
	return word.slice(0, PREFIX_LETTERS);
}

function wordAt(index: number): string {
	return RECOVERY_WORDS[index % BASE] ?? '';
}

/** 13 words: three for each four bytes of the seed, and one that tells mistakes. */
export function encodeRecovery(seed: AccountSeed): string[] {
	const view = new DataView(seed.buffer, seed.byteOffset, seed.byteLength);
	const words: string[] = [];
	for (let offset = 0; offset < view.byteLength; offset += 4) {
		const value = view.getUint32(offset, true);
		const first = value % BASE;
		const second = Math.floor(value / BASE) + first;
		const third = Math.floor(value / BASE / BASE) + second;
		words.push(wordAt(first), wordAt(second), wordAt(third));
	}
	return [...words, checksumWord(words)];
}

/**
 * Reads words as people type and paste them: any case, separated by anything, numbered or not. A word is known by its
 * first three letters. Throws RecoveryError.
 */
export function decodeRecovery(text: string): AccountSeed {
	const words = splitWords(text);
	const count = words.length;
	if (count < RECOVERY_WORD_COUNT) throw new RecoveryError('too-few', { count });
	if (count > RECOVERY_WORD_COUNT) throw new RecoveryError('too-many', { count });
	const indices = words.map((word, index) => {
		const found = indexOfPrefix.get(prefixOf(word));
		if (found === undefined) throw new RecoveryError('unknown-word', { index, word });
		return found;
	});
	const seedWords = words.slice(0, -1);
	if (prefixOf(words.at(-1) ?? '') !== prefixOf(checksumWord(seedWords))) throw new RecoveryError('checksum');

	const seed = new Uint8Array(16);
	const view = new DataView(seed.buffer);
	for (let group = 0; group < 4; group++) {
		const [first = 0, second = 0, third = 0] = indices.slice(3 * group, 3 * group + 3);
		const value =
			first + BASE * ((BASE - first + second) % BASE) + BASE * BASE * ((BASE - second + third) % BASE);
		if (value > 0xffff_ffff) throw new RecoveryError('malformed');
		view.setUint32(4 * group, value, true);
	}
	return parseSeed(seed);
}

/** The words, or the seed's 32 hex digits as a recovery QR code holds them. Throws RecoveryError. */
export function decodeRecoveryOrHex(text: string): AccountSeed {
	const trimmed = text.trim();
	return SEED_HEX.test(trimmed) ? parseSeed(fromHex(trimmed)) : decodeRecovery(trimmed);
}

/** Suggestions while a word is being typed, in the list's order. None for an empty prefix. */
export function wordsStartingWith(prefix: string, limit: number): string[] {
	const start = prefix.normalize('NFKC').trim().toLowerCase();
	if (start === '') return [];
	return RECOVERY_WORDS.filter((word) => word.startsWith(start)).slice(0, limit);
}

function splitWords(text: string): string[] {
	return text
		.normalize('NFKC')
		.toLowerCase()
		.split(/[^\p{L}\p{N}]+/u)
		.filter((word) => /\p{L}/u.test(word));
}

function checksumWord(words: readonly string[]): string {
	return words[crc32(words.map(prefixOf).join('')) % words.length] ?? '';
}

/** The zlib CRC-32. The words' letters are ASCII, so characters are bytes. */
function crc32(text: string): number {
	let crc = 0xffff_ffff;
	for (let index = 0; index < text.length; index++) {
		crc ^= text.charCodeAt(index);
		for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
	}
	return (crc ^ 0xffff_ffff) >>> 0;
}

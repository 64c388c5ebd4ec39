import { SvelteMap } from 'svelte/reactivity';
import type { Engine, RecoveryCheck } from '../../engine/api';
import { nearestWord } from './nearest-word';

export const wordCount = 13;
const shownSuggestions = 3;
/** Enough to hold every word of the list that shares its first letters. */
const neighbours = 200;

/** A word that is not in the list. */
export interface WordProblem {
	readonly index: number;
	readonly word: string;
	/** The nearest word that is. */
	readonly similar: string | null;
}

/** 13 fields for 13 words: typed with suggestions, or pasted at once; checked while they are filled. */
export class RecoveryWords {
	words = $state<string[]>(Array.from({ length: wordCount }, () => ''));
	/** Fields whose word is not in the list, with the nearest word that is. Only fields that were left are judged. */
	readonly unknown = new SvelteMap<number, string | null>();
	suggestions = $state.raw<readonly string[]>([]);
	/** What the whole of it is worth once every field is filled. */
	verdict = $state.raw<RecoveryCheck | null>(null);
	/** The recovery code of a QR instead of words. */
	code = $state<string | null>(null);

	readonly left: number = $derived(this.words.filter((word) => word === '').length);
	readonly firstUnknown: WordProblem | null = $derived.by(() => {
		const index = [...this.unknown.keys()].sort((a, b) => a - b)[0];
		if (index === undefined) return null;
		return {
			index,
			word: this.words[index] ?? '',
			similar: this.unknown.get(index) ?? null
		};
	});
	readonly ready: boolean = $derived(this.code !== null || this.verdict?.ok === true);

	readonly #engine: Pick<Engine, 'checkRecovery' | 'suggestWords'>;
	#asked = 0;

	constructor(engine: Pick<Engine, 'checkRecovery' | 'suggestWords'>) {
		this.#engine = engine;
	}

	get input(): string {
		return this.code ?? this.words.join(' ');
	}

	type(index: number, text: string): void {
		this.#set(index, plain(text));
		void this.#suggest(index);
	}

	/** Takes a suggestion, or corrects a word. */
	choose(index: number, word: string): void {
		this.#set(index, word);
		this.suggestions = [];
		void this.#judge(index);
	}

	/** The field was left: what stands in it is judged, and a beginning that fits one word is completed. */
	async leave(index: number): Promise<void> {
		this.suggestions = [];
		await this.#judge(index);
	}

	/**
	 * Spreads several words over the fields, from the first one when all 13 are there. Returns the field to go on
	 * in, or null when nothing was spread because the text is a single word.
	 */
	async paste(index: number, text: string): Promise<number | null> {
		const compact = text.trim();
		if (/^[0-9a-f]{32}$/iu.test(compact)) {
			await this.useCode(compact);
			return this.code === null ? null : index;
		}
		// Lists are often pasted with their numbers.
		const found = compact
			.split(/[\s,;]+/u)
			.filter((part) => !/^\d+[.):]?$/u.test(part))
			.map(plain)
			.filter((word) => word !== '');
		if (found.length < 2) return null;
		if (found.length > wordCount) {
			this.verdict = { ok: false, reason: 'too-many', count: found.length };
			return index;
		}
		const from = found.length === wordCount ? 0 : Math.min(index, wordCount - found.length);
		found.forEach((word, at) => this.#set(from + at, word));
		this.suggestions = [];
		for (let at = from; at < from + found.length; at++) await this.#judge(at);
		return Math.min(from + found.length, wordCount - 1);
	}

	/** True when the text of a QR code is a recovery password: 32 hex characters, or the words themselves. */
	async useCode(text: string): Promise<boolean> {
		const check = await this.#engine.checkRecovery(text);
		if (check.ok) this.code = text;
		return check.ok;
	}

	#set(index: number, word: string): void {
		this.words[index] = word;
		this.code = null;
		this.verdict = null;
		this.unknown.delete(index);
	}

	async #suggest(index: number): Promise<void> {
		const prefix = this.words[index] ?? '';
		const asked = ++this.#asked;
		const found = prefix === '' ? [] : await this.#engine.suggestWords(prefix, shownSuggestions);
		// An answer to an older letter says nothing any more.
		if (asked !== this.#asked) return;
		this.suggestions = found.length === 1 && found[0] === prefix ? [] : found;
		if (found.includes(prefix)) await this.#check();
	}

	async #judge(index: number): Promise<void> {
		const word = this.words[index] ?? '';
		if (word === '') return;
		const found = await this.#engine.suggestWords(word, 2);
		if (this.words[index] !== word) return;
		if (!found.includes(word)) {
			const only = found.length === 1 ? found[0] : undefined;
			if (only !== undefined) this.#set(index, only);
			else {
				const similar = await this.#similar(word);
				if (this.words[index] !== word) return;
				this.unknown.set(index, similar);
				return;
			}
		}
		await this.#check();
	}

	async #similar(word: string): Promise<string | null> {
		for (const letters of [3, 2, 1]) {
			const candidates = await this.#engine.suggestWords(word.slice(0, letters), neighbours);
			const nearest = nearestWord(word, candidates);
			if (nearest !== null) return nearest;
		}
		return null;
	}

	async #check(): Promise<void> {
		if (this.left > 0 || this.unknown.size > 0) return;
		const input = this.input;
		const verdict = await this.#engine.checkRecovery(input);
		if (input === this.input) this.verdict = verdict;
	}
}

function plain(text: string): string {
	return text.normalize('NFKC').trim().toLowerCase();
}

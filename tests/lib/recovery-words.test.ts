import { describe, expect, it } from 'vitest';
import type { Engine, RecoveryCheck } from '../../src/engine/api';
import { nearestWord } from '../../src/lib/onboarding/nearest-word';
import { RecoveryWords, wordCount } from '../../src/lib/onboarding/recovery-words.svelte';

const list =
	'abbey awakened awesome awful awkward gnome luggage october onto pebbles ritual sonic tender velvet'.split(
		' '
	);
const right = 'sonic abbey gnome velvet october onto ritual luggage pebbles awful awkward tender sonic'.split(
	' '
);

function engine(): Pick<Engine, 'checkRecovery' | 'suggestWords'> {
	return {
		suggestWords: (prefix, limit) =>
			Promise.resolve(list.filter((word) => word.startsWith(prefix)).slice(0, limit)),
		checkRecovery: (input): Promise<RecoveryCheck> => {
			const good = input === right.join(' ') || input === 'ab'.repeat(16);
			return Promise.resolve(good ? { ok: true } : { ok: false, reason: 'checksum' });
		}
	};
}

describe('typing recovery words', () => {
	it('suggests words for what is typed, and none once the word stands', async () => {
		const recovery = new RecoveryWords(engine());
		recovery.type(0, 'aw');
		await settled();
		expect(recovery.suggestions).toEqual(['awakened', 'awesome', 'awful']);
		recovery.type(0, 'Velvet ');
		await settled();
		expect(recovery.words[0]).toBe('velvet');
		expect(recovery.suggestions).toEqual([]);
	});

	it('completes a beginning that fits one word when the field is left', async () => {
		const recovery = new RecoveryWords(engine());
		recovery.type(2, 'gno');
		await recovery.leave(2);
		expect(recovery.words[2]).toBe('gnome');
		expect(recovery.firstUnknown).toBeNull();
	});

	it('names the first word that is not in the list, and the nearest that is', async () => {
		const recovery = new RecoveryWords(engine());
		recovery.type(9, 'zzzz');
		await recovery.leave(9);
		recovery.type(3, 'velvit');
		await recovery.leave(3);
		expect(recovery.firstUnknown).toEqual({ index: 3, word: 'velvit', similar: 'velvet' });
		recovery.choose(3, 'velvet');
		await settled();
		expect(recovery.firstUnknown).toEqual({ index: 9, word: 'zzzz', similar: null });
	});

	it('judges the whole only when every word is known', async () => {
		const recovery = new RecoveryWords(engine());
		await recovery.paste(0, right.slice(0, 12).join(' '));
		expect(recovery.left).toBe(1);
		expect(recovery.verdict).toBeNull();
		recovery.type(12, 'abbey');
		await recovery.leave(12);
		expect(recovery.verdict).toEqual({ ok: false, reason: 'checksum' });
		recovery.type(12, 'sonic');
		await recovery.leave(12);
		expect(recovery.ready).toBe(true);
	});
});

describe('pasting a recovery password', () => {
	it.each([
		['plain', right.join(' ')],
		[
			'in lines, with numbers and capitals',
			right.map((word, at) => `${at + 1}. ${word.toUpperCase()}`).join('\n')
		],
		['with commas', right.join(', ')]
	])('spreads 13 words from the first field: %s', async (_, text) => {
		const recovery = new RecoveryWords(engine());
		expect(await recovery.paste(7, text)).toBe(wordCount - 1);
		expect(recovery.words).toEqual(right);
		expect(recovery.ready).toBe(true);
		expect(recovery.input).toBe(right.join(' '));
	});

	it('puts fewer words where they were pasted, and leaves a single word to the field', async () => {
		const recovery = new RecoveryWords(engine());
		expect(await recovery.paste(4, 'october onto')).toBe(6);
		expect(recovery.words.slice(3, 7)).toEqual(['', 'october', 'onto', '']);
		expect(await recovery.paste(0, 'sonic')).toBeNull();
	});

	it('refuses more than 13 and says how many there were', async () => {
		const recovery = new RecoveryWords(engine());
		await recovery.paste(0, [...right, 'onto'].join(' '));
		expect(recovery.verdict).toEqual({ ok: false, reason: 'too-many', count: 14 });
		expect(recovery.words.every((word) => word === '')).toBe(true);
	});

	it('takes the 32 characters of a QR code in place of words, until a word is typed', async () => {
		const recovery = new RecoveryWords(engine());
		expect(await recovery.useCode('cd'.repeat(16))).toBe(false);
		await recovery.paste(0, ` ${'ab'.repeat(16)}\n`);
		expect(recovery.ready).toBe(true);
		expect(recovery.input).toBe('ab'.repeat(16));
		recovery.type(0, 'sonic');
		expect(recovery.ready).toBe(false);
	});
});

describe('the nearest word', () => {
	it('is the one with the fewest changed letters, and none when all are far', () => {
		expect(nearestWord('rituall', list)).toBe('ritual');
		expect(nearestWord('gmone', list)).toBe('gnome');
		expect(nearestWord('qqqqq', list)).toBeNull();
		expect(nearestWord('awe', ['awful', 'awesome'])).toBeNull();
	});
});

/** Every answer of the engine here is a promise that is already resolved. */
function settled(): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve));
}

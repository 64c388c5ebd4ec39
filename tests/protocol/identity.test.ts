import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/protocol/bytes';
import {
	AccountIdError,
	accountIdOf,
	colourOf,
	identityFromSeed,
	newSeed,
	parseAccountId,
	parseSeed,
	shortAccountId,
	x25519Of,
	type AccountIdProblem
} from '../../src/protocol/identity';
import { parseSnodeId } from '../../src/protocol/keys';
import {
	decodeRecovery,
	decodeRecoveryOrHex,
	encodeRecovery,
	RecoveryError,
	wordsStartingWith
} from '../../src/protocol/mnemonic';
import { RECOVERY_WORDS } from '../../src/protocol/words';
import { scripted, sodiumReady } from './setup';

beforeAll(() => sodiumReady);

const seeds = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => parseSeed(bytes));

function problemOf(text: string): AccountIdProblem | null {
	try {
		parseAccountId(text);
		return null;
	} catch (error) {
		if (error instanceof AccountIdError) return error.reason;
		throw error;
	}
}

function recoveryProblem(text: string): Partial<RecoveryError> | null {
	try {
		decodeRecovery(text);
		return null;
	} catch (error) {
		if (!(error instanceof RecoveryError)) throw error;
		const { reason, index, word, count } = error;
		return { reason, index, word, count };
	}
}

describe('Account IDs', () => {
	it('follow from the seed as identity.md says', () => {
		const identity = identityFromSeed(parseSeed(fromHex('c010d89eccbaf5d1c6d19df766c6eedf')));
		expect(toHex(identity.ed25519.publicKey)).toBe(
			'74a8de90debc6fbdbb57eb9fb38c3d00c4952b62f5ac793a5f1432df27e424c2'
		);
		expect(identity.accountId).toBe('051a3676667ce37465745b2275f39f913a1fc831cf21df306c53d4d127c8575902');
		expect(shortAccountId(identity.accountId)).toBe('(051a…5902)');
		expect(colourOf(identity.accountId)).toBe(0x1a % 10);
	});

	it('are made from the randomness that is handed in, and from nothing else', () => {
		const random = fromHex('00112233445566778899aabbccddeeff');
		expect(newSeed(scripted(random))).toEqual(random);
	});

	it('come back from their text, with blanks around them and in capitals too', () => {
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.boolean(), (key, capitals) => {
				const text = `05${toHex(key)}`;
				const id = parseAccountId(capitals ? ` ${text.toUpperCase()}\n` : text);
				expect(id).toBe(text);
				expect(accountIdOf(x25519Of(id))).toBe(text);
				expect(colourOf(id)).toBe(key[0]! % 10);
			})
		);
	});

	it('say why a text is none', () => {
		const key = 'a'.repeat(64);
		const problems = [
			'',
			'  ',
			'hello',
			`05${key.slice(1)}`,
			`05${key}a`,
			`15${key}`,
			`25${key}`,
			`03${key}`
		];
		expect(problems.map(problemOf)).toEqual([
			'empty',
			'empty',
			'not-hex',
			'length',
			'length',
			'blinded',
			'blinded',
			'group'
		]);
		expect([`00${key}`, `07${key}`, `ff${key}`].map(problemOf)).toEqual(['prefix', 'prefix', 'prefix']);
		fc.assert(fc.property(fc.string(), (text) => void problemOf(text)));
	});

	it('are not node ids', () => {
		expect(() => parseSnodeId(`05${'a'.repeat(64)}`)).toThrowError();
		expect(parseSnodeId('A'.repeat(64))).toBe('a'.repeat(64));
	});
});

describe('recovery passwords', () => {
	it('use the word list of every other client', () => {
		const hash = createHash('sha256')
			.update(`${RECOVERY_WORDS.join('\n')}\n`)
			.digest('hex');
		expect(hash).toBe('eaa6bce7dd92f4d6dd74f224264e0ef4ad21095d68ec77616b26ceb599baf4f7');
		expect(RECOVERY_WORDS.length).toBe(1626);
	});

	it.each([
		['00000000000000000000000000000000', Array<string>(13).fill('abbey').join(' ')],
		[
			'ffffffffffffffffffffffffffffffff',
			'foamy solved soggy foamy solved soggy foamy solved soggy foamy solved soggy solved'
		],
		[
			'0123456789abcdef0123456789abcdef',
			'vexed enjoy pigment films adept voted vexed enjoy pigment films adept voted adept'
		],
		[
			'c010d89eccbaf5d1c6d19df766c6eedf',
			'uphill tutor loincloth cuddled luggage gels identity randomly pledge byline casket adult identity'
		]
	])('%s is written as identity.md says', (seed, words) => {
		expect(encodeRecovery(parseSeed(fromHex(seed))).join(' ')).toBe(words);
		expect(toHex(decodeRecovery(words))).toBe(seed);
	});

	it('come back from 13 words, however they are typed', () => {
		const separators = fc.constantFrom(' ', '\n', ', ', '  ', ' - ', '.\t');
		fc.assert(
			fc.property(seeds, separators, fc.boolean(), fc.boolean(), (seed, separator, capitals, numbered) => {
				const words = encodeRecovery(seed);
				expect(words.length).toBe(13);
				const typed = words.map((word, index) => (numbered ? `${index + 1}. ${word}` : word)).join(separator);
				expect(decodeRecovery(capitals ? typed.toUpperCase() : typed)).toEqual(seed);
				expect(decodeRecovery(words.map((word) => word.slice(0, 3)).join(' '))).toEqual(seed);
				expect(decodeRecoveryOrHex(` ${toHex(seed).toUpperCase()} `)).toEqual(seed);
				expect(decodeRecoveryOrHex(typed)).toEqual(seed);
			})
		);
	});

	it('are found wrong when one word is another, or two are swapped, nearly always', () => {
		fc.assert(
			fc.property(seeds, fc.nat(12), fc.nat(1625), (seed, index, replacement) => {
				const words = encodeRecovery(seed);
				words[index] = RECOVERY_WORDS[replacement]!;
				const problem = recoveryProblem(words.join(' '));
				// One replacement in twelve keeps the checksum; then it is another account, never a crash.
				if (problem !== null) expect(['checksum', 'malformed']).toContain(problem.reason);
			})
		);
		const words = encodeRecovery(parseSeed(fromHex('c010d89eccbaf5d1c6d19df766c6eedf')));
		[words[0], words[1]] = [words[1]!, words[0]!];
		expect(recoveryProblem(words.join(' '))?.reason).toBe('checksum');
	});

	it('say what is wrong', () => {
		const abbeys = Array<string>(12).fill('abbey').join(' ');
		expect(recoveryProblem('')).toMatchObject({ reason: 'too-few', count: 0 });
		expect(recoveryProblem(abbeys)).toMatchObject({ reason: 'too-few', count: 12 });
		expect(recoveryProblem(`${abbeys} abbey abbey`)).toMatchObject({ reason: 'too-many', count: 14 });
		expect(recoveryProblem(`${abbeys.replace('abbey', 'qqq')} abbey`)).toMatchObject({
			reason: 'unknown-word',
			index: 0,
			word: 'qqq'
		});
		expect(recoveryProblem(`${abbeys} ab`)).toMatchObject({ reason: 'unknown-word', index: 12, word: 'ab' });
		expect(recoveryProblem(`${abbeys} zoom`)).toMatchObject({ reason: 'checksum' });
	});

	it('refuse words whose numbers do not fit into four bytes', () => {
		// The largest group of three: 1625 + 1626·1625 + 1626²·1625 is above 2^32.
		const group = [1625, 1624, 1623].map((index) => RECOVERY_WORDS[index]!);
		const twelve = [...group, ...Array<string>(9).fill('abbey')];
		const problems = twelve.map((word) => recoveryProblem([...twelve, word].join(' '))?.reason);
		expect(problems).toContain('malformed');
		expect(problems.every((reason) => reason === 'malformed' || reason === 'checksum')).toBe(true);
	});

	it('never keep a secret in the message of an error', () => {
		let message = '';
		try {
			decodeRecovery(Array<string>(13).fill('qqsecret').join(' '));
		} catch (error) {
			message = String(error);
		}
		expect(message).toMatch(/unknown-word/);
		expect(message).not.toContain('qqsecret');
	});

	it('are suggested while being typed', () => {
		expect(wordsStartingWith(' Zo', 5)).toEqual(
			RECOVERY_WORDS.filter((word) => word.startsWith('zo')).slice(0, 5)
		);
		expect(wordsStartingWith('a', 3)).toEqual(['abbey', 'abducts', 'ability']);
		expect(wordsStartingWith('', 3)).toEqual([]);
		expect(wordsStartingWith('xyzzy', 3)).toEqual([]);
	});
});

describe('seeds', () => {
	it('have 16 bytes', () => {
		for (const length of [0, 15, 17, 32]) {
			expect(() => parseSeed(new Uint8Array(length))).toThrowError('seed has the wrong length');
		}
	});
});

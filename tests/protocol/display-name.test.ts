import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../src/protocol/bytes';
import { cleanDisplayName, truncateDisplayName } from '../../src/protocol/display-name';
import { ProtocolError } from '../../src/protocol/errors';

const texts = fc.oneof(
	fc.string({ unit: 'grapheme', maxLength: 60 }),
	fc.string({ unit: 'binary', maxLength: 150 }),
	fc.string({
		unit: fc.constantFrom(' ', '\n', '\u200b', '\u202e', 'a', 'é', '🦊', '\ud83e'),
		maxLength: 150
	})
);

function problemOf(text: string): string | null {
	try {
		cleanDisplayName(text);
		return null;
	} catch (error) {
		if (error instanceof ProtocolError) return error.kind;
		throw error;
	}
}

describe('display names', () => {
	it('lose the blanks around them and stay on one line', () => {
		expect(cleanDisplayName('  Ada \t')).toBe('Ada');
		expect(cleanDisplayName('\u200b\u2060\ufeffAda\u200f\u200e')).toBe('Ada');
		expect(cleanDisplayName('Ada\r\n\r\nLovelace')).toBe('Ada Lovelace');
		expect(cleanDisplayName('A\u0000d\u0007a')).toBe('Ada');
		expect(cleanDisplayName('Ada\u202egnp.exe')).toBe('Adagnp.exe');
		expect(cleanDisplayName('👩\u200d🚀 é')).toBe('👩\u200d🚀 é');
	});

	it('are limited in bytes, not in characters', () => {
		expect(problemOf('a'.repeat(100))).toBeNull();
		expect(problemOf('a'.repeat(101))).toBe('too-large');
		expect(problemOf('🦊'.repeat(25))).toBeNull();
		expect(problemOf('🦊'.repeat(25) + 'a')).toBe('too-large');
		expect(problemOf(` ${'a'.repeat(100)} `)).toBeNull();
		expect(['', ' ', '\n', '\u200b \u2060', '\u202e'].map(problemOf)).toEqual(Array(5).fill('malformed'));
	});

	it('are clean after cleaning, whatever came in', () => {
		fc.assert(
			fc.property(texts, (text) => {
				if (problemOf(text) !== null) return;
				const name = cleanDisplayName(text);
				expect(cleanDisplayName(name)).toBe(name);
				expect(utf8(name).length).toBeLessThanOrEqual(100);
				expect(name).not.toMatch(/[\n\r\p{Cs}\p{Cc}]/u);
			})
		);
	});

	it('of strangers are cut to fit, never in the middle of a character', () => {
		fc.assert(
			fc.property(texts, (text) => {
				const name = truncateDisplayName(text);
				expect(utf8(name).length).toBeLessThanOrEqual(100);
				expect(name).not.toMatch(/\p{Cs}/u);
				expect(truncateDisplayName(name)).toBe(name);
				if (problemOf(text) === null) expect(name).toBe(cleanDisplayName(text));
			})
		);
		expect(truncateDisplayName('🦊'.repeat(30))).toBe('🦊'.repeat(25));
		expect(truncateDisplayName('')).toBe('');
	});
});

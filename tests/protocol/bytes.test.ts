import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	concat,
	equal,
	fromBase64,
	fromHex,
	fromUtf8,
	toBase64,
	toBase64NoPad,
	toHex,
	utf8
} from '../../src/protocol/bytes';
import { parseJson } from '../../src/protocol/json';

const malformed = expect.objectContaining({ name: 'ProtocolError', kind: 'malformed' }) as Error;
const bytes = fc.uint8Array({ maxLength: 400 });

describe('hex and base64', () => {
	it('come back as they were, and are what Node makes of the same bytes', () => {
		fc.assert(
			fc.property(bytes, (value) => {
				const reference = Buffer.from(value);
				expect(toHex(value)).toBe(reference.toString('hex'));
				expect(toBase64(value)).toBe(reference.toString('base64'));
				expect(toBase64NoPad(value)).toBe(reference.toString('base64').replaceAll('=', ''));
				expect(fromHex(toHex(value).toUpperCase())).toEqual(value);
				expect(fromBase64(toBase64(value))).toEqual(value);
				expect(fromBase64(toBase64NoPad(value))).toEqual(value);
			})
		);
	});

	it('refuse whatever is not exactly that, and nothing else happens on any text', () => {
		for (const text of ['0', '0g', 'é0', '00 ', '0x00']) expect(() => fromHex(text)).toThrowError(malformed);
		for (const text of ['A', 'AA=', 'AAA==', '=', '====', 'A===', 'AB==', '-_-_', 'AAé=', 'AA A', 'AA==\n']) {
			expect(() => fromBase64(text)).toThrowError(malformed);
		}
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (text) => {
				for (const parse of [fromHex, fromBase64]) {
					try {
						parse(text);
					} catch (error) {
						expect(error).toEqual(malformed);
					}
				}
			})
		);
	});
});

describe('bytes', () => {
	it('are put together, compared and read as text', () => {
		fc.assert(
			fc.property(fc.array(bytes), (parts) => {
				expect(concat(...parts)).toEqual(new Uint8Array(Buffer.concat(parts)));
			})
		);
		fc.assert(
			fc.property(bytes, bytes, (a, b) => {
				expect(equal(a, b)).toBe(Buffer.compare(a, b) === 0);
				expect(equal(a, a.slice())).toBe(true);
			})
		);
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme' }), (text) => {
				expect(fromUtf8(utf8(text))).toBe(text);
			})
		);
		expect(fromUtf8(utf8('\ufefftext'))).toBe('\ufefftext');
		expect(() => fromUtf8(Uint8Array.of(0xc3, 0x28))).toThrowError(malformed);
	});
});

describe('JSON', () => {
	it('keeps the digits of numbers that do not fit, wherever they stand', () => {
		const text = '{"swarm_id":2305843009213693951,"text":"2305843009213693951 \\" 18446744073709551615"}';
		expect(parseJson(text)).toEqual({
			swarm_id: '2305843009213693951',
			text: '2305843009213693951 " 18446744073709551615'
		});
		expect(parseJson('[9007199254740991,-9007199254740993,1e20,12345678901234567890.5]')).toEqual([
			9007199254740991,
			'-9007199254740993',
			1e20,
			12345678901234567000
		]);
	});

	it('is otherwise what JSON.parse gives', () => {
		fc.assert(
			fc.property(fc.json(), (text) => {
				fc.pre(!/\d{16}/.test(text));
				expect(parseJson(text)).toEqual(JSON.parse(text));
			})
		);
		expect(() => parseJson('{"a":')).toThrowError(malformed);
	});

	it('takes a time in proportion to its length, also for hostile text', () => {
		const hostile = '"\\"'.repeat(300_000) + '1234567890123456789';
		expect(() => parseJson(hostile)).toThrowError(malformed);
		expect(parseJson(`["${'\\"'.repeat(300_000)}",1234567890123456789]`)).toHaveLength(2);
	});
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BtConsumer } from '../../../src/protocol/bt/consumer';
import { readBt } from '../../../src/protocol/bt/reader';
import type { BtValue } from '../../../src/protocol/bt/value';
import { bytesToKey, compareBytes, keyToBytes } from '../../../src/protocol/bt/value';
import { writeBt, writeSignedBt } from '../../../src/protocol/bt/writer';
import { concat, equal, fromUtf8, toBytes, utf8 } from '../../../src/protocol/bytes';
import { ProtocolError } from '../../../src/protocol/errors';

const malformed = expect.objectContaining({ name: 'ProtocolError', kind: 'malformed' }) as Error;
const tooLarge = expect.objectContaining({ name: 'ProtocolError', kind: 'too-large' }) as Error;

const key = fc.uint8Array({ maxLength: 40 }).map(bytesToKey);
const { value: anyValue } = fc.letrec<{ value: BtValue }>((tie) => ({
	value: fc.oneof(
		{ depthSize: 'small', withCrossShrink: true },
		fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
		fc.uint8Array({ maxLength: 50 }).map(toBytes),
		fc.array(tie('value'), { maxLength: 5 }),
		fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map((entries) => new Map(entries))
	)
}));

function consume(text: string): BtConsumer {
	return new BtConsumer(utf8(text));
}

describe('bt values', () => {
	it('come back as they were written', () => {
		fc.assert(
			fc.property(anyValue, (value) => {
				const bytes = writeBt(value);
				expect(readBt(bytes)).toEqual(value);
				expect(writeBt(readBt(bytes))).toEqual(bytes);
			})
		);
	});

	it('end in a value or a typed error, whatever the bytes are', () => {
		const alphabet = fc.constantFrom(...'0129:-iled');
		const soup = fc.array(alphabet, { maxLength: 40 }).map((characters) => utf8(characters.join('')));
		fc.assert(
			fc.property(fc.oneof(soup, fc.uint8Array({ maxLength: 60 })), (bytes) => {
				try {
					writeBt(readBt(bytes));
				} catch (error) {
					expect(error).toBeInstanceOf(ProtocolError);
				}
			}),
			{ numRuns: 2000 }
		);
	});

	it('are written with keys in the order of their bytes', () => {
		const dict = new Map<string, BtValue>([
			['b', 1n],
			['\u00ff', 2n],
			['', 3n],
			['ab', 4n],
			['a', 5n]
		]);
		expect(bytesToKey(writeBt(dict))).toBe('d0:i3e1:ai5e2:abi4e1:bi1e1:\u00ffi2ee');
	});

	it('have no integers beyond 64 bits', () => {
		expect(() => writeBt(2n ** 64n)).toThrow(malformed);
		expect(() => writeBt(-(2n ** 63n) - 1n)).toThrow(malformed);
		expect(() => readBt(utf8(`i${'0'.repeat(1_000_000)}${'9'.repeat(1_000_000)}e`))).toThrow(malformed);
		expect(readBt(utf8(`i${'0'.repeat(1_000_000)}7e`))).toBe(7n);
	});

	it('do not nest without end', () => {
		expect(readBt(utf8('l'.repeat(100) + 'e'.repeat(100)))).toHaveLength(1);
		expect(() => readBt(utf8('l'.repeat(101) + 'e'.repeat(101)))).toThrow(tooLarge);
		expect(() => readBt(utf8('d0:'.repeat(1_000_000)))).toThrow(tooLarge);
		expect(() => consume('l'.repeat(1_000_000)).skip()).toThrow(tooLarge);
	});

	it('promise no more bytes than there are', () => {
		expect(() => readBt(utf8(`${'9'.repeat(1_000_000)}:`))).toThrow(malformed);
		expect(() => readBt(utf8('4294967299:abc'))).toThrow(malformed);
	});
});

describe('keys', () => {
	it('keep every byte and sort like bytes', () => {
		const bytes = fc.uint8Array({ maxLength: 8 });
		fc.assert(
			fc.property(bytes, bytes, (a, b) => {
				expect(equal(keyToBytes(bytesToKey(a)), a)).toBe(true);
				expect(Math.sign(compareBytes(a, b))).toBe(
					bytesToKey(a) < bytesToKey(b) ? -1 : bytesToKey(a) === bytesToKey(b) ? 0 : 1
				);
			})
		);
	});

	it('may be longer than an argument list', () => {
		const long = new Uint8Array(300_000).fill(0x81);
		expect(equal(keyToBytes(bytesToKey(long)), long)).toBe(true);
	});
});

describe('the consumer', () => {
	it('finds keys in ascending order, past what lies between', () => {
		const dict = consume('d1:#i5e1:Gd1:xlee1:K3:abce');
		dict.enterDict();
		dict.require('#');
		expect(dict.int64()).toBe(5n);
		expect(dict.skipTo('A')).toBe(false);
		expect(dict.skipTo('K')).toBe(true);
		expect(fromUtf8(dict.bytes())).toBe('abc');
		expect(() => dict.require('~')).toThrow(malformed);
		dict.leave();
		expect(dict.position).toBe(26);
	});

	it('says where a value lies', () => {
		const dict = consume('d1:a1:x1:~1:ye');
		dict.enterDict();
		dict.require('a');
		dict.skip();
		expect(fromUtf8(dict.raw(0, dict.position))).toBe('d1:a1:x');
	});

	it('reads numbers of configs as signed', () => {
		expect(consume('i9223372036854775807e').int64()).toBe(2n ** 63n - 1n);
		expect(() => consume('i9223372036854775808e').int64()).toThrow(malformed);
	});

	it('refuses another kind than the one asked for', () => {
		expect(() => consume('i1e').bytes()).toThrow(malformed);
		expect(() => consume('1:a').integer()).toThrow(malformed);
		expect(() => consume('de').enterList()).toThrow(malformed);
		expect(() => consume('le').enterDict()).toThrow(malformed);
		expect(() => consume('e').value()).toThrow(malformed);
		expect(() => consume('e').skip()).toThrow(malformed);
	});
});

describe('a signed dict', () => {
	it('is signed up to the key of its signature', () => {
		let signed = '';
		const dict = new Map<string, BtValue>([
			['b', utf8('y')],
			['a', 1n]
		]);
		const bytes = writeSignedBt(dict, (message) => {
			signed = fromUtf8(message);
			return utf8('sig');
		});
		expect(signed).toBe('d1:ai1e1:b1:y');
		expect(fromUtf8(bytes)).toBe('d1:ai1e1:b1:y1:~3:sige');
		expect(fromUtf8(concat(utf8(signed), utf8('e')))).toBe('d1:ai1e1:b1:ye');
	});
});

import { expect, test } from 'vitest';
import { JsonError, parseJsonBytes, writeJson } from '../../src/localnet/json';

const parse = (text: string) => parseJsonBytes(new TextEncoder().encode(text));

test('integers are told from floats, and keep all digits up to 64 bits', () => {
	expect(parse('[1, -1, 18446744073709551615, -9223372036854775808]')).toEqual([
		1n,
		-1n,
		18446744073709551615n,
		-9223372036854775808n
	]);
	expect(parse('[1.0, 1e3, 18446744073709551616, 1.5]')).toEqual([1, 1000, 18446744073709551616, 1.5]);
});

test('objects keep the last of two members of one name', () => {
	expect(parse('{"a":1,"a":{"b":null},"":[]}')).toEqual(
		new Map<string, unknown>([
			['a', new Map([['b', null]])],
			['', []]
		])
	);
	expect(parse('{"__proto__":1}')).toEqual(new Map([['__proto__', 1n]]));
});

test.each([
	'',
	' ',
	'{',
	'[1,]',
	'{"a":1,}',
	'{a:1}',
	'[1 2]',
	'01',
	'+1',
	'1.',
	'.5',
	'NaN',
	'tru',
	'"a',
	'"\\x"',
	'"\\ud800"',
	'"\n"',
	'1 2',
	'{"a" 1}',
	'[' + '['.repeat(10_000)
])('is no JSON: %.20s', (text) => {
	expect(() => parse(text)).toThrow(JsonError);
});

test('bytes that are no UTF-8 are no JSON', () => {
	expect(() => parseJsonBytes(Uint8Array.of(0x22, 0xff, 0x22))).toThrow(JsonError);
});

test('says where it stopped, in the words that clients of the real servers see', () => {
	expect(() => parse('x')).toThrow(
		"[json.exception.parse_error.101] parse error at line 1, column 1: syntax error while parsing value - invalid literal; last read: 'x'"
	);
	expect(() => parse('{\n "a": ?')).toThrow(/line 2, column 7/);
});

test('writes compactly, with keys in byte order', () => {
	const value = {
		b: 1,
		a: [true, null, 'x"\u0001'],
		'11': 2n ** 63n,
		'3': new Map([['z', 1n]]),
		no: undefined
	};
	expect(writeJson(value)).toBe('{"11":9223372036854775808,"3":{"z":1},"a":[true,null,"x\\"\\u0001"],"b":1}');
});

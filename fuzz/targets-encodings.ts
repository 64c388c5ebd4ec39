import { load } from '../tests/vectors/load';
import { BtConsumer } from '../src/protocol/bt/consumer';
import { readBt } from '../src/protocol/bt/reader';
import { writeBt } from '../src/protocol/bt/writer';
import { concat, fromBase64, fromHex, fromUtf8, utf8 } from '../src/protocol/bytes';
import { encodeRecovery, decodeRecoveryOrHex } from '../src/protocol/mnemonic';
import { parseAccountId, parseSeed } from '../src/protocol/identity';
import { parseJson } from '../src/protocol/json';
import { unpad } from '../src/protocol/padding';
import { compress, decompress } from '../src/protocol/zstd';
import { parseBlindedId } from '../src/protocol/blinding/blinded-id';
import { parseGroupId } from '../src/protocol/groups/group-id';
import type { Bytes } from '../src/protocol/types';
import { random } from './keys';
import { between, longList, repeated, wideDict, zeros } from './hostile';
import type { Target } from './target';

const ZSTD_LIMIT = 1_000_000;

function btSeeds(): readonly Bytes[] {
	const { cases } = load<{ cases: { data: string; expect: { deserialize: string } }[] }>('bt_encoding');
	return cases.filter((one) => one.expect.deserialize === 'accept').map((one) => fromHex(one.data));
}

const btHostile = [
	repeated('l'),
	repeated('d'),
	repeated('d1:a'),
	repeated('9'),
	between('i', '9', 'e'),
	between('i', '0', '1e'),
	between('', '0', ':'),
	between('l', '0:', 'e'),
	between('l', 'le', 'e'),
	longList,
	wideDict('i1e'),
	between('d', '1:ai1e', 'e')
];

function ids(input: Bytes): void {
	const text = fromUtf8(input);
	const parsers = [parseAccountId, parseBlindedId, parseGroupId];
	let last: unknown;
	for (const parse of parsers) {
		try {
			parse(text);
			return;
		} catch (error) {
			last = error;
		}
	}
	throw last;
}

export function encodingTargets(): readonly Target[] {
	const compressible = repeated('a config message is mostly the same as before ');
	return [
		{
			name: 'bt value',
			seeds: btSeeds(),
			decode(input) {
				const value = readBt(input);
				return readBt(writeBt(value));
			},
			hostile: btHostile
		},
		{
			name: 'bt consumer',
			seeds: btSeeds().filter((seed) => seed[0] === 0x64 || seed[0] === 0x6c),
			decode: (input) => new BtConsumer(input).skip(),
			hostile: btHostile
		},
		{
			name: 'zstd',
			seeds: [10, 300, 3000].map((size) => compress(compressible(size))),
			decode: (input) => decompress(input, ZSTD_LIMIT),
			hostile: [
				(size) => compress(random(size)),
				// Work without end for a decoder that believes the header, and much for one that does not.
				(size) => concat(fromHex('28b52ffd'), zeros(size)),
				(size) => concat(fromHex('28b52ffdc0'), fromHex('ffffffffffffff7f'), zeros(size))
			]
		},
		{
			name: 'hex',
			seeds: [utf8('00ff'), utf8('ABCDEFabcdef0123456789')],
			decode: (input) => fromHex(fromUtf8(input)),
			hostile: [repeated('ab')]
		},
		{
			name: 'base64',
			seeds: [utf8('aGVsbG8='), utf8('aGVsbG8'), utf8('/+8=')],
			decode: (input) => fromBase64(fromUtf8(input)),
			hostile: [repeated('A')]
		},
		{
			name: 'JSON',
			seeds: [utf8('{"a":[1,18446744073709551615,-1.5e3,"\\"\\u00e9"],"b":null}')],
			decode: (input) => parseJson(fromUtf8(input)),
			hostile: [
				between('[', '12345678901234567890,', '1]'),
				between('"1234567890123456', '\\"', '"'),
				repeated('"1234567890123456\\'),
				between('["', '\\\\', '"]')
			]
		},
		{
			name: 'recovery words',
			seeds: [utf8(encodeRecovery(parseSeed(new Uint8Array(16).fill(9))).join(' ')), utf8('09'.repeat(16))],
			decode: (input) => decodeRecoveryOrHex(fromUtf8(input)),
			hostile: [repeated('abbey '), repeated('a'), repeated(' '), repeated('\u{fdfa}')]
		},
		{
			name: 'ids',
			seeds: [utf8(`05${'ab'.repeat(32)}`), utf8(`15${'cd'.repeat(32)}`), utf8(`03${'ef'.repeat(32)}`)],
			decode: ids,
			hostile: [repeated('05'), repeated(' ')]
		},
		{
			name: 'padding',
			seeds: [concat(utf8('text'), Uint8Array.of(0x80), zeros(100)), utf8('bare')],
			decode: unpad,
			hostile: [zeros]
		}
	];
}

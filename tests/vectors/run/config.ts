/** bt encoding and config messages. */
import { BtConsumer } from '../../../src/protocol/bt/consumer';
import { readBt } from '../../../src/protocol/bt/reader';
import { isBytes, isDict, isList, keyToBytes, sortedEntries } from '../../../src/protocol/bt/value';
import type { BtValue } from '../../../src/protocol/bt/value';
import { writeBt } from '../../../src/protocol/bt/writer';
import { toHex } from '../../../src/protocol/bytes';
import type { Bytes } from '../../../src/protocol/types';
import type { Handler, Handlers } from './handler';

/** The files' lossless tree: integers as decimal text, bytes as hex, dicts as ordered pairs. */
function tree(value: BtValue): unknown {
	if (typeof value === 'bigint') return { int: String(value) };
	if (isBytes(value)) return { bytes: toHex(value) };
	if (isList(value)) return { list: value.map(tree) };
	const pairs = isDict(value) ? sortedEntries(value) : [];
	return { dict: pairs.map(([key, item]) => [toHex(keyToBytes(key)), tree(item)]) };
}

/** What the configs' consumer makes of it: null when it is neither list nor dict. */
function consumed(data: Bytes): 'accept' | 'reject' | null {
	if (data[0] !== 0x64 && data[0] !== 0x6c) return null;
	try {
		new BtConsumer(data).skip();
		return 'accept';
	} catch {
		return 'reject';
	}
}

const bt: Handler = async (one, check) => {
	one.skip('text');
	const data = one.hex('data');
	const expected = one.fields('expect');
	check.same(consumed(data), expected.raw('consumer'), 'consumer');
	if (expected.text('deserialize') === 'reject') {
		await check.refused(() => readBt(data), 'deserialize');
		return;
	}
	const value = readBt(data);
	check.same(tree(value), expected.raw('value'), 'value');
	check.bytes(writeBt(value), expected.hex('reencoded'), 'reencoded');
};

export const handlers: Handlers = { bt };

/** bt encoding and config messages. */
import { BtConsumer } from '../../../src/protocol/bt/consumer';
import { readBt } from '../../../src/protocol/bt/reader';
import { isBytes, isDict, isList, keyToBytes, sortedEntries } from '../../../src/protocol/bt/value';
import type { BtValue } from '../../../src/protocol/bt/value';
import { writeBt } from '../../../src/protocol/bt/writer';
import { toHex } from '../../../src/protocol/bytes';
import { decryptConfig, encryptConfig } from '../../../src/protocol/config/encrypt';
import { CONTACTS, CONVO_INFO_VOLATILE, USER_GROUPS, USER_PROFILE } from '../../../src/protocol/config/kinds';
import { paddedSize } from '../../../src/protocol/config/pack';
import { unwrapConfig, wrapConfig } from '../../../src/protocol/config/wrap';
import { ProtocolError } from '../../../src/protocol/errors';
import type { Bytes } from '../../../src/protocol/types';
import { pairOf } from './config-steps';
import type { Handler, Handlers } from './handler';
import { handlers as scenarios } from './scenario';

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
	check.same(expected.text('deserialize'), 'accept', 'deserialize');
	const value = readBt(data);
	check.same(tree(value), expected.raw('value'), 'value');
	check.bytes(writeBt(value), expected.hex('reencoded'), 'reencoded');
};

const protosWrap: Handler = async (one, check) => {
	const account = pairOf(one.hex('ed25519_sk'));
	const [data, seqno, namespace] = [one.hex('data'), one.number('seqno'), one.number('namespace')];
	await check.outcome(one, () => ({ wrapped: toHex(wrapConfig(data, seqno, wrapKindOf(namespace), account)) }));
};

const protosUnwrap: Handler = async (one, check) => {
	const account = pairOf(one.hex('ed25519_sk'));
	const [wrapped, namespace] = [one.hex('wrapped'), one.number('namespace')];
	await check.outcome(one, () => ({ data: toHex(unwrapConfig(wrapped, wrapKindOf(namespace), account)) }));
};

/** Only the configs of an account are wrapped. */
function wrapKindOf(namespace: number): number {
	const wrapped = [USER_PROFILE, CONTACTS, CONVO_INFO_VOLATILE, USER_GROUPS];
	const kind = wrapped.find((candidate) => candidate.namespace === namespace)?.wrapKind;
	if (kind === undefined) throw new ProtocolError('malformed', 'config is not wrapped');
	return kind;
}

const encrypt: Handler = async (one, check) => {
	const [plaintext, key, domain] = [one.hex('plaintext'), one.hex('key'), one.text('domain')];
	await check.outcome(one, () => ({ encrypted: toHex(encryptConfig(plaintext, key, domain)) }));
};

const decrypt: Handler = async (one, check) => {
	const [encrypted, key, domain] = [one.hex('encrypted'), one.hex('key'), one.text('domain')];
	await check.outcome(one, () => ({ plaintext: toHex(decryptConfig(encrypted, key, domain)) }));
};

const padding: Handler = async (one, check) => {
	const [size, overhead] = [one.number('size'), one.number('overhead')];
	await check.outcome(one, () => ({ padded: paddedSize(size, overhead) }));
};

export const handlers: Handlers = {
	bt,
	protos_wrap: protosWrap,
	protos_unwrap: protosUnwrap,
	config_encrypt: encrypt,
	config_decrypt: decrypt,
	config_padded_size: padding,
	...scenarios
};

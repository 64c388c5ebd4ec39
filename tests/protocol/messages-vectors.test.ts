import { beforeAll, describe, expect, it } from 'vitest';
import { fromBase64, fromHex, toBase64, toHex } from '../../src/protocol/bytes';
import { openDirectMessage } from '../../src/protocol/direct-message';
import { identityFromSeed, parseSeed, x25519FromEd25519 } from '../../src/protocol/identity';
import { ed25519FromSeed } from '../../src/protocol/keys';
import { pad160, unpad } from '../../src/protocol/padding';
import { decodeContent, encodeContent, type Content } from '../../src/protocol/protobuf/content';
import { decodeEnvelope } from '../../src/protocol/protobuf/envelope';
import { decodeWebSocketMessage, encodeWebSocketMessage } from '../../src/protocol/protobuf/websocket';
import { decryptIncoming } from '../../src/protocol/session-encryption';
import { load } from '../vectors/load';
import { sodiumReady } from './setup';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

type Case =
	| { name: string; kind: 'pb'; value: Json; expect: { encoded: string } }
	| {
			name: string;
			kind: 'decode';
			ed25519_sk: string;
			data_base64: string;
			expect: {
				websocket: { verb: string };
				envelope: { [key: string]: Json };
				sender_session_id: string;
				padded_size: number;
				content_bytes: string;
				content: Json;
			};
	  }
	| { name: string; kind: 'padding'; cmd: 'pad160'; data: string; expect: { padded: string } }
	| { name: string; kind: 'padding'; cmd: 'unpad'; padded: string; expect: { data: string } };

const { cases } = load<{ cases: Case[] }>('messages');
const of = <Kind extends Case['kind']>(kind: Kind) =>
	cases.filter((one): one is Extract<Case, { kind: Kind }> => one.kind === kind);

/** Fields that the vectors write as hex and that are bytes to us. */
const BYTE_FIELDS = [
	'profileKey',
	'key',
	'digest',
	'proSig',
	'memberAuthData',
	'adminSignature',
	'groupIdentitySeed'
];

function fromVector(value: Json, field = ''): unknown {
	if (Array.isArray(value)) return value.map((item) => fromVector(item, field));
	if (typeof value === 'string') return BYTE_FIELDS.includes(field) ? fromHex(value) : value;
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.filter(([name]) => !name.startsWith('unknown_'))
			.map(([name, content]) => [name, fromVector(content, name)])
	);
}

beforeAll(() => sodiumReady);

describe('messages.json: contents', () => {
	it.each(of('pb'))('$name encodes to the same bytes', (one) => {
		expect(toHex(encodeContent(fromVector(one.value) as Content))).toBe(one.expect.encoded);
	});

	it.each(of('pb'))('$name decodes to the same fields, and no others', (one) => {
		expect(decodeContent(fromHex(one.expect.encoded))).toStrictEqual(fromVector(one.value));
	});
});

describe('messages.json: stored messages', () => {
	it.each(of('decode'))('$name', (one) => {
		const ed25519 = ed25519FromSeed(fromHex(one.ed25519_sk.slice(0, 64)));
		const own = {
			...identityFromSeed(parseSeed(new Uint8Array(16))),
			ed25519,
			x25519: x25519FromEd25519(ed25519)
		};
		const stored = fromBase64(one.data_base64);
		const opened = openDirectMessage(stored, own);
		expect(opened.senderId).toBe(one.expect.sender_session_id);
		expect(toHex(opened.raw)).toBe(one.expect.content_bytes);
		expect(opened.content).toStrictEqual(fromVector(one.expect.content));

		const body = decodeWebSocketMessage(stored);
		const { content, ...envelope } = decodeEnvelope(body);
		expect(envelope).toStrictEqual(fromVector(one.expect.envelope));
		expect(decryptIncoming(content!, own.x25519).message.length).toBe(one.expect.padded_size);
		if (one.expect.websocket.verb === '') {
			expect(toBase64(encodeWebSocketMessage(body))).toBe(one.data_base64);
		}
	});
});

describe('messages.json: padding', () => {
	it.each(of('padding'))('$name', (one) => {
		if (one.cmd === 'pad160') expect(toHex(pad160(fromHex(one.data)))).toBe(one.expect.padded);
		else expect(toHex(unpad(fromHex(one.padded)))).toBe(one.expect.data);
	});
});

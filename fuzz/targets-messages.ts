import { load } from '../tests/vectors/load';
import { blindedSigner } from '../src/protocol/communities/request-signing';
import { parseBlindedId } from '../src/protocol/blinding/blinded-id';
import { decryptBlinded, encryptForBlinded } from '../src/protocol/blinding/inbox-encryption';
import { concat, fromBase64, fromHex, utf8 } from '../src/protocol/bytes';
import { openDirectMessage, sealDirectMessage } from '../src/protocol/direct-message';
import { encryptForMany, decryptFromMany } from '../src/protocol/multi-encrypt';
import { pad160 } from '../src/protocol/padding';
import { decodeContent, encodeContent } from '../src/protocol/protobuf/content';
import { decodeEnvelope, encodeEnvelope, EnvelopeType } from '../src/protocol/protobuf/envelope';
import { decodeSharedConfig, encodeSharedConfig } from '../src/protocol/protobuf/shared-config';
import { decodeWebSocketMessage, encodeWebSocketMessage } from '../src/protocol/protobuf/websocket';
import { decryptPushPayload } from '../src/protocol/push-payload';
import { decryptIncoming, encryptForRecipient } from '../src/protocol/session-encryption';
import type { Bytes, NetworkTime } from '../src/protocol/types';
import { XCHACHA_NONCE_BYTES, xchachaSeal } from '../src/protocol/xchacha20';
import { between, repeated, wideDict, zeros } from './hostile';
import { keys, random } from './keys';
import type { Target } from './target';

const TIME = 1_760_000_000_123 as NetworkTime;
const DOMAIN = 'fuzz';
const STORED = 60_000;

/** Unknown fields, deep groups, repeated members: what makes a protobuf reader work. */
const protobufHostile = [
	repeated('\u000a\u0000'),
	repeated('\u0003'),
	repeated('\u0008\u0001'),
	repeated('\u0012\u0002\u0008\u0001'),
	zeros,
	repeated('\u007f')
];

function contents(): readonly Bytes[] {
	const { cases } = load<{ cases: { kind: string; expect: { encoded?: string } }[] }>('messages');
	return cases.flatMap(({ expect }) => (expect.encoded === undefined ? [] : [fromHex(expect.encoded)]));
}

export function messageTargets(): readonly Target[] {
	const { ada, ben, server } = keys();
	const sealed = (content: Bytes) => encryptForRecipient(content, ada.ed25519, ben.x25519.publicKey, random);
	const [one = new Uint8Array()] = contents();
	const direct = sealDirectMessage({
		content: { dataMessage: { body: 'hello' } },
		timestamp: TIME,
		sender: ada,
		recipient: ben.accountId,
		random
	});
	const [adaId, benId] = [ada, ben].map(({ ed25519 }) => parseBlindedId(blindedSigner(ed25519, server).id));
	if (adaId === undefined || benId === undefined) throw new Error('no ids');
	const inbox = encryptForBlinded(pad160(one), ada.ed25519, benId, server, random);
	const many = [ada, ben].map(({ x25519 }) => ({ recipient: x25519.publicKey, message: utf8('for you') }));
	const key = new Uint8Array(32).fill(6);
	return [
		{ name: 'protobuf: content', seeds: contents(), decode: decodeContent, hostile: protobufHostile },
		{
			name: 'protobuf: envelope',
			seeds: [encodeEnvelope({ type: EnvelopeType.SessionMessage, timestamp: TIME, content: one })],
			decode: decodeEnvelope,
			hostile: protobufHostile
		},
		{
			name: 'protobuf: websocket',
			seeds: [encodeWebSocketMessage(one)],
			decode: decodeWebSocketMessage,
			hostile: protobufHostile
		},
		{
			name: 'protobuf: shared config',
			seeds: [encodeSharedConfig({ kind: 1, seqno: 5, data: one })],
			decode: decodeSharedConfig,
			hostile: protobufHostile
		},
		{
			name: 'sealed message',
			seeds: [sealed(one)],
			decode: (input) => decryptIncoming(input, ben.x25519),
			hostile: [zeros]
		},
		{
			name: 'direct message',
			seeds: [direct],
			decode: (input) => openDirectMessage(input, ben),
			hostile: [zeros, repeated('\u0012\u0002\u0008\u0001')]
		},
		{
			name: 'direct message, its content',
			seeds: [encodeContent({ dataMessage: { body: 'hello' }, sigTimestamp: TIME })],
			decode(input) {
				const envelope = {
					type: EnvelopeType.SessionMessage,
					timestamp: TIME,
					content: sealed(pad160(input))
				};
				return openDirectMessage(encodeWebSocketMessage(encodeEnvelope(envelope)), ben);
			},
			hostile: [repeated('\u000a\u0000')],
			largest: STORED
		},
		{
			name: 'inbox message',
			seeds: [inbox],
			decode: (input) => decryptBlinded(input, ben.ed25519, adaId, benId, server),
			hostile: [zeros]
		},
		{
			name: 'message for many',
			seeds: [encryptForMany(many, ada.x25519, DOMAIN, random(XCHACHA_NONCE_BYTES))],
			decode: (input) => decryptFromMany(input, ben.x25519, ada.x25519.publicKey, DOMAIN),
			hostile: [
				between(`d1:#24:${'n'.repeat(24)}1:el`, `17:${'x'.repeat(17)}`, 'ee'),
				between(`d1:#24:${'n'.repeat(24)}1:el`, '0:', 'ee'),
				wideDict('i1e'),
				repeated('d1:#')
			]
		},
		{
			name: 'push payload',
			seeds: [concat(new Uint8Array(24), xchachaSeal(utf8('l1:a1:be'), new Uint8Array(24), key))],
			decode: (input) => decryptPushPayload(input, key),
			hostile: [zeros]
		},
		{
			name: 'push payload, opened',
			seeds: [utf8('l1:a1:be')],
			decode(input) {
				const nonce = new Uint8Array(24);
				return decryptPushPayload(concat(nonce, xchachaSeal(input, nonce, key)), key);
			},
			hostile: [zeros]
		},
		{
			name: 'stored messages of clients',
			seeds: load<{ cases: { data_base64?: string }[] }>('messages').cases.flatMap(({ data_base64: data }) =>
				data === undefined ? [] : [fromBase64(data)]
			),
			decode: (input) => decodeEnvelope(decodeWebSocketMessage(input)),
			hostile: protobufHostile
		}
	];
}

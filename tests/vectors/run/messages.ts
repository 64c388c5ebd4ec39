/** messages: contents as protobuf, padding, and whole stored one-to-one messages. */
import { fromHex, toBase64, toHex } from '../../../src/protocol/bytes';
import { openDirectMessage } from '../../../src/protocol/direct-message';
import { identityFromSeed, parseSeed, x25519FromEd25519 } from '../../../src/protocol/identity';
import { pad160, unpad } from '../../../src/protocol/padding';
import { decodeContent, encodeContent, type Content } from '../../../src/protocol/protobuf/content';
import { decodeEnvelope } from '../../../src/protocol/protobuf/envelope';
import { sotto } from '../../../src/protocol/protobuf/generated/session';
import { decodeWebSocketMessage, encodeWebSocketMessage } from '../../../src/protocol/protobuf/websocket';
import { decryptIncoming } from '../../../src/protocol/session-encryption';
import type { Handlers } from './handler';
import { pairOf } from './keys';

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

/** `unknown_…` stands for protobuf fields that the schema does not have; a decoder drops them. */
function fromVector(value: unknown, field = ''): unknown {
	if (Array.isArray(value)) return value.map((item) => fromVector(item, field));
	if (typeof value === 'string') return BYTE_FIELDS.includes(field) ? fromHex(value) : value;
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.filter(([name]) => !name.startsWith('unknown_'))
			.map(([name, content]) => [name, fromVector(content, name)])
	);
}

export const handlers: Handlers = {
	pb_encode(one, check) {
		check.same(one.text('type'), 'Content', 'type');
		const value = fromVector(one.raw('value'));
		const encoded = one.fields('expect').hex('encoded');
		check.bytes(encodeContent(value as Content), encoded, 'expect.encoded');
		check.same(decodeContent(encoded), value, 'the decoded content');
	},

	message_decode(one, check) {
		const ed25519 = pairOf(one.hex('ed25519_sk'), check);
		const x25519 = x25519FromEd25519(ed25519);
		const own = { ...identityFromSeed(parseSeed(new Uint8Array(16))), ed25519, x25519 };
		const stored = one.base64('data_base64');
		const expected = one.fields('expect');

		const body = decodeWebSocketMessage(stored);
		const { content: sealed, ...envelope } = decodeEnvelope(body);
		check.same(envelope, fromVector(expected.raw('envelope')), 'expect.envelope');
		if (sealed === undefined) throw new Error('the envelope is empty');
		const padded = decryptIncoming(sealed, x25519).message;
		check.same(padded.length, expected.number('padded_size'), 'expect.padded_size');

		const opened = openDirectMessage(stored, own);
		check.same(opened.senderId, expected.text('sender_session_id'), 'expect.sender_session_id');
		check.same(toHex(opened.raw), expected.text('content_bytes'), 'expect.content_bytes');
		check.same(opened.content, fromVector(expected.raw('content')), 'expect.content');

		// Readers look at the wrapping's body only; what is around it is read here for the comparison.
		const { type, request } = sotto.WebSocketMessage.decode(stored);
		const texts = { verb: request?.verb ?? '', path: request?.path ?? '' };
		check.same({ type, ...texts }, expected.raw('websocket'), 'expect.websocket');
		if (texts.verb !== '') return;
		check.same(toBase64(encodeWebSocketMessage(body)), one.text('data_base64'), 'the wrapping written again');
	},

	async pad160(one, check) {
		const data = one.hex('data');
		await check.outcome(one, () => ({ padded: toHex(pad160(data)) }));
	},

	async unpad(one, check) {
		const padded = one.hex('padded');
		await check.outcome(one, () => ({ data: toHex(unpad(padded)) }));
	}
};

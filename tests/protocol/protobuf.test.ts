import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, toHex } from '../../src/protocol/bytes';
import { pad160, unpad } from '../../src/protocol/padding';
import {
	CallType,
	DataExtractionType,
	decodeContent,
	encodeContent,
	EXPIRATION_TIMER_UPDATE,
	ExpirationType,
	GroupInfoChangeType,
	GroupMemberChangeType,
	ReactionAction,
	ReceiptType,
	TypingAction,
	VOICE_MESSAGE,
	type Content
} from '../../src/protocol/protobuf/content';
import {
	decodeEnvelope,
	encodeEnvelope,
	EnvelopeType,
	type Envelope
} from '../../src/protocol/protobuf/envelope';
import { decodeWebSocketMessage, encodeWebSocketMessage } from '../../src/protocol/protobuf/websocket';
import type { Bytes } from '../../src/protocol/types';

const malformed = expect.objectContaining({ name: 'ProtocolError', kind: 'malformed' }) as Error;

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const bytes = fc.uint8Array({ maxLength: 100 }).map((value): Bytes => new Uint8Array(value));
const uint32 = fc.nat(0xffff_ffff);
const uint64 = fc.maxSafeNat();
const oneOf = (values: Readonly<Record<string, number>>) => fc.constantFrom(...Object.values(values));
/** A record in which only the named fields are always there. */
const message = <T extends object>(
	fields: { [Key in keyof T]: fc.Arbitrary<T[Key]> },
	always: (keyof T)[] = []
) => fc.record(fields, { requiredKeys: always, noNullPrototype: true }) as fc.Arbitrary<Partial<T>>;
const whole = <T extends object>(fields: { [Key in keyof T]: fc.Arbitrary<T[Key]> }) =>
	fc.record(fields, { noNullPrototype: true });
const list = <T>(items: fc.Arbitrary<T>) => fc.array(items, { minLength: 1, maxLength: 4 });

const attachment = message(
	{
		id: uint64,
		contentType: text,
		key: bytes,
		size: uint32,
		digest: bytes,
		fileName: text,
		flags: fc.constantFrom(0, VOICE_MESSAGE),
		width: uint32,
		height: uint32,
		caption: text,
		url: text
	},
	['id']
);
const profile = message({ displayName: text, profilePicture: text, lastUpdateSeconds: uint64 });
const groupUpdate = message({
	inviteMessage: whole({
		groupSessionId: text,
		name: text,
		memberAuthData: bytes,
		adminSignature: bytes
	}),
	infoChangeMessage: message(
		{
			type: oneOf(GroupInfoChangeType),
			updatedName: text,
			updatedExpiration: uint32,
			adminSignature: bytes
		},
		['type', 'adminSignature']
	),
	memberChangeMessage: message(
		{
			type: oneOf(GroupMemberChangeType),
			memberSessionIds: list(text),
			historyShared: fc.boolean(),
			adminSignature: bytes
		},
		['type', 'adminSignature']
	),
	promoteMessage: whole({ groupIdentitySeed: bytes, name: text }),
	memberLeftMessage: fc.constant({}),
	inviteResponse: whole({ isApproved: fc.boolean() }),
	deleteMemberContent: message({
		memberSessionIds: list(text),
		messageHashes: list(text),
		adminSignature: bytes
	}),
	memberLeftNotificationMessage: fc.constant({})
});
const data = message({
	body: text,
	attachments: list(attachment),
	flags: fc.constantFrom(0, EXPIRATION_TIMER_UPDATE),
	profileKey: bytes,
	quote: message({ id: uint64, author: text, text }, ['id', 'author']),
	preview: list(message({ url: text, title: text, image: attachment }, ['url'])),
	reaction: message({ id: uint64, author: text, emoji: text, action: oneOf(ReactionAction) }, [
		'id',
		'author',
		'action'
	]),
	profile,
	openGroupInvitation: whole({ url: text, name: text }),
	syncTarget: text,
	blocksCommunityMessageRequests: fc.boolean(),
	groupUpdateMessage: groupUpdate
});
const content = message({
	dataMessage: data,
	callMessage: message(
		{
			type: oneOf(CallType),
			sdps: list(text),
			sdpMLineIndexes: list(uint32),
			sdpMids: list(text),
			uuid: text
		},
		['type', 'uuid']
	),
	receiptMessage: message({ type: oneOf(ReceiptType), timestamp: list(uint64) }, ['type']),
	typingMessage: whole({ timestamp: uint64, action: oneOf(TypingAction) }),
	dataExtractionNotification: message({ type: oneOf(DataExtractionType), timestamp: uint64 }, ['type']),
	unsendRequest: whole({ timestamp: uint64, author: text }),
	messageRequestResponse: message({ isApproved: fc.boolean(), profileKey: bytes, profile }, ['isApproved']),
	expirationType: oneOf(ExpirationType),
	expirationTimer: uint32,
	sigTimestamp: uint64,
	proMessage: message({
		proof: message({ version: uint32, tag: bytes, rotatingPublicKey: bytes, expiry: uint64, sig: bytes }),
		profileBitset: uint64,
		messageBitset: uint64
	}),
	proSigForCommunityMessageOnly: bytes
}) as fc.Arbitrary<Content>;
const envelope = message(
	{
		type: oneOf(EnvelopeType),
		source: text,
		timestamp: uint64,
		sourceDevice: uint32,
		content: bytes,
		serverTimestamp: uint64,
		proSig: bytes
	},
	['type', 'timestamp']
) as fc.Arbitrary<Envelope>;

describe('protobuf messages', () => {
	it('come back as they went, every field of every kind', () => {
		fc.assert(
			fc.property(content, (value) => void expect(decodeContent(encodeContent(value))).toStrictEqual(value))
		);
		fc.assert(
			fc.property(
				envelope,
				(value) => void expect(decodeEnvelope(encodeEnvelope(value))).toStrictEqual(value)
			)
		);
		fc.assert(
			fc.property(
				bytes,
				(body) => void expect(decodeWebSocketMessage(encodeWebSocketMessage(body))).toEqual(body)
			)
		);
	});

	it('do not mind fields of newer clients', () => {
		// Field 999, a length-delimited one, and 1023, a number.
		const unknown = fromHex('ba3e0361626' + '3f83f07');
		fc.assert(
			fc.property(content, (value) => {
				expect(decodeContent(concat(unknown, encodeContent(value), unknown))).toStrictEqual(value);
			})
		);
	});

	it('throw nothing but ProtocolError on any bytes', () => {
		const decoders = [decodeContent, decodeEnvelope, decodeWebSocketMessage];
		const survives = (hostile: Uint8Array) => {
			for (const decode of decoders) {
				try {
					decode(hostile);
				} catch (error) {
					expect(error).toEqual(malformed);
				}
			}
		};
		fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), survives), { numRuns: 500 });
		const damage = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }), fc.nat());
		fc.assert(
			fc.property(content, damage, (value, [place, difference, cut]) => {
				const whole = encodeContent(value);
				if (whole.length === 0) return;
				whole[place % whole.length]! ^= difference;
				survives(whole);
				survives(whole.subarray(0, cut % whole.length));
			}),
			{ numRuns: 500 }
		);
	});

	it('throw nothing but ProtocolError on deep nesting and huge claims', () => {
		const groups = new Uint8Array(200_000).fill(0x0b);
		const claims = fromHex('0affffffff0f');
		const varint = fromHex('68ffffffffffffffffffff01');
		for (const hostile of [groups, claims, varint]) {
			expect(() => decodeContent(hostile)).toThrowError(malformed);
		}
	});

	it('take a time in proportion to their length', () => {
		const measure = (count: number) => {
			const timestamps = encodeContent({
				receiptMessage: { type: 1, timestamp: Array.from({ length: count }, (_, index) => index) }
			});
			// The fastest of several runs, so that a busy machine does not decide.
			const runs = Array.from({ length: 7 }, () => {
				const start = performance.now();
				expect(decodeContent(timestamps).receiptMessage?.timestamp).toHaveLength(count);
				return performance.now() - start;
			});
			return Math.min(...runs);
		};
		measure(20_000);
		const [short, long] = [measure(2_000), measure(40_000)];
		// Twenty times the length; a quadratic decoder would take four hundred times as long.
		expect(long).toBeLessThan(120 * Math.max(short, 0.1));
	});

	it('refuse numbers that cannot be told apart, except where nobody needs them', () => {
		const tooBig = 'ffffffffffffffffff01';
		expect(() => decodeContent(fromHex(`78${tooBig}`))).toThrowError(malformed);
		expect(decodeContent(fromHex(`78ffffffffffffff0f`))).toEqual({ sigTimestamp: Number.MAX_SAFE_INTEGER });
		// Pro fields still change their meaning, and legacy attachment ids are any 64 bits.
		expect(decodeContent(fromHex(`82010b10${tooBig}`))).toEqual({ proMessage: { profileBitset: 0 } });
		expect(decodeContent(fromHex('0a0b120909ffffffffffffffff'))).toEqual({
			dataMessage: { attachments: [{ id: 0 }] }
		});
	});

	it('never carry half a character, which other clients could not read', () => {
		const { dataMessage } = decodeContent(encodeContent({ dataMessage: { body: 'fox \ud83e' } }));
		expect(dataMessage?.body).toBe('fox \ufffd');
	});

	it('refuse what lacks a required field', () => {
		expect(() => decodeEnvelope(fromHex('0806'))).toThrowError(malformed);
		expect(() => decodeContent(fromHex('32020801'))).toThrowError(malformed);
		expect(() => decodeWebSocketMessage(new Uint8Array())).toThrowError(malformed);
		expect(() => decodeWebSocketMessage(fromHex('0801'))).toThrowError(malformed);
		expect(decodeContent(new Uint8Array())).toEqual({});
	});

	it('hand out copies, which outlive the bytes they came from', () => {
		const encoded = encodeContent({ dataMessage: { profileKey: new Uint8Array(32).fill(7) } });
		const decoded = decodeContent(encoded);
		encoded.fill(0);
		expect(decoded.dataMessage?.profileKey).toEqual(new Uint8Array(32).fill(7));
	});
});

describe('padding', () => {
	it('comes off again and fills blocks of 160', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 700 }), (value) => {
				const padded = pad160(value);
				expect(padded.length % 160).toBe(0);
				expect(padded.length - value.length).toBeGreaterThanOrEqual(1);
				expect(padded.length - value.length).toBeLessThanOrEqual(160);
				expect(toHex(unpad(padded))).toBe(toHex(value));
				// Other clients add a whole block more.
				expect(toHex(unpad(concat(padded, new Uint8Array(160))))).toBe(toHex(value));
			})
		);
	});

	it('is not looked for where there is none', () => {
		expect(unpad(fromHex('0102'))).toEqual(fromHex('0102'));
		expect(unpad(fromHex('010000'))).toEqual(fromHex('010000'));
		expect(unpad(new Uint8Array())).toHaveLength(0);
		expect(unpad(new Uint8Array(5))).toHaveLength(5);
	});
});

import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { concat, fromHex, toHex, utf8 } from '../../src/protocol/bytes';
import { openDirectMessage, sealDirectMessage } from '../../src/protocol/direct-message';
import { MAX_STORED_BYTES } from '../../src/protocol/envelope-checks';
import { accountIdOf, identityFromSeed, parseSeed, type Identity } from '../../src/protocol/identity';
import { blake2b, parseX25519PublicKey, sign } from '../../src/protocol/keys';
import { pad160 } from '../../src/protocol/padding';
import { encodeContent, type Content } from '../../src/protocol/protobuf/content';
import { decodeEnvelope, encodeEnvelope, type Envelope } from '../../src/protocol/protobuf/envelope';
import { decodeWebSocketMessage, encodeWebSocketMessage } from '../../src/protocol/protobuf/websocket';
import {
	decryptIncoming,
	encryptDeterministic,
	encryptForRecipient
} from '../../src/protocol/session-encryption';
import { sodium } from '../../src/protocol/sodium';
import type { Ed25519PublicKey, RandomBytes } from '../../src/protocol/types';
import { at, scripted, seededRandom, sodiumReady } from './setup';

const NOW = 1_760_000_000_123;

let ada: Identity;
let bob: Identity;
let eve: Identity;
let random: RandomBytes;

const errorOf = (kind: string) => expect.objectContaining({ name: 'ProtocolError', kind }) as Error;

beforeAll(async () => {
	await sodiumReady;
	[ada, bob, eve] = ['ada', 'bob', 'eve'].map((name) =>
		identityFromSeed(parseSeed(blake2b(16, utf8(name))))
	) as [Identity, Identity, Identity];
});
beforeEach(() => {
	random = seededRandom('direct messages');
});

function text(body: string): Content {
	return { dataMessage: { body } };
}

function sealed(content: Content = text('hello')) {
	return sealDirectMessage({
		content,
		timestamp: at(NOW),
		sender: ada,
		recipient: bob.accountId,
		random
	});
}

/** A message whose layers are right except for what a test changes. */
function forged(change: { content?: Content; envelope?: Partial<Envelope>; sealedBytes?: Uint8Array }) {
	const content = encodeContent({ ...text('hello'), sigTimestamp: NOW, ...change.content });
	const ciphertext =
		change.sealedBytes ?? encryptForRecipient(pad160(content), ada.ed25519, bob.x25519.publicKey, random);
	const envelope: Envelope = {
		type: 6,
		timestamp: NOW,
		content: new Uint8Array(ciphertext),
		...change.envelope
	};
	return encodeWebSocketMessage(encodeEnvelope(envelope));
}

describe('a direct message', () => {
	it('arrives as it was sent, with its author and time', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), (body) => {
				const opened = openDirectMessage(sealed(text(body)), bob);
				expect(opened.senderId).toBe(ada.accountId);
				expect(opened.sender).toEqual(ada.ed25519.publicKey);
				expect(opened.timestamp).toBe(NOW);
				expect(opened.content).toStrictEqual({ ...text(body), sigTimestamp: NOW });
				expect(opened.raw).toEqual(encodeContent(opened.content));
			})
		);
	});

	it('can be sent to oneself', () => {
		const message = { content: text('note'), timestamp: at(NOW), sender: ada, recipient: ada.accountId };
		const stored = sealDirectMessage({ ...message, random });
		expect(openDirectMessage(stored, ada).senderId).toBe(ada.accountId);
	});

	it('is the same for the same randomness, and opens with a sealed box of libsodium', () => {
		const scripts = () =>
			scripted(new Uint8Array(32).fill(1), new Uint8Array(64).fill(2), new Uint8Array(64).fill(3));
		random = scripts();
		const first = sealed();
		random = scripts();
		expect(toHex(sealed())).toBe(toHex(first));
		const { content } = decodeEnvelope(decodeWebSocketMessage(first));
		const { publicKey, secretKey } = bob.x25519;
		expect(() => sodium.crypto_box_seal_open(content!, publicKey, secretKey)).not.toThrow();
	});

	it('has the size of its block of 160 and a decoy that is a curve point and a scalar', () => {
		expect(sealed(text('a')).length).toBe(sealed(text('a'.repeat(100))).length);
		const envelope = decodeEnvelope(decodeWebSocketMessage(sealed()));
		expect(envelope).toMatchObject({ type: 6, timestamp: NOW, sourceDevice: 1 });
		expect(envelope).not.toHaveProperty('source');
		const { proSig } = envelope;
		expect(proSig).toHaveLength(64);
		expect(sodium.crypto_core_ed25519_is_valid_point(proSig!.subarray(0, 32))).toBe(true);
		const s = proSig!.subarray(32);
		expect(sodium.crypto_core_ed25519_scalar_reduce(concat(s, new Uint8Array(32)))).toEqual(s);
	});

	it('does not get larger than a node would take', () => {
		expect(sealed(text('a'.repeat(76_000))).length).toBeLessThanOrEqual(MAX_STORED_BYTES);
		expect(() => sealed(text('a'.repeat(77_000)))).toThrowError(errorOf('too-large'));
	});

	it('is not made for a key that everyone could open', () => {
		const recipient = accountIdOf(parseX25519PublicKey(new Uint8Array(32)));
		const message = { content: text('hello'), timestamp: at(NOW), sender: ada, recipient, random };
		expect(() => sealDirectMessage(message)).toThrowError(errorOf('malformed'));
	});
});

describe('a message is refused', () => {
	it('when it is for someone else or was altered anywhere in its ciphertext', () => {
		expect(() => openDirectMessage(sealed(), eve)).toThrowError(errorOf('unauthenticated'));
		const { content } = decodeEnvelope(decodeWebSocketMessage(sealed()));
		fc.assert(
			fc.property(fc.nat(content!.length - 1), fc.integer({ min: 1, max: 255 }), (place, difference) => {
				const altered = content!.slice();
				altered[place]! ^= difference;
				const message = forged({ sealedBytes: altered });
				expect(() => openDirectMessage(message, bob)).toThrowError(errorOf('unauthenticated'));
			})
		);
	});

	it('when its signature is by another than the named sender, or for another recipient', () => {
		const M = pad160(encodeContent({ ...text('hello'), sigTimestamp: NOW }));
		const seal = (sender: Ed25519PublicKey, signature: Uint8Array) =>
			sodium.crypto_box_seal(concat(M, sender, signature), bob.x25519.publicKey);
		const over = (sender: Ed25519PublicKey, recipient: Identity) =>
			concat(M, sender, recipient.x25519.publicKey);
		const { publicKey } = ada.ed25519;
		const right = sign(over(publicKey, bob), ada.ed25519.secretKey);
		const byEve = sign(over(publicKey, bob), eve.ed25519.secretKey);
		// What Eve received from Ada, sealed anew for Bob.
		const forEve = sign(over(publicKey, eve), ada.ed25519.secretKey);
		expect(openDirectMessage(forged({ sealedBytes: seal(publicKey, right) }), bob).senderId).toBe(
			ada.accountId
		);
		for (const signature of [byEve, forEve, new Uint8Array(64)]) {
			const message = forged({ sealedBytes: seal(publicKey, signature) });
			expect(() => openDirectMessage(message, bob)).toThrowError(errorOf('unauthenticated'));
		}
	});

	it('when its sender has a key of small order', () => {
		const smallOrder = ['01' + '00'.repeat(31), '00'.repeat(32), 'ec' + 'ff'.repeat(30) + '7f'].map(fromHex);
		for (const key of smallOrder) {
			const box = sodium.crypto_box_seal(
				concat(pad160(utf8('')), key, new Uint8Array(64)),
				bob.x25519.publicKey
			);
			expect(() => decryptIncoming(box, bob.x25519)).toThrowError(
				expect.objectContaining({ name: 'ProtocolError' }) as Error
			);
		}
	});

	it('when its envelope says another time than its author signed', () => {
		const later = forged({ envelope: { timestamp: NOW + 1 } });
		expect(() => openDirectMessage(later, bob)).toThrowError(errorOf('unauthenticated'));
		const legacy = forged({ content: { sigTimestamp: 0 } });
		expect(openDirectMessage(legacy, bob).timestamp).toBe(NOW);
	});

	it('when its layers are not as they must be', () => {
		const malformed = [
			new Uint8Array(),
			fromHex('0801'),
			encodeWebSocketMessage(new Uint8Array()),
			encodeWebSocketMessage(encodeEnvelope({ type: 6, timestamp: NOW })),
			forged({ sealedBytes: new Uint8Array(143) }),
			forged({ envelope: { source: 'nobody' } }),
			forged({ envelope: { source: `${bob.accountId}00` } }),
			forged({ envelope: { proSig: new Uint8Array(63) } }),
			forged({ envelope: { proSig: new Uint8Array() } })
		];
		for (const message of malformed) {
			expect(() => openDirectMessage(message, bob)).toThrowError(errorOf('malformed'));
		}
		const notContent = encryptForRecipient(pad160(fromHex('ff')), ada.ed25519, bob.x25519.publicKey, random);
		expect(() => openDirectMessage(forged({ sealedBytes: notContent }), bob)).toThrowError(
			errorOf('malformed')
		);
	});

	it('with a reason of its own when a newer client made it', () => {
		const v2 = concat(fromHex('0002'), new Uint8Array(1500));
		expect(() => openDirectMessage(v2, bob)).toThrowError(errorOf('unsupported-version'));
	});

	it('and nothing else happens on any bytes', () => {
		const stored = sealed();
		const survives = (hostile: Uint8Array) => {
			try {
				openDirectMessage(hostile, bob);
			} catch (error) {
				expect(error).toMatchObject({ name: 'ProtocolError' });
			}
		};
		fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), survives));
		fc.assert(
			fc.property(fc.nat(stored.length - 1), fc.integer({ min: 1, max: 255 }), (place, difference) => {
				const damaged = stored.slice();
				damaged[place]! ^= difference;
				survives(damaged);
				survives(damaged.subarray(0, place));
			})
		);
	});
});

describe('what older and other clients send is accepted', () => {
	it.each([
		['no decoy signature', {}],
		['an empty source', { source: '' }],
		['a source that proves nothing', { source: `05${'a'.repeat(64)}` }],
		['a server timestamp', { serverTimestamp: 5, sourceDevice: 1 }]
	])('%s', (_, envelope) => {
		expect(openDirectMessage(forged({ envelope }), bob).senderId).toBe(ada.accountId);
	});

	it('a content without padding', () => {
		const content = encodeContent({ ...text('hello'), sigTimestamp: NOW });
		const sealedBytes = encryptForRecipient(content, ada.ed25519, bob.x25519.publicKey, random);
		expect(openDirectMessage(forged({ sealedBytes }), bob).content.dataMessage?.body).toBe('hello');
	});
});

describe('the deterministic form', () => {
	it('is the same for the same message and opens like any other', () => {
		const message = utf8('config');
		const first = encryptDeterministic(message, ada.ed25519, bob.x25519.publicKey);
		expect(encryptDeterministic(message, ada.ed25519, bob.x25519.publicKey)).toEqual(first);
		expect(encryptDeterministic(utf8('other'), ada.ed25519, bob.x25519.publicKey)).not.toEqual(first);
		expect(decryptIncoming(first, bob.x25519)).toMatchObject({ message, senderId: ada.accountId });
	});
});

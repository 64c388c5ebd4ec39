import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { concat, fromHex } from '../../../src/protocol/bytes';
import { blind15KeyPair, blinded15IdOf } from '../../../src/protocol/blinding/blind15';
import { blind25KeyPair, blinded25IdOf } from '../../../src/protocol/blinding/blind25';
import { blindedPublicKey, parseBlindedId } from '../../../src/protocol/blinding/blinded-id';
import { decryptBlinded, encryptForBlinded } from '../../../src/protocol/blinding/inbox-encryption';
import { flipSign, multiplyPoint, secretScalar } from '../../../src/protocol/ed25519-scalars';
import { blake2b } from '../../../src/protocol/keys';
import type { BlindedId } from '../../../src/protocol/types';
import { xchachaSeal } from '../../../src/protocol/xchacha20';
import { anybody, anyBytes, anyProtocolError, damaged, errorOf, person, type Person } from '../people';
import { scripted, seededRandom, sodiumReady } from '../setup';

type Scheme = '15' | '25';

beforeAll(() => sodiumReady);

const server = () => person('server').x25519.publicKey;

function idOf({ ed25519 }: Person, scheme: Scheme): BlindedId {
	return scheme === '15'
		? blinded15IdOf(blind15KeyPair(ed25519, server()).publicKey)
		: blinded25IdOf(blind25KeyPair(ed25519, server()).publicKey);
}

describe.each(['15', '25'] as const)('an inbox message by scheme %s', (scheme) => {
	const exchange = () => {
		const [ada, bob] = [person('ada'), person('bob')];
		const [from, to] = [idOf(ada, scheme), idOf(bob, scheme)];
		const sealed = encryptForBlinded(new Uint8Array(7), ada.ed25519, to, server(), seededRandom('inbox'));
		return { ada, bob, from, to, sealed };
	};

	it('opens for its recipient and for its sender, and shows who sent it', () => {
		fc.assert(
			fc.property(anybody, anybody, anyBytes(), (sender, recipient, message) => {
				const [from, to] = [idOf(sender, scheme), idOf(recipient, scheme)];
				const sealed = encryptForBlinded(message, sender.ed25519, to, server(), seededRandom('inbox'));
				for (const reader of [sender, recipient]) {
					const opened = decryptBlinded(sealed, reader.ed25519, from, to, server());
					expect(opened.message).toEqual(message);
					expect(opened.sender).toEqual(sender.ed25519.publicKey);
					expect(opened.senderId).toBe(sender.accountId);
				}
			})
		);
	});

	it('has its version first and its nonce last', () => {
		const { ada, to } = exchange();
		const nonce = new Uint8Array(24).fill(5);
		const sealed = encryptForBlinded(new Uint8Array(3), ada.ed25519, to, server(), scripted(nonce));
		expect(sealed[0]).toBe(0);
		expect(sealed.slice(-24)).toEqual(nonce);
		expect(sealed.length).toBe(1 + 3 + 32 + 16 + 24);
	});

	it('does not open when it was damaged', () => {
		const { bob, from, to, sealed } = exchange();
		fc.assert(
			fc.property(damaged(sealed), (other) => {
				expect(() => decryptBlinded(other, bob.ed25519, from, to, server())).toThrowError(anyProtocolError);
			})
		);
	});

	it('does not open for others, nor as from or to others, nor of another server', () => {
		const { bob, from, to, sealed } = exchange();
		const [eve, other] = [person('eve'), person('other server').x25519.publicKey];
		const unauthenticated = errorOf('unauthenticated');
		expect(() => decryptBlinded(sealed, eve.ed25519, from, to, server())).toThrowError(unauthenticated);
		expect(() => decryptBlinded(sealed, bob.ed25519, idOf(eve, scheme), to, server())).toThrowError(
			unauthenticated
		);
		expect(() => decryptBlinded(sealed, bob.ed25519, from, idOf(eve, scheme), server())).toThrowError(
			unauthenticated
		);
		expect(() => decryptBlinded(sealed, bob.ed25519, from, to, other)).toThrowError(unauthenticated);
	});

	it('says so when it is of a newer format, or too short for anything', () => {
		const { bob, from, to, sealed } = exchange();
		const newer = sealed.slice();
		newer[0] = 1;
		expect(() => decryptBlinded(newer, bob.ed25519, from, to, server())).toThrowError(
			errorOf('unsupported-version')
		);
		for (const length of [0, 1, 72]) {
			const short = sealed.slice(0, length);
			expect(() => decryptBlinded(short, bob.ed25519, from, to, server())).toThrowError(errorOf('malformed'));
		}
	});

	it('is refused between ids that are no usable points', () => {
		const { ada, bob, to, sealed } = exchange();
		const bad = parseBlindedId(`${scheme}${'00'.repeat(32)}`);
		expect(() =>
			encryptForBlinded(new Uint8Array(), ada.ed25519, bad, server(), seededRandom('bad'))
		).toThrowError(errorOf('malformed'));
		expect(() => decryptBlinded(sealed, bob.ed25519, bad, to, server())).toThrowError(errorOf('malformed'));
	});

	it('is refused between ids of two schemes', () => {
		const { bob, from, sealed } = exchange();
		const to = idOf(bob, scheme === '15' ? '25' : '15');
		expect(() => decryptBlinded(sealed, bob.ed25519, from, to, server())).toThrowError(errorOf('malformed'));
	});
});

describe('a sender who gives another name', () => {
	/** Sealed by Eve under her blinded id, with any key inside. */
	function naming(inside: Uint8Array) {
		const [eve, bob] = [person('eve'), person('bob')];
		const [from, to] = [idOf(eve, '15'), idOf(bob, '15')];
		const shared = multiplyPoint(secretScalar(eve.ed25519.secretKey), blindedPublicKey(to));
		const key = blake2b(32, concat(shared, blindedPublicKey(from), blindedPublicKey(to)));
		const nonce = new Uint8Array(24);
		const box = xchachaSeal(concat(new Uint8Array(4), inside), nonce, key);
		return decryptBlinded(concat(new Uint8Array(1), box, nonce), bob.ed25519, from, to, server());
	}

	it('is found out', () => {
		const [ada, eve] = [person('ada'), person('eve')];
		expect(naming(eve.ed25519.publicKey).senderId).toBe(eve.accountId);
		expect(() => naming(ada.ed25519.publicKey)).toThrowError(errorOf('unauthenticated'));
		expect(() => naming(fromHex('00'.repeat(32)))).toThrowError(errorOf('malformed'));
	});

	it('is the same person with the other sign, whose Account ID is the same', () => {
		const eve = person('eve');
		expect(naming(flipSign(eve.ed25519.publicKey)).senderId).toBe(eve.accountId);
	});
});

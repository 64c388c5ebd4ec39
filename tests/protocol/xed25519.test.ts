import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/protocol/bytes';
import { isNegative, positive } from '../../src/protocol/ed25519-scalars';
import { parseX25519PublicKey, sign, x25519FromEd25519Public, x25519KeyPair } from '../../src/protocol/keys';
import { positiveEd25519, xed25519Sign, xed25519Verify } from '../../src/protocol/xed25519';
import { anybody, anyBytes, BAD_X25519_KEYS, damaged, nodeVerifies, person } from './people';
import { scripted, seededRandom, sodiumReady } from './setup';

beforeAll(() => sodiumReady);

describe('an X25519 key as an Ed25519 key', () => {
	it('is the positive one of the two keys it can come from', () => {
		fc.assert(
			fc.property(anybody, ({ ed25519, x25519 }) => {
				const key = positiveEd25519(x25519.publicKey);
				expect(toHex(key)).toBe(toHex(positive(ed25519.publicKey)));
				expect(isNegative(key)).toBe(false);
				expect(x25519FromEd25519Public(key)).toEqual(x25519.publicKey);
			})
		);
	});

	it('does not depend on the bit that X25519 ignores', () => {
		const { publicKey } = person('ada').x25519;
		const marked = publicKey.slice();
		marked[31] = marked[31]! | 0x80;
		expect(positiveEd25519(parseX25519PublicKey(marked))).toEqual(positiveEd25519(publicKey));
	});
});

describe('a signature by an X25519 key', () => {
	it('verifies as XEd25519 here and as plain Ed25519 elsewhere, for any 32 secret bytes', () => {
		fc.assert(
			fc.property(
				fc.uint8Array({ minLength: 32, maxLength: 32 }),
				anyBytes(),
				fc.string(),
				(secret, message, seed) => {
					const own = x25519KeyPair(new Uint8Array(secret));
					const signature = xed25519Sign(message, own.secretKey, seededRandom(seed));
					expect(xed25519Verify(signature, message, own.publicKey)).toBe(true);
					expect(nodeVerifies(signature, message, positiveEd25519(own.publicKey))).toBe(true);
				}
			)
		);
	});

	it('is never the same twice for one message', () => {
		const own = person('ada').x25519;
		const random = scripted(new Uint8Array(64).fill(1), new Uint8Array(64).fill(2));
		const message = new Uint8Array(5);
		const [first, second] = [1, 2].map(() => xed25519Sign(message, own.secretKey, random));
		expect(first).not.toEqual(second);
		expect(random.left()).toBe(0);
	});

	it('is refused when anything of it was changed, or it is of another key', () => {
		const { secretKey, publicKey } = person('ada').x25519;
		const message = new Uint8Array([1, 2, 3]);
		const signature = xed25519Sign(message, secretKey, seededRandom('x'));
		fc.assert(
			fc.property(damaged(signature), (other) => {
				expect(xed25519Verify(other, message, publicKey)).toBe(false);
			})
		);
		expect(xed25519Verify(signature, new Uint8Array([1, 2]), publicKey)).toBe(false);
		expect(xed25519Verify(signature, message, person('eve').x25519.publicKey)).toBe(false);
	});

	it('is refused under keys of small order', () => {
		// Under a point of small order R = 0·B, S = 0 would verify for many messages.
		const forged = new Uint8Array(64);
		forged[0] = 1;
		for (const key of BAD_X25519_KEYS) {
			const publicKey = parseX25519PublicKey(fromHex(key));
			for (let length = 0; length < 16; length++) {
				expect(xed25519Verify(forged, new Uint8Array(length), publicKey)).toBe(false);
			}
		}
	});

	it('is one that plain Ed25519 keys make as well, when they are positive', () => {
		const { ed25519, x25519 } = ['a', 'b', 'c', 'd', 'e']
			.map(person)
			.find((one) => !isNegative(one.ed25519.publicKey))!;
		const message = new Uint8Array([9]);
		expect(xed25519Verify(sign(message, ed25519.secretKey), message, x25519.publicKey)).toBe(true);
	});
});

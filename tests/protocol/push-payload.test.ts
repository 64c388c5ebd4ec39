import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { concat } from '../../src/protocol/bytes';
import { decryptPushPayload } from '../../src/protocol/push-payload';
import { xchachaSeal } from '../../src/protocol/xchacha20';
import { anyBytes, anyProtocolError, damaged, errorOf } from './people';
import { seededRandom, sodiumReady } from './setup';

const random = seededRandom('push');
const key = random(32);
const nonce = random(24);
const sealed = (plaintext: Uint8Array) => concat(nonce, xchachaSeal(plaintext, nonce, key));

beforeAll(() => sodiumReady);

describe('a push payload', () => {
	it('opens without the zeros it was padded with', () => {
		fc.assert(
			fc.property(anyBytes(), fc.nat({ max: 300 }), (content, padding) => {
				const ending = concat(content, Uint8Array.of(1));
				const payload = sealed(concat(ending, new Uint8Array(padding)));
				expect(decryptPushPayload(payload, key)).toEqual(ending);
			})
		);
	});

	it('stays as it is when it is nothing but zeros', () => {
		expect(decryptPushPayload(sealed(new Uint8Array(3)), key)).toEqual(new Uint8Array(3));
		expect(decryptPushPayload(sealed(new Uint8Array()), key)).toEqual(new Uint8Array());
	});

	it('is refused when it was damaged, or with another key', () => {
		const payload = sealed(new Uint8Array([1, 2, 3]));
		fc.assert(
			fc.property(damaged(payload), (other) => {
				expect(() => decryptPushPayload(other, key)).toThrowError(anyProtocolError);
			})
		);
		expect(() => decryptPushPayload(payload, random(32))).toThrowError(errorOf('unauthenticated'));
	});

	it('is refused when lengths are wrong', () => {
		expect(() => decryptPushPayload(new Uint8Array(39), key)).toThrowError(errorOf('malformed'));
		expect(() => decryptPushPayload(sealed(new Uint8Array(9)), random(31))).toThrowError(
			errorOf('malformed')
		);
	});
});

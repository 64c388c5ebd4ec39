import { createPublicKey, verify as verifyByNode } from 'node:crypto';
import fc from 'fast-check';
import { expect } from 'vitest';
import { utf8 } from '../../src/protocol/bytes';
import type { ProtocolErrorKind } from '../../src/protocol/errors';
import { accountIdOf, x25519FromEd25519 } from '../../src/protocol/identity';
import { blake2b, ed25519FromSeed } from '../../src/protocol/keys';
import type { AccountId, Ed25519KeyPair, X25519KeyPair } from '../../src/protocol/types';

export interface Person {
	readonly ed25519: Ed25519KeyPair;
	readonly x25519: X25519KeyPair;
	readonly accountId: AccountId;
}

/** Someone who is the same in every run; half of all names have a negative key. */
export function person(name: string): Person {
	const ed25519 = ed25519FromSeed(blake2b(32, utf8(name)));
	const x25519 = x25519FromEd25519(ed25519);
	return { ed25519, x25519, accountId: accountIdOf(x25519.publicKey) };
}

/** Anybody, with keys of either sign. */
export const anybody = fc.nat({ max: 1_000_000 }).map((number) => person(`person ${number}`));

export const anyBytes = (maxLength = 200) =>
	fc.uint8Array({ maxLength }).map((bytes) => new Uint8Array(bytes));

export const errorOf = (kind: ProtocolErrorKind) =>
	expect.objectContaining({ name: 'ProtocolError', kind }) as Error;
export const anyProtocolError = expect.objectContaining({ name: 'ProtocolError' }) as Error;

/** Plain Ed25519 by another implementation than the one under test. */
export function nodeVerifies(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
	const x = Buffer.from(publicKey).toString('base64url');
	const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
	return verifyByNode(null, message, key, signature);
}

/** Every way to cut the end off, or to change one bit of one byte. */
export function damaged(bytes: Uint8Array): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
	const cut = fc.nat({ max: bytes.length - 1 }).map((length) => new Uint8Array(bytes.subarray(0, length)));
	const flipped = fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 7 })).map(([index, bit]) => {
		const copy = new Uint8Array(bytes);
		copy[index] = copy[index]! ^ (1 << bit);
		return copy;
	});
	return fc.oneof(cut, flipped);
}

/** Points that no honest key is: of small order, or not on the curve at all. */
export const BAD_X25519_KEYS = [
	'0000000000000000000000000000000000000000000000000000000000000000',
	'0100000000000000000000000000000000000000000000000000000000000000',
	'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
	'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
	'5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'
];

/**
 * Ed25519 below its usual surface, for keys that are made from others by multiplication: blinded ids, subaccounts and
 * signatures with X25519 keys. Points are Ed25519 keys; scalars are taken modulo the order of the main subgroup.
 */
import { concat, toBytes } from './bytes';
import { ProtocolError } from './errors';
import { x25519FromEd25519Secret } from './keys';
import { sodium } from './sodium';
import type { Bytes, Ed25519PublicKey, Ed25519SecretKey, Ed25519Signature, Scalar } from './types';

const SIGN_BYTE = 31;
const SIGN_BIT = 0x80;

/** The scalar of a 64-byte hash. */
export function reduce(hash: Uint8Array): Scalar {
	return toBytes(sodium.crypto_core_ed25519_scalar_reduce(hash)) as Scalar;
}

export function sha512(...parts: readonly Uint8Array[]): Bytes {
	return toBytes(sodium.crypto_hash_sha512(concat(...parts)));
}

/** What an Ed25519 key signs with: the clamped scalar, which its X25519 twin uses as well. */
export function secretScalar(secretKey: Ed25519SecretKey): Scalar {
	return x25519FromEd25519Secret(secretKey) as Bytes as Scalar;
}

export function negate(scalar: Scalar): Scalar {
	return toBytes(sodium.crypto_core_ed25519_scalar_negate(scalar)) as Scalar;
}

export function multiply(a: Scalar, b: Scalar): Scalar {
	return toBytes(sodium.crypto_core_ed25519_scalar_mul(a, b)) as Scalar;
}

/** The public key of a scalar. Throws ProtocolError 'malformed' for zero. */
export function publicKeyOf(scalar: Scalar): Ed25519PublicKey {
	try {
		return toBytes(sodium.crypto_scalarmult_ed25519_base_noclamp(scalar)) as Ed25519PublicKey;
	} catch (cause) {
		throw new ProtocolError('malformed', 'scalar is zero', { cause });
	}
}

/** Throws ProtocolError 'malformed' when the point is not one of the main subgroup, or the scalar is zero. */
export function multiplyPoint(scalar: Scalar, point: Ed25519PublicKey): Ed25519PublicKey {
	try {
		return toBytes(sodium.crypto_scalarmult_ed25519_noclamp(scalar, point)) as Ed25519PublicKey;
	} catch (cause) {
		throw new ProtocolError('malformed', 'key is no usable curve point', { cause });
	}
}

/** Whether the key is the negative one of the two that share an X25519 key. */
export function isNegative(publicKey: Ed25519PublicKey): boolean {
	return ((publicKey[SIGN_BYTE] ?? 0) & SIGN_BIT) !== 0;
}

/** The key with its sign bit flipped: the negative of the point. */
export function flipSign(publicKey: Ed25519PublicKey): Ed25519PublicKey {
	const flipped = publicKey.slice() as Ed25519PublicKey;
	flipped[SIGN_BYTE] = (flipped[SIGN_BYTE] ?? 0) ^ SIGN_BIT;
	return flipped;
}

/** The positive one of the two keys. */
export function positive(publicKey: Ed25519PublicKey): Ed25519PublicKey {
	return isNegative(publicKey) ? flipSign(publicKey) : publicKey;
}

/** A signature that verifies as plain Ed25519 under `publicKey`, which must be that of `secret`. `nonce` is secret too. */
export function signWithScalar(
	message: Uint8Array,
	secret: Scalar,
	publicKey: Ed25519PublicKey,
	nonce: Scalar
): Ed25519Signature {
	const r = publicKeyOf(nonce);
	const challenge = reduce(sha512(r, publicKey, message));
	const s = sodium.crypto_core_ed25519_scalar_add(multiply(challenge, secret), nonce);
	return concat(r, s) as Ed25519Signature;
}

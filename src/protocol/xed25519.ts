/**
 * Signatures by X25519 keys: Signal's XEd25519, as libsession and community servers use it. An X25519 key stands for two
 * Ed25519 keys, which differ in their sign; the positive one counts.
 */
import { toBytes } from './bytes';
import { isNegative, negate, positive, publicKeyOf, reduce, sha512, signWithScalar } from './ed25519-scalars';
import { verify } from './keys';
import type {
	Ed25519PublicKey,
	Ed25519Signature,
	RandomBytes,
	Scalar,
	X25519PublicKey,
	X25519SecretKey
} from './types';

const P = 2n ** 255n - 19n;
const KEY_BYTES = 32;
const RANDOM_BYTES = 64;
const HIGH_BIT = 0x80;

/**
 * The positive Ed25519 key of an X25519 key: y = (u − 1) / (u + 1). The high bit of u is ignored, as RFC 7748 demands.
 * Whether the result is a usable point is left to whoever uses it, since no signature verifies under one that is not.
 */
export function positiveEd25519(publicKey: X25519PublicKey): Ed25519PublicKey {
	const u = fromLittleEndian(publicKey) & (2n ** 255n - 1n);
	return toLittleEndian(((u + P - 1n) * inverse((u + 1n) % P)) % P) as Ed25519PublicKey;
}

/** Takes 64 bytes of `random`, so that no two signatures of one message are alike. */
export function xed25519Sign(
	message: Uint8Array,
	secretKey: X25519SecretKey,
	random: RandomBytes
): Ed25519Signature {
	const scalar = clamped(secretKey);
	const publicKey = publicKeyOf(scalar);
	const secret = isNegative(publicKey) ? negate(scalar) : scalar;
	const nonce = reduce(sha512(NONCE_PREFIX, secret, message, random(RANDOM_BYTES)));
	return signWithScalar(message, secret, positive(publicKey), nonce);
}

/** False for anything that does not verify, keys of small order and wrong lengths included. */
export function xed25519Verify(
	signature: Uint8Array,
	message: Uint8Array,
	publicKey: X25519PublicKey
): boolean {
	return verify(signature, message, positiveEd25519(publicKey));
}

/** 2^256 − 2: parts the nonce's hash from every other one. */
const NONCE_PREFIX = new Uint8Array(KEY_BYTES).fill(0xff).fill(0xfe, 0, 1);

function clamped(secretKey: X25519SecretKey): Scalar {
	const scalar = toBytes(secretKey.slice());
	scalar[0] = (scalar[0] ?? 0) & 0xf8;
	scalar[KEY_BYTES - 1] = ((scalar[KEY_BYTES - 1] ?? 0) & ~HIGH_BIT) | 0x40;
	return scalar as Scalar;
}

/** Euclid's way. Zero, which has no inverse, stays zero. Only ever of public keys: the time taken tells the value. */
function inverse(value: bigint): bigint {
	let [previous, current] = [P, value];
	let [before, factor] = [0n, 1n];
	while (current !== 0n) {
		const quotient = previous / current;
		[previous, current] = [current, previous - quotient * current];
		[before, factor] = [factor, before - quotient * factor];
	}
	return (before + P) % P;
}

function fromLittleEndian(bytes: Uint8Array): bigint {
	return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function toLittleEndian(value: bigint): Uint8Array {
	const bytes = new Uint8Array(KEY_BYTES);
	for (let index = 0, rest = value; index < KEY_BYTES; index++, rest >>= 8n)
		bytes[index] = Number(rest & 0xffn);
	return bytes;
}

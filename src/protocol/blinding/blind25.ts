/**
 * Blinded ids of the second scheme: a factor for each account, and one id only. No client sends them yet, and today's
 * servers refuse them (communities.md §3).
 */
import { concat, fromHex, toHex, utf8 } from '../bytes';
import {
	isNegative,
	multiply,
	multiplyPoint,
	negate,
	positive,
	publicKeyOf,
	reduce,
	secretScalar,
	signWithScalar
} from '../ed25519-scalars';
import { accountIdOf, x25519Of } from '../identity';
import { blake2b, x25519FromEd25519Public } from '../keys';
import { positiveEd25519 } from '../xed25519';
import type {
	AccountId,
	Blinded25Id,
	Ed25519KeyPair,
	Ed25519PublicKey,
	Ed25519Signature,
	Scalar,
	X25519PublicKey
} from '../types';
import type { BlindedKeyPair } from './blind15';

const SEED_BYTES = 32;

/** `server`: the community server's X25519 key. */
export function blind25Factor(account: AccountId, server: X25519PublicKey): Scalar {
	return reduce(blake2b(64, concat(fromHex(account), server)));
}

/**
 * The id stands for the positive key, so someone with a negative one uses the negated factor, here as well as in
 * signatures and shared secrets.
 */
export function blind25KeyPair(own: Ed25519KeyPair, server: X25519PublicKey): BlindedKeyPair {
	const plain = blind25Factor(accountIdOf(x25519FromEd25519Public(own.publicKey)), server);
	const factor = isNegative(own.publicKey) ? negate(plain) : plain;
	const scalar = multiply(factor, secretScalar(own.secretKey));
	return { publicKey: publicKeyOf(scalar), scalar, factor };
}

export function blinded25IdOf(publicKey: Ed25519PublicKey): Blinded25Id {
	return `25${toHex(publicKey)}` as Blinded25Id;
}

/** Throws ProtocolError 'malformed' when the id is no usable curve point. */
export function blind25Id(account: AccountId, server: X25519PublicKey): Blinded25Id {
	const point = positiveEd25519(x25519Of(account));
	return blinded25IdOf(multiplyPoint(blind25Factor(account, server), point));
}

/** The id of someone whose Ed25519 key is known. Throws ProtocolError 'malformed' when that is no usable curve point. */
export function blind25IdFromEd25519(publicKey: Ed25519PublicKey, server: X25519PublicKey): Blinded25Id {
	const account = accountIdOf(x25519FromEd25519Public(publicKey));
	return blinded25IdOf(multiplyPoint(blind25Factor(account, server), positive(publicKey)));
}

export function blind25Sign(
	message: Uint8Array,
	own: Ed25519KeyPair,
	server: X25519PublicKey
): Ed25519Signature {
	const { publicKey, scalar } = blind25KeyPair(own, server);
	const seed = blake2b(32, own.secretKey.subarray(0, SEED_BYTES), utf8('SessCommBlind25_seed'));
	const nonce = reduce(blake2b(64, concat(seed, publicKey, message), utf8('SessCommBlind25_sig')));
	return signWithScalar(message, scalar, publicKey, nonce);
}

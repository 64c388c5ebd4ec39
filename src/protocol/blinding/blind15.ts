/**
 * Blinded ids of the first scheme, the one that community servers demand: communities.md §3. The same factor for
 * everybody on a server; since an Account ID does not tell the sign of its key, two ids can belong to it.
 */
import { toBytes, toHex } from '../bytes';
import {
	flipSign,
	multiply,
	multiplyPoint,
	publicKeyOf,
	reduce,
	secretScalar,
	sha512,
	signWithScalar
} from '../ed25519-scalars';
import { x25519Of } from '../identity';
import { blake2b } from '../keys';
import { positiveEd25519 } from '../xed25519';
import type {
	AccountId,
	Blinded15Id,
	Bytes,
	Ed25519KeyPair,
	Ed25519PublicKey,
	Ed25519SecretKey,
	Ed25519Signature,
	Scalar,
	X25519PublicKey
} from '../types';

const SEED_BYTES = 32;

/** A key pair without a seed: it signs with its scalar. */
export interface BlindedKeyPair {
	readonly publicKey: Ed25519PublicKey;
	readonly scalar: Scalar;
	/** What the account's own key was multiplied with. */
	readonly factor: Scalar;
}

/** `server`: the community server's X25519 key. */
export function blind15Factor(server: X25519PublicKey): Scalar {
	return reduce(blake2b(64, server));
}

export function blind15KeyPair(own: Ed25519KeyPair, server: X25519PublicKey): BlindedKeyPair {
	const factor = blind15Factor(server);
	const scalar = multiply(factor, secretScalar(own.secretKey));
	return { publicKey: publicKeyOf(scalar), scalar, factor };
}

export function blinded15IdOf(publicKey: Ed25519PublicKey): Blinded15Id {
	return `15${toHex(publicKey)}` as Blinded15Id;
}

/**
 * The two ids an account can have on a server. The first is that of a positive key. Throws ProtocolError 'malformed'
 * when the id is no usable curve point.
 */
export function blind15Ids(
	account: AccountId,
	server: X25519PublicKey
): readonly [whenPositive: Blinded15Id, whenNegative: Blinded15Id] {
	const blinded = multiplyPoint(blind15Factor(server), positiveEd25519(x25519Of(account)));
	return [blinded15IdOf(blinded), blinded15IdOf(flipSign(blinded))];
}

/** The id of someone whose Ed25519 key is known. Throws ProtocolError 'malformed' when that is no usable curve point. */
export function blind15IdFromEd25519(publicKey: Ed25519PublicKey, server: X25519PublicKey): Blinded15Id {
	return blinded15IdOf(multiplyPoint(blind15Factor(server), publicKey));
}

/**
 * Which bytes the signature's nonce comes from: the 64-byte secret key in libsession, the 32-byte seed in the older
 * clients. Whoever verifies cannot tell.
 */
export type NonceSource = 'secret-key' | 'seed';

export function blind15Sign(
	message: Uint8Array,
	own: Ed25519KeyPair,
	server: X25519PublicKey,
	source: NonceSource = 'secret-key'
): Ed25519Signature {
	const { publicKey, scalar } = blind15KeyPair(own, server);
	const prefix = sha512(nonceInput(own.secretKey, source)).subarray(SEED_BYTES);
	return signWithScalar(message, scalar, publicKey, reduce(sha512(prefix, publicKey, message)));
}

function nonceInput(secretKey: Ed25519SecretKey, source: NonceSource): Bytes {
	return source === 'seed' ? toBytes(secretKey.subarray(0, SEED_BYTES)) : secretKey;
}

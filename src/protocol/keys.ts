import { fromHex, toBytes, toHex } from './bytes';
import { ProtocolError } from './errors';
import { sodium } from './sodium';
import type {
	Bytes,
	Ed25519KeyPair,
	Ed25519PublicKey,
	Ed25519SecretKey,
	Ed25519Signature,
	SnodeId,
	X25519KeyPair,
	X25519PublicKey,
	X25519SecretKey
} from './types';

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

function expectLength(bytes: Uint8Array, length: number, what: string): Bytes {
	if (bytes.length !== length) throw new ProtocolError('malformed', `${what} has the wrong length`);
	return toBytes(bytes);
}

export function parseEd25519PublicKey(bytes: Uint8Array): Ed25519PublicKey {
	return expectLength(bytes, KEY_BYTES, 'Ed25519 key') as Ed25519PublicKey;
}

export function parseX25519PublicKey(bytes: Uint8Array): X25519PublicKey {
	return expectLength(bytes, KEY_BYTES, 'X25519 key') as X25519PublicKey;
}

/** From the 32-byte seed of RFC 8032. */
export function ed25519FromSeed(seed: Uint8Array): Ed25519KeyPair {
	const pair = sodium.crypto_sign_seed_keypair(expectLength(seed, KEY_BYTES, 'Ed25519 seed'));
	return {
		publicKey: toBytes(pair.publicKey) as Ed25519PublicKey,
		secretKey: toBytes(pair.privateKey) as Ed25519SecretKey
	};
}

/** Throws ProtocolError 'malformed' for points off the curve, of small order or outside the main subgroup. */
export function x25519FromEd25519Public(publicKey: Ed25519PublicKey): X25519PublicKey {
	try {
		return toBytes(sodium.crypto_sign_ed25519_pk_to_curve25519(publicKey)) as X25519PublicKey;
	} catch (cause) {
		throw new ProtocolError('malformed', 'Ed25519 key is no usable curve point', { cause });
	}
}

export function x25519FromEd25519Secret(secretKey: Ed25519SecretKey): X25519SecretKey {
	return toBytes(sodium.crypto_sign_ed25519_sk_to_curve25519(secretKey)) as X25519SecretKey;
}

/** The pair of any 32 random bytes; X25519 clamps the scalar itself. */
export function x25519KeyPair(secret: Uint8Array): X25519KeyPair {
	const secretKey = expectLength(secret, KEY_BYTES, 'X25519 secret') as X25519SecretKey;
	return { publicKey: toBytes(sodium.crypto_scalarmult_base(secretKey)) as X25519PublicKey, secretKey };
}

/** X25519 shared secret. Throws ProtocolError 'malformed' when the other key is of small order. */
export function sharedSecret(own: X25519SecretKey, other: X25519PublicKey): Bytes {
	try {
		return toBytes(sodium.crypto_scalarmult(own, other));
	} catch (cause) {
		throw new ProtocolError('malformed', 'X25519 key is of small order', { cause });
	}
}

export function sign(message: Uint8Array, secretKey: Ed25519SecretKey): Ed25519Signature {
	return toBytes(sodium.crypto_sign_detached(message, secretKey)) as Ed25519Signature;
}

/** False for anything that does not verify, wrong lengths included. */
export function verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
	if (signature.length !== SIGNATURE_BYTES || publicKey.length !== KEY_BYTES) return false;
	return sodium.crypto_sign_verify_detached(signature, message, publicKey);
}

/** BLAKE2b of 16 to 64 bytes, keyed with up to 64 bytes. Throws ProtocolError 'malformed' outside of that. */
export function blake2b(size: number, message: Uint8Array, key: Uint8Array | null = null): Bytes {
	if (size < 16 || size > 64) throw new ProtocolError('malformed', 'hash size is out of range');
	if (key !== null && key.length > 64) throw new ProtocolError('malformed', 'hash key is too long');
	return toBytes(sodium.crypto_generichash(size, message, key));
}

export function snodeId(publicKey: Ed25519PublicKey): SnodeId {
	return toHex(publicKey) as SnodeId;
}

/** 64 hex digits, either case. Throws ProtocolError 'malformed'. */
export function parseSnodeId(text: string): SnodeId {
	return snodeId(parseEd25519PublicKey(fromHex(text)));
}

/**
 * The key that asks the file server for the newest version of a client, so that it cannot tell who asks: identity.md §8.
 */
import { concat, toHex, utf8 } from '../bytes';
import { blake2b, ed25519FromSeed, sign } from '../keys';
import type { Ed25519KeyPair, Ed25519PublicKey, Ed25519Signature } from '../types';

const SEED_BYTES = 32;

export type Platform = 'android' | 'desktop' | 'ios';

export function versionKeyPair(own: Ed25519KeyPair): Ed25519KeyPair {
	return ed25519FromSeed(blake2b(32, own.secretKey.subarray(0, SEED_BYTES), utf8('VersionCheckKey_sig')));
}

/** `07` and the key: what the server is told. */
export function versionId(publicKey: Ed25519PublicKey): string {
	return `07${toHex(publicKey)}`;
}

/** `timestamp` in seconds; `path` with its query. */
export function signVersionRequest(
	own: Ed25519KeyPair,
	timestamp: number,
	method: string,
	path: string,
	body: Uint8Array = new Uint8Array()
): Ed25519Signature {
	return sign(concat(utf8(`${timestamp}${method}${path}`), body), versionKeyPair(own).secretKey);
}

/** The one request that clients make. `timestamp` in seconds. */
export function signVersionCheck(
	own: Ed25519KeyPair,
	timestamp: number,
	platform: Platform
): Ed25519Signature {
	return signVersionRequest(own, timestamp, 'GET', `/session_version?platform=${platform}`);
}

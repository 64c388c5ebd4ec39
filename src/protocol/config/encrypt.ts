/** Encryption of config messages, the same bytes on every device: config.md §5. */
import { concat, utf8 } from '../bytes';
import { ProtocolError } from '../errors';
import { blake2b } from '../keys';
import type { Bytes } from '../types';
import { XCHACHA_NONCE_BYTES, XCHACHA_TAG_BYTES, xchachaOpen, xchachaSeal } from '../xchacha20';

const CONFIG_KEY_BYTES = 32;
/** What encryption adds. */
export const ENCRYPTION_OVERHEAD = XCHACHA_TAG_BYTES + XCHACHA_NONCE_BYTES;
const MAX_DOMAIN_BYTES = 24;
const NONCE_KEY = 'libsessionutil-config-encrypted-';

/**
 * The nonce follows from the content and stands last. `key` is the account's 32-byte Ed25519 seed or a group's
 * encryption key; `domain` of 1 to 24 ASCII characters keeps the kinds of config apart. Throws ProtocolError
 * 'malformed' for other lengths.
 */
export function encryptConfig(plaintext: Uint8Array, key: Uint8Array, domain: string): Bytes {
	const nonce = blake2b(XCHACHA_NONCE_BYTES, plaintext, utf8(NONCE_KEY + checkedDomain(domain)));
	return concat(xchachaSeal(plaintext, nonce, messageKey(key, plaintext.length, domain)), nonce);
}

/**
 * Throws ProtocolError: 'malformed' when too short, 'unauthenticated' for another key or domain and for altered
 * bytes.
 */
export function decryptConfig(encrypted: Uint8Array, key: Uint8Array, domain: string): Bytes {
	const length = encrypted.length - ENCRYPTION_OVERHEAD;
	if (length < 0) throw new ProtocolError('malformed', 'encrypted config is too short');
	const nonceStart = encrypted.length - XCHACHA_NONCE_BYTES;
	const nonce = encrypted.subarray(nonceStart);
	const opened = xchachaOpen(encrypted.subarray(0, nonceStart), nonce, messageKey(key, length, domain));
	if (opened === undefined) throw new ProtocolError('unauthenticated', 'config does not decrypt');
	return opened;
}

function messageKey(key: Uint8Array, length: number, domain: string): Bytes {
	if (key.length !== CONFIG_KEY_BYTES) {
		throw new ProtocolError('malformed', 'config key has the wrong length');
	}
	const lengthBytes = new Uint8Array(8);
	new DataView(lengthBytes.buffer).setBigUint64(0, BigInt(length));
	return blake2b(CONFIG_KEY_BYTES, concat(key, lengthBytes, utf8(checkedDomain(domain))));
}

function checkedDomain(domain: string): string {
	if (domain.length < 1 || domain.length > MAX_DOMAIN_BYTES) {
		throw new ProtocolError('malformed', 'config domain has the wrong length');
	}
	return domain;
}

/** Names of the Session Name Service: identity.md §5. */
import { toBase64, toBytes, toHex, utf8 } from './bytes';
import { ProtocolError } from './errors';
import { parseAccountId } from './identity';
import { blake2b } from './keys';
import { sodium } from './sodium';
import type { AccountId, Bytes } from './types';

const NONCE_BYTES = 24;
const ID_BYTES = 33;
const NAME = /^\w(?:[\w-]*\w)?$/;

/** Whether a text could be a registered name. */
export function isName(text: string): boolean {
	return NAME.test(text.trim());
}

/** What nodes are asked for: `name_hash` of ons_resolve. */
export function nameHash(name: string): string {
	return toBase64(hashOf(name));
}

/**
 * Opens a name's record. Records of the old form have no nonce; they cost a second of work and 256 MiB. Throws
 * ProtocolError: 'unauthenticated' when it does not belong to this name, 'malformed' when it holds no Account ID.
 */
export function decryptOns(name: string, encryptedValue: Uint8Array, nonce: Uint8Array | null): AccountId {
	const id = nonce === null ? openOldForm(name, encryptedValue) : open(name, encryptedValue, nonce);
	if (id.length !== ID_BYTES) throw new ProtocolError('malformed', 'name record has the wrong length');
	return parseAccountId(toHex(id));
}

function open(name: string, sealed: Uint8Array, nonce: Uint8Array): Bytes {
	if (nonce.length !== NONCE_BYTES) throw new ProtocolError('malformed', 'name nonce has the wrong length');
	const key = blake2b(32, canonical(name), hashOf(name));
	try {
		return toBytes(sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, sealed, null, nonce, key));
	} catch (cause) {
		throw new ProtocolError('unauthenticated', 'name record does not open', { cause });
	}
}

function openOldForm(name: string, sealed: Uint8Array): Bytes {
	// No other length can hold an Account ID, and the work below is not to be had for nothing.
	if (sealed.length !== ID_BYTES + sodium.crypto_secretbox_MACBYTES) {
		throw new ProtocolError('malformed', 'name record has the wrong length');
	}
	try {
		const key = sodium.crypto_pwhash(
			32,
			canonical(name),
			new Uint8Array(sodium.crypto_pwhash_SALTBYTES),
			sodium.crypto_pwhash_OPSLIMIT_MODERATE,
			sodium.crypto_pwhash_MEMLIMIT_MODERATE,
			sodium.crypto_pwhash_ALG_ARGON2ID13
		);
		return toBytes(sodium.crypto_secretbox_open_easy(sealed, new Uint8Array(NONCE_BYTES), key));
	} catch (cause) {
		throw new ProtocolError('unauthenticated', 'name record does not open', { cause });
	}
}

function canonical(name: string): Bytes {
	return utf8(name.trim().toLowerCase());
}

function hashOf(name: string): Bytes {
	return blake2b(32, canonical(name));
}

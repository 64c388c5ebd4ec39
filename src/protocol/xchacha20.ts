/** XChaCha20-Poly1305 without associated data, the cipher of nearly everything in the protocol. */
import { toBytes } from './bytes';
import { sodium } from './sodium';
import type { Bytes } from './types';

export const XCHACHA_NONCE_BYTES = 24;
export const XCHACHA_TAG_BYTES = 16;

/** 16 bytes longer than the plaintext. `nonce` has 24 bytes, `key` 32. */
export function xchachaSeal(plaintext: Uint8Array, nonce: Uint8Array, key: Uint8Array): Bytes {
	return toBytes(sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, null, null, nonce, key));
}

/** Undefined when the box was altered, is too short, or was made with another key; which of these cannot be told. */
export function xchachaOpen(box: Uint8Array, nonce: Uint8Array, key: Uint8Array): Bytes | undefined {
	// A blob can hold thousands of entries, and an exception for each would cost more than the cipher.
	if (box.length < XCHACHA_TAG_BYTES) return undefined;
	try {
		return toBytes(sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, box, null, nonce, key));
	} catch {
		return undefined;
	}
}

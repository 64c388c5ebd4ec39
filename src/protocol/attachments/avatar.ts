/** Profile and group pictures as every client sends them today: AES-256-GCM. attachments.md §6. */
import { concat, toBytes } from '../bytes';
import { ProtocolError } from '../errors';
import type { Bytes, RandomBytes } from '../types';

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const GCM = 'AES-GCM';

/** `IV (12) ‖ ciphertext ‖ tag (16)`. Takes 12 bytes of `random`. Throws ProtocolError 'malformed' for a wrong key. */
export async function sealAvatar(plaintext: Bytes, key: Bytes, random: RandomBytes): Promise<Bytes> {
	const iv = random(IV_BYTES);
	const sealed = await crypto.subtle.encrypt({ name: GCM, iv }, await gcmKey(key, 'encrypt'), plaintext);
	return concat(iv, new Uint8Array(sealed));
}

/** Throws ProtocolError: 'malformed' for wrong lengths, 'unauthenticated' when altered or of another key. */
export async function openAvatar(blob: Uint8Array, key: Bytes): Promise<Bytes> {
	if (blob.length < IV_BYTES + TAG_BYTES) throw new ProtocolError('malformed', 'picture is too short');
	const iv = toBytes(blob.subarray(0, IV_BYTES));
	const aes = await gcmKey(key, 'decrypt');
	try {
		const plaintext = await crypto.subtle.decrypt({ name: GCM, iv }, aes, toBytes(blob.subarray(IV_BYTES)));
		return new Uint8Array(plaintext);
	} catch (cause) {
		throw new ProtocolError('unauthenticated', 'picture does not open', { cause });
	}
}

function gcmKey(key: Bytes, usage: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
	if (key.length !== KEY_BYTES) throw new ProtocolError('malformed', 'picture key has the wrong length');
	return crypto.subtle.importKey('raw', key, GCM, false, [usage]);
}

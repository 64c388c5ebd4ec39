/**
 * The form of attachments that every client sends today: padded, AES-256-CBC, HMAC-SHA-256, and a digest of the whole.
 * attachments.md §4. All by WebCrypto. Sealing goes piece by piece: a piece ends on a block, and its last block is the IV
 * of the next. Opening holds the blob and the plaintext, nothing else of that size.
 */
import { equal, toBytes } from '../bytes';
import { ProtocolError } from '../errors';
import type { Bytes, RandomBytes } from '../types';
import { AES_BLOCK_BYTES, legacyBlobSize, legacyPaddedSize, MAC_BYTES } from './legacy-padding';
import { pieces, type OpenedAttachment, type PlaintextSource } from './source';

export interface LegacyAttachment {
	/** IV (16), ciphertext, MAC (32). */
	readonly blob: Bytes;
	/** 64 bytes: AES key, then HMAC key. */
	readonly key: Bytes;
	/** SHA-256 of the blob. */
	readonly digest: Bytes;
	/** Of the plaintext, without padding: what the pointer says. */
	readonly size: number;
}

const KEY_BYTES = 64;
const AES_KEY_BYTES = 32;
const DIGEST_BYTES = 32;
/** Smaller ones cost time, larger ones memory. */
const PIECE = 2 ** 21;
const SMALLEST_BLOB = AES_BLOCK_BYTES + AES_BLOCK_BYTES + MAC_BYTES;
const CBC = 'AES-CBC';
const HMAC = { name: 'HMAC', hash: 'SHA-256' };

/**
 * Takes 64 bytes of `random` for the key, then 16 for the IV. Throws ProtocolError 'too-large' when the blob would pass
 * `maxBlobBytes`.
 */
export async function sealLegacy(
	source: PlaintextSource,
	random: RandomBytes,
	maxBlobBytes?: number
): Promise<LegacyAttachment> {
	const paddedSize = legacyPaddedSize(source.size, maxBlobBytes);
	const key = random(KEY_BYTES);
	const iv = random(AES_BLOCK_BYTES);
	const blob = new Uint8Array(legacyBlobSize(paddedSize));
	blob.set(iv);
	const macStart = blob.length - MAC_BYTES;
	await encryptInto(blob.subarray(AES_BLOCK_BYTES, macStart), source, paddedSize, key, iv);
	const mac = await crypto.subtle.sign(HMAC, await hmacKey(key, 'sign'), blob.subarray(0, macStart));
	blob.set(new Uint8Array(mac), macStart);
	return { blob, key, digest: await sha256(blob), size: source.size };
}

async function encryptInto(
	ciphertext: Bytes,
	source: PlaintextSource,
	paddedSize: number,
	key: Bytes,
	firstIv: Bytes
): Promise<void> {
	const aes = await aesKey(key, 'encrypt');
	const after = new Uint8Array(paddedSize - source.size);
	let offset = 0;
	let iv = firstIv;
	for await (const piece of pieces(source, PIECE, { after })) {
		const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: CBC, iv }, aes, piece));
		// Every piece comes back with a block of cipher padding; only the last one's belongs to the ciphertext.
		const isLast = offset + piece.length === paddedSize;
		ciphertext.set(isLast ? sealed : sealed.subarray(0, piece.length), offset);
		offset += piece.length;
		iv = ciphertext.slice(offset - AES_BLOCK_BYTES, offset);
	}
}

/**
 * Checks MAC and digest of the whole blob before anything of it is decrypted. `size` is that of the pointer; 0 when it
 * names none, and then the padding stays. Throws ProtocolError: 'malformed' for wrong lengths, 'unauthenticated' when
 * the blob was altered or the key is another.
 */
export async function openLegacy(
	blob: Bytes,
	{ key, digest, size }: { readonly key: Bytes; readonly digest: Bytes; readonly size: number }
): Promise<OpenedAttachment> {
	if (key.length !== KEY_BYTES) throw new ProtocolError('malformed', 'attachment key has the wrong length');
	if (digest.length !== DIGEST_BYTES) throw new ProtocolError('malformed', 'digest has the wrong length');
	if (blob.length < SMALLEST_BLOB || blob.length % AES_BLOCK_BYTES !== 0) {
		throw new ProtocolError('malformed', 'attachment has the wrong length');
	}
	await authenticate(blob, key, digest);
	const padded = await decrypt(blob, key);
	if (size > padded.length) {
		throw new ProtocolError('malformed', 'attachment is shorter than its pointer says');
	}
	const plaintext = size === 0 ? padded : padded.subarray(0, size);
	return { size: plaintext.length, pieces: [plaintext] };
}

async function authenticate(blob: Bytes, key: Bytes, digest: Bytes): Promise<void> {
	const macStart = blob.length - MAC_BYTES;
	const [mac, covered] = [blob.subarray(macStart), blob.subarray(0, macStart)];
	const mayVerify = await hmacKey(key, 'verify');
	// Each reads the whole blob, and the browser can give each a core.
	const [isOurs, actual] = await Promise.all([
		crypto.subtle.verify(HMAC, mayVerify, mac, covered),
		sha256(blob)
	]);
	if (!isOurs) throw new ProtocolError('unauthenticated', 'attachment MAC does not verify');
	if (!equal(actual, digest)) {
		throw new ProtocolError('unauthenticated', 'attachment digest does not match');
	}
}

async function decrypt(blob: Bytes, key: Bytes): Promise<Bytes> {
	const iv = blob.subarray(0, AES_BLOCK_BYTES);
	const ciphertext = blob.subarray(AES_BLOCK_BYTES, blob.length - MAC_BYTES);
	const aes = await aesKey(key, 'decrypt');
	try {
		return new Uint8Array(await crypto.subtle.decrypt({ name: CBC, iv }, aes, ciphertext));
	} catch (cause) {
		throw new ProtocolError('malformed', 'attachment has no cipher padding', { cause });
	}
}

function aesKey(key: Bytes, usage: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
	return crypto.subtle.importKey('raw', key.slice(0, AES_KEY_BYTES), CBC, false, [usage]);
}

function hmacKey(key: Bytes, usage: 'sign' | 'verify'): Promise<CryptoKey> {
	return crypto.subtle.importKey('raw', key.slice(AES_KEY_BYTES), HMAC, false, [usage]);
}

async function sha256(bytes: Bytes): Promise<Bytes> {
	return toBytes(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

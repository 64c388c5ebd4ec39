/** The three layer ciphers and the packing of an onion request: storage-server.md §7. */
import { concat, fromUtf8, toBytes, utf8 } from './bytes';
import { ProtocolError } from './errors';
import { blake2b, sharedSecret } from './keys';
import { sodium } from './sodium';
import type { Bytes, X25519KeyPair, X25519PublicKey } from './types';

export type OnionEncryption = 'aes-gcm' | 'xchacha20' | 'aes-cbc';

/** What both ends of one layer share; a reply is encrypted with the same key. */
export interface LayerKey {
	readonly encryption: OnionEncryption;
	readonly key: Bytes;
}

const NONCE_BYTES = { 'aes-gcm': 12, xchacha20: 24, 'aes-cbc': 16 } as const;
const NAMES: Readonly<Record<string, OnionEncryption>> = {
	'aes-gcm': 'aes-gcm',
	gcm: 'aes-gcm',
	xchacha20: 'xchacha20',
	'xchacha20-poly1305': 'xchacha20',
	'aes-cbc': 'aes-cbc',
	cbc: 'aes-cbc'
};
const LENGTH_BYTES = 4;

export function nonceBytes(encryption: OnionEncryption): number {
	return NONCE_BYTES[encryption];
}

/** A control JSON's `enc_type`; absent means aes-gcm. Throws ProtocolError 'malformed' for any other name. */
export function parseEncryption(name: unknown): OnionEncryption {
	if (name === undefined) return 'aes-gcm';
	const encryption = typeof name === 'string' && Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
	if (encryption === undefined) throw new ProtocolError('malformed', 'unknown layer encryption');
	return encryption;
}

/** The client's side: its fresh key pair and the node's key. */
export function clientLayerKey(
	encryption: OnionEncryption,
	ephemeral: X25519KeyPair,
	node: X25519PublicKey
): Promise<LayerKey> {
	return layerKey(encryption, sharedSecret(ephemeral.secretKey, node), ephemeral.publicKey, node);
}

/** The node's side of the same. */
export function nodeLayerKey(
	encryption: OnionEncryption,
	node: X25519KeyPair,
	ephemeral: X25519PublicKey
): Promise<LayerKey> {
	return layerKey(encryption, sharedSecret(node.secretKey, ephemeral), ephemeral, node.publicKey);
}

async function layerKey(
	encryption: OnionEncryption,
	shared: Bytes,
	client: X25519PublicKey,
	node: X25519PublicKey
): Promise<LayerKey> {
	if (encryption === 'aes-gcm') return { encryption, key: await hmacLoki(shared) };
	if (encryption === 'xchacha20') return { encryption, key: blake2b(32, concat(shared, client, node)) };
	return { encryption, key: shared };
}

async function hmacLoki(message: Bytes): Promise<Bytes> {
	const algorithm = { name: 'HMAC', hash: 'SHA-256' };
	const key = await crypto.subtle.importKey('raw', utf8('LOKI'), algorithm, false, ['sign']);
	return new Uint8Array(await crypto.subtle.sign('HMAC', key, message));
}

/** `nonce ‖ ciphertext`. The nonce must be fresh and of `nonceBytes(encryption)`. */
export async function encryptLayer(layer: LayerKey, plaintext: Bytes, nonce: Bytes): Promise<Bytes> {
	if (nonce.length !== nonceBytes(layer.encryption)) {
		throw new ProtocolError('malformed', 'layer nonce has the wrong length');
	}
	if (layer.encryption === 'xchacha20') {
		const { key } = layer;
		const sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, null, null, nonce, key);
		return concat(nonce, sealed);
	}
	const { name, key } = await aesKey(layer, 'encrypt');
	return concat(nonce, new Uint8Array(await crypto.subtle.encrypt({ name, iv: nonce }, key, plaintext)));
}

/** Throws ProtocolError 'unauthenticated' when the bytes were not made with this key. */
export async function decryptLayer(layer: LayerKey, sealed: Uint8Array): Promise<Bytes> {
	const split = nonceBytes(layer.encryption);
	const nonce = toBytes(sealed.subarray(0, split));
	const ciphertext = toBytes(sealed.subarray(split));
	try {
		if (layer.encryption === 'xchacha20') {
			const { key } = layer;
			return toBytes(sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, ciphertext, null, nonce, key));
		}
		const { name, key } = await aesKey(layer, 'decrypt');
		return new Uint8Array(await crypto.subtle.decrypt({ name, iv: nonce }, key, ciphertext));
	} catch (cause) {
		throw new ProtocolError('unauthenticated', 'onion layer does not open', { cause });
	}
}

async function aesKey(
	layer: LayerKey,
	usage: 'encrypt' | 'decrypt'
): Promise<{ name: string; key: CryptoKey }> {
	const name = layer.encryption === 'aes-gcm' ? 'AES-GCM' : 'AES-CBC';
	return { name, key: await crypto.subtle.importKey('raw', layer.key, name, false, [usage]) };
}

/** `length (u32 little-endian) ‖ blob ‖ JSON text`. */
export function joinCombined(blob: Uint8Array, json: string): Bytes {
	const length = new Uint8Array(LENGTH_BYTES);
	new DataView(length.buffer).setUint32(0, blob.length, true);
	return concat(length, blob, utf8(json));
}

/** Throws ProtocolError 'malformed' when the length or the text is wrong. */
export function splitCombined(combined: Uint8Array): { blob: Bytes; json: string } {
	if (combined.length < LENGTH_BYTES) throw new ProtocolError('malformed', 'onion blob is too short');
	const view = new DataView(combined.buffer, combined.byteOffset, combined.byteLength);
	const end = LENGTH_BYTES + view.getUint32(0, true);
	if (end > combined.length) throw new ProtocolError('malformed', 'onion blob is cut short');
	return {
		blob: toBytes(combined.subarray(LENGTH_BYTES, end)),
		json: fromUtf8(combined.subarray(end))
	};
}

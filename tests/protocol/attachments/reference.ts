/**
 * The older form of attachments and the usual form of pictures a second time, with Node's OpenSSL and nothing of ours:
 * no reference vectors exist for them. attachments.md §4 and §6.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The ladder by plain search: rungs are the floors of the powers of 1.05. */
export function paddedSizeBySearch(size: number, largest: number): number {
	let rung = 1;
	while (Math.floor(rung) < size) rung *= 1.05;
	return Math.min(largest, Math.max(541, Math.floor(rung)));
}

export function sealLegacyByNode(plaintext: Uint8Array, paddedSize: number, key: Uint8Array, iv: Uint8Array) {
	const cipher = createCipheriv('aes-256-cbc', key.subarray(0, 32), iv);
	const padding = Buffer.alloc(paddedSize - plaintext.length);
	const sealed = Buffer.concat([iv, cipher.update(plaintext), cipher.update(padding), cipher.final()]);
	const mac = createHmac('sha256', key.subarray(32)).update(sealed).digest();
	const blob = Buffer.concat([sealed, mac]);
	return { blob, digest: createHash('sha256').update(blob).digest() };
}

export function openLegacyByNode(
	blob: Uint8Array,
	key: Uint8Array,
	digest: Uint8Array,
	size: number
): Buffer {
	const [iv, ciphertext, mac] = [blob.subarray(0, 16), blob.subarray(16, -32), blob.subarray(-32)];
	const ours = createHmac('sha256', key.subarray(32)).update(blob.subarray(0, -32)).digest();
	if (!timingSafeEqual(ours, mac)) throw new Error('MAC');
	if (!timingSafeEqual(createHash('sha256').update(blob).digest(), digest)) throw new Error('digest');
	const cipher = createDecipheriv('aes-256-cbc', key.subarray(0, 32), iv);
	return Buffer.concat([cipher.update(ciphertext), cipher.final()]).subarray(0, size);
}

export function sealPictureByNode(plaintext: Uint8Array, key: Uint8Array, iv: Uint8Array): Buffer {
	const cipher = createCipheriv('aes-256-gcm', key, iv);
	return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

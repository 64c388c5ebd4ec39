import { toBytes, utf8 } from '../../protocol/bytes';
import type { Bytes, RandomBytes } from '../../protocol/types';
import type { KeyWrap, VaultId } from './vault-rows';

const IV_BYTES = 12;

/** A key that scripts of this origin can use but not read. Whoever copies the browser's profile still has it. */
export async function newDeviceKey(subtle: SubtleCrypto): Promise<CryptoKey> {
	return subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

export async function wrapDataKey(
	subtle: SubtleCrypto,
	random: RandomBytes,
	deviceKey: CryptoKey,
	id: VaultId,
	dataKey: Bytes
): Promise<KeyWrap> {
	const iv = random(IV_BYTES);
	const key = await subtle.encrypt(parameters(iv, id), deviceKey, dataKey);
	return { kind: 'device', iv, key: new Uint8Array(key) };
}

/** Fails with a DOMException when the wrap is of another device key or account, or changed. */
export async function unwrapDataKey(
	subtle: SubtleCrypto,
	deviceKey: CryptoKey,
	id: VaultId,
	wrap: KeyWrap
): Promise<Bytes> {
	return toBytes(new Uint8Array(await subtle.decrypt(parameters(wrap.iv, id), deviceKey, wrap.key)));
}

function parameters(iv: Bytes, id: VaultId): AesGcmParams {
	return { name: 'AES-GCM', iv, additionalData: utf8(`sotto data key ${id}`) };
}

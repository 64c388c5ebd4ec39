/** Account ids as the storage server takes them: any prefix byte and a 32-byte key. */
import { fromHex } from '../protocol/bytes';
import type { Bytes } from '../protocol/types';
import { isHex } from './encodings';

const ID_DIGITS = 66;
const SESSION_PREFIX = 5;

export interface StorageAccount {
	/** 66 lower-case hex digits: how nodes print it and sign it. */
	readonly id: string;
	readonly prefix: number;
	readonly key: Bytes;
}

/** null when the text is not 66 hex digits. */
export function parseAccount(text: string): StorageAccount | null {
	if (text.length !== ID_DIGITS || !isHex(text)) return null;
	const bytes = fromHex(text);
	return { id: text.toLowerCase(), prefix: bytes[0] ?? 0, key: bytes.subarray(1) };
}

/** Its key is X25519, so signatures need a separate Ed25519 key. */
export function isSessionAccount(account: StorageAccount): boolean {
	return account.prefix === SESSION_PREFIX;
}

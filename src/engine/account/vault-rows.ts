import type { Bytes } from '../../protocol/types';

/** Names a database and the vault's row about it: random, says nothing. */
export type VaultId = string;

/** A way to open an account's data key; later there may be several for one account (passphrase, passkey). */
export interface KeyWrap {
	readonly kind: 'device';
	readonly iv: Bytes;
	/** AES-GCM ciphertext of the data key. */
	readonly key: Bytes;
}

/**
 * `creating` and `deleting` are left by a tab that died in between; neither holds keys, and the next start removes the
 * database that they name.
 */
export type VaultRow =
	| { readonly k: VaultId; readonly state: 'creating' | 'deleting' }
	| {
			readonly k: VaultId;
			readonly state: 'ready';
			/** Accounts are listed in the order they were made; missing in rows of older versions, which are first. */
			readonly n?: number;
			readonly wraps: readonly KeyWrap[];
			readonly v: number;
			/** Sealed AccountEntry. */
			readonly b: Bytes;
	  };

export interface DeviceKeyRow {
	readonly k: string;
	/** Not extractable: scripts can use it, not read it. */
	readonly key: CryptoKey;
}

/** Which account new tabs show. */
export interface ChoiceRow {
	readonly k: string;
	readonly id: VaultId;
}

export const VAULT_NAME = 'sotto';
export const VAULT_VERSION = 1;
export const VAULT_STORES = { device: 'k', accounts: 'k' } as const;

/** What account databases are called, and nothing else of this origin is. */
export const DATABASE_NAME = /^[0-9a-f]{32}$/;

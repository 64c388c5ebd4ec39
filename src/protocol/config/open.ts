/** Configs of an account or a group, new or as they were left on this device. */
import { toBytes } from '../bytes';
import type { Bytes, Ed25519KeyPair } from '../types';
import type { ConfigKind } from './kinds';
import type { SigningKeys } from './message';
import { ConfigObject } from './object';

const SEED_BYTES = 32;

/** Encrypted with the account's Ed25519 seed. Throws ProtocolError 'malformed' for an unreadable dump. */
export function openAccountConfig(kind: ConfigKind, account: Ed25519KeyPair, dump?: Bytes): ConfigObject {
	const keys = [toBytes(account.secretKey.subarray(0, SEED_BYTES))];
	const options = { kind, keys, account, signing: undefined };
	return dump === undefined ? new ConfigObject(options) : ConfigObject.load(options, dump);
}

/** `keys` from the newest on, 32 bytes each. Throws ProtocolError 'malformed' for an unreadable dump. */
export function openGroupConfig(
	kind: ConfigKind,
	keys: readonly Bytes[],
	signing: SigningKeys,
	dump?: Bytes
): ConfigObject {
	const options = { kind, keys, account: undefined, signing };
	return dump === undefined ? new ConfigObject(options) : ConfigObject.load(options, dump);
}

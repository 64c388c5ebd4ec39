/** Config messages as they lie in the swarm: wrapped, encrypted, perhaps in several parts. config.md §4 to §7. */
import type { Bytes, Ed25519KeyPair } from '../types';
import { attempt, ProtocolError } from '../errors';
import { decryptConfig, encryptConfig, ENCRYPTION_OVERHEAD } from './encrypt';
import type { ConfigKind } from './kinds';
import { MAX_MESSAGE_BYTES, splitConfig } from './multipart';
import { unpadded } from './pack';
import { unwrapConfig, wrapConfig } from './wrap';

export interface Transport {
	readonly kind: ConfigKind;
	/** 32 bytes each. The first encrypts, all decrypt. */
	readonly keys: readonly Bytes[];
	/** Whose configs they are; absent for those of a group. */
	readonly account: Ed25519KeyPair | undefined;
}

/** The messages to store: one, or the parts of one. Throws ProtocolError 'malformed' when there is no key. */
export function encodeStored(padded: Bytes, seqno: number, { kind, keys, account }: Transport): Bytes[] {
	const key = keys[0];
	if (key === undefined) throw new ProtocolError('malformed', 'config has no encryption key');
	if (padded.length + ENCRYPTION_OVERHEAD > MAX_MESSAGE_BYTES) {
		return splitConfig(padded).map((part) => encryptConfig(part, key, kind.domain));
	}
	const encrypted = encryptConfig(padded, key, kind.domain);
	if (kind.wrapKind === undefined || account === undefined) return [encrypted];
	const wrapped = wrapConfig(encrypted, seqno, kind.wrapKind, account);
	return [wrapped.length <= MAX_MESSAGE_BYTES ? wrapped : encrypted];
}

/** The content without padding; undefined for what no key opens. */
export function decodeStored(stored: Bytes, { kind, keys, account }: Transport): Bytes | undefined {
	const encrypted = unwrapped(stored, kind.wrapKind, account);
	for (const key of keys) {
		const padded = attempt(() => decryptConfig(encrypted, key, kind.domain));
		if (!(padded instanceof ProtocolError)) return unpadded(padded);
	}
	return undefined;
}

/** Raw ones are fine, and a client of the past wrapped twice. */
function unwrapped(stored: Bytes, wrapKind: number | undefined, account: Ed25519KeyPair | undefined): Bytes {
	if (wrapKind === undefined || account === undefined) return stored;
	const once = attempt(() => unwrapConfig(stored, wrapKind, account));
	if (once instanceof ProtocolError) return stored;
	const twice = attempt(() => unwrapConfig(once, wrapKind, account));
	return twice instanceof ProtocolError ? once : twice;
}

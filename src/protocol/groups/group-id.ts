/** A group is an Ed25519 key pair: groups-v2.md §1. */
import { equal, fromHex, toBytes, toHex } from '../bytes';
import { ProtocolError } from '../errors';
import { ed25519FromSeed } from '../keys';
import type { Ed25519KeyPair, Ed25519PublicKey, GroupId, GroupKey, GroupSeed, RandomBytes } from '../types';

const SEED_BYTES = 32;
const KEY_BYTES = 32;

export function newGroupSeed(random: RandomBytes): GroupSeed {
	return parseGroupSeed(random(SEED_BYTES));
}

/** Throws ProtocolError 'malformed' unless it has 32 bytes. */
export function parseGroupSeed(bytes: Uint8Array): GroupSeed {
	if (bytes.length !== SEED_BYTES) throw new ProtocolError('malformed', 'group seed has the wrong length');
	return toBytes(bytes) as GroupSeed;
}

/** Throws ProtocolError 'malformed' unless it has 32 bytes. */
export function parseGroupKey(bytes: Uint8Array): GroupKey {
	if (bytes.length !== KEY_BYTES) throw new ProtocolError('malformed', 'group key has the wrong length');
	return toBytes(bytes) as GroupKey;
}

export function groupPair(seed: GroupSeed): Ed25519KeyPair {
	return ed25519FromSeed(seed);
}

/** An admin's keys from a seed that was received. Throws ProtocolError 'unauthenticated' when it is of another group. */
export function groupPairOf(id: GroupId, seed: GroupSeed): Ed25519KeyPair {
	const pair = groupPair(seed);
	if (!equal(pair.publicKey, groupPublicKey(id))) {
		throw new ProtocolError('unauthenticated', 'seed is of another group');
	}
	return pair;
}

export function groupIdOf(publicKey: Ed25519PublicKey): GroupId {
	return `03${toHex(publicKey)}` as GroupId;
}

export function groupPublicKey(id: GroupId): Ed25519PublicKey {
	return fromHex(id.slice(2)) as Ed25519PublicKey;
}

/** Either case. Throws ProtocolError 'malformed' for anything but `03` and 64 hex digits. */
export function parseGroupId(text: string): GroupId {
	if (!/^03[0-9a-f]{64}$/i.test(text)) throw new ProtocolError('malformed', 'not a group id');
	return text.toLowerCase() as GroupId;
}

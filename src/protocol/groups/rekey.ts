/**
 * A new key for everybody: groups-v2.md §3.1. Nothing in it is random, so that admins who do the same rotation make the same
 * key and the same message.
 */
import { writeSignedBt } from '../bt/writer';
import type { BtValue } from '../bt/value';
import { concat, toBytes, utf8 } from '../bytes';
import { ProtocolError } from '../errors';
import { x25519FromEd25519, x25519Of } from '../identity';
import { blake2b, sign } from '../keys';
import { sealEntry } from '../multi-encrypt';
import { sodium } from '../sodium';
import type { AccountId, Bytes, Ed25519KeyPair, GroupKey, X25519KeyPair } from '../types';
import { xchachaSeal } from '../xchacha20';
import { nextGeneration, type GroupKeys, type PendingKey } from './group-keys';
import { adminKey, GENERATION_HASH_KEY, generationSecret, MEMBER_DOMAIN } from './key-derivation';
import { ENTRY_MULTIPLE, KEY_ENTRY_BYTES } from './key-message';

const KEY_BYTES = 32;
const NONCE_BYTES = 24;

/**
 * The same keys with a new one pending; its message goes to namespace 12. `members`: all of the group, admins and
 * ourselves included, in any order. Info and members have to be encrypted and pushed again with the new key.
 */
export function rekey(
	keys: GroupKeys,
	group: Ed25519KeyPair,
	members: readonly AccountId[]
): GroupKeys & { readonly pending: PendingKey } {
	const generation = nextGeneration(keys);
	const sorted = [...new Set(members)].sort();
	const hashed = utf8(`${sorted.join('')}${generation}`);
	const hash = blake2b(KEY_BYTES + NONCE_BYTES, concat(hashed, generationSecret(group)), GENERATION_HASH_KEY);
	const key = hash.slice(0, KEY_BYTES) as GroupKey;
	const nonce = hash.slice(KEY_BYTES);
	const entries = memberEntries(key, nonce, group, sorted);
	const message = writeSignedBt(
		new Map<string, BtValue>([
			['#', nonce],
			['G', BigInt(generation)],
			['K', xchachaSeal(key, nonce, adminKey(group))],
			['k', [...entries, ...junk(entries.length, hash, group)]]
		]),
		(signed) => sign(signed, group.secretKey)
	);
	return { ...keys, pending: { generation, key, message } };
}

function memberEntries(
	key: GroupKey,
	nonce: Bytes,
	group: Ed25519KeyPair,
	members: readonly AccountId[]
): readonly Bytes[] {
	const sender = x25519FromEd25519(group);
	return members.flatMap((member) => sealForMember(member, key, nonce, sender));
}

/** Nothing for an id that is no usable key: it must not keep the others from getting theirs. */
export function sealForMember(
	member: AccountId,
	message: Uint8Array,
	nonce: Bytes,
	group: X25519KeyPair
): readonly Bytes[] {
	try {
		return [sealEntry({ recipient: x25519Of(member), message }, group, MEMBER_DOMAIN, nonce)];
	} catch (error) {
		if (error instanceof ProtocolError) return [];
		throw error;
	}
}

/** Entries for nobody, up to the next multiple. */
function junk(count: number, hash: Bytes, group: Ed25519KeyPair): readonly Bytes[] {
	const missing = (ENTRY_MULTIPLE - (count % ENTRY_MULTIPLE)) % ENTRY_MULTIPLE;
	const seed = blake2b(32, concat(hash, group.secretKey), utf8('SessionGroupJunkMembers'));
	const stream = toBytes(sodium.randombytes_buf_deterministic(missing * KEY_ENTRY_BYTES, seed));
	return Array.from({ length: missing }, (_, index) =>
		stream.slice(index * KEY_ENTRY_BYTES, (index + 1) * KEY_ENTRY_BYTES)
	);
}

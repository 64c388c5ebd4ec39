/** Taking in what comes out of namespace 12: groups-v2.md §3.3. Always before the documents and messages of the same poll. */
import { equal } from '../bytes';
import { ProtocolError } from '../errors';
import { x25519FromEd25519Public } from '../keys';
import { entryOpener } from '../multi-encrypt';
import type { Bytes, Ed25519KeyPair, Ed25519PublicKey, MessageHash, X25519KeyPair } from '../types';
import { xchachaOpen } from '../xchacha20';
import { parseGroupKey } from './group-id';
import { withKey, withMessage, type GroupKeys, type KeyEntry } from './group-keys';
import { adminKey, MEMBER_DOMAIN } from './key-derivation';
import { readKeyMessage, type FullKeyMessage, type SupplementMessage } from './key-message';
import { readKeyList } from './supplement';

/** As whom we read: an admin by the group's own keys, a member by theirs. */
export type KeyReader =
	| { readonly role: 'admin'; readonly group: Ed25519KeyPair }
	| { readonly role: 'member'; readonly group: Ed25519PublicKey; readonly own: X25519KeyPair };

export interface StoredKeyMessage {
	readonly hash: MessageHash;
	readonly data: Uint8Array;
	/** Milliseconds: when the swarm stored it. */
	readonly timestamp: number;
}

export interface Loaded {
	readonly keys: GroupKeys;
	/** Whether it had keys for us, known ones included. The lists of the documents have to be set anew then. */
	readonly loaded: boolean;
}

/**
 * Throws ProtocolError, and then nothing of the message counts: 'malformed' when it is no key message, 'unauthenticated'
 * when the group did not sign it or an admin cannot open the entry for admins.
 */
export function loadKeyMessage(keys: GroupKeys, reader: KeyReader, stored: StoredKeyMessage): Loaded {
	const groupKey = reader.role === 'admin' ? reader.group.publicKey : reader.group;
	const message = readKeyMessage(stored.data, groupKey);
	const found =
		message.kind === 'full' ? openFull(message, reader, stored.timestamp) : openSupplement(message, reader);
	const [first] = found;
	if (first === undefined) {
		return { keys: withMessage(keys, stored.hash, message.generation), loaded: false };
	}
	const settled = reader.role === 'admin' ? withoutPending(keys, first) : keys;
	return { keys: found.reduce((all, entry) => withKey(all, stored.hash, entry), settled), loaded: true };
}

function openFull(message: FullKeyMessage, reader: KeyReader, timestamp: number): readonly KeyEntry[] {
	const key = reader.role === 'admin' ? openForAdmin(message, reader.group) : openForMember(message, reader);
	return key === undefined ? [] : [{ generation: message.generation, timestamp, key: parseGroupKey(key) }];
}

function openForAdmin({ forAdmins, nonce }: FullKeyMessage, group: Ed25519KeyPair): Bytes {
	const key = xchachaOpen(forAdmins, nonce, adminKey(group));
	if (key === undefined) throw new ProtocolError('unauthenticated', 'key for admins does not open');
	return key;
}

/** Admins hold every key already. */
function openSupplement(message: SupplementMessage, reader: KeyReader): readonly KeyEntry[] {
	if (reader.role === 'admin') return [];
	const plaintext = openForMember(message, reader);
	return plaintext === undefined ? [] : readKeyList(plaintext);
}

function openForMember(
	{ forMembers, nonce }: FullKeyMessage | SupplementMessage,
	{ group, own }: Extract<KeyReader, { role: 'member' }>
): Bytes | undefined {
	const open = entryOpener(own, x25519FromEd25519Public(group), MEMBER_DOMAIN, nonce);
	for (const entry of forMembers) {
		const plaintext = open(entry);
		if (plaintext !== undefined) return plaintext;
	}
	return undefined;
}

/** Our own rotation has arrived, or a later one has overtaken it. */
function withoutPending(keys: GroupKeys, loaded: KeyEntry): GroupKeys {
	const { pending } = keys;
	if (pending === null) return keys;
	const isSettled = loaded.generation > pending.generation || equal(loaded.key, pending.key);
	return isSettled ? { ...keys, pending: null } : keys;
}

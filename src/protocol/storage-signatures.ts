/**
 * The byte strings that clients and storage nodes sign: storage-server.md §4. Integers are plain decimal; namespace 0
 * is the empty string; parts follow one another without a separator.
 */
import { concat, fromBase64, fromHex, toBase64NoPad, utf8 } from './bytes';
import { ProtocolError } from './errors';
import { blake2b, verify } from './keys';
import type { Bytes, MessageHash, SnodeId } from './types';

/** An int16, or every namespace of the account where a method allows that. */
export type Namespaces = number | 'all';
export type ExpireMode = 'shorten' | 'extend' | null;

const SUBACCOUNT_TOKEN_BYTES = 36;

function joined(...parts: readonly (string | number)[]): Bytes {
	return utf8(parts.join(''));
}

function namespaceText(namespace: Namespaces): string {
	return namespace === 0 ? '' : String(namespace);
}

/** What a client signs for each method. Times are milliseconds. */
export const signedString = {
	store: (namespace: number, timestamp: number) => joined('store', namespaceText(namespace), timestamp),
	retrieve: (namespace: number, timestamp: number) => joined('retrieve', namespaceText(namespace), timestamp),
	getExpiries: (timestamp: number, messages: readonly string[]) =>
		joined('get_expiries', timestamp, ...messages),
	expire: (mode: ExpireMode, expiries: readonly number[], messages: readonly string[]) =>
		joined('expire', mode ?? '', ...expiries, ...messages),
	expireAll: (namespace: Namespaces, expiry: number) =>
		joined('expire_all', namespaceText(namespace), expiry),
	delete: (messages: readonly string[]) => joined('delete', ...messages),
	deleteAll: (namespace: Namespaces, timestamp: number) =>
		joined('delete_all', namespaceText(namespace), timestamp),
	deleteBefore: (namespace: Namespaces, before: number) =>
		joined('delete_before', namespaceText(namespace), before),
	revokeSubaccount: (timestamp: number, tokens: readonly Uint8Array[]) =>
		concat(joined('revoke_subaccount', timestamp), ...tokens),
	unrevokeSubaccount: (timestamp: number, tokens: readonly Uint8Array[]) =>
		concat(joined('unrevoke_subaccount', timestamp), ...tokens),
	revokedSubaccounts: (timestamp: number) => joined('revoked_subaccounts', timestamp)
} as const;

/** What each node of the swarm signs in its entry of a reply. `account` is the 66-character id. */
export const nodeSignedString = {
	store: (hash: string) => joined(hash),
	expire: (
		account: string,
		expiries: readonly number[],
		requested: readonly string[],
		updated: readonly string[],
		unchanged: readonly (readonly [hash: string, expiry: number])[]
	) => joined(account, ...expiries, ...requested, ...updated, ...unchanged.flat()),
	expireAll: (account: string, expiry: number, updated: readonly string[]) =>
		joined(account, expiry, ...updated),
	delete: (account: string, requested: readonly string[], deleted: readonly string[]) =>
		joined(account, ...requested, ...deleted),
	deleteAll: (account: string, timestamp: number, deleted: readonly string[]) =>
		joined(account, timestamp, ...deleted),
	deleteBefore: (account: string, before: number, deleted: readonly string[]) =>
		joined(account, before, ...deleted),
	subaccounts: (account: string, timestamp: number, tokens: readonly Uint8Array[]) =>
		concat(joined(account, timestamp), ...tokens)
} as const;

/** Time is no part of it: the same data to the same mailbox is the same message. `account`: 66 hex characters. */
export function messageHash(account: string, namespace: number, data: Uint8Array): MessageHash {
	const hashed = concat(fromHex(account), utf8(namespaceText(namespace)), data);
	return toBase64NoPad(blake2b(32, hashed)) as MessageHash;
}

/** Throws ProtocolError 'malformed' for anything but 43 characters of base64. */
export function parseMessageHash(text: string): MessageHash {
	if (!/^[A-Za-z0-9+/]{43}$/.test(text)) throw new ProtocolError('malformed', 'not a message hash');
	return text as MessageHash;
}

/** Whether this node really says that it stored the message. */
export function verifyStoreEntry(node: SnodeId, hash: string, signature: Uint8Array): boolean {
	return verify(signature, nodeSignedString.store(hash), fromHex(node));
}

/** Whether this node really says that it deleted these messages, and no others, of the account; `hashes` sorted. */
export function verifyDeleteAllEntry(
	account: string,
	timestamp: number,
	entry: { readonly node: SnodeId; readonly hashes: readonly string[]; readonly signature: Uint8Array }
): boolean {
	const signed = nodeSignedString.deleteAll(account, timestamp, entry.hashes);
	return verify(entry.signature, signed, fromHex(entry.node));
}

/** 36 bytes: prefix, flags, two zeros, the subaccount's Ed25519 key (storage-server.md §6). */
export function parseSubaccountToken(text: string): Bytes {
	const isHex = text.length === 2 * SUBACCOUNT_TOKEN_BYTES;
	const token = isHex ? fromHex(text) : fromBase64(text);
	if (token.length !== SUBACCOUNT_TOKEN_BYTES) {
		throw new ProtocolError('malformed', 'subaccount token has the wrong length');
	}
	return token;
}

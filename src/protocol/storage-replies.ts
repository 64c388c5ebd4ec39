/** Reading what storage nodes answer: storage-server.md §2–§5. Every parser throws ProtocolError 'malformed'. */
import { fromBase64, fromHex } from './bytes';
import { asArray, asCount, asObject, asString, isJsonObject } from './json';
import { parseSnodeId } from './keys';
import { parseMessageHash } from './storage-signatures';
import type { Bytes, MessageHash, SnodeId } from './types';

export interface StoreEntry {
	readonly node: SnodeId;
	readonly hash: MessageHash;
	/** By the node, over the hash; check with verifyStoreEntry. */
	readonly signature: Bytes;
	readonly expiry: number;
	/** The message had been there before. */
	readonly already: boolean;
}

export interface StoreReply {
	readonly hash: MessageHash;
	/** Members of the swarm that say they have it. */
	readonly stored: readonly StoreEntry[];
	/** Members that did not answer or refused. */
	readonly failed: readonly SnodeId[];
}

export interface StoredMessage {
	readonly hash: MessageHash;
	readonly data: Bytes;
	readonly timestamp: number;
	readonly expiration: number;
}

export interface RetrieveReply {
	/** In the order in which they arrived at this node. */
	readonly messages: readonly StoredMessage[];
	/** There are more after the last of these. */
	readonly more: boolean;
}

export interface BatchPart {
	readonly status: number;
	readonly body: unknown;
}

export interface ChangeReply {
	/** What each member of the swarm says it changed. */
	readonly changed: readonly {
		readonly node: SnodeId;
		readonly hashes: readonly MessageHash[];
		readonly signature: Bytes;
	}[];
	readonly failed: readonly SnodeId[];
}

/** The node's clock: `t` of a body, or of the first part of a batch that has one. Null when there is none. */
export function replyTime(body: unknown): number | null {
	if (!isJsonObject(body)) return null;
	const own = ownTime(body);
	const results: unknown = body['results'];
	if (own !== null || !Array.isArray(results)) return own;
	for (const part of results as readonly unknown[]) {
		const time = isJsonObject(part) ? ownTime(part['body']) : null;
		if (time !== null) return time;
	}
	return null;
}

function ownTime(body: unknown): number | null {
	const time = isJsonObject(body) ? body['t'] : null;
	return typeof time === 'number' && Number.isSafeInteger(time) && time > 0 ? time : null;
}

export function parseStoreReply(body: unknown): StoreReply {
	const reply = asObject(body, 'store reply');
	const hash = parseMessageHash(asString(reply['hash'], 'message hash'));
	const stored: StoreEntry[] = [];
	const failed: SnodeId[] = [];
	for (const [key, value] of Object.entries(asObject(reply['swarm'], 'store reply swarm'))) {
		const node = parseSnodeId(key);
		const entry = asObject(value, 'store reply entry');
		if (isTrue(entry['failed'])) failed.push(node);
		else stored.push(parseStoreEntry(node, entry));
	}
	return { hash, stored, failed };
}

function parseStoreEntry(node: SnodeId, entry: Readonly<Record<string, unknown>>): StoreEntry {
	return {
		node,
		hash: parseMessageHash(asString(entry['hash'], 'message hash')),
		signature: fromBase64(asString(entry['signature'], 'node signature')),
		expiry: asCount(entry['expiry'], 'expiry'),
		already: isTrue(entry['already'])
	};
}

/** Replies to expire and expire_all (`updated`), delete, delete_all and delete_before (`deleted`). */
export function parseChangeReply(body: unknown, field: 'updated' | 'deleted'): ChangeReply {
	const changed: ChangeReply['changed'][number][] = [];
	const failed: SnodeId[] = [];
	const members = asObject(asObject(body, 'change reply')['swarm'], 'change reply swarm');
	for (const [key, value] of Object.entries(members)) {
		const node = parseSnodeId(key);
		const entry = asObject(value, 'change reply entry');
		if (isTrue(entry['failed'])) {
			failed.push(node);
			continue;
		}
		const signature = fromBase64(asString(entry['signature'], 'node signature'));
		changed.push({ node, hashes: hashList(entry[field]), signature });
	}
	return { changed, failed };
}

/** A list, or lists by namespace when all namespaces were asked for; sorted as the node signed them. */
function hashList(value: unknown): readonly MessageHash[] {
	const lists = isJsonObject(value) ? Object.values(value) : [value];
	return lists
		.flatMap((list) => asArray(list, 'hashes'))
		.map((hash) => parseMessageHash(asString(hash, 'message hash')))
		.sort();
}

/** Nodes write the booleans of their peers' entries as 1. */
function isTrue(value: unknown): boolean {
	return value === true || value === 1;
}

export function parseRetrieveReply(body: unknown): RetrieveReply {
	const reply = asObject(body, 'retrieve reply');
	const messages = asArray(reply['messages'], 'messages').map((value): StoredMessage => {
		const message = asObject(value, 'message');
		return {
			hash: parseMessageHash(asString(message['hash'], 'message hash')),
			data: fromBase64(asString(message['data'], 'message data')),
			timestamp: asCount(message['timestamp'], 'message timestamp'),
			expiration: asCount(message['expiration'], 'message expiration')
		};
	});
	return { messages, more: isTrue(reply['more']) };
}

/** Milliseconds by hash; hashes that the node does not have are left out. */
export function parseExpiries(body: unknown): ReadonlyMap<MessageHash, number> {
	const expiries = asObject(asObject(body, 'expiries reply')['expiries'], 'expiries');
	return new Map(
		Object.entries(expiries).map(([hash, expiry]) => [parseMessageHash(hash), asCount(expiry, 'expiry')])
	);
}

/** Results in the order of the requests; a sequence that stopped early has fewer. */
export function parseBatchReply(body: unknown): readonly BatchPart[] {
	const reply = asObject(body, 'batch reply');
	return asArray(reply['results'], 'batch results').map((value) => {
		const part = asObject(value, 'batch part');
		return { status: asCount(part['code'], 'batch part status'), body: part['body'] };
	});
}

/** The name's sealed Account ID; null when no one registered the name. `nonce` is null in records of the old form. */
export function parseOnsReply(body: unknown): { encryptedValue: Bytes; nonce: Bytes | null } | null {
	const result = asObject(asObject(body, 'name reply')['result'], 'name record');
	if (result['encrypted_value'] === undefined) return null;
	const nonce = result['nonce'];
	return {
		encryptedValue: fromHex(asString(result['encrypted_value'], 'name record')),
		nonce: nonce === undefined ? null : fromHex(asString(nonce, 'name nonce'))
	};
}

/** Version of the node's software and of the network's rules. */
export function parseInfo(body: unknown): {
	version: readonly number[];
	hardfork: readonly number[];
	time: number;
} {
	const reply = asObject(body, 'info reply');
	const counts = (value: unknown, what: string) => asArray(value, what).map((part) => asCount(part, what));
	return {
		version: counts(reply['version'], 'version'),
		hardfork: counts(reply['hf'], 'hardfork'),
		time: asCount(reply['t'], 'time')
	};
}

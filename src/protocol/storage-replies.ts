/** Reading what storage nodes answer: storage-server.md §2–§5. Every parser throws ProtocolError 'malformed'. */
import { fromBase64, fromHex } from './bytes';
import { ProtocolError } from './errors';
import { asArray, asCount, asObject, asString, isJsonObject } from './json';
import { parseEd25519PublicKey, parseSnodeId, parseX25519PublicKey } from './keys';
import { parseMessageHash } from './storage-signatures';
import { parseSwarmId, swarmIdFromHex } from './swarm';
import type { Bytes, Ed25519PublicKey, MessageHash, SnodeId, SwarmId, X25519PublicKey } from './types';

/** A node as a swarm reply or a node list names it. */
export interface StorageNode {
	readonly id: SnodeId;
	readonly ed25519: Ed25519PublicKey;
	readonly x25519: X25519PublicKey;
	readonly ip: string;
	readonly port: number;
	readonly swarm: SwarmId | null;
}

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

const NO_SWARM_HEX = 'ffffffffffffffff';
const NO_ADDRESS = '0.0.0.0';
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

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

/** A get_swarm reply, or the body of a 421. `swarm` is null when the node knows of none. */
export function parseSwarm(body: unknown): { swarm: SwarmId | null; nodes: readonly StorageNode[] } {
	const reply = asObject(body, 'swarm reply');
	const hex = asString(reply['swarm'], 'swarm id');
	const swarm = hex === NO_SWARM_HEX ? null : swarmIdFromHex(hex);
	const nodes = asArray(reply['snodes'], 'swarm nodes').flatMap((value) => {
		const node = asObject(value, 'swarm node');
		return listed(node['pubkey_ed25519'], node['pubkey_x25519'], node['ip'], node['port_https'], swarm);
	});
	return { swarm, nodes };
}

/** Results in the order of the requests; a sequence that stopped early has fewer. */
export function parseBatchReply(body: unknown): readonly BatchPart[] {
	const reply = asObject(body, 'batch reply');
	return asArray(reply['results'], 'batch results').map((value) => {
		const part = asObject(value, 'batch part');
		return { status: asCount(part['code'], 'batch part status'), body: part['body'] };
	});
}

/**
 * A node list, from a storage node's `oxend_request` or from a seed's JSON-RPC. Nodes that no one could use (without
 * keys or address) are left out, as real lists have some. Read the JSON with parseJson, or swarm ids lose digits.
 */
export function parseServiceNodes(body: unknown): { height: number | null; nodes: readonly StorageNode[] } {
	const result = asObject(asObject(body, 'node list reply')['result'], 'node list');
	const nodes = asArray(result['service_node_states'], 'node list').flatMap((value) => {
		const node = asObject(value, 'listed node');
		const swarm = listedSwarm(node['swarm_id']);
		return listed(
			node['pubkey_ed25519'],
			node['pubkey_x25519'],
			node['public_ip'],
			node['storage_port'],
			swarm
		);
	});
	const height = result['height'];
	return { height: height === undefined ? null : asCount(height, 'height'), nodes };
}

function listedSwarm(value: unknown): SwarmId | null {
	if (value === undefined || value === null) return null;
	const isNumber = typeof value === 'number' && Number.isSafeInteger(value);
	if (!isNumber && !(typeof value === 'string' && /^\d{1,20}$/.test(value))) {
		throw new ProtocolError('malformed', 'swarm id is not a number');
	}
	const id = BigInt(value);
	return id === 2n ** 64n - 1n ? null : parseSwarmId(id);
}

function listed(
	ed25519Hex: unknown,
	x25519Hex: unknown,
	ip: unknown,
	port: unknown,
	swarm: SwarmId | null
): readonly StorageNode[] {
	const address = asString(ip, 'node address');
	const ed25519Text = asString(ed25519Hex, 'node key');
	const x25519Text = asString(x25519Hex, 'node key');
	if (address === NO_ADDRESS || port === 0 || ed25519Text === '' || x25519Text === '') return [];
	const ed25519 = parseEd25519PublicKey(fromHex(ed25519Text));
	const x25519 = parseX25519PublicKey(fromHex(x25519Text));
	const number = asCount(port, 'node port');
	if (!IPV4.test(address) || number > 65_535) throw new ProtocolError('malformed', 'node address is wrong');
	return [{ id: parseSnodeId(ed25519Text), ed25519, x25519, ip: address, port: number, swarm }];
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

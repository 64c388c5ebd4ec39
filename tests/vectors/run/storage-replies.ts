/** Signatures and hashes in what storage nodes answered. */
import { concat, fromBase64, fromHex, utf8 } from '../../../src/protocol/bytes';
import { verify } from '../../../src/protocol/keys';
import { decryptOns, nameHash } from '../../../src/protocol/ons';
import * as rpc from '../../../src/protocol/storage-rpc';
import { pickSwarm, swarmPosition } from '../../../src/protocol/swarm';
import type { SwarmId } from '../../../src/protocol/types';
import type { Check } from './check';
import { tokensOf, type Call } from './storage-requests';

export interface Entry {
	readonly signature: string;
	readonly hash: string;
	readonly expiry: number | number[];
	readonly updated: string[];
	readonly unchanged?: Record<string, number>;
	readonly deleted: string[];
	readonly failed?: boolean;
}

/** What the swarm and the names of the recorded network are. */
export interface ReplySetting {
	readonly swarms: readonly SwarmId[];
	readonly names: ReadonlyMap<string, string>;
}

const CHANGES: Readonly<Record<string, 'updated' | 'deleted'>> = {
	expire: 'updated',
	expire_all: 'updated',
	delete: 'deleted',
	delete_all: 'deleted',
	delete_before: 'deleted'
};

function nodeSigned({ method, params }: Call, entry: Entry, hashes: readonly string[]): Uint8Array | null {
	const account = (params.pubkey ?? (params as unknown as { pubKey?: string }).pubKey).toLowerCase();
	const makers: Readonly<Record<string, () => Uint8Array>> = {
		store: () => rpc.nodeSignedString.store(entry.hash),
		expire: () => {
			const unchanged = Object.entries(entry.unchanged ?? {}).sort();
			const expiries = [entry.expiry].flat();
			return rpc.nodeSignedString.expire(account, expiries, [params.messages].flat(), entry.updated, unchanged);
		},
		expire_all: () => rpc.nodeSignedString.expireAll(account, Number(params.expiry), hashes),
		delete: () => rpc.nodeSignedString.delete(account, [params.messages].flat(), hashes),
		delete_all: () => rpc.nodeSignedString.deleteAll(account, params.timestamp, hashes),
		delete_before: () => rpc.nodeSignedString.deleteBefore(account, params.before, hashes),
		revoke_subaccount: () => rpc.nodeSignedString.subaccounts(account, params.timestamp, tokensOf(params)),
		unrevoke_subaccount: () => rpc.nodeSignedString.subaccounts(account, params.timestamp, tokensOf(params))
	};
	return makers[method]?.() ?? null;
}

/** What every node of the swarm signed, by node. */
export function checkSwarmEntries(call: Call, body: unknown, check: Check): ReadonlyMap<string, Uint8Array> {
	const entries = (body as { swarm: Readonly<Record<string, Entry>> }).swarm;
	const field = CHANGES[call.method];
	const changed = field === undefined ? [] : rpc.parseChangeReply(body, field).changed;
	const signed = new Map<string, Uint8Array>();
	for (const [node, entry] of Object.entries(entries)) {
		if (entry.failed) continue;
		const hashes = changed.find((one) => one.node === node)?.hashes ?? [];
		const bytes = nodeSigned(call, entry, hashes);
		if (bytes === null) continue;
		signed.set(node, bytes);
		check.holds(verify(fromBase64(entry.signature), bytes, fromHex(node)), 'signature of a node');
	}
	return signed;
}

function checkStore(call: Call, body: unknown, check: Check): void {
	const reply = rpc.parseStoreReply(body);
	const params = call.params as Call['params'] & { pubKey?: string };
	const namespace = Number(params.namespace ?? 0);
	const hash = rpc.messageHash(params.pubkey ?? params.pubKey, namespace, fromBase64(params.data));
	check.same(reply.hash, hash, 'hash');
	for (const { node, hash: stored, signature } of reply.stored) {
		check.same(stored, hash, 'hash of an entry');
		check.holds(rpc.verifyStoreEntry(node, stored, signature), 'signature of an entry');
	}
}

function checkRetrieve({ params }: Call, body: unknown, check: Check): void {
	const { messages } = rpc.parseRetrieveReply(body);
	for (const { data, hash } of messages) {
		check.same(rpc.messageHash(params.pubkey, Number(params.namespace ?? 0), data), hash, 'hash of a message');
	}
}

function checkSwarm(account: string, body: unknown, { swarms }: ReplySetting, check: Check): void {
	const { swarm, nodes } = rpc.parseSwarm(body);
	if (swarm === null) return;
	check.same(swarm, pickSwarm(swarms, swarmPosition(account)), 'swarm');
	check.holds(nodes.length > 0 && nodes.every((node) => node.swarm === swarm), 'nodes of the swarm');
}

function checkName(call: Call, body: unknown, { names }: ReplySetting, check: Check): void {
	const { params } = call.params as unknown as { params: { name_hash?: string } };
	const record = rpc.parseOnsReply(body);
	for (const [name, value] of names) {
		if (record === null || nameHash(name) !== params.name_hash) continue;
		check.same(decryptOns(name, record.encryptedValue, record.nonce), value, 'the name');
	}
}

/** A reply to a call, and the replies to its parts. */
export function checkReply(
	call: Call,
	status: number,
	body: unknown,
	setting: ReplySetting,
	check: Check
): void {
	const { method, params } = call;
	const account = (params as { pubkey?: string } | undefined)?.pubkey;
	if (status === 421 && account !== undefined) checkSwarm(account, body, setting, check);
	if (status !== 200) return;
	if (method === 'get_swarm' && account !== undefined) checkSwarm(account, body, setting, check);
	if (method === 'store') checkStore(call, body, check);
	if (method === 'retrieve') checkRetrieve(call, body, check);
	if (method === 'get_expiries') rpc.parseExpiries(body);
	if (method === 'info') rpc.parseInfo(body);
	if (method in CHANGES || method.endsWith('revoke_subaccount')) checkSwarmEntries(call, body, check);
	const endpoint = (params as unknown as { endpoint?: string } | undefined)?.endpoint;
	if (method === 'oxend_request' && endpoint === 'ons_resolve') checkName(call, body, setting, check);
	if (method === 'oxend_request' && endpoint === 'get_service_nodes') rpc.parseServiceNodes(body);
	if (method === 'batch' || method === 'sequence') {
		for (const [index, part] of rpc.parseBatchReply(body).entries()) {
			const asked = params.requests?.[index];
			if (asked !== undefined) checkReply(asked, part.status, part.body, setting, check);
		}
	}
}

/** What the recording says was signed: text, and raw bytes as hex after `0x`. */
export function checkOver(bytes: Uint8Array | undefined, over: string, check: Check): void {
	if (bytes === undefined) throw new Error('no such node in the reply');
	const [text = '', ...raw] = over.split('0x');
	check.bytes(bytes, concat(utf8(text), ...raw.map(fromHex)), 'what a node signed');
}

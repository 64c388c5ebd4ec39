/** What tests of the local network say to it: the client's side of the protocol over plain HTTP. */
import { utf8 } from '../../src/protocol/bytes';
import { identityFromSeed, parseSeed, type Identity } from '../../src/protocol/identity';
import { buildOnion, openReply, type OnionEncryption, type OnionReply } from '../../src/protocol/onion';
import {
	accountAuth,
	encodeCall,
	retrieveCall,
	storeCall,
	type StorageCall
} from '../../src/protocol/storage-rpc';
import { pickSwarm, swarmPosition } from '../../src/protocol/swarm';
import type { Bytes, NetworkTime, SwarmId } from '../../src/protocol/types';
import type { Localnet, LocalnetNode } from '../../src/localnet/localnet';

const DAY_MS = 86_400_000;

const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));

/** sodium must be ready. */
export function newIdentity(): Identity {
	return identityFromSeed(parseSeed(random(16)));
}

export function networkTime(offsetMs = 0): NetworkTime {
	return (Date.now() + offsetMs) as NetworkTime;
}

/** The members of replies that tests look at; which of them are there depends on the method. */
export interface ReplyJson {
	readonly version: readonly number[];
	readonly hf: readonly number[];
	readonly t: number;
	readonly hash: string;
	readonly swarm: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
	readonly snodes: readonly { readonly pubkey_ed25519: string }[];
	readonly messages: readonly { readonly data: string; readonly hash: string }[];
	readonly results: readonly { readonly code: number; readonly body: string }[];
	readonly revoked_subaccounts: readonly string[];
	readonly result: { readonly encrypted_value?: string; readonly nonce?: string };
}

export interface Answer {
	readonly status: number;
	readonly text: string;
	/** Only looked at when the node answered with JSON. */
	readonly body: ReplyJson;
}

export async function send(node: LocalnetNode, body: string | Bytes): Promise<Answer> {
	const response = await fetch(`${node.url}/storage_rpc/v1`, { method: 'POST', body });
	const text = await response.text();
	const isJson = response.headers.get('content-type') === 'application/json';
	return { status: response.status, text, body: JSON.parse(isJson ? text : '{}') as ReplyJson };
}

export function call(node: LocalnetNode, request: StorageCall): Promise<Answer> {
	return send(node, encodeCall(request));
}

/** The members of the account's swarm. */
export function swarmOf(localnet: Localnet, account: string): readonly LocalnetNode[] {
	const ids = [...new Set(localnet.nodes.map(({ swarm }) => swarm!))];
	const swarm: SwarmId = pickSwarm(ids, swarmPosition(account));
	return localnet.nodes.filter((node) => node.swarm === swarm);
}

export function storeText(
	{ accountId, ed25519 }: Identity,
	text: string,
	options: { namespace?: number; ttlMs?: number; timestamp?: NetworkTime } = {}
): StorageCall {
	const timestamp = options.timestamp ?? networkTime();
	return storeCall({
		account: accountId,
		namespace: options.namespace ?? 0,
		data: utf8(text),
		timestamp,
		ttlMs: options.ttlMs ?? DAY_MS,
		auth: accountAuth(ed25519),
		signedAt: networkTime()
	});
}

/** Texts in the order in which the node gives them. */
export async function textsAt(
	node: LocalnetNode,
	identity: Identity,
	namespace = 0
): Promise<readonly string[]> {
	const { accountId, ed25519 } = identity;
	const request = { account: accountId, namespace, timestamp: networkTime(), auth: accountAuth(ed25519) };
	const { status, body, text } = await call(node, retrieveCall(request));
	if (status !== 200) throw new Error(`retrieve was answered with ${status}: ${text}`);
	return body.messages.map(({ data }) => Buffer.from(data, 'base64').toString());
}

export interface OnionAnswer {
	readonly status: number;
	readonly text: string;
	/** null unless the guard answered 200. */
	readonly reply: OnionReply | null;
}

/** Guard first, destination last. */
export async function onion(
	path: readonly LocalnetNode[],
	request: StorageCall,
	encryption: OnionEncryption = 'aes-gcm'
): Promise<OnionAnswer> {
	const hops = path.map(({ id, x25519 }) => ({ ed25519: id, x25519, encryption }));
	const { body, reply } = await buildOnion({
		hops: hops.slice(0, -1),
		destination: { kind: 'node', hop: hops.at(-1)!, body: encodeCall(request) },
		random
	});
	const response = await fetch(`${path[0]!.url}/onion_req/v2`, { method: 'POST', body });
	const bytes = new Uint8Array(await response.arrayBuffer());
	const text = new TextDecoder().decode(bytes);
	return {
		status: response.status,
		text,
		reply: response.status === 200 ? await openReply(reply, bytes) : null
	};
}

import { beforeAll, describe, expect, it } from 'vitest';
import { fromBase64, fromHex, fromUtf8, toBase64, toHex, utf8 } from '../../src/protocol/bytes';
import { parseJson } from '../../src/protocol/json';
import { ed25519FromSeed, parseEd25519PublicKey, parseSnodeId, sign, verify } from '../../src/protocol/keys';
import { decryptOns, nameHash } from '../../src/protocol/ons';
import * as rpc from '../../src/protocol/storage-rpc';
import { pickSwarm, swarmIdFromHex, swarmPosition } from '../../src/protocol/swarm';
import type { MessageHash } from '../../src/protocol/types';
import { load } from '../vectors/load';
import { at, sodiumReady } from './setup';

interface Account {
	label: string;
	seed: string;
	ed25519_pubkey: string;
	id: string;
}
interface Params {
	pubkey: string;
	timestamp: number;
	sig_timestamp?: number;
	ttl: number;
	namespace?: number | 'all';
	data: string;
	last_hash?: string | null;
	lastHash?: string;
	max_count?: number;
	max_size?: number;
	messages: MessageHash[];
	expiry: number | number[];
	shorten?: boolean;
	extend?: boolean;
	required?: boolean;
	before: number;
	revoke?: string[];
	unrevoke?: string[];
	pubkey_ed25519?: string;
	subaccount?: string;
	subaccount_sig?: string;
	signature?: string;
}
interface Call {
	method: string;
	params: Params;
}
interface Case {
	name: string;
	file: string;
	accounts: Account[];
	signed_string?: string;
	signed_by?: string;
	request_body?: string;
	response: { status: number; json?: Record<string, unknown>; text?: string };
	checks?: { swarm_signatures?: Record<string, { verified: boolean; over: string }> };
}

/** File 02 keeps JSON replies as the text that came. */
function withJson(response: Case['response']): Case['response'] {
	if (response.json !== undefined || !response.text?.startsWith('{')) return response;
	return { ...response, json: parseJson(response.text) as Record<string, unknown> };
}

const FILES = ['03-store', '04-retrieve', '05-expire-delete', '06-subaccounts', '07-batch', '08-wrong-swarm'];
const cases = ['02-http-basics', ...FILES].flatMap((file) => {
	const { cases: inFile, accounts = [] } = load<{ cases: Case[]; accounts?: Account[] }>(
		`storage-server/${file}`
	);
	return inFile
		.filter((one) => (one.response as unknown) !== undefined)
		.map((one) => ({ ...one, file, accounts, response: withJson(one.response) }));
});

beforeAll(() => sodiumReady);

function callOf(one: Case): Call {
	return JSON.parse(one.request_body!) as Call;
}

function namespaceOf(params: Params): rpc.Namespaces {
	return params.namespace ?? 0;
}

function expireMode(params: Params): rpc.ExpireMode {
	return params.shorten ? 'shorten' : params.extend ? 'extend' : null;
}

/** What a client has to sign for a recorded request. */
function signedBytes({ method, params }: Call): Uint8Array {
	const namespace = namespaceOf(params);
	const { timestamp, messages } = params;
	switch (method) {
		case 'store':
			return rpc.signedString.store(Number(namespace), params.sig_timestamp ?? timestamp);
		case 'retrieve':
			return rpc.signedString.retrieve(Number(namespace), timestamp);
		case 'get_expiries':
			return rpc.signedString.getExpiries(timestamp, messages);
		case 'expire':
			return rpc.signedString.expire(expireMode(params), [params.expiry].flat(), messages);
		case 'expire_all':
			return rpc.signedString.expireAll(namespace, Number(params.expiry));
		case 'delete':
			return rpc.signedString.delete(messages);
		case 'delete_all':
			return rpc.signedString.deleteAll(namespace, timestamp);
		case 'delete_before':
			return rpc.signedString.deleteBefore(namespace, params.before);
		case 'revoke_subaccount':
			return rpc.signedString.revokeSubaccount(timestamp, tokensOf(params));
		case 'unrevoke_subaccount':
			return rpc.signedString.unrevokeSubaccount(timestamp, tokensOf(params));
		default:
			throw new Error(`nothing is signed for ${method}`);
	}
}

function tokensOf(params: Params): Uint8Array[] {
	return [params.revoke ?? params.unrevoke ?? []].flat().map(rpc.parseSubaccountToken);
}

/** The recordings write the text parts as text and the raw parts as `0x…`. */
function recordedBytes(text: string): Uint8Array {
	const parts = text
		.split(' || ')
		.map((part) => (part.startsWith('0x') ? fromHex(part.slice(2)) : utf8(part)));
	return Buffer.concat(parts);
}

function signerOf(one: Case, call: Call): Account {
	const named = /subaccount key(?: \((.*)\))?/.exec(one.signed_by ?? '');
	const tokenKey = call.params.subaccount && toHex(rpc.parseSubaccountToken(call.params.subaccount).slice(4));
	const account = one.accounts.find((candidate) =>
		named?.[1] !== undefined
			? candidate.label === named[1]
			: named !== null
				? candidate.ed25519_pubkey === tokenKey
				: candidate.id === call.params.pubkey.toLowerCase()
	);
	if (account === undefined) throw new Error(`${one.name}: signer is not in the file`);
	return account;
}

function pairOf(account: Account) {
	return ed25519FromSeed(fromHex(account.seed));
}

describe('signatures of recorded requests', () => {
	const signed = cases.filter((one) => one.signed_string !== undefined);
	/** Recorded to be refused: tokens of a wrong length, and one signed by another than the file says. */
	const UNREADABLE = ['token of wrong length', 'revoke with a bad token'];
	/** Its seed was not recorded. */
	const SEED_UNKNOWN = 'account that never got anything';
	const BY_ANOTHER = ['token given but signed by the group key', 'revoke by someone else'];

	it('finds all of them', () => {
		expect(signed.length).toBe(100);
	});

	it.each(signed.filter((one) => !UNREADABLE.includes(one.name)))('$file: $name', (one) => {
		const call = callOf(one);
		const bytes = signedBytes(call);
		expect(toHex(bytes)).toBe(toHex(recordedBytes(one.signed_string!)));
		if (BY_ANOTHER.includes(one.name)) return;
		if (one.name === SEED_UNKNOWN) {
			const { signature, pubkey_ed25519 } = call.params;
			expect(verify(fromBase64(signature!), bytes, fromHex(pubkey_ed25519!))).toBe(true);
			return;
		}
		const signature = sign(bytes, pairOf(signerOf(one, call)).secretKey);
		expect(toBase64(signature).replaceAll('=', '')).toBe(call.params.signature!.replaceAll('=', ''));
	});

	it.each(cases.filter((one) => one.file === '07-batch'))('parts of $name', (one) => {
		const { requests } = callOf(one).params as unknown as { requests?: Call[] };
		for (const part of requests ?? []) {
			if (part.params?.signature === undefined) continue;
			const signature = sign(signedBytes(part), pairOf(signerOf(one, part)).secretKey);
			const isRight = toBase64(signature) === part.params.signature;
			// Some parts carry a wrong signature on purpose, and only those were answered with 401 or never run.
			if (!isRight) expect(JSON.stringify(one.response.json ?? one.response.text)).toMatch(/401|400/);
		}
	});
});

/** Our own builder for a recorded call. */
function rebuilt(one: Case, call: Call): rpc.StorageCall {
	const { params } = call;
	const account = params.pubkey;
	const pair = pairOf(signerOf(one, call));
	const auth =
		params.subaccount !== undefined
			? rpc.subaccountAuth(
					rpc.parseSubaccountToken(params.subaccount),
					fromBase64(params.subaccount_sig!),
					(message) => sign(message, pair.secretKey),
					params.pubkey_ed25519 === undefined ? null : parseEd25519PublicKey(fromHex(params.pubkey_ed25519))
				)
			: account.startsWith('05')
				? rpc.accountAuth(pair)
				: rpc.keyAuth(pair);
	const common = { account, auth, timestamp: at(params.timestamp) };
	const namespace = namespaceOf(params);
	const { messages } = params;
	switch (call.method) {
		case 'store':
			return rpc.storeCall({
				...common,
				namespace: Number(namespace),
				data: fromBase64(params.data),
				ttlMs: params.ttl,
				...(params.sig_timestamp !== undefined && { signedAt: at(params.sig_timestamp) })
			});
		case 'retrieve':
			return rpc.retrieveCall({
				...common,
				namespace: Number(namespace),
				...(params.last_hash !== undefined && { lastHash: params.last_hash as MessageHash | null }),
				...(params.max_count !== undefined && { maxCount: params.max_count }),
				...(params.max_size !== undefined && { maxSize: params.max_size })
			});
		case 'get_expiries':
			return rpc.getExpiriesCall({ ...common, messages });
		case 'expire':
			return rpc.expireCall({ ...common, messages, expiry: params.expiry, mode: expireMode(params) });
		case 'expire_all':
			return rpc.expireAllCall({ ...common, namespace, expiry: Number(params.expiry) });
		case 'delete':
			return rpc.deleteCall({ ...common, messages, required: params.required ?? false });
		case 'delete_all':
			return rpc.deleteAllCall({ ...common, namespace });
		case 'delete_before':
			return rpc.deleteBeforeCall({ ...common, namespace, before: params.before });
		case 'revoke_subaccount':
			return rpc.revokeSubaccountCall({ ...common, tokens: tokensOf(params) });
		default:
			return rpc.unrevokeSubaccountCall({ ...common, tokens: tokensOf(params) });
	}
}

describe('requests that the server accepted', () => {
	const accepted = cases.filter(
		(one) =>
			one.signed_string !== undefined &&
			one.response.status === 200 &&
			one.name !== 'account that never got anything'
	);

	it.each(accepted)('$file: $name', (one) => {
		const call = callOf(one);
		const ours = JSON.parse(fromUtf8(rpc.encodeCall(rebuilt(one, call)))) as Call;
		const { lastHash: _otherSpelling, ...params } = call.params;
		// An absent namespace means 0, which ours always says; one hash of two spellings is enough.
		const expected: Partial<Params> = { namespace: 0, ...params };
		if (!('namespace' in ours.params)) delete expected.namespace;
		if (expected.last_hash === null) delete expected.last_hash;
		const spelling = (value: Partial<Params>) => ({
			...value,
			pubkey: value.pubkey?.toLowerCase(),
			pubkey_ed25519: value.pubkey_ed25519?.toLowerCase(),
			signature: value.signature?.replaceAll('=', ''),
			...(value.subaccount && { subaccount: toHex(rpc.parseSubaccountToken(value.subaccount)) }),
			...((value.revoke ?? value.unrevoke) && {
				revoke: undefined,
				unrevoke: undefined,
				tokens: tokensOf(value as Params).map(toHex)
			})
		});
		expect(ours.method).toBe(call.method);
		expect(spelling(ours.params)).toEqual(spelling(expected));
	});
});

describe('signatures of nodes', () => {
	const checked = cases.filter(
		(one) => one.request_body && Object.keys(one.checks?.swarm_signatures ?? {}).length > 0
	);

	it.each(checked)('$file: $name', (one) => {
		const { method, params } = callOf(one);
		const account = params.pubkey.toLowerCase();
		const entries = one.response.json!['swarm'] as Record<string, Entry>;
		interface Entry {
			hash: string;
			signature: string;
			expiry: number | number[];
			updated: string[];
			unchanged?: Record<string, number>;
			deleted: string[];
		}
		const field = method.startsWith('expire') ? 'updated' : 'deleted';
		const isChange = /^(expire|delete)/.test(method);
		const change = isChange ? rpc.parseChangeReply(one.response.json, field) : null;
		for (const [node, { over }] of Object.entries(one.checks!.swarm_signatures!)) {
			const entry = entries[node]!;
			const hashes = change?.changed.find((changed) => changed.node === node)?.hashes ?? [];
			const signed = {
				store: () => rpc.nodeSignedString.store(entry.hash),
				expire: () =>
					rpc.nodeSignedString.expire(
						account,
						[entry.expiry].flat(),
						params.messages,
						entry.updated,
						Object.entries(entry.unchanged ?? {}).sort()
					),
				expire_all: () => rpc.nodeSignedString.expireAll(account, Number(params.expiry), hashes),
				delete: () => rpc.nodeSignedString.delete(account, params.messages, hashes),
				delete_all: () => rpc.nodeSignedString.deleteAll(account, params.timestamp, hashes),
				delete_before: () => rpc.nodeSignedString.deleteBefore(account, params.before, hashes),
				revoke_subaccount: () =>
					rpc.nodeSignedString.subaccounts(account, params.timestamp, tokensOf(params)),
				unrevoke_subaccount: () =>
					rpc.nodeSignedString.subaccounts(account, params.timestamp, tokensOf(params))
			}[method]!();
			// Some recordings shorten what was signed; the signature decides in any case.
			if (!over.includes('0x')) expect(fromUtf8(signed)).toBe(over);
			expect(verify(fromBase64(entry.signature), signed, fromHex(node))).toBe(true);
		}
	});

	it('are checked for every copy of a stored message, and refused when they are of another', () => {
		const stores = cases.filter(
			(one) => one.response.status === 200 && one.request_body && callOf(one).method === 'store'
		);
		expect(stores.length).toBeGreaterThan(30);
		for (const one of stores) {
			const { params } = callOf(one);
			const reply = rpc.parseStoreReply(one.response.json);
			const pubkey = params.pubkey ?? (params as unknown as { pubKey: string }).pubKey;
			expect(reply.hash).toBe(
				rpc.messageHash(pubkey, Number(params.namespace ?? 0), fromBase64(params.data))
			);
			expect(reply.stored.length).toBe(3);
			expect(reply.failed).toEqual([]);
			const [first, second] = reply.stored;
			for (const { node, hash, signature } of reply.stored) {
				expect(rpc.verifyStoreEntry(node, hash, signature)).toBe(true);
			}
			expect(rpc.verifyStoreEntry(second!.node, first!.hash, first!.signature)).toBe(false);
		}
	});
});

describe('recorded replies', () => {
	const repliesTo = (method: string, status: number) =>
		cases.filter(
			(one) =>
				one.response.status === status &&
				one.response.json !== undefined &&
				(one.request_body ?? '').includes(`"method":"${method}"`)
		);

	it('of retrieve: every message is what its hash says', () => {
		const replies = repliesTo('retrieve', 200).filter((one) => callOf(one).method === 'retrieve');
		expect(replies.length).toBeGreaterThan(25);
		let count = 0;
		for (const one of replies) {
			const { params } = callOf(one);
			const { messages } = rpc.parseRetrieveReply(one.response.json);
			for (const message of messages) {
				const namespace = Number(params.namespace ?? 0);
				expect(rpc.messageHash(params.pubkey, namespace, message.data)).toBe(message.hash);
				count++;
			}
			expect(rpc.replyTime(one.response.json)).toBeGreaterThan(1_700_000_000_000);
		}
		expect(count).toBeGreaterThan(50);
	});

	it('of get_expiries', () => {
		const [reply] = repliesTo('get_expiries', 200);
		const expiries = rpc.parseExpiries(reply!.response.json);
		expect([...expiries.values()].every((expiry) => expiry > 1_700_000_000_000)).toBe(true);
		expect(expiries.size).toBeGreaterThan(0);
	});

	it('of batch and sequence: parts in order, the time from any of them', () => {
		const replies = [...repliesTo('batch', 200), ...repliesTo('sequence', 200)].filter((one) =>
			/^(batch|sequence)$/.test(callOf(one).method)
		);
		expect(replies.length).toBe(6);
		for (const one of replies) {
			const { requests } = callOf(one).params as unknown as { requests: Call[] };
			const parts = rpc.parseBatchReply(one.response.json);
			if (callOf(one).method === 'batch') expect(parts.length).toBe(requests.length);
			else expect(parts.length).toBeLessThanOrEqual(requests.length);
			expect(rpc.replyTime(one.response.json)).toBeGreaterThan(1_700_000_000_000);
		}
	});

	it('of a wrong swarm: the right one is read from it', () => {
		const wrong = cases.filter((one) => one.response.status === 421);
		expect(wrong.length).toBe(5);
		for (const one of wrong) {
			const { swarm, nodes } = rpc.parseSwarm(one.response.json);
			expect(swarm).not.toBeNull();
			expect(nodes.length).toBe(3);
			expect(nodes.every((node) => node.swarm === swarm && node.port > 0)).toBe(true);
		}
	});

	it('of info, node lists and names', () => {
		const info = rpc.parseInfo(repliesTo('info', 200)[0]!.response.json);
		expect(info).toMatchObject({ version: [2, 8, 0], hardfork: [19, 5] });

		const requests = repliesTo('oxend_request', 200);
		const list = requests.find((one) => one.request_body!.includes('get_service_nodes'))!;
		expect(rpc.parseServiceNodes(list.response.json).nodes.length).toBe(2);

		const [registered, unregistered] = requests.filter((one) => one.request_body!.includes('ons_resolve'));
		expect(registered!.request_body).toContain(`"name_hash":"${nameHash('testname')}"`);
		const record = rpc.parseOnsReply(registered!.response.json)!;
		expect(decryptOns('TestName', record.encryptedValue, record.nonce)).toMatch(/^05[0-9a-f]{64}$/);
		expect(rpc.parseOnsReply(unregistered!.response.json)).toBeNull();
	});
});

describe('01-swarm-mapping.json', () => {
	interface Row {
		pubkey: string;
		swarm_space: string;
		swarm: string;
	}
	const { rows, swarm_ids_hex } = load<{ rows: Row[]; swarm_ids_hex: string[] }>(
		'storage-server/01-swarm-mapping'
	);

	it.each(rows)('$pubkey', (row) => {
		const position = swarmPosition(row.pubkey);
		expect(position.toString(16).padStart(16, '0')).toBe(row.swarm_space);
		const ids = swarm_ids_hex.map(swarmIdFromHex);
		expect(pickSwarm(ids, position)).toBe(swarmIdFromHex(row.swarm));
		expect(pickSwarm([...ids].reverse(), position)).toBe(swarmIdFromHex(row.swarm));
	});

	it('has all rows', () => {
		expect(rows.length).toBe(59);
	});
});

describe('14-message-hash.json', () => {
	interface Row {
		pubkey: string;
		namespace: number;
		data_hex: string;
		hash: string;
	}
	it.each(load<{ rows: Row[] }>('storage-server/14-message-hash').rows)('$namespace $hash', (row) => {
		expect(rpc.messageHash(row.pubkey, row.namespace, fromHex(row.data_hex))).toBe(row.hash);
	});
});

describe('a message of the largest size', () => {
	it('has the hash that the server gave it', () => {
		const largest = cases.find((one) => one.name === 'data of exactly 76800 bytes')!;
		const [alice] = largest.accounts;
		const hash = rpc.messageHash(alice!.id, 0, new Uint8Array(76_800).fill(7));
		expect(rpc.parseStoreReply(largest.response.json).hash).toBe(hash);
	});
});

describe('00-network.json', () => {
	it('names nodes whose keys follow from their seeds', () => {
		const { nodes } = load<{ nodes: { ed25519_pubkey: string; ed25519_seed: string; swarm_id: string }[] }>(
			'storage-server/00-network'
		);
		for (const node of nodes) {
			const { publicKey } = ed25519FromSeed(fromHex(node.ed25519_seed));
			expect(parseSnodeId(node.ed25519_pubkey.toUpperCase())).toBe(toHex(publicKey));
			expect(swarmIdFromHex(node.swarm_id)).toBe(BigInt(`0x${node.swarm_id}`));
		}
		expect(parseJson('{"swarm_id":2305843009213693951,"x":"2305843009213693951 \\" 1e30"}')).toEqual({
			swarm_id: '2305843009213693951',
			x: '2305843009213693951 " 1e30'
		});
	});
});

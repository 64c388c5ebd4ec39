import { beforeAll, describe, expect, it } from 'vitest';
import { fromBase64, fromHex, fromUtf8, toBase64, toHex, utf8 } from '../../src/protocol/bytes';
import { sign, verify } from '../../src/protocol/keys';
import * as rpc from '../../src/protocol/storage-rpc';
import { load } from '../vectors/load';
import { callOf, cases, pairOf, signedBytes, signerOf, tokensOf, type Call } from './recordings';
import { sodiumReady } from './setup';

beforeAll(() => sodiumReady);

/** The recordings write the text parts as text and the raw parts as `0x…`. */
function recordedBytes(text: string): Uint8Array {
	const parts = text
		.split(' || ')
		.map((part) => (part.startsWith('0x') ? fromHex(part.slice(2)) : utf8(part)));
	return Buffer.concat(parts);
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

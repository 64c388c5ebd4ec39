import { beforeAll, describe, expect, it } from 'vitest';
import { fromBase64, fromHex, fromUtf8, toHex } from '../../src/protocol/bytes';
import { parseEd25519PublicKey, sign, verify } from '../../src/protocol/keys';
import * as rpc from '../../src/protocol/storage-rpc';
import type { MessageHash } from '../../src/protocol/types';
import {
	callOf,
	cases,
	expireMode,
	namespaceOf,
	pairOf,
	signerOf,
	tokensOf,
	type Call,
	type Case,
	type Params
} from './recordings';
import { at, sodiumReady } from './setup';

beforeAll(() => sodiumReady);

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

describe('requests made of others', () => {
	const calls = [rpc.infoCall(), rpc.getSwarmCall('05ab'), rpc.oxendServiceNodesCall()];

	it('hold their parts in order, under the method that runs them', () => {
		expect(rpc.batchCall(calls)).toEqual({ method: 'batch', params: { requests: calls } });
		expect(rpc.sequenceCall(calls)).toEqual({ method: 'sequence', params: { requests: calls } });
		const [then, otherwise] = calls;
		expect(rpc.ifElseCall({ hf_at_least: [19, 3] }, then!, otherwise)).toEqual({
			method: 'ifelse',
			params: { if: { hf_at_least: [19, 3] }, then, else: otherwise }
		});
		expect(rpc.ifElseCall({ v_before: [9] }, then!).params).not.toHaveProperty('else');
	});

	it('are written as one line of JSON', () => {
		expect(fromUtf8(rpc.encodeCall(rpc.activeNodesCall()))).toBe('{"method":"active_nodes_bin","params":{}}');
	});
});

describe('a request that only newer servers know', () => {
	it('is signed over its name and time', () => {
		const [group] = cases.find((one) => one.file === '06-subaccounts')!.accounts;
		const { id, ed25519_pubkey } = group!;
		const auth = rpc.keyAuth(pairOf(group!));
		const { method, params } = rpc.revokedSubaccountsCall({ account: id, auth, timestamp: at(5) });
		expect(method).toBe('revoked_subaccounts');
		const signature = fromBase64(params['signature'] as string);
		const signed = new TextEncoder().encode('revoked_subaccounts5');
		expect(verify(signature, signed, fromHex(ed25519_pubkey))).toBe(true);
	});
});

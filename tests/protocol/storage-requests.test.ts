import { beforeAll, describe, expect, it } from 'vitest';
import { fromBase64, fromUtf8, toBase64, toHex, utf8 } from '../../src/protocol/bytes';
import { ed25519FromSeed, sign, snodeId, verify } from '../../src/protocol/keys';
import * as rpc from '../../src/protocol/storage-rpc';
import { at, sodiumReady } from './setup';

beforeAll(() => sodiumReady);

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
		const pair = ed25519FromSeed(new Uint8Array(32).fill(3));
		const account = `03${toHex(pair.publicKey)}`;
		const { method, params } = rpc.revokedSubaccountsCall({
			account,
			auth: rpc.keyAuth(pair),
			timestamp: at(5)
		});
		expect(method).toBe('revoked_subaccounts');
		const signature = fromBase64(params['signature'] as string);
		expect(verify(signature, utf8('revoked_subaccounts5'), pair.publicKey)).toBe(true);
	});
});

describe("a node's signature that it stored a message", () => {
	it('is not taken from another node, nor for another message', () => {
		const pair = ed25519FromSeed(new Uint8Array(32).fill(4));
		const other = ed25519FromSeed(new Uint8Array(32).fill(5));
		const hash = rpc.messageHash(`05${'ab'.repeat(32)}`, 0, utf8('hello'));
		const signature = sign(utf8(hash), pair.secretKey);
		expect(rpc.verifyStoreEntry(snodeId(pair.publicKey), hash, signature)).toBe(true);
		expect(rpc.verifyStoreEntry(snodeId(other.publicKey), hash, signature)).toBe(false);
		expect(rpc.verifyStoreEntry(snodeId(pair.publicKey), 'B'.repeat(43), signature)).toBe(false);
	});
});

describe('tokens of subaccounts', () => {
	it('are read from hex and from base64, of one length', () => {
		const token = new Uint8Array(36).fill(3);
		expect(rpc.parseSubaccountToken(toHex(token))).toEqual(token);
		expect(rpc.parseSubaccountToken(toBase64(token))).toEqual(token);
		for (const text of ['', toBase64(token.slice(1)), toHex(token.slice(1))]) {
			expect(() => rpc.parseSubaccountToken(text)).toThrowError(
				expect.objectContaining({ kind: 'malformed' }) as Error
			);
		}
	});
});

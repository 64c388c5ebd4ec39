/** The storage server's recorded calls, files 02 to 08, and what was signed in them. */
import { fromHex, toHex } from '../../src/protocol/bytes';
import { parseJson } from '../../src/protocol/json';
import { ed25519FromSeed } from '../../src/protocol/keys';
import * as rpc from '../../src/protocol/storage-rpc';
import type { MessageHash } from '../../src/protocol/types';
import { load } from '../vectors/load';

interface Account {
	label: string;
	seed: string;
	ed25519_pubkey: string;
	id: string;
}
export interface Params {
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
export interface Call {
	method: string;
	params: Params;
}
export interface Case {
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
export const cases = ['02-http-basics', ...FILES].flatMap((file) => {
	const { cases: inFile, accounts = [] } = load<{ cases: Case[]; accounts?: Account[] }>(
		`storage-server/${file}`
	);
	return inFile
		.filter((one) => (one.response as unknown) !== undefined)
		.map((one) => ({ ...one, file, accounts, response: withJson(one.response) }));
});

export function callOf(one: Case): Call {
	return JSON.parse(one.request_body!) as Call;
}

export function namespaceOf(params: Params): rpc.Namespaces {
	return params.namespace ?? 0;
}

export function expireMode(params: Params): rpc.ExpireMode {
	return params.shorten ? 'shorten' : params.extend ? 'extend' : null;
}

/** What a client has to sign for a recorded request. */
export function signedBytes({ method, params }: Call): Uint8Array {
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

export function tokensOf(params: Params): Uint8Array[] {
	return [params.revoke ?? params.unrevoke ?? []].flat().map(rpc.parseSubaccountToken);
}

export function signerOf(one: Case, call: Call): Account {
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

export function pairOf(account: Account) {
	return ed25519FromSeed(fromHex(account.seed));
}

/** Recorded storage requests made anew with our own builders, signatures included. */
import { fromBase64, fromHex, fromUtf8, toBase64, toHex, utf8 } from '../../../src/protocol/bytes';
import { parseEd25519PublicKey, sign, verify } from '../../../src/protocol/keys';
import * as rpc from '../../../src/protocol/storage-rpc';
import type { Ed25519KeyPair, MessageHash, NetworkTime } from '../../../src/protocol/types';
import type { Check } from './check';
import type { Account } from './storage-network';

export interface Params {
	readonly pubkey: string;
	readonly timestamp: number;
	readonly sig_timestamp?: number;
	readonly ttl: number;
	readonly namespace?: number | 'all';
	readonly data: string;
	readonly last_hash?: string;
	readonly max_count?: number;
	readonly max_size?: number;
	readonly messages: MessageHash[];
	readonly expiry: number | number[];
	readonly shorten?: boolean;
	readonly extend?: boolean;
	readonly required?: boolean;
	readonly before: number;
	readonly revoke?: string | string[];
	readonly unrevoke?: string | string[];
	readonly pubkey_ed25519?: string;
	readonly subaccount?: string;
	readonly subaccount_sig?: string;
	readonly signature?: string;
	readonly requests?: Call[];
}
export interface Call {
	readonly method: string;
	readonly params: Params;
}

export function tokensOf(params: Params): Uint8Array[] {
	return [params.revoke ?? params.unrevoke ?? []].flat().map(rpc.parseSubaccountToken);
}

function expireMode(params: Params): rpc.ExpireMode {
	return params.shorten ? 'shorten' : params.extend ? 'extend' : null;
}

/** What a client has to sign; null for methods that are not signed. */
export function signedBytes({ method, params }: Call): Uint8Array | null {
	const namespace = params.namespace ?? 0;
	const { timestamp, messages } = params;
	const makers: Readonly<Record<string, () => Uint8Array>> = {
		store: () => rpc.signedString.store(Number(namespace), params.sig_timestamp ?? timestamp),
		retrieve: () => rpc.signedString.retrieve(Number(namespace), timestamp),
		get_expiries: () => rpc.signedString.getExpiries(timestamp, [messages].flat()),
		expire: () => rpc.signedString.expire(expireMode(params), [params.expiry].flat(), messages),
		expire_all: () => rpc.signedString.expireAll(namespace, Number(params.expiry)),
		delete: () => rpc.signedString.delete(messages),
		delete_all: () => rpc.signedString.deleteAll(namespace, timestamp),
		delete_before: () => rpc.signedString.deleteBefore(namespace, params.before),
		revoke_subaccount: () => rpc.signedString.revokeSubaccount(timestamp, tokensOf(params)),
		unrevoke_subaccount: () => rpc.signedString.unrevokeSubaccount(timestamp, tokensOf(params))
	};
	return makers[method]?.() ?? null;
}

/** The recordings write text parts as text and raw parts as `0x…`. */
export function recordedBytes(text: string): Uint8Array {
	const parts = text.split(' || ');
	return Buffer.concat(parts.map((part) => (part.startsWith('0x') ? fromHex(part.slice(2)) : utf8(part))));
}

/** Who signed: the account, or the key of its subaccount token. Null when the file does not have them. */
export function signerOf(call: Call, signedBy: string, accounts: readonly Account[]): Account | null {
	const named = /subaccount key \((.*)\)/.exec(signedBy)?.[1];
	const { subaccount, pubkey } = call.params;
	if (named !== undefined) return accounts.find(({ label }) => label === named) ?? null;
	const key = subaccount === undefined ? null : toHex(rpc.parseSubaccountToken(subaccount).slice(4));
	const isSigner = ({ id, pair }: Account) =>
		key === null ? id === pubkey.toLowerCase() : toHex(pair.publicKey) === key;
	return accounts.find(isSigner) ?? null;
}

function authOf(params: Params, pair: Ed25519KeyPair): rpc.StorageAuth {
	if (params.subaccount !== undefined) {
		return rpc.subaccountAuth(
			rpc.parseSubaccountToken(params.subaccount),
			fromBase64(params.subaccount_sig ?? ''),
			(message) => sign(message, pair.secretKey),
			params.pubkey_ed25519 === undefined ? null : parseEd25519PublicKey(fromHex(params.pubkey_ed25519))
		);
	}
	return params.pubkey.startsWith('05') ? rpc.accountAuth(pair) : rpc.keyAuth(pair);
}

/** Calls that need no signature; null for those with members that only show that a server ignores them. */
function rebuiltPublic({ method, params }: Call): rpc.StorageCall | null {
	const { endpoint, params: inner } = params as unknown as {
		endpoint?: string;
		params?: { name_hash?: string };
	};
	const nameHash = endpoint === 'ons_resolve' ? inner?.name_hash : undefined;
	const makers: Readonly<Record<string, () => rpc.StorageCall>> = {
		info: () => rpc.infoCall(),
		get_swarm: () => rpc.getSwarmCall(params.pubkey),
		...(nameHash !== undefined && { oxend_request: () => rpc.onsResolveCall(nameHash) })
	};
	const ours = makers[method]?.() ?? null;
	const isWhole = ours !== null && Object.keys(params).every((name) => name in ours.params);
	return isWhole ? ours : null;
}

function rebuilt(call: Call, pair: Ed25519KeyPair | null): rpc.StorageCall | null {
	const { method, params } = call;
	const account = params.pubkey;
	const timestamp = params.timestamp as NetworkTime;
	const namespace = params.namespace ?? 0;
	const { messages } = params;
	const { last_hash, max_count, max_size, sig_timestamp } = params;
	const auth = pair === null ? undefined : authOf(params, pair);
	if (method === 'store') {
		return rpc.storeCall({
			account,
			timestamp,
			namespace: Number(namespace),
			data: fromBase64(params.data),
			ttlMs: params.ttl,
			...(auth !== undefined && { auth }),
			...(sig_timestamp !== undefined && { signedAt: sig_timestamp as NetworkTime })
		});
	}
	if (method === 'retrieve') {
		return rpc.retrieveCall({
			account,
			timestamp,
			namespace: Number(namespace),
			...(auth !== undefined && { auth }),
			...(last_hash !== undefined && { lastHash: last_hash as MessageHash }),
			...(max_count !== undefined && { maxCount: max_count }),
			...(max_size !== undefined && { maxSize: max_size })
		});
	}
	if (auth === undefined) return rebuiltPublic(call);
	const common = { account, auth, timestamp };
	const makers: Readonly<Record<string, () => rpc.StorageCall>> = {
		get_expiries: () => rpc.getExpiriesCall({ ...common, messages }),
		expire: () => rpc.expireCall({ ...common, messages, expiry: params.expiry, mode: expireMode(params) }),
		expire_all: () => rpc.expireAllCall({ ...common, namespace, expiry: Number(params.expiry) }),
		delete: () => rpc.deleteCall({ ...common, messages, required: params.required ?? false }),
		delete_all: () => rpc.deleteAllCall({ ...common, namespace }),
		delete_before: () => rpc.deleteBeforeCall({ ...common, namespace, before: params.before }),
		revoke_subaccount: () => rpc.revokeSubaccountCall({ ...common, tokens: tokensOf(params) }),
		unrevoke_subaccount: () => rpc.unrevokeSubaccountCall({ ...common, tokens: tokensOf(params) })
	};
	return makers[method]?.() ?? null;
}

/** One value, one spelling: servers take keys of either case, tokens in hex, signatures without padding, one token alone. */
function spelling(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
	const { data, signature, subaccount, revoke, unrevoke } = params as unknown as Partial<Params>;
	const lower = (name: string) =>
		typeof params[name] === 'string' ? { [name]: params[name].toLowerCase() } : {};
	return {
		...params,
		...lower('pubkey'),
		...lower('pubkey_ed25519'),
		...(data !== undefined && { data: toBase64(fromBase64(data)) }),
		...(signature !== undefined && { signature: toBase64(fromBase64(signature)) }),
		...(subaccount !== undefined && { subaccount: toBase64(rpc.parseSubaccountToken(subaccount)) }),
		...(revoke !== undefined && { revoke: [revoke].flat().map((one) => toHex(rpc.parseSubaccountToken(one))) }),
		...(unrevoke !== undefined && {
			unrevoke: [unrevoke].flat().map((one) => toHex(rpc.parseSubaccountToken(one)))
		})
	};
}

/** In the recorder's order of members, which means nothing, so that the bytes can be compared. */
function ordered(ours: Readonly<Record<string, unknown>>, like: readonly string[]): Record<string, unknown> {
	const names = [...like, ...Object.keys(ours).filter((name) => !like.includes(name))];
	return Object.fromEntries(names.filter((name) => name in ours).map((name) => [name, ours[name]]));
}

/** Members that our builders never write: other spellings, and what only shows that a server does not look at it. */
function isUnusual(call: Call, signed: boolean): boolean {
	const params = call.params as unknown as Readonly<Record<string, unknown>>;
	const spellings = ['pubKey', 'lastHash', 'expiry'].filter(
		(name) => name in params && (name !== 'expiry' || call.method === 'store')
	);
	const isText = ['timestamp', 'ttl', 'messages', 'expiry'].some((name) => typeof params[name] === 'string');
	const hasNull = Object.values(params).includes(null);
	const idleAuth = !signed && ('pubkey_ed25519' in params || 'timestamp' in params) && call.method !== 'store';
	return spellings.length > 0 || isText || hasNull || idleAuth || (!signed && 'pubkey_ed25519' in params);
}

/**
 * A call that the server took, made anew from its keys and times; byte for byte once members are put in the recorder's
 * order. `pair` is null for calls without a signature.
 */
export function checkRebuilt(call: Call, pair: Ed25519KeyPair | null, check: Check): void {
	if (isUnusual(call, pair !== null)) return;
	const ours = rebuilt(call, pair);
	if (ours === null) return;
	const recorded = call.params as unknown as Readonly<Record<string, unknown>>;
	// An absent namespace means 0, which ours always says.
	const expected = spelling(
		'namespace' in ours.params && !('namespace' in recorded) ? { ...recorded, namespace: 0 } : recorded
	);
	const sent = JSON.parse(fromUtf8(rpc.encodeCall(ours))) as rpc.StorageCall;
	const written = spelling(sent.params);
	check.same(ours.method, call.method, 'method');
	check.same(
		JSON.stringify(ordered(written, Object.keys(expected))),
		JSON.stringify(expected),
		'the request made anew'
	);
}

/** The client's signature, made anew; another one is only right where the server refused, or does not look. */
export function checkSignature(
	call: Call,
	bytes: Uint8Array,
	signer: Account | null,
	wasAccepted: boolean,
	check: Check
): boolean {
	const { signature = '', pubkey_ed25519: key } = call.params;
	if (signer === null) {
		// The seed of this one was not recorded.
		const verifies = verify(fromBase64(signature), bytes, fromHex(key ?? ''));
		check.holds(verifies || !wasAccepted, 'signature');
		return false;
	}
	const ours = toBase64(sign(bytes, signer.pair.secretKey)).replaceAll('=', '');
	const isRight = ours === signature.replaceAll('=', '');
	check.holds(isRight || !wasAccepted, 'a signature that is not ours is refused');
	return isRight;
}

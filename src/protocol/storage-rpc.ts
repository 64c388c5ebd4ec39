/**
 * Storage RPC requests as plain values, signatures included: storage-server.md §3–§6. `account` is a 66-character id
 * of any prefix; times are milliseconds of the network's clock.
 */
import { toBase64, toHex, utf8 } from './bytes';
import { sign } from './keys';
import { signedString, type ExpireMode, type Namespaces } from './storage-signatures';
import type { Bytes, Ed25519KeyPair, Ed25519PublicKey, MessageHash, NetworkTime } from './types';

export interface StorageCall {
	readonly method: string;
	readonly params: Readonly<Record<string, unknown>>;
}

/** Proves the right to act on an account. */
export interface StorageAuth {
	/** For `05` ids only, and there always: the owner's key, since such an id names the X25519 key. */
	readonly ed25519: Ed25519PublicKey | null;
	readonly sign: (message: Uint8Array) => Uint8Array;
	/** A group member's 36-byte token and the owner's signature of it; `sign` is then by the token's key. */
	readonly subaccount?: { readonly token: Uint8Array; readonly signature: Uint8Array };
}

/** The owner of a `05` account. */
export function accountAuth(ed25519: Ed25519KeyPair): StorageAuth {
	return { ed25519: ed25519.publicKey, sign: (message) => sign(message, ed25519.secretKey) };
}

/** The owner of an id that is an Ed25519 key itself, such as a group's admin. */
export function keyAuth(ed25519: Ed25519KeyPair): StorageAuth {
	return { ed25519: null, sign: (message) => sign(message, ed25519.secretKey) };
}

/** A member of a group; `owner` only for subaccounts of a `05` id. */
export function subaccountAuth(
	token: Uint8Array,
	tokenSignature: Uint8Array,
	signer: (message: Uint8Array) => Uint8Array,
	owner: Ed25519PublicKey | null = null
): StorageAuth {
	return { ed25519: owner, sign: signer, subaccount: { token, signature: tokenSignature } };
}

function authFields(auth: StorageAuth, message: Uint8Array): Record<string, unknown> {
	return {
		...(auth.ed25519 !== null && { pubkey_ed25519: toHex(auth.ed25519) }),
		...(auth.subaccount !== undefined && {
			subaccount: toBase64(auth.subaccount.token),
			subaccount_sig: toBase64(auth.subaccount.signature)
		}),
		signature: toBase64(auth.sign(message))
	};
}

interface SignedBy {
	readonly account: string;
	readonly auth: StorageAuth;
}

/** The request as it is put into the onion. */
export function encodeCall(call: StorageCall): Bytes {
	return utf8(JSON.stringify({ method: call.method, params: call.params }));
}

export function infoCall(): StorageCall {
	return { method: 'info', params: {} };
}

export function getSwarmCall(account: string): StorageCall {
	return { method: 'get_swarm', params: { pubkey: account } };
}

/** `auth` is needed unless the namespace is a public inbox (0, and every multiple of ten). */
export function storeCall(request: {
	readonly account: string;
	readonly namespace: number;
	readonly data: Uint8Array;
	/** Becomes the stored message's timestamp. */
	readonly timestamp: NetworkTime;
	readonly ttlMs: number;
	readonly auth?: StorageAuth;
	/** When the signature is made at another time than the message: a node refuses signatures older than 60 s. */
	readonly signedAt?: NetworkTime;
}): StorageCall {
	const { account, namespace, timestamp, auth, signedAt } = request;
	const params = {
		pubkey: account,
		timestamp,
		ttl: request.ttlMs,
		namespace,
		data: toBase64(request.data)
	};
	if (auth === undefined) return { method: 'store', params };
	const message = signedString.store(namespace, signedAt ?? timestamp);
	const signed = { ...(signedAt !== undefined && { sig_timestamp: signedAt }), ...authFields(auth, message) };
	return { method: 'store', params: { ...params, ...signed } };
}

/** `auth` is needed for every namespace but the public outboxes. */
export function retrieveCall(request: {
	readonly account: string;
	readonly namespace: number;
	readonly lastHash?: MessageHash | null;
	readonly maxCount?: number;
	/** Bytes; a negative −k means one k-th of what a reply may hold. */
	readonly maxSize?: number;
	readonly timestamp: NetworkTime;
	readonly auth?: StorageAuth;
}): StorageCall {
	const { account, namespace, lastHash, maxCount, maxSize, timestamp, auth } = request;
	const params = {
		pubkey: account,
		namespace,
		...(lastHash != null && { last_hash: lastHash }),
		...(maxCount !== undefined && { max_count: maxCount }),
		...(maxSize !== undefined && { max_size: maxSize })
	};
	if (auth === undefined) return { method: 'retrieve', params };
	const signed = authFields(auth, signedString.retrieve(namespace, timestamp));
	return { method: 'retrieve', params: { ...params, timestamp, ...signed } };
}

export function getExpiriesCall(
	request: SignedBy & { readonly messages: readonly MessageHash[]; readonly timestamp: NetworkTime }
): StorageCall {
	const { account, messages, timestamp, auth } = request;
	const signed = authFields(auth, signedString.getExpiries(timestamp, messages));
	return { method: 'get_expiries', params: { pubkey: account, messages, timestamp, ...signed } };
}

/** One expiry for all messages, or one for each. */
export function expireCall(
	request: SignedBy & {
		readonly messages: readonly MessageHash[];
		readonly expiry: number | readonly number[];
		readonly mode?: ExpireMode;
	}
): StorageCall {
	const { account, messages, expiry, mode = null, auth } = request;
	const expiries = typeof expiry === 'number' ? [expiry] : expiry;
	const signed = authFields(auth, signedString.expire(mode, expiries, messages));
	const change = mode === null ? {} : { [mode]: true };
	return { method: 'expire', params: { pubkey: account, messages, expiry, ...change, ...signed } };
}

/** Only ever shortens. */
export function expireAllCall(
	request: SignedBy & { readonly namespace: Namespaces; readonly expiry: number }
): StorageCall {
	const { account, namespace, expiry, auth } = request;
	const signed = authFields(auth, signedString.expireAll(namespace, expiry));
	return { method: 'expire_all', params: { pubkey: account, namespace, expiry, ...signed } };
}

/** `required`: a 404 when there was nothing to delete anywhere. */
export function deleteCall(
	request: SignedBy & { readonly messages: readonly MessageHash[]; readonly required?: boolean }
): StorageCall {
	const { account, messages, required, auth } = request;
	const signed = authFields(auth, signedString.delete(messages));
	const params = { pubkey: account, messages, ...(required === true && { required }), ...signed };
	return { method: 'delete', params };
}

export function deleteAllCall(
	request: SignedBy & { readonly namespace: Namespaces; readonly timestamp: NetworkTime }
): StorageCall {
	const { account, namespace, timestamp, auth } = request;
	const signed = authFields(auth, signedString.deleteAll(namespace, timestamp));
	return { method: 'delete_all', params: { pubkey: account, namespace, timestamp, ...signed } };
}

export function deleteBeforeCall(
	request: SignedBy & { readonly namespace: Namespaces; readonly before: number }
): StorageCall {
	const { account, namespace, before, auth } = request;
	const signed = authFields(auth, signedString.deleteBefore(namespace, before));
	return { method: 'delete_before', params: { pubkey: account, namespace, before, ...signed } };
}

interface SubaccountChange extends SignedBy {
	readonly tokens: readonly Uint8Array[];
	readonly timestamp: NetworkTime;
}

/** At most 50 tokens. The account itself signs, never a subaccount. */
export function revokeSubaccountCall(request: SubaccountChange): StorageCall {
	const { account, tokens, timestamp, auth } = request;
	const signed = authFields(auth, signedString.revokeSubaccount(timestamp, tokens));
	const params = { pubkey: account, timestamp, revoke: tokens.map(toBase64), ...signed };
	return { method: 'revoke_subaccount', params };
}

export function unrevokeSubaccountCall(request: SubaccountChange): StorageCall {
	const { account, tokens, timestamp, auth } = request;
	const signed = authFields(auth, signedString.unrevokeSubaccount(timestamp, tokens));
	const params = { pubkey: account, timestamp, unrevoke: tokens.map(toBase64), ...signed };
	return { method: 'unrevoke_subaccount', params };
}

/** Only newer nodes know it. */
export function revokedSubaccountsCall(request: SignedBy & { readonly timestamp: NetworkTime }): StorageCall {
	const { account, timestamp, auth } = request;
	const signed = authFields(auth, signedString.revokedSubaccounts(timestamp));
	return { method: 'revoked_subaccounts', params: { pubkey: account, timestamp, ...signed } };
}

/** 1 to 20 calls, answered each by itself. */
export function batchCall(calls: readonly StorageCall[]): StorageCall {
	return { method: 'batch', params: { requests: calls } };
}

/** The same, stopping after the first that fails. */
export function sequenceCall(calls: readonly StorageCall[]): StorageCall {
	return { method: 'sequence', params: { requests: calls } };
}

/** One of two calls, as the node's version or the network's rules decide. */
export function ifElseCall(
	condition: {
		readonly [Test in 'hf_at_least' | 'hf_before' | 'v_at_least' | 'v_before']?: readonly number[];
	},
	then: StorageCall,
	otherwise?: StorageCall
): StorageCall {
	const branches = { then, ...(otherwise !== undefined && { else: otherwise }) };
	return { method: 'ifelse', params: { if: condition, ...branches } };
}

/** Every active node in 51 bytes each; only newer nodes know it. */
export function activeNodesCall(): StorageCall {
	return { method: 'active_nodes_bin', params: {} };
}

/** Every active node with its addresses and keys. */
export function oxendServiceNodesCall(): StorageCall {
	const fields = {
		public_ip: true,
		storage_port: true,
		pubkey_x25519: true,
		pubkey_ed25519: true,
		swarm_id: true
	};
	const params = { active_only: true, fields };
	return { method: 'oxend_request', params: { endpoint: 'get_service_nodes', params } };
}

/** `nameHash` as ons.ts makes it. */
export function onsResolveCall(nameHash: string): StorageCall {
	const params = { type: 0, name_hash: nameHash };
	return { method: 'oxend_request', params: { endpoint: 'ons_resolve', params } };
}

export {
	messageHash,
	nodeSignedString,
	parseSubaccountToken,
	signedString,
	verifyDeleteAllEntry,
	verifyStoreEntry
} from './storage-signatures';
export type { ExpireMode, Namespaces } from './storage-signatures';
export {
	parseBatchReply,
	parseChangeReply,
	parseExpiries,
	parseInfo,
	parseOnsReply,
	parseRetrieveReply,
	parseStoreReply,
	replyTime
} from './storage-replies';
export type { BatchPart, RetrieveReply, StoredMessage } from './storage-replies';
export { parseActiveNodes, parseServiceNodes, parseSwarm } from './storage-nodes';

/** How a community server knows who asks: communities.md §3. */
import { blind15KeyPair, blind15Sign, blinded15IdOf } from '../blinding/blind15';
import { concat, toBase64, toHex, utf8 } from '../bytes';
import { ProtocolError } from '../errors';
import { blake2b, sign } from '../keys';
import type { V4Request } from '../onion-v4';
import type { Bytes, Ed25519KeyPair, Ed25519Signature, RandomBytes, X25519PublicKey } from '../types';

/** As whom a request is signed. */
export interface CommunitySigner {
	/** 66 hex characters: `15` and the blinded key, or `00` and the account's own. */
	readonly id: string;
	readonly sign: (message: Uint8Array) => Ed25519Signature;
}

const NONCE_BYTES = 16;

/** For servers with the capability `blind`, as all public ones have. */
export function blindedSigner(own: Ed25519KeyPair, server: X25519PublicKey): CommunitySigner {
	return {
		id: blinded15IdOf(blind15KeyPair(own, server).publicKey),
		// The nonce comes from the seed as in the older clients: what they recorded can then be made again bit by bit.
		sign: (message) => blind15Sign(message, own, server, 'seed')
	};
}

/** For servers without that capability; it shows the account's own key. */
export function unblindedSigner(own: Ed25519KeyPair): CommunitySigner {
	return { id: `00${toHex(own.publicKey)}`, sign: (message) => sign(message, own.secretKey) };
}

/**
 * What is signed. `timestamp` in seconds; the endpoint's path is signed as the server reads it, without percent signs,
 * its query as it is written. Throws ProtocolError 'malformed' for percent signs that stand for no text.
 */
export function signedRequest(
	server: X25519PublicKey,
	nonce: Uint8Array,
	timestamp: number,
	{ method, endpoint, body }: Pick<V4Request, 'method' | 'endpoint' | 'body'>
): Bytes {
	const hash = body === null || body.length === 0 ? new Uint8Array() : blake2b(64, body);
	return concat(server, nonce, utf8(`${timestamp}${method}${signedPath(endpoint)}`), hash);
}

function signedPath(endpoint: string): string {
	const query = endpoint.indexOf('?');
	const end = query === -1 ? endpoint.length : query;
	// A lone `?` is no query and is not signed.
	const rest = end === endpoint.length - 1 ? '' : endpoint.slice(end);
	try {
		return decodeURIComponent(endpoint.slice(0, end)) + rest;
	} catch (cause) {
		throw new ProtocolError('malformed', 'endpoint is not well encoded', { cause });
	}
}

/** The request with its four headers. Takes 16 bytes of `random`: the server accepts a nonce once. `timestamp` in seconds. */
export function signRequest(
	request: V4Request,
	server: X25519PublicKey,
	signer: CommunitySigner,
	timestamp: number,
	random: RandomBytes
): V4Request {
	const nonce = random(NONCE_BYTES);
	const signature = signer.sign(signedRequest(server, nonce, timestamp, request));
	const headers = {
		'X-SOGS-Pubkey': signer.id,
		'X-SOGS-Timestamp': String(timestamp),
		'X-SOGS-Nonce': toBase64(nonce),
		'X-SOGS-Signature': toBase64(signature)
	};
	return { ...request, headers: { ...headers, ...request.headers } };
}

/**
 * The client's side of onion requests: storage-server.md §7. The guard gets `body`; the reply is encrypted once, by
 * whoever answered, with the key of that layer.
 */
import { concat, fromBase64, fromUtf8, toBytes, toHex, utf8 } from './bytes';
import { ProtocolError } from './errors';
import { asCount, asObject, isJsonObject, parseJson } from './json';
import { x25519KeyPair } from './keys';
import {
	clientLayerKey,
	decryptLayer,
	encryptLayer,
	joinCombined,
	nonceBytes,
	type LayerKey,
	type OnionEncryption
} from './onion-cipher';
import type { Bytes, RandomBytes, X25519PublicKey } from './types';

export interface OnionHop {
	/** 64 hex characters: what relays call the node. */
	readonly ed25519: string;
	readonly x25519: X25519PublicKey;
	/** aes-gcm when absent. */
	readonly encryption?: OnionEncryption;
}

export interface NodeDestination {
	readonly kind: 'node';
	readonly hop: OnionHop;
	/** The storage RPC request, JSON. */
	readonly body: Bytes;
	/** The reply's body is embedded as JSON, not as a JSON text inside a string. */
	readonly json?: boolean;
	/** false: the reply comes as raw bytes, not as base64. */
	readonly base64?: boolean;
	/** Fill the request with white space to a multiple of this many bytes, so that its size tells less. */
	readonly padTo?: number;
}

export interface ServerDestination {
	readonly kind: 'server';
	readonly host: string;
	readonly port: number;
	readonly protocol: 'http' | 'https';
	/** Starts with `/oxen/` or `/loki/`, ends with `/lsrpc`. */
	readonly target: string;
	readonly x25519: X25519PublicKey;
	readonly encryption?: OnionEncryption;
	/** What the server expects inside its layer. */
	readonly payload: Bytes;
}

export interface OnionRequest {
	/** The relays, guard first; empty means that the destination node itself is asked directly. */
	readonly hops: readonly OnionHop[];
	readonly destination: NodeDestination | ServerDestination;
	/**
	 * Asked for one 32-byte ephemeral secret and one nonce per layer, in this order, from the destination's layer
	 * outwards to the guard's.
	 */
	readonly random: RandomBytes;
	/** Where the relays' hop counter starts. */
	readonly hopNumber?: number;
}

export interface ReplyKeys {
	readonly kind: 'node' | 'server';
	readonly destination: LayerKey;
	/** Guard first. */
	readonly relays: readonly LayerKey[];
}

export interface OnionReply {
	readonly status: number;
	/** Parsed JSON or text from a node, raw bytes from a server. Hostile. */
	readonly body: unknown;
	/** Who encrypted it: the destination, or the relay of this index, which then reports an error of its own. */
	readonly from: 'destination' | number;
}

export interface SealedLayer {
	readonly ciphertext: Bytes;
	readonly ephemeral: X25519PublicKey;
	readonly key: LayerKey;
}

/** One layer, for the owner of `x25519`. */
export async function sealLayer(
	recipient: { readonly x25519: X25519PublicKey; readonly encryption?: OnionEncryption | undefined },
	plaintext: Bytes,
	random: RandomBytes
): Promise<SealedLayer> {
	const encryption = recipient.encryption ?? 'aes-gcm';
	const ephemeral = x25519KeyPair(random(32));
	const key = await clientLayerKey(encryption, ephemeral, recipient.x25519);
	const ciphertext = await encryptLayer(key, plaintext, random(nonceBytes(encryption)));
	return { ciphertext, ephemeral: ephemeral.publicKey, key };
}

/** Throws ProtocolError 'malformed' when a node's key is unusable. */
export async function buildOnion(request: OnionRequest): Promise<{ body: Bytes; reply: ReplyKeys }> {
	const { hops, destination, random } = request;
	let inner = await sealLayer(
		destination.kind === 'node' ? destination.hop : destination,
		innermost(destination),
		random
	);
	const reply = { kind: destination.kind, destination: inner.key };
	const relays: LayerKey[] = [];
	let route = routeTo(destination);
	for (const hop of [...hops].reverse()) {
		const control = JSON.stringify({ ...route, ...keyFields(inner) });
		inner = await sealLayer(hop, joinCombined(inner.ciphertext, control), random);
		relays.unshift(inner.key);
		route = { destination: hop.ed25519 };
	}
	const hopNumber = request.hopNumber === undefined ? {} : { hop_no: request.hopNumber };
	const outer = JSON.stringify({ ...keyFields(inner), ...hopNumber });
	return { body: joinCombined(inner.ciphertext, outer), reply: { ...reply, relays } };
}

function innermost(destination: NodeDestination | ServerDestination): Bytes {
	if (destination.kind === 'server') return destination.payload;
	// The mere presence of `headers` is what marks the last node.
	const control = {
		headers: {},
		...(destination.json === true && { json: true }),
		...(destination.base64 === false && { base64: false })
	};
	return joinCombined(padded(destination.body, destination.padTo), JSON.stringify(control));
}

function padded(body: Bytes, multiple: number | undefined): Bytes {
	if (multiple === undefined) return body;
	const missing = (multiple - (body.length % multiple)) % multiple;
	return concat(body, utf8(' '.repeat(missing)));
}

function routeTo(destination: NodeDestination | ServerDestination): Record<string, unknown> {
	if (destination.kind === 'node') return { destination: destination.hop.ed25519 };
	const { host, target, protocol, port } = destination;
	return { host, target, method: 'POST', protocol, port };
}

function keyFields(layer: SealedLayer): Record<string, unknown> {
	const { encryption } = layer.key;
	return {
		ephemeral_key: toHex(layer.ephemeral),
		...(encryption !== 'aes-gcm' && { enc_type: encryption })
	};
}

/**
 * Opens what the guard answered with status 200. Throws ProtocolError 'unauthenticated' when no key of the request
 * opens it, 'malformed' when what it opens to is no reply.
 */
export async function openReply(keys: ReplyKeys, replyText: Uint8Array): Promise<OnionReply> {
	const candidates = sealedForms(replyText);
	const layers: readonly (readonly [LayerKey, 'destination' | number])[] = [
		[keys.destination, 'destination'],
		...keys.relays.map((key, index) => [key, index] as const)
	];
	for (const [key, from] of layers) {
		for (const sealed of candidates) {
			const plaintext = await tryDecrypt(key, sealed);
			if (plaintext === null) continue;
			if (keys.kind === 'server' && from === 'destination') return { status: 200, body: plaintext, from };
			const reply = readReply(plaintext);
			if (reply !== null) return { ...reply, from };
			// An unauthenticated cipher opens to noise under the wrong key; what an authenticated one opened is final.
			if (key.encryption !== 'aes-cbc') throw new ProtocolError('malformed', 'onion reply is no reply');
		}
	}
	throw new ProtocolError('unauthenticated', 'onion reply does not open with any key of the request');
}

/** Base64 is the rule, raw bytes come on request and from servers. */
function sealedForms(replyText: Uint8Array): readonly Bytes[] {
	const raw = toBytes(replyText);
	try {
		return [fromBase64(fromUtf8(raw).trimEnd()), raw];
	} catch {
		return [raw];
	}
}

async function tryDecrypt(key: LayerKey, sealed: Bytes): Promise<Bytes | null> {
	try {
		return await decryptLayer(key, sealed);
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	}
}

function readReply(plaintext: Bytes): { status: number; body: unknown } | null {
	try {
		const reply = asObject(parseJson(fromUtf8(plaintext)), 'onion reply');
		return { status: asCount(reply['status'], 'onion reply status'), body: readBody(reply['body']) };
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	}
}

/** Without the `json` switch a JSON result comes as text; error texts are texts and stay so. */
function readBody(body: unknown): unknown {
	if (typeof body !== 'string' || !/^[[{]/.test(body)) return body;
	try {
		const parsed = parseJson(body);
		return isJsonObject(parsed) || Array.isArray(parsed) ? parsed : body;
	} catch {
		return body;
	}
}

export { decryptLayer, encryptLayer, joinCombined, splitCombined } from './onion-cipher';
export type { LayerKey, OnionEncryption } from './onion-cipher';
export { openLayer, parseControl, parseOnionRequest, sealReply } from './onion-node';
export type { LayerControl } from './onion-node';
export { classifyOnionFailure } from './onion-errors';
export type { OnionFailure } from './onion-errors';

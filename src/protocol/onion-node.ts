/** A node's side of onion requests, for the local network and for tests: storage-server.md §7. */
import { fromHex, toBase64, utf8 } from './bytes';
import { asCount, asObject, asString, parseJson, type JsonObject } from './json';
import { parseSnodeId, parseX25519PublicKey } from './keys';
import {
	decryptLayer,
	encryptLayer,
	nodeLayerKey,
	nonceBytes,
	parseEncryption,
	splitCombined,
	type LayerKey,
	type OnionEncryption
} from './onion-cipher';
import type { Bytes, RandomBytes, SnodeId, X25519KeyPair, X25519PublicKey } from './types';

/** What is needed to open the next layer. */
export interface NextLayer {
	readonly ephemeral: X25519PublicKey;
	readonly encryption: OnionEncryption;
}

/** The outermost blob, as POSTed to the guard. */
export interface OnionEnvelope extends NextLayer {
	readonly ciphertext: Bytes;
	readonly hopNumber: number;
}

export type LayerControl =
	| { readonly kind: 'destination'; readonly json: boolean; readonly base64: boolean }
	| ({ readonly kind: 'relay'; readonly destination: SnodeId } & NextLayer)
	| ({
			readonly kind: 'server';
			readonly host: string;
			readonly target: string;
			readonly protocol: string;
			readonly port: number;
	  } & NextLayer);

const DEFAULT_SERVER_PORT = 443;

/** Throws ProtocolError 'malformed'. */
export function parseOnionRequest(body: Uint8Array): OnionEnvelope {
	const { blob, json } = splitCombined(body);
	const control = asObject(parseJson(json), 'onion control');
	return {
		ciphertext: blob,
		...nextLayer(control),
		hopNumber: control['hop_no'] === undefined ? 0 : asCount(control['hop_no'], 'hop number')
	};
}

/** Throws ProtocolError: 'unauthenticated' when the layer is not for this node, 'malformed' for an unusable key. */
export async function openLayer(
	node: X25519KeyPair,
	layer: NextLayer & { readonly ciphertext: Uint8Array }
): Promise<{ plaintext: Bytes; key: LayerKey }> {
	const key = await nodeLayerKey(layer.encryption, node, layer.ephemeral);
	return { plaintext: await decryptLayer(key, layer.ciphertext), key };
}

/** The JSON of an opened layer. Throws ProtocolError 'malformed' when it says nothing that a node can follow. */
export function parseControl(json: string): LayerControl {
	const control = asObject(parseJson(json), 'onion control');
	if ('headers' in control) {
		return { kind: 'destination', json: control['json'] === true, base64: control['base64'] !== false };
	}
	if ('host' in control) {
		return {
			kind: 'server',
			host: asString(control['host'], 'host'),
			target: asString(control['target'], 'target'),
			protocol: control['protocol'] === undefined ? 'https' : asString(control['protocol'], 'protocol'),
			// The servers default to 443 whatever the protocol is.
			port: control['port'] === undefined ? DEFAULT_SERVER_PORT : asCount(control['port'], 'port'),
			...nextLayer(control)
		};
	}
	const destination = parseSnodeId(asString(control['destination'], 'destination'));
	return { kind: 'relay', destination, ...nextLayer(control) };
}

function nextLayer(control: JsonObject): NextLayer {
	return {
		ephemeral: parseX25519PublicKey(fromHex(asString(control['ephemeral_key'], 'ephemeral key'))),
		encryption: parseEncryption(control['enc_type'])
	};
}

/**
 * What the answering node sends back through the relays. `body` is embedded as it is, or as a JSON text in a string
 * unless `json` is set; a string is always embedded as it is.
 */
export async function sealReply(
	key: LayerKey,
	reply: { readonly status: number; readonly body: unknown },
	options: { readonly json: boolean; readonly base64: boolean; readonly random: RandomBytes }
): Promise<Bytes> {
	const body = options.json || typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
	const text = JSON.stringify({ body, status: reply.status });
	const sealed = await encryptLayer(key, utf8(text), options.random(nonceBytes(key.encryption)));
	return options.base64 ? utf8(toBase64(sealed)) : sealed;
}

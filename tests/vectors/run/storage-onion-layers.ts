/** Layers of recorded onion requests, and the requests made of them with our own builder. */
import { fromUtf8, toHex } from '../../../src/protocol/bytes';
import { parseX25519PublicKey, x25519KeyPair } from '../../../src/protocol/keys';
import {
	decryptLayer,
	sealLayer,
	splitCombined,
	type LayerKey,
	type OnionHop,
	type OnionRequest
} from '../../../src/protocol/onion';
import { nonceBytes, parseEncryption } from '../../../src/protocol/onion-cipher';
import type { Bytes, X25519KeyPair } from '../../../src/protocol/types';
import { scripted } from '../../protocol/setup';
import type { Check } from './check';
import type { Fields } from './fields';

export interface Layer {
	/** The name of the node, or `server`. */
	readonly for: string;
	readonly keys: X25519KeyPair;
	/** To whom it was sealed, right or wrong. */
	readonly recipient: Bytes;
	readonly ed25519: string;
	readonly key: LayerKey;
	readonly secret: Bytes;
	readonly nonce: Bytes;
	readonly json: string | null;
	readonly plaintext: Bytes;
	readonly ciphertext: Bytes;
}

/** The nodes by their Ed25519 keys. */
export type Nodes = ReadonlyMap<string, { readonly name: string; readonly keys: X25519KeyPair }>;

export function layerOf(one: Fields, nodes: Nodes, check: Check): Layer {
	const encryption = parseEncryption(one.text('enc_type'));
	const ciphertext = one.hex('ciphertext_hex');
	const name = one.text('for');
	const ed25519 = one.has('ed25519') ? one.text('ed25519') : '';
	const node = nodes.get(ed25519);
	const keys = one.has('server_private') ? x25519KeyPair(one.hex('server_private')) : node?.keys;
	if (keys === undefined) throw new Error('a layer for a node that is not in the network');
	check.same(name, node?.name ?? 'server', 'for');
	const secret = one.hex('ephemeral_private');
	const ephemeral = toHex(x25519KeyPair(secret).publicKey);
	check.same(ephemeral, one.text('ephemeral_public'), 'ephemeral_public');
	const plaintext = one.hex('plaintext_hex');
	const json = one.has('plaintext_json') ? one.text('plaintext_json') : null;
	if (json !== null) check.same(splitCombined(plaintext).json, json, 'plaintext_json');
	if (one.has('plaintext_body')) {
		check.same(fromUtf8(splitCombined(plaintext).blob), one.text('plaintext_body'), 'plaintext_body');
	}
	const recipient = one.has('x25519') ? one.hex('x25519') : keys.publicKey;
	if (node === undefined) check.bytes(keys.publicKey, recipient, 'server_private');
	return {
		for: name,
		keys,
		recipient,
		ed25519,
		key: { encryption, key: one.hex('symmetric_key') },
		secret,
		nonce: ciphertext.slice(0, nonceBytes(encryption)),
		json,
		plaintext,
		ciphertext
	};
}

export async function checkLayer(layer: Layer, check: Check): Promise<void> {
	const { key, recipient, plaintext, ciphertext } = layer;
	const to = { x25519: parseX25519PublicKey(recipient), encryption: key.encryption };
	const sealed = await sealLayer(to, plaintext, scripted(layer.secret, layer.nonce));
	check.bytes(sealed.ciphertext, ciphertext, `the layer for ${layer.for}`);
	check.same(sealed.key, key, `the key of the layer for ${layer.for}`);
	check.bytes(await decryptLayer(key, ciphertext), plaintext, `the opened layer for ${layer.for}`);
}

/** Null when a control JSON is none, as some were made on purpose. */
export function wellFormed<Value>(attempt: () => Value): Value | null {
	try {
		return attempt();
	} catch {
		return null;
	}
}

const FORMS = [
	['destination', 'ephemeral_key'],
	['host', 'target', 'method', 'protocol', 'port', 'ephemeral_key'],
	['headers'],
	['headers', 'json'],
	['headers', 'base64'],
	['headers', 'json', 'base64']
].map(String);

/** Whether a builder that only makes right requests could have made this one: every control JSON of our form, and true. */
export function isOurs(layers: readonly Layer[]): boolean {
	return layers.every(({ json, plaintext, key }, index) => {
		if (json === null) return true;
		const control = wellFormed(() => JSON.parse(json) as Record<string, unknown>);
		if (control === null) return false;
		const names = Object.keys(control).filter((name) => name !== 'enc_type');
		const following = layers[index + 1];
		if (!FORMS.includes(String(names)) || (following === undefined) !== 'headers' in control) return false;
		if (following === undefined) return JSON.stringify(control['headers']) === '{}' && key.encryption !== 'aes-cbc';
		const ephemeral = toHex(x25519KeyPair(following.secret).publicKey);
		const { blob } = splitCombined(plaintext);
		const wasAltered = toHex(blob) !== toHex(following.ciphertext) || control['ephemeral_key'] !== ephemeral;
		return !wasAltered && wellFormed(() => parseEncryption(control['enc_type'])) === following.key.encryption;
	});
}

export function requestOf(layers: readonly Layer[], outer: string | null): OnionRequest {
	const last = layers.at(-1);
	if (last === undefined) throw new Error('a request without layers');
	// The name by which the layer before this one sends the request on, right or wrong.
	const hop = (layer: Layer, index: number): OnionHop => {
		const route = JSON.parse(layers[index - 1]?.json ?? '{}') as { destination?: string };
		const x25519 = parseX25519PublicKey(layer.recipient);
		return { ed25519: route.destination ?? layer.ed25519, x25519, encryption: layer.key.encryption };
	};
	const { hop_no: hopNumber } = JSON.parse(outer ?? '{}') as { hop_no?: number };
	const inwards = [...layers].reverse();
	const common = {
		hops: layers.slice(0, -1).map(hop),
		random: scripted(...inwards.flatMap(({ secret, nonce }) => [secret, nonce])),
		...(hopNumber !== undefined && { hopNumber })
	};
	if (last.for === 'server') {
		const route = JSON.parse(layers.at(-2)?.json ?? '{}') as {
			host: string;
			target: string;
			protocol: 'http' | 'https';
			port: number;
		};
		const { x25519, encryption } = hop(last, layers.length - 1);
		const server = { kind: 'server' as const, ...route, x25519, payload: last.plaintext };
		return { ...common, destination: { ...server, ...(encryption !== undefined && { encryption }) } };
	}
	const { json, base64 } = JSON.parse(last.json ?? '{}') as { json?: boolean; base64?: boolean };
	return {
		...common,
		destination: {
			kind: 'node',
			hop: hop(last, layers.length - 1),
			body: splitCombined(last.plaintext).blob,
			...(json !== undefined && { json }),
			...(base64 !== undefined && { base64 })
		}
	};
}


import { beforeAll, describe, expect, it } from 'vitest';
import { fromHex, fromUtf8, toHex, utf8 } from '../../src/protocol/bytes';
import { parseX25519PublicKey, x25519KeyPair } from '../../src/protocol/keys';
import { parseEncryption, type OnionEncryption } from '../../src/protocol/onion-cipher';
import {
	buildOnion,
	decryptLayer,
	joinCombined,
	openLayer,
	openReply,
	parseControl,
	parseOnionRequest,
	sealLayer,
	splitCombined,
	type LayerKey,
	type OnionHop,
	type OnionRequest
} from '../../src/protocol/onion';
import type { Bytes } from '../../src/protocol/types';
import { load } from '../vectors/load';
import { scripted, sodiumReady } from './setup';

interface Layer {
	for: string;
	ed25519?: string;
	x25519?: string;
	enc_type: OnionEncryption;
	ephemeral_private: string;
	ephemeral_public: string;
	symmetric_key: string;
	plaintext_json?: string;
	plaintext_hex: string;
	ciphertext_hex: string;
}
interface Case {
	name: string;
	outer_json?: string;
	layers_outermost_first?: Layer[];
	request_hex?: string;
	response: {
		status?: number;
		body_text?: string;
		body_hex?: string;
		decrypted?: string | null;
		decrypted_with_key_of?: string;
		decrypted_with_that_key?: string;
		decrypted_with_exit_layer_key?: string;
	};
}
interface NetworkFile {
	nodes: { ed25519_pubkey: string; x25519_pubkey: string; x25519_privkey: string }[];
}

const NONCE: Record<OnionEncryption, number> = { 'aes-gcm': 12, xchacha20: 24, 'aes-cbc': 16 };
const FILES = ['09-onion', '10-onion-server-relay', '11-onion-errors'];
const network = load<NetworkFile>('storage-server/00-network');
const cases = FILES.flatMap((file) =>
	load<{ cases: Case[] }>(`storage-server/${file}`).cases.map((one) => ({ ...one, file }))
);
const layered = cases.filter(
	(one): one is typeof one & { layers_outermost_first: Layer[]; request_hex: string } =>
		one.layers_outermost_first !== undefined && one.request_hex !== undefined
);

beforeAll(() => sodiumReady);

function nodeKeys(ed25519: string) {
	const node = network.nodes.find((one) => one.ed25519_pubkey === ed25519);
	if (node === undefined) throw new Error('no such node');
	return node;
}

function recipientOf(layer: Layer) {
	return parseX25519PublicKey(fromHex(layer.x25519 ?? nodeKeys(layer.ed25519!).x25519_pubkey));
}

/** What the random source has to give for the layers as recorded: from the innermost outwards. */
function recordedRandom(layers: readonly Layer[]) {
	return scripted(
		...[...layers]
			.reverse()
			.flatMap((layer) => [
				fromHex(layer.ephemeral_private),
				fromHex(layer.ciphertext_hex.slice(0, 2 * NONCE[layer.enc_type]))
			])
	);
}

/** Requests that no builder of ours would make: damaged on purpose, or with another client's control JSON. */
const NOT_OURS = [
	'xchacha20, json:true and base64:false',
	'as desktop sends it: batch in a jsonrpc object, headers and body:null in the control JSON',
	'port omitted with protocol http means 443, not 80',
	'host but no target',
	'second relay cannot decrypt',
	'destination cannot decrypt',
	'wrong ephemeral key for the next layer',
	'all-zero ephemeral key',
	'relay JSON lacks destination, host and headers',
	'relay JSON: bad enc_type',
	'destination control JSON without "headers": treated as a relay request',
	'destination control JSON unparsable'
];

function requestOf(one: (typeof layered)[number]): OnionRequest {
	const layers = one.layers_outermost_first;
	const last = layers.at(-1)!;
	// The name by which the layer before this one sends the request on, right or wrong.
	const named = (index: number) => {
		const before = layers[index - 1]?.plaintext_json;
		const route = before === undefined ? {} : (JSON.parse(before) as { destination?: string });
		return route.destination ?? layers[index]!.ed25519!;
	};
	const hop = (layer: Layer, index: number): OnionHop => ({
		ed25519: named(index),
		x25519: recipientOf(layer),
		encryption: layer.enc_type
	});
	const hopNumber = (JSON.parse(one.outer_json ?? '{}') as { hop_no?: number }).hop_no;
	const common = {
		hops: layers.slice(0, -1).map(hop),
		random: recordedRandom(layers),
		...(hopNumber !== undefined && { hopNumber })
	};
	const plaintext = fromHex(last.plaintext_hex);
	if (last.for !== 'server') {
		const { json, base64 } = JSON.parse(last.plaintext_json!) as { json?: boolean; base64?: boolean };
		return {
			...common,
			destination: {
				kind: 'node',
				hop: hop(last, layers.length - 1),
				body: splitCombined(plaintext).blob,
				...(json !== undefined && { json }),
				...(base64 !== undefined && { base64 })
			}
		};
	}
	const route = JSON.parse(layers.at(-2)!.plaintext_json!) as {
		host: string;
		target: string;
		protocol: 'http' | 'https';
		port: number;
	};
	return {
		...common,
		destination: {
			kind: 'server',
			...route,
			x25519: recipientOf(last),
			encryption: last.enc_type,
			payload: plaintext
		}
	};
}

function replyKeysOf(one: (typeof layered)[number]) {
	const keys = one.layers_outermost_first.map((layer): LayerKey => ({
		encryption: layer.enc_type,
		key: fromHex(layer.symmetric_key)
	}));
	return {
		kind: one.layers_outermost_first.at(-1)!.for === 'server' ? ('server' as const) : ('node' as const),
		destination: keys.at(-1)!,
		relays: keys.slice(0, -1)
	};
}

function replyBytes(response: Case['response']): Bytes {
	return response.body_hex === undefined ? utf8(response.body_text!) : fromHex(response.body_hex);
}

describe('onion requests recorded from the storage server', () => {
	it('holds all of files 09 to 11', () => {
		expect(cases.length).toBe(16 + 17 + 30);
		expect(layered.length).toBe(16 + 17 + 18);
		expect(NOT_OURS.filter((name) => !layered.some((one) => one.name === name))).toEqual([]);
	});

	it.each(layered)('$file: $name: every layer is sealed to the recorded bytes', async (one) => {
		const layers = one.layers_outermost_first;
		for (const layer of layers) {
			const sealed = await sealLayer(
				{ x25519: recipientOf(layer), encryption: layer.enc_type },
				fromHex(layer.plaintext_hex),
				recordedRandom([layer])
			);
			expect(toHex(sealed.ciphertext)).toBe(layer.ciphertext_hex);
			expect(toHex(sealed.ephemeral)).toBe(layer.ephemeral_public);
			expect(toHex(sealed.key.key)).toBe(layer.symmetric_key);
			expect(toHex(await decryptLayer(sealed.key, fromHex(layer.ciphertext_hex)))).toBe(layer.plaintext_hex);
		}
		const outer = one.outer_json ?? JSON.stringify({ ephemeral_key: layers[0]!.ephemeral_public });
		expect(toHex(joinCombined(fromHex(layers[0]!.ciphertext_hex), outer))).toBe(one.request_hex);
	});

	it.each(layered.filter((one) => !NOT_OURS.includes(one.name)))(
		'$file: $name: the whole request is rebuilt bit for bit',
		async (one) => {
			const request = requestOf(one);
			const { body, reply } = await buildOnion(request);
			expect(toHex(body)).toBe(one.request_hex);
			expect(reply).toEqual(replyKeysOf(one));
			expect((request.random as ReturnType<typeof scripted>).left()).toBe(0);
		}
	);

	it.each(layered.filter((one) => !/cannot decrypt|ephemeral key$|ephemeral key for/.test(one.name)))(
		'$file: $name: each node opens its layer and finds the way on',
		async (one) => {
			const layers = one.layers_outermost_first.filter((layer) => layer.for !== 'server');
			let next = parseOnionRequest(fromHex(one.request_hex));
			for (const layer of layers) {
				const node = x25519KeyPair(fromHex(nodeKeys(layer.ed25519!).x25519_privkey));
				const { plaintext, key } = await openLayer(node, next);
				expect(toHex(plaintext)).toBe(layer.plaintext_hex);
				expect(toHex(key.key)).toBe(layer.symmetric_key);
				const { blob, json } = splitCombined(plaintext);
				expect(json).toBe(layer.plaintext_json);
				// Where the recorded server answered "Invalid json", nothing further could be read from this layer.
				if (one.response.decrypted_with_key_of === layer.for) {
					expect(() => parseControl(json)).toThrowError(
						expect.objectContaining({ name: 'ProtocolError', kind: 'malformed' }) as Error
					);
					return;
				}
				if (layer === layers.at(-1)) return;
				const control = parseControl(json);
				if (control.kind === 'destination') throw new Error('a relay layer was read as the last one');
				next = { ...control, ciphertext: blob, hopNumber: next.hopNumber + 1 };
			}
		}
	);
});

describe('replies recorded from the storage server', () => {
	const opened = layered.filter(
		(one) => one.response.status === 200 && typeof one.response.decrypted === 'string'
	);
	const byRelay = layered.filter(
		(one) =>
			one.response.status === 200 &&
			(one.response.decrypted_with_that_key ?? one.response.decrypted_with_exit_layer_key) !== undefined
	);

	it('counts those of the destination and those of relays', () => {
		expect(opened.length).toBe(16 + 1 + 6);
		expect(byRelay.length).toBe(4 + 3);
	});

	it.each(opened)('$file: $name', async (one) => {
		const reply = await openReply(replyKeysOf(one), replyBytes(one.response));
		expect(reply.from).toBe('destination');
		if (reply.body instanceof Uint8Array) {
			expect(fromUtf8(reply.body)).toBe(one.response.decrypted);
			return;
		}
		const expected = JSON.parse(one.response.decrypted!) as { status: number; body: unknown };
		const isJsonText = typeof expected.body === 'string' && expected.body.startsWith('{');
		expect(reply.status).toBe(expected.status);
		expect(reply.body).toEqual(isJsonText ? JSON.parse(expected.body as string) : expected.body);
	});

	it.each(byRelay)('$file: $name: names the relay that answered', async (one) => {
		const text = one.response.decrypted_with_that_key ?? one.response.decrypted_with_exit_layer_key!;
		const layers = one.layers_outermost_first;
		const exit = layers.length - 2;
		const speaker = layers.findIndex((layer) => layer.for === one.response.decrypted_with_key_of);
		const reply = await openReply(replyKeysOf(one), replyBytes(one.response));
		expect(reply).toEqual({ ...(JSON.parse(text) as object), from: speaker === -1 ? exit : speaker });
	});

	it('does not open under keys of another request', async () => {
		const [first, second] = opened;
		await expect(openReply(replyKeysOf(second!), replyBytes(first!.response))).rejects.toMatchObject({
			name: 'ProtocolError',
			kind: 'unauthenticated'
		});
	});
});

describe('what the guard refuses', () => {
	const bare = cases.filter((one) => one.layers_outermost_first === undefined);

	it.each(bare)('$name', async (one) => {
		const body = fromHex(one.request_hex ?? '');
		const attempt = async () => {
			const node = x25519KeyPair(fromHex(network.nodes[0]!.x25519_privkey));
			return openLayer(node, parseOnionRequest(body));
		};
		// The one of these that the server accepted is addressed to another node than the first.
		if (one.response.status === 200) expect(parseOnionRequest(body).encryption).toBe('aes-gcm');
		else await expect(attempt()).rejects.toMatchObject({ name: 'ProtocolError' });
	});

	it('knows the other names of the ciphers', () => {
		expect(['gcm', 'cbc', 'xchacha20-poly1305'].map(parseEncryption)).toEqual([
			'aes-gcm',
			'aes-cbc',
			'xchacha20'
		]);
	});
});

import { decodeV4Reply, decodeV4Request, encodeV4Reply, encodeV4Request } from '../src/protocol/onion-v4';
import { concat, fromUtf8, toBase64, toHex, utf8 } from '../src/protocol/bytes';
import { blake2b, x25519KeyPair } from '../src/protocol/keys';
import {
	buildOnion,
	classifyOnionFailure,
	encryptLayer,
	openLayer,
	openReply,
	parseControl,
	parseOnionRequest,
	type LayerKey
} from '../src/protocol/onion';
import { nonceBytes, splitCombined } from '../src/protocol/onion-cipher';
import { decryptOns } from '../src/protocol/ons';
import * as rpc from '../src/protocol/storage-rpc';
import { xchachaSeal } from '../src/protocol/xchacha20';
import type { Bytes } from '../src/protocol/types';
import { between, repeated, zeros } from './hostile';
import { jsonTarget } from './json-target';
import { keys, random } from './keys';
import type { Target } from './target';

const NODE = 'ab'.repeat(32);
const HASH = 'A'.repeat(43);
const SIGNATURE = `${'A'.repeat(86)}==`;
const NAME = 'testname';

/** One reply of each kind, as nodes write them. */
const replies = {
	store: {
		hash: HASH,
		swarm: {
			[NODE]: { hash: HASH, signature: SIGNATURE, expiry: 5, already: 1 },
			[NODE.replace('a', 'c')]: { failed: true }
		}
	},
	change: { swarm: { [NODE]: { updated: [HASH], deleted: { '2': [HASH] }, signature: SIGNATURE } } },
	retrieve: { messages: [{ hash: HASH, data: 'aGk=', timestamp: 5, expiration: 6 }], more: false },
	expiries: { expiries: { [HASH]: 5 } },
	batch: { results: [{ code: 200, body: { t: 5 } }] },
	info: { version: [2, 8, 0], hf: [19, 5], t: 5 },
	names: { result: { encrypted_value: 'ab', nonce: 'cd' } },
	swarm: {
		swarm: '1fff',
		snodes: [{ ip: '1.2.3.4', port_https: 1, pubkey_ed25519: NODE, pubkey_x25519: NODE }]
	},
	nodes: {
		result: {
			height: 5,
			service_node_states: [
				{
					public_ip: '1.2.3.4',
					storage_port: 1,
					pubkey_ed25519: NODE,
					pubkey_x25519: NODE,
					swarm_id: '18446744073709551614'
				}
			]
		}
	}
};

function replyTargets(): readonly Target[] {
	const { ada } = keys();
	const node = concat(
		ada.ed25519.publicKey,
		new Uint8Array(8),
		Uint8Array.of(1, 2, 3, 4, 0, 1, 0, 1, 2, 8, 0)
	);
	return [
		jsonTarget(
			'reply: store',
			rpc.parseStoreReply,
			[replies.store],
			[
				(size) => {
					const entries = Array.from({ length: size / 180 }, (_, index) => {
						const name = index.toString(16).padStart(64, '0');
						return [name, replies.store.swarm[NODE]];
					});
					return utf8(JSON.stringify({ hash: HASH, swarm: Object.fromEntries(entries) as unknown }));
				}
			]
		),
		jsonTarget(
			'reply: changes',
			(body) => rpc.parseChangeReply(body, 'updated'),
			[replies.change],
			[between(`{"swarm":{"${NODE}":{"signature":"${SIGNATURE}","updated":[`, `"${HASH}",`, `"${HASH}"]}}}`)]
		),
		jsonTarget(
			'reply: retrieve',
			rpc.parseRetrieveReply,
			[replies.retrieve],
			[
				between('{"messages":[', `${JSON.stringify(replies.retrieve.messages[0])},`, '{}]}'),
				between(`{"messages":[{"hash":"${HASH}","timestamp":1,"expiration":1,"data":"`, 'AAAA', '"}]}')
			]
		),
		jsonTarget('reply: expiries', rpc.parseExpiries, [replies.expiries]),
		jsonTarget(
			'reply: batch',
			rpc.parseBatchReply,
			[replies.batch],
			[between('{"results":[', '{"code":200},', '{}]}')]
		),
		jsonTarget('reply: info', rpc.parseInfo, [replies.info]),
		jsonTarget(
			'reply: name',
			rpc.parseOnsReply,
			[replies.names],
			[between('{"result":{"encrypted_value":"', 'ab', '"}}')]
		),
		jsonTarget(
			'reply: swarm',
			rpc.parseSwarm,
			[replies.swarm],
			[between('{"swarm":"1f","snodes":[', `${JSON.stringify(replies.swarm.snodes[0])},`, '{}]}')]
		),
		jsonTarget(
			'reply: nodes',
			rpc.parseServiceNodes,
			[replies.nodes],
			[
				between(
					'{"result":{"service_node_states":[',
					`${JSON.stringify(replies.nodes.result.service_node_states[0])},`,
					'{}]}}'
				)
			]
		),
		jsonTarget(
			'reply: nodes, compact',
			rpc.parseActiveNodes,
			[toBase64(node)],
			[(size) => utf8(JSON.stringify(toBase64(repeated('\u0001')(51 * Math.floor(size / 68)))))]
		),
		jsonTarget(
			'reply: time',
			rpc.replyTime,
			[replies.batch, replies.info],
			[between('{"results":[', '{"body":{}},', '{}]}')]
		)
	];
}

/** A name's record, sealed for its name, so that what is inside is read. */
function nameTarget(): Target {
	const hash = blake2b(32, utf8(NAME));
	const nonce = new Uint8Array(24);
	const key = blake2b(32, utf8(NAME), hash);
	return {
		name: 'name record',
		seeds: [concat(Uint8Array.of(5), new Uint8Array(32).fill(7))],
		decode: (input) => decryptOns(NAME, xchachaSeal(input, nonce, key), nonce),
		hostile: [zeros]
	};
}

async function onionTargets(): Promise<readonly Target[]> {
	const node = x25519KeyPair(new Uint8Array(32).fill(9));
	const hop = { ed25519: toHex(node.publicKey), x25519: node.publicKey, encryption: 'xchacha20' } as const;
	const destination = { kind: 'node', hop, body: utf8('{"method":"info","params":{}}') } as const;
	const { body, reply } = await buildOnion({ hops: [hop], destination, random });
	const layer: LayerKey = { encryption: 'xchacha20', key: new Uint8Array(32).fill(8) };
	const cbc: LayerKey = { encryption: 'aes-cbc', key: new Uint8Array(32).fill(8) };
	const seal = (key: LayerKey, plaintext: Bytes) =>
		encryptLayer(key, plaintext, random(nonceBytes(key.encryption)));
	const replyKeys = (destinationKey: LayerKey) => ({
		kind: 'node' as const,
		destination: destinationKey,
		relays: []
	});
	const plainReply = utf8('{"status":200,"body":"{\\"hf\\":[19,5],\\"t\\":5}"}');
	const control = JSON.stringify({ destination: NODE, ephemeral_key: NODE, enc_type: 'xchacha20' });
	const request = { method: 'POST', endpoint: '/batch', headers: { 'X-A': 'b' }, body: utf8('[]') } as const;
	return [
		{
			name: 'onion request',
			seeds: [body],
			decode: (input) => openLayer(node, parseOnionRequest(input)),
			hostile: [zeros, repeated('\u0001')]
		},
		{
			name: 'onion layer',
			seeds: [concat(Uint8Array.of(2, 0, 0, 0), utf8('hi'), utf8(control))],
			decode: (input) => parseControl(splitCombined(input).json),
			hostile: [zeros, between('\u0000\u0000\u0000\u0000{"host":"', 'a', '"}')]
		},
		jsonTarget('onion control', (value) => parseControl(JSON.stringify(value)), [
			{ headers: {}, json: true },
			{ destination: NODE, ephemeral_key: NODE },
			{
				host: 'a',
				target: '/oxen/v4/lsrpc',
				protocol: 'http',
				port: 80,
				ephemeral_key: NODE,
				enc_type: 'gcm'
			}
		]),
		{
			name: 'onion reply',
			seeds: [utf8(toBase64(await seal(reply.destination, plainReply)))],
			decode: (input) => openReply(reply, input),
			hostile: [zeros, repeated('A')]
		},
		{
			name: 'onion reply, opened',
			seeds: [plainReply, utf8('{"status":200,"body":{"a":1}}')],
			decode: async (input) => openReply(replyKeys(layer), await seal(layer, input)),
			hostile: [
				between('{"status":200,"body":"', 'a', '"}'),
				between('{"status":200,"body":"[', '1,', '1]"}'),
				between('{"status":200,"body":[', '12345678901234567890,', '1]}')
			]
		},
		{
			name: 'onion reply, unauthenticated',
			seeds: [utf8(toBase64(await seal(cbc, plainReply)))],
			decode: (input) => openReply(replyKeys(cbc), input),
			hostile: [zeros]
		},
		{
			name: 'onion failure',
			seeds: [utf8(`Next node not found: ${NODE}`), utf8('Invalid ciphertext')],
			decode: (input) => [400, 502, 503].map((status) => classifyOnionFailure(status, fromUtf8(input))),
			hostile: [repeated(' '), repeated('Next node not found: ')]
		},
		{
			name: 'v4 reply',
			seeds: [encodeV4Reply({ status: 200, headers: { 'content-type': 'a/b' }, body: utf8('{}') })],
			decode: decodeV4Reply,
			hostile: [
				between('l', '1:a', 'e'),
				(size) => encodeV4Reply({ status: 200, headers: {}, body: zeros(size) }),
				(size) => utf8(`l${size}:${' '.repeat(size - 12)}{"code":200}e`)
			]
		},
		{
			name: 'v4 request',
			seeds: [encodeV4Request(request), encodeV4Request({ ...request, method: 'GET', body: null })],
			decode: decodeV4Request,
			hostile: [between('l', '1:a', 'e'), (size) => encodeV4Request({ ...request, body: zeros(size) })]
		}
	];
}

export async function networkTargets(): Promise<readonly Target[]> {
	return [...(await onionTargets()), ...replyTargets(), nameTarget()];
}

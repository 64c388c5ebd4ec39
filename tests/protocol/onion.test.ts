import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromUtf8, toHex, utf8 } from '../../src/protocol/bytes';
import { blake2b, parseSnodeId, x25519KeyPair } from '../../src/protocol/keys';
import {
	buildOnion,
	encryptLayer,
	classifyOnionFailure,
	openLayer,
	openReply,
	parseControl,
	parseOnionRequest,
	sealReply,
	splitCombined,
	type LayerControl,
	type OnionEncryption,
	type OnionFailure,
	type OnionHop,
	type ReplyKeys
} from '../../src/protocol/onion';
import { parseEncryption } from '../../src/protocol/onion-cipher';
import type { Bytes, SnodeId, X25519KeyPair } from '../../src/protocol/types';
import { load } from '../vectors/load';
import { seededRandom, sodiumReady } from './setup';

interface Node {
	id: SnodeId;
	keys: X25519KeyPair;
}

beforeAll(() => sodiumReady);

const random = seededRandom('onions');
const encryption = fc.constantFrom<OnionEncryption>('aes-gcm', 'xchacha20', 'aes-cbc');

function node(index: number): Node {
	const seed = blake2b(32, utf8(`node ${index}`));
	return { id: parseSnodeId(toHex(blake2b(32, seed))), keys: x25519KeyPair(seed) };
}

/** What a chain of real nodes does with a request: each opens its layer and passes the rest on by id. */
async function travel(body: Bytes, guard: Node, nodes: readonly Node[]) {
	let here = guard;
	let layer = parseOnionRequest(body);
	const visited: SnodeId[] = [];
	for (;;) {
		visited.push(here.id);
		const { plaintext, key } = await openLayer(here.keys, layer);
		if (visited.length > nodes.length) return { visited, key, control: null, plaintext };
		const { blob, json } = splitCombined(plaintext);
		const control: LayerControl = parseControl(json);
		if (control.kind !== 'relay') return { visited, key, control, plaintext: blob };
		const next = nodes.find((candidate) => candidate.id === control.destination);
		if (next === undefined) throw new Error('the route leads nowhere');
		here = next;
		layer = { ...control, ciphertext: blob, hopNumber: layer.hopNumber + 1 };
	}
}

function hopOf({ id, keys }: Node, type: OnionEncryption): OnionHop {
	return { ed25519: id, x25519: keys.publicKey, encryption: type };
}

describe('onions', () => {
	it('take a nonce of the right length only', async () => {
		for (const encryption of ['aes-gcm', 'xchacha20', 'aes-cbc'] as const) {
			const key = { encryption, key: new Uint8Array(32) };
			await expect(encryptLayer(key, utf8('x'), new Uint8Array(11))).rejects.toMatchObject({
				kind: 'malformed'
			});
		}
	});

	it('go to servers by https on its usual port, when nothing else is said', () => {
		const key = 'ab'.repeat(32);
		const control = parseControl(JSON.stringify({ host: 'a', target: '/oxen/v4/lsrpc', ephemeral_key: key }));
		expect(control).toMatchObject({ kind: 'server', protocol: 'https', port: 443, encryption: 'aes-gcm' });
	});

	it('know the other names of the ciphers, and no others', () => {
		const others = ['gcm', 'cbc', 'xchacha20-poly1305', undefined];
		expect(others.map(parseEncryption)).toEqual(['aes-gcm', 'aes-cbc', 'xchacha20', 'aes-gcm']);
		for (const name of ['none', '', 'toString', 7, null]) {
			expect(() => parseEncryption(name)).toThrowError('unknown layer encryption');
		}
	});

	it('travel any path, mixed ciphers and all, and bring the answer back', async () => {
		const flags = fc.record({ json: fc.boolean(), base64: fc.boolean() });
		await fc.assert(
			fc.asyncProperty(
				fc.array(encryption, { minLength: 1, maxLength: 5 }),
				fc.string({ unit: 'grapheme' }),
				fc.oneof(fc.string(), fc.dictionary(fc.string({ minLength: 1 }), fc.integer())),
				flags,
				async (types, request, answer, { json, base64 }) => {
					const nodes = types.map((_, index) => node(index));
					const hops = nodes.map((one, index) => hopOf(one, types[index]!));
					const { body, reply } = await buildOnion({
						hops: hops.slice(0, -1),
						destination: { kind: 'node', hop: hops.at(-1)!, body: utf8(request), json, base64 },
						random
					});
					const arrived = await travel(body, nodes[0]!, nodes);
					expect(arrived.visited).toEqual(nodes.map((one) => one.id));
					expect(arrived.control).toEqual({ kind: 'destination', json, base64 });
					expect(fromUtf8(arrived.plaintext)).toBe(request);

					const sent = await sealReply(arrived.key, { status: 421, body: answer }, { json, base64, random });
					const opened = await openReply(reply, sent);
					expect(opened).toMatchObject({ status: 421, from: 'destination' });
					if (typeof answer !== 'string') expect(opened.body).toEqual(answer);
					else if (!/^[[{]/.test(answer)) expect(opened.body).toBe(answer);
				}
			),
			{ numRuns: 60 }
		);
	});

	it('carry a server its payload untouched and its answer back as bytes', async () => {
		const server = node(9).keys;
		const nodes = [node(0), node(1), node(2)];
		const { body, reply } = await buildOnion({
			hops: nodes.map((one) => hopOf(one, 'xchacha20')),
			destination: {
				kind: 'server',
				host: 'files.example',
				port: 8000,
				protocol: 'http',
				target: '/oxen/v4/lsrpc',
				x25519: server.publicKey,
				payload: utf8('l2:hie')
			},
			random
		});
		const arrived = await travel(body, nodes[0]!, nodes);
		if (arrived.control?.kind !== 'server') throw new Error('the exit did not see a server request');
		expect(arrived.control).toMatchObject({ host: 'files.example', port: 8000, protocol: 'http' });
		const opened = await openLayer(server, { ...arrived.control, ciphertext: arrived.plaintext });
		expect(fromUtf8(opened.plaintext)).toBe('l2:hie');
		expect(opened.key).toEqual(reply.destination);
		// An exit that refuses answers for itself, and is told from the server by its key.
		const refusal = { status: 400, body: 'Invalid url' };
		const sent = await sealReply(arrived.key, refusal, { json: false, base64: true, random });
		expect(await openReply(reply, sent)).toEqual({ ...refusal, from: 2 });
	});

	it('are not opened by a node that they are not for', async () => {
		const { body } = await buildOnion({
			hops: [hopOf(node(0), 'aes-gcm')],
			destination: { kind: 'node', hop: hopOf(node(1), 'aes-gcm'), body: utf8('{}') },
			random
		});
		await expect(openLayer(node(1).keys, parseOnionRequest(body))).rejects.toMatchObject({
			kind: 'unauthenticated'
		});
	});

	it('hide the size of a request behind white space that JSON does not mind', async () => {
		const build = async (request: string) => {
			const hop = hopOf(node(0), 'aes-gcm');
			const destination = { kind: 'node', hop, body: utf8(request), padTo: 512 } as const;
			return (await buildOnion({ hops: [], destination, random })).body;
		};
		const [short, long] = [await build('{"a":1}'), await build(`{"a":"${'x'.repeat(400)}"}`)];
		expect(short.length).toBe(long.length);
		const arrived = await travel(short, node(0), [node(0)]);
		expect(arrived.plaintext.length).toBe(512);
		expect(JSON.parse(fromUtf8(arrived.plaintext))).toEqual({ a: 1 });
		expect((await travel(await build(' '.repeat(512)), node(0), [node(0)])).plaintext.length).toBe(512);
	});

	it('use fresh keys for every layer and every request', async () => {
		const hop = hopOf(node(0), 'aes-gcm');
		const build = () =>
			buildOnion({
				hops: [hop, hop],
				destination: { kind: 'node', hop, body: utf8('{}') },
				random
			});
		const replies = [(await build()).reply, (await build()).reply];
		const keys = replies.flatMap((reply) =>
			[reply.destination, ...reply.relays].map(({ key }) => toHex(key))
		);
		expect(new Set(keys).size).toBe(6);
	});
});

describe('replies', () => {
	const hop = hopOf(node(0), 'aes-gcm');
	const keysOf = async (): Promise<ReplyKeys> =>
		(await buildOnion({ hops: [hop], destination: { kind: 'node', hop, body: utf8('{}') }, random })).reply;

	it('keep the digits of swarm ids, embedded or in a text', async () => {
		const keys = await keysOf();
		for (const body of ['{"swarm_id":2305843009213693951}', '{"swarm_id":"2305843009213693951"}']) {
			const sent = await sealReply(
				keys.destination,
				{ status: 200, body },
				{ json: false, base64: true, random }
			);
			expect((await openReply(keys, sent)).body).toEqual({ swarm_id: '2305843009213693951' });
		}
	});

	it('that are garbage are refused, whatever they look like', async () => {
		const keys = await keysOf();
		await fc.assert(
			fc.asyncProperty(
				fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.base64String({ maxLength: 300 }).map(utf8)),
				async (garbage) => {
					await expect(openReply(keys, garbage)).rejects.toMatchObject({
						name: 'ProtocolError',
						kind: 'unauthenticated'
					});
				}
			),
			{ numRuns: 40 }
		);
	});

	it('keep a text that only looks like JSON', async () => {
		const guard = node(1);
		const destination = { kind: 'node', hop: hopOf(guard, 'aes-gcm'), body: utf8('{}') } as const;
		const { body, reply } = await buildOnion({ hops: [], destination, random });
		const { key } = await openLayer(guard.keys, parseOnionRequest(body));
		for (const text of ['[not JSON', '{"a":', 'plain']) {
			const answer = await sealReply(key, { status: 400, body: text }, { json: false, base64: true, random });
			expect(await openReply(reply, answer)).toEqual({ status: 400, body: text, from: 'destination' });
		}
	});

	it('do not open with the keys of another request', async () => {
		const made = await Promise.all(
			[0, 1].map(async () => {
				const guard = node(1);
				const destination = { kind: 'node', hop: hopOf(guard, 'xchacha20'), body: utf8('{}') } as const;
				const { body, reply } = await buildOnion({ hops: [], destination, random });
				const { key } = await openLayer(guard.keys, parseOnionRequest(body));
				const options = { json: true, base64: true, random };
				return { reply, answer: await sealReply(key, { status: 200, body: {} }, options) };
			})
		);
		const [first, second] = made;
		expect((await openReply(first!.reply, first!.answer)).status).toBe(200);
		await expect(openReply(second!.reply, first!.answer)).rejects.toMatchObject({ kind: 'unauthenticated' });
	});

	it('that open but are no reply are malformed', async () => {
		const keys = await keysOf();
		for (const status of [-1, 1.5, Number.NaN]) {
			const sent = await sealReply(
				keys.destination,
				{ status, body: '' },
				{ json: false, base64: true, random }
			);
			await expect(openReply(keys, sent)).rejects.toMatchObject({ kind: 'malformed' });
		}
	});
});

describe('what a guard says when a request failed', () => {
	interface Case {
		name: string;
		response: { status?: number; body_text?: string };
	}
	const recorded = ['10-onion-server-relay', '11-onion-errors']
		.flatMap((file) => load<{ cases: Case[] }>(`storage-server/${file}`).cases)
		.filter(({ response }) => response.status !== undefined && response.status !== 200);
	const kindsOf: Record<string, OnionFailure['kind']> = {
		'next node unknown to the guard': 'next-node-not-found',
		'next node unknown to the second relay': 'next-node-not-found',
		'destination unknown to the last relay': 'next-node-not-found',
		'destination given as x25519 key instead of ed25519': 'next-node-not-found',
		'second relay cannot decrypt': 'invalid-ciphertext',
		'destination cannot decrypt': 'invalid-ciphertext',
		'wrong ephemeral key for the next layer': 'invalid-ciphertext',
		'all-zero ephemeral key': 'invalid-ciphertext',
		'hop_no 13 with 3 relays (would reach 16): refused by the last node': 'path-too-long',
		'outer ciphertext corrupt': 'invalid-ciphertext',
		'zero-length ciphertext': 'invalid-ciphertext',
		'server answers 302: redirects are not followed': 'server-unreachable',
		'nothing listens on the port': 'server-unreachable',
		'host name cannot be resolved': 'server-unreachable',
		'port omitted with protocol http means 443, not 80': 'server-unreachable',
		'port out of range': 'server-unreachable',
		'server answers 429': 'rate-limited'
	};

	it.each(recorded)('$name', ({ name, response }) => {
		const text = response.body_text ?? '';
		const failure = classifyOnionFailure(response.status!, text);
		const parsing = text.startsWith('Error parsing') ? 'invalid-request' : 'unknown';
		expect(failure.kind).toBe(kindsOf[name] ?? parsing);
		if (failure.kind === 'next-node-not-found') expect(text.endsWith(failure.node)).toBe(true);
	});

	it('is read in every form that the server has', () => {
		const id = 'ab'.repeat(32);
		expect(classifyOnionFailure(502, `Next node is currently unreachable: ${id}`)).toEqual({
			kind: 'next-node-unreachable',
			node: id
		});
		expect(classifyOnionFailure(503, `Snode not ready: ${id}`)).toEqual({ kind: 'node-not-ready', node: id });
		expect(classifyOnionFailure(503, 'Service node is not ready: not in any swarm\n').kind).toBe(
			'guard-not-ready'
		);
		expect(classifyOnionFailure(503, 'Server busy, try again later').kind).toBe('busy');
		expect(classifyOnionFailure(504, 'Request time out').kind).toBe('timeout');
		expect(classifyOnionFailure(500, 'Invalid response from snode').kind).toBe('invalid-node-response');
		expect(classifyOnionFailure(413, 'Request body too large').kind).toBe('too-large');
	});

	it('is never believed beyond its form', () => {
		expect(classifyOnionFailure(502, 'Next node not found: me').kind).toBe('server-unreachable');
		expect(classifyOnionFailure(503, `Snode not ready: ${'zz'.repeat(32)}`)).toEqual({
			kind: 'unknown',
			status: 503
		});
		fc.assert(
			fc.property(fc.integer({ min: 100, max: 599 }), fc.string(), (status, text) => {
				expect(classifyOnionFailure(status, text).kind).toMatch(/^[a-z-]+$/);
			})
		);
	});
});

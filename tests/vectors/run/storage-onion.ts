/** storage-server/09 to 11: onion requests with every key and nonce, what servers got of them, and what came back. */
import { fromHex, fromUtf8, toHex, utf8 } from '../../../src/protocol/bytes';
import { ProtocolError } from '../../../src/protocol/errors';
import { x25519KeyPair } from '../../../src/protocol/keys';
import {
	buildOnion,
	classifyOnionFailure,
	joinCombined,
	openLayer,
	openReply,
	parseControl,
	parseOnionRequest,
	splitCombined
} from '../../../src/protocol/onion';
import { decodeV4Reply, decodeV4Request } from '../../../src/protocol/onion-v4';
import { swarmIdFromHex } from '../../../src/protocol/swarm';
import type { Bytes, X25519KeyPair } from '../../../src/protocol/types';
import type { scripted } from '../../protocol/setup';
import type { Check } from './check';
import type { Fields } from './fields';
import type { FileCase, FileShape } from './handler';
import { checkLayer, isOurs, layerOf, requestOf, wellFormed, type Layer, type Nodes } from './storage-onion-layers';
import { checkReply, type ReplySetting } from './storage-replies';
import type { Call } from './storage-requests';

interface Setting extends ReplySetting {
	readonly nodes: Nodes;
	readonly first: X25519KeyPair;
}

/** Each node opens its layer and finds the way on, up to where the recorded one could not either. */
async function walk(request: Bytes, layers: readonly Layer[], response: Fields, check: Check): Promise<void> {
	const failed = response.peek()['status'] === 400;
	const reporter = response.has('decrypted_with_key_of') ? response.text('decrypted_with_key_of') : '';
	let next = parseOnionRequest(request);
	for (const layer of layers) {
		if (layer.for === 'server') return;
		let opened;
		try {
			opened = await openLayer(layer.keys, next);
		} catch (error) {
			if (!(error instanceof ProtocolError) || !failed) throw error;
			check.same(response.text('body_text'), 'Invalid ciphertext', 'a layer that does not open');
			return;
		}
		check.bytes(opened.plaintext, layer.plaintext, `what ${layer.for} reads`);
		check.same(opened.key, layer.key, `the key that ${layer.for} has`);
		const { blob, json } = splitCombined(opened.plaintext);
		if (layer.for === reporter || layer === layers.at(-1)) {
			if (layer.for === reporter) await check.refused(() => parseControl(json), 'an unreadable control JSON');
			return;
		}
		const control = wellFormed(() => parseControl(json));
		if (control === null || control.kind === 'destination') {
			check.holds(response.has('decrypted_with_exit_layer_key'), 'a control JSON that leads nowhere');
			return;
		}
		next = { ...control, ciphertext: blob, hopNumber: next.hopNumber + 1 };
	}
}

async function checkResponse(layers: readonly Layer[], response: Fields, setting: Setting, check: Check): Promise<void> {
	response.skip('content_type', 'headers', 'decrypted_from');
	if (response.has('http_parser_error')) {
		response.skip('http_parser_error', 'raw_header_text');
		return;
	}
	const status = response.number('status');
	const bytes = response.has('body_hex') ? response.hex('body_hex') : utf8(response.text('body_text'));
	if (status !== 200) {
		response.skip('decrypted');
		checkFailure(status, fromUtf8(bytes), check);
		return;
	}
	const keys = layers.map(({ key }) => key);
	const destination = keys.at(-1);
	if (destination === undefined) return;
	const kind = layers.at(-1)?.for === 'server' ? ('server' as const) : ('node' as const);
	const reply = await openReply({ kind, destination, relays: keys.slice(0, -1) }, bytes);
	const byRelay = ['decrypted_with_that_key', 'decrypted_with_exit_layer_key'].find((name) => response.has(name));
	if (byRelay !== undefined) {
		check.same(response.raw('decrypted'), null, 'decrypted');
		const speaker = layers.findIndex((layer) => layer.for === response.peek()['decrypted_with_key_of']);
		const from = speaker === -1 ? layers.length - 2 : speaker;
		check.same(reply, { ...(JSON.parse(response.text(byRelay)) as object), from }, 'the reply of a relay');
		return;
	}
	check.same(reply.from, 'destination', 'who answered');
	if (kind === 'server') {
		check.same(fromUtf8(reply.body as Bytes), response.text('decrypted'), 'decrypted');
		return;
	}
	const expected = JSON.parse(response.text('decrypted')) as { status: number; body: unknown };
	const isJson = typeof expected.body === 'string' && expected.body.startsWith('{');
	check.same(reply.status, expected.status, 'status');
	check.same(reply.body, isJson ? JSON.parse(expected.body as string) : expected.body, 'body');
	const asked = wellFormed(
		() => JSON.parse(fromUtf8(splitCombined(layers.at(-1)?.plaintext ?? utf8('')).blob)) as Call
	);
	if (asked !== null) checkReply(asked, reply.status, reply.body, setting, check);
}

/** Known failures are known by their kind; what a server says is not a failure of the path. */
function checkFailure(status: number, text: string, check: Check): void {
	const failure = classifyOnionFailure(status, text);
	const node = text.slice(-64);
	if (text.startsWith('Next node not found: ')) check.same(failure, { kind: 'next-node-not-found', node }, 'failure');
	else if (text === 'Invalid ciphertext') check.same(failure, { kind: 'invalid-ciphertext' }, 'failure');
	else if (text.startsWith('Error parsing')) check.same(failure, { kind: 'invalid-request' }, 'failure');
	else if (text.startsWith('onion request max')) check.same(failure, { kind: 'path-too-long' }, 'failure');
	else if (status === 502) check.same(failure, { kind: 'server-unreachable' }, 'failure');
	else check.same(failure.kind, status === 429 ? 'rate-limited' : 'unknown', 'failure');
}

/** What the server got is what the exit's layer held, and what it replied opens with the key of its own layer. */
async function checkServer(layers: readonly Layer[], one: Fields, check: Check): Promise<void> {
	if (!one.has('server_received')) return;
	const received = one.fields('server_received');
	received.skip('headers');
	const [exit, server] = layers.slice(-2);
	if (exit === undefined || server === undefined) throw new Error('a server without an exit');
	const { blob, json } = splitCombined(received.hex('body_hex'));
	check.bytes(received.hex('body_hex'), exit.plaintext, 'what the server received');
	check.same(blob.length, received.number('body_ciphertext_length'), 'body_ciphertext_length');
	check.same(json, received.text('body_json'), 'body_json');
	const { target, method } = JSON.parse(json) as { target: string; method: string };
	check.same([received.text('url'), received.text('method')], [target, method], 'url and method');
	check.same(fromUtf8(server.plaintext), received.text('decrypted_by_server'), 'decrypted_by_server');
	check.bytes((await openLayer(server.keys, parseOnionRequest(exit.plaintext))).plaintext, server.plaintext, 'server');
	decodeV4Request(server.plaintext);
	if (!one.has('server_replied')) return;
	const replied = one.fields('server_replied');
	replied.skip('headers');
	const sealed = replied.hex('body_hex');
	if (replied.has('body')) check.same(fromUtf8(sealed), replied.text('body'), 'server_replied.body');
	if (replied.number('status') !== 200) return;
	const reply = await openReply({ kind: 'server', destination: server.key, relays: [] }, sealed);
	check.same(decodeV4Reply(reply.body as Bytes).status, 200, 'server_replied');
}

async function run(one: Fields, setting: Setting, check: Check): Promise<void> {
	one.skip('note', 'took_ms_about');
	const request = one.hex('request_hex');
	const response = one.fields('response');
	if (!one.has('layers_outermost_first')) {
		check.same(request.length, one.number('request_length'), 'request_length');
		await checkBare(request, response, setting, check);
		return;
	}
	const layers = one.list('layers_outermost_first').map((layer) => layerOf(layer, setting.nodes, check));
	for (const layer of layers) await checkLayer(layer, check);
	const relays = layers.slice(0, -1).map((layer) => layer.for);
	check.same(one.texts('path'), relays, 'path');
	const guard = one.fields('guard');
	guard.skip('https_port');
	check.same(guard.text('name'), layers[0]?.for, 'guard');
	const [outermost] = layers;
	if (outermost === undefined) throw new Error('a request without layers');
	const outer = one.has('outer_json') ? one.text('outer_json') : null;
	const ephemeral = toHex(x25519KeyPair(outermost.secret).publicKey);
	const outerText = outer ?? JSON.stringify({ ephemeral_key: ephemeral });
	check.bytes(joinCombined(outermost.ciphertext, outerText), request, 'request_hex');
	await walk(request, layers, response, check);
	if (isOurs(layers)) {
		const ours = requestOf(layers, outer);
		const { body, reply } = await buildOnion(ours);
		check.bytes(body, request, 'the request made anew');
		check.same([reply.destination, ...reply.relays.toReversed()], layers.map(({ key }) => key).reverse(), 'keys');
		check.same((ours.random as ReturnType<typeof scripted>).left(), 0, 'randomness left');
	}
	await checkServer(layers, one, check);
	await checkResponse(layers, response, setting, check);
}

/** What the guard got, without a record of how it was made: nearly all of these are no requests. */
async function checkBare(request: Bytes, response: Fields, { first }: Setting, check: Check): Promise<void> {
	response.skip('content_type');
	const status = response.number('status');
	const text = response.text('body_text');
	if (status === 200) {
		// Addressed to another node than the first, so only the envelope can be read.
		check.same(parseOnionRequest(request).encryption, 'aes-gcm', 'the envelope');
		return;
	}
	checkFailure(status, text, check);
	await check.refused(() => openLayer(first, parseOnionRequest(request)), 'no request');
}

function hasLayers(file: Readonly<Record<string, unknown>>): boolean {
	const { cases } = file;
	return (
		Array.isArray(cases) &&
		cases.some((one) => typeof one === 'object' && one !== null && 'layers_outermost_first' in one)
	);
}

export const storageOnion: FileShape = {
	recognises: hasLayers,
	cases(file, sibling) {
		file.skip('description', 'varying_fields', 'node_keys');
		const network = sibling('00-network');
		const nodes = network
			.list('nodes')
			.map((node) => ({ ed25519: node.text('ed25519_pubkey'), name: node.text('name'), keys: x25519KeyPair(node.hex('x25519_privkey')) }));
		const [first] = nodes;
		if (first === undefined) throw new Error('the network has no nodes');
		const swarms = network.texts('swarm_ids_hex').map(swarmIdFromHex);
		const byKey = new Map(nodes.map((node) => [node.ed25519, node]));
		const setting: Setting = { nodes: byKey, first: first.keys, swarms, names: new Map() };
		const server: readonly FileCase[] = file.has('server_x25519_private')
			? [
					{
						name: '(server)',
						run: (check) => {
							const { publicKey } = x25519KeyPair(file.hex('server_x25519_private'));
							check.bytes(publicKey, fromHex(file.text('server_x25519_public')), 'server key');
						}
					}
				]
			: [];
		const all = file.list('cases').map((one): FileCase => ({
			name: one.text('name'),
			run: (check) => run(one, setting, check)
		}));
		return [...server, ...all];
	}
};

/** Replays the recorded onion requests: files 09 to 11. */
import { fromBase64, fromHex, fromUtf8, toBytes } from '../../../src/protocol/bytes';
import { decryptLayer } from '../../../src/protocol/onion-cipher';
import { compareJson, isCanonical } from './expectations';
import { http, type HttpReply } from './http-client';
import { badNodeSignatures } from './node-signatures';
import { rebuild, translateControl, type Rebuilt } from './onion-peel';
import { closedPort, OutsideServer } from './outside-server';
import { recorded, type Json, type OnionCase, type OnionFile } from './recorded';
import { isObject, tryParse } from './requests';
import { runCase, type CaseResult, type FileResult } from './result';
import { World, type Setting } from './world';

const DEFAULT_GUARD = 'node0';
const SERVER_PORT = 36900;
const CLOSED_PORT = 36901;
/** Files 10 and 11 carry hardly any times of their own. */
const RECORDED_AROUND = 1795370030150;

export async function replayOnionFile(name: string, setting: Setting): Promise<FileResult> {
	const file = recorded<OnionFile>(name);
	const world = await World.open(setting, RECORDED_AROUND);
	const server =
		file.server_x25519_private === undefined ? null : new OutsideServer(file.server_x25519_private);
	if (server !== null) {
		world.ports.set(SERVER_PORT, await server.start()).set(CLOSED_PORT, await closedPort());
	}
	// With the guard as exit the real server answers with bytes of freed memory: nothing to be faithful to.
	const leftOut = file.cases.filter(({ response }) => response.http_parser_error !== undefined);
	try {
		const cases: CaseResult[] = [];
		for (const entry of file.cases) {
			if (leftOut.includes(entry)) continue;
			world.setClock(timeOf(entry));
			const replay = () => replayCase(world, entry, server, file.server_x25519_private);
			cases.push(await runCase(entry.name, replay));
		}
		return { file: name, setting: setting.name, cases, leftOut: leftOut.map((entry) => entry.name) };
	} finally {
		await server?.stop();
		await world.close();
	}
}

function timeOf({ response }: OnionCase): number {
	return Number(/"t\\*":(\d{13})/.exec(response.decrypted ?? '')?.[1] ?? RECORDED_AROUND);
}

async function replayCase(
	world: World,
	entry: OnionCase,
	server: OutsideServer | null,
	serverSecret: string | undefined
): Promise<readonly string[]> {
	const guard = world.node(entry.guard?.name ?? DEFAULT_GUARD);
	const request = await rebuild(world, fromHex(entry.request_hex), world.nodes.indexOf(guard), serverSecret);
	if (server !== null) planReply(world, server, entry);
	const reply = await http({ url: `${guard.url}/onion_req/v2`, body: request.body });
	return [
		...compareHead(entry, reply),
		...(await compareBody(world, entry, request, reply)),
		...(server === null ? [] : compareReceived(world, entry, server))
	];
}

function planReply(
	world: World,
	server: OutsideServer,
	{ server_replied: planned, response }: OnionCase
): void {
	server.received = null;
	server.plan =
		planned === undefined
			? null
			: {
					status: planned.status,
					headers: Object.fromEntries(
						Object.entries(planned.headers).map(([name, value]) => [
							name,
							value.replace(String(SERVER_PORT), String(world.ports.get(SERVER_PORT)))
						])
					),
					body: fromHex(planned.body_hex),
					sealed: response.decrypted_from === 'raw' ? (response.decrypted ?? null) : null
				};
}

function compareHead({ response }: OnionCase, { status, headers, body }: HttpReply): readonly string[] {
	const problems: string[] = [];
	const expect = (what: string, actual: unknown, wanted: unknown) => {
		if (actual !== wanted) problems.push(`${what} is ${String(actual)}, expected ${String(wanted)}`);
	};
	expect('status', status, response.status);
	expect('content-type', headers['content-type'], response.content_type);
	expect('content-length', headers['content-length'], String(body.length));
	if (response.headers !== undefined) expect('server', headers['server'], response.headers['server']);
	return problems;
}

async function compareBody(
	world: World,
	{ response }: OnionCase,
	{ layers }: Rebuilt,
	{ body }: HttpReply
): Promise<readonly string[]> {
	const inside =
		response.decrypted ?? response.decrypted_with_exit_layer_key ?? response.decrypted_with_that_key ?? null;
	if (inside === null) {
		const text = toComparable(world, body.toString());
		// One alias is only recorded as a ciphertext, which must open to what the others open to.
		if (response.status === 200) return opensWithDestination(layers, body);
		const wanted = toComparable(world, response.body_text ?? '');
		return text === wanted ? [] : [`text is ${text}, expected ${wanted}`];
	}
	const named = response.decrypted_with_key_of;
	const nodeLayers = layers.filter(({ to }) => to !== 'server');
	const layer =
		named !== undefined
			? nodeLayers.find(({ to }) => to === world.nodes.indexOf(world.node(named)))
			: response.decrypted_with_exit_layer_key !== undefined
				? nodeLayers.at(-1)
				: layers.at(-1);
	const isBase64 = response.decrypted_from !== 'raw';
	const sealed = isBase64 ? fromBase64(body.toString()) : toBytes(body);
	return compareInside(world, inside, fromUtf8(await decryptLayer(layer!.key, sealed)));
}

async function opensWithDestination(layers: Rebuilt['layers'], body: Buffer): Promise<readonly string[]> {
	const opened = fromUtf8(await decryptLayer(layers.at(-1)!.key, fromBase64(body.toString())));
	const reply = tryParse(opened);
	return isObject(reply) && reply['status'] === 200 ? [] : [`opens to ${opened}`];
}

/** Times that it took to be refused differ, and so do ports of our own. */
function toComparable(world: World, text: string): string {
	return world
		.text(text)
		.replace(/port (\d+)/, (_, port: string) => `port ${world.ports.get(Number(port)) ?? port}`)
		.replace(/after \d+ ms/, 'after … ms');
}

function compareInside(world: World, wanted: string, actual: string): readonly string[] {
	const expected = tryParse(wanted);
	// What a server outside sent passes through untouched.
	if (expected === undefined) return actual === wanted ? [] : [`inside is ${actual}, expected ${wanted}`];
	const order = isCanonical(actual) ? [] : [`not compact or not in byte order: ${actual.slice(0, 200)}`];
	const [inner, outer] = [unwrap(expected), unwrap(tryParse(actual))];
	const innerText = isObject(tryParse(actual)) ? (tryParse(actual) as { body?: unknown }).body : undefined;
	const innerOrder =
		typeof innerText === 'string' && innerText.startsWith('{') && !isCanonical(innerText)
			? ['the inner JSON is not in byte order']
			: [];
	const stored = isObject(inner) && isObject(inner['body']) && inner['body']['hash'] !== undefined;
	const request = stored ? { method: 'store', params: {} } : null;
	return [
		...order,
		...innerOrder,
		...compareJson(world, inner ?? null, outer, NaN),
		...badNodeSignatures(request, isObject(outer) ? outer['body'] : undefined)
	];
}

/** JSON in a string becomes JSON, so that its times can be compared; that it was a string stays visible. */
function unwrap(reply: Json | undefined): Json | undefined {
	if (!isObject(reply) || typeof reply['body'] !== 'string') return reply;
	const body = tryParse(reply['body']);
	return isObject(body) ? { ...reply, body, embedded: false } : reply;
}

function compareReceived(world: World, entry: OnionCase, server: OutsideServer): readonly string[] {
	const { server_received: wanted } = entry;
	const { received } = server;
	if (wanted === undefined || wanted === null) {
		return received === null ? [] : ['the server was asked, though it should not have been'];
	}
	if (received === null) return ['the server was not asked'];
	const headers = Object.fromEntries(
		Object.entries(wanted.headers).map(([name, value]) => [
			name,
			value.replace(String(SERVER_PORT), String(world.ports.get(SERVER_PORT)))
		])
	);
	// Ports have five digits everywhere, so even the length is the same.
	const anyKey = (json: string) => json.replace(/[0-9a-f]{64}/, 'key');
	const pairs: readonly (readonly [string, unknown, unknown])[] = [
		['method', received.method, wanted.method],
		['url', received.url, wanted.url],
		['headers', inOrder(received.headers), inOrder(headers)],
		['control JSON', anyKey(received.json), anyKey(translateControl(world, wanted.body_json))],
		['request', received.decrypted, wanted.decrypted_by_server]
	];
	return pairs.flatMap(([what, actual, expected]) =>
		actual === expected ? [] : [`the server's ${what} is ${String(actual)}, expected ${String(expected)}`]
	);
}

function inOrder(headers: object): string {
	return JSON.stringify(Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1)));
}

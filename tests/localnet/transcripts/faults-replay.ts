/** Replays file 12, of which only the outcomes were recorded: each case is done again by its name. */
import { toBase64, utf8, toHex } from '../../../src/protocol/bytes';
import { sign } from '../../../src/protocol/keys';
import { buildOnion } from '../../../src/protocol/onion';
import type { Bytes } from '../../../src/protocol/types';
import { compareJson, isCanonical } from './expectations';
import { http, parseRaw, raw, type HttpReply } from './http-client';
import { messageHashOf } from './message-hash';
import { badNodeSignatures } from './node-signatures';
import { recorded, type JsonObject, type RpcCase, type RpcFile } from './recorded';
import { tryParse } from './requests';
import { runCase, type CaseResult, type FileResult } from './result';
import { World, type Setting, type WorldNode } from './world';

const FILE = '12-faults';
/** 5 s become 500 ms, 30 s become 3 s: long enough for a busy machine. */
const TIME_SCALE = 0.1;
const PEER_TIMEOUT_MS = 5_000 * TIME_SCALE;
const RELAY_TIMEOUT_MS = 30_000 * TIME_SCALE;

const MEBIBYTE = 1024 * 1024;
const BODY_LIMIT = 10 * MEBIBYTE;
const DAY_MS = 86_400_000;
const INFO = '{"method":"info","params":{}}';
const BUCKET = 600;
const STORED_AT = 1795370054359;
const STORED_DATA = 'one is down';

/** What a case sees; `atLeastMs` for those that must have waited. */
interface Seen {
	readonly status: number;
	readonly contentType: string | null | undefined;
	readonly text: string;
	readonly tookMs?: number;
	readonly atLeastMs?: number;
	readonly store?: JsonObject;
}

type Replay = (world: World) => Promise<Seen>;

function seen({ status, headers, body, tookMs }: HttpReply): Seen {
	return { status, contentType: headers['content-type'], text: body.toString(), tookMs };
}

async function rpc(node: WorldNode, body: string, chunked = false): Promise<Seen> {
	return seen(await http({ url: `${node.url}/storage_rpc/v1`, body, chunked }));
}

/** Only the head of a request. */
async function head(node: WorldNode, path: string, contentLength: string): Promise<Seen> {
	const request = `POST ${path} HTTP/1.1\r\nHost: node\r\nContent-Length: ${contentLength}\r\n\r\n`;
	const { status, contentType, body } = parseRaw(await raw(node, request, () => false));
	return { status, contentType, text: body };
}

async function flood(node: WorldNode): Promise<Seen> {
	const one = `POST /storage_rpc/v1 HTTP/1.1\r\nHost: node\r\nContent-Length: ${INFO.length}\r\n\r\n${INFO}`;
	const text = await raw(node, one.repeat(BUCKET + 1), (soFar) => soFar.includes('Too Many Requests\n'));
	const [passed = '', limited = ''] = text.split(/(?=HTTP\/1\.1 429)/);
	const before = passed.split('HTTP/1.1 200').length - 1;
	if (before !== BUCKET) throw new Error(`limited after ${before} requests`);
	const { status, contentType, body } = parseRaw(limited);
	return { status, contentType, text: body };
}

async function onion(world: World, path: readonly string[]): Promise<Seen> {
	const hops = path.map((name) => ({ ed25519: world.node(name).id, x25519: world.node(name).x25519 }));
	const { body } = await buildOnion({
		hops: hops.slice(0, -1),
		destination: { kind: 'node', hop: hops.at(-1)!, body: utf8(INFO) },
		random: (length): Bytes => crypto.getRandomValues(new Uint8Array(length))
	});
	return seen(await http({ url: `${world.node(path[0]!).url}/onion_req/v2`, body }));
}

async function store(world: World): Promise<Seen> {
	const params = {
		pubkey: world.actor('faulty').id,
		timestamp: world.time(STORED_AT),
		ttl: DAY_MS,
		namespace: 0,
		data: toBase64(utf8(STORED_DATA))
	};
	const recordedParams = { ...params, pubkey: world.actor('faulty').recordedId };
	world.learnHash(messageHashOf(recordedParams), messageHashOf(params));
	const reply = await rpc(world.node('node3'), JSON.stringify({ method: 'store', params }));
	return { ...reply, atLeastMs: PEER_TIMEOUT_MS, store: params };
}

function retrieve(world: World, node: string): Promise<Seen> {
	const { id, keys } = world.actor('faulty');
	const timestamp = world.now();
	const signature = toBase64(sign(utf8(`retrieve${timestamp}`), keys.secretKey));
	const params = { pubkey: id, pubkey_ed25519: toHex(keys.publicKey), timestamp, signature };
	return rpc(world.node(node), JSON.stringify({ method: 'retrieve', params }));
}

const REPLAYS: Readonly<Record<string, Replay>> = {
	'Content-Length of 10 MiB + 1 announced (only the header is sent)': (world) =>
		head(world.node('node0'), '/storage_rpc/v1', String(BODY_LIMIT + 1)),
	'the same on /onion_req/v2': (world) => head(world.node('node0'), '/onion_req/v2', String(BODY_LIMIT + 1)),
	'node still alive afterwards': (world) => rpc(world.node('node0'), INFO),
	'10 MiB exactly (garbage body): parsed, then 400': (world) =>
		rpc(world.node('node0'), 'x'.repeat(BODY_LIMIT)),
	'invalid Content-Length': (world) => head(world.node('node0'), '/storage_rpc/v1', 'many'),
	'chunked upload without Content-Length': (world) => rpc(world.node('node0'), INFO, true),
	'node alive': (world) => rpc(world.node('node0'), INFO),
	'rate limit on /storage_rpc/v1': (world) => {
		// Nothing flows back into the bucket while no time passes.
		world.freezeClock();
		return flood(world.node('node1'));
	},
	'node that is in no swarm: storage_rpc': (world) => {
		world.localnet.faults.leaveSwarm('node11');
		return rpc(world.node('node11'), INFO);
	},
	'node that is in no swarm: onion guard': (world) => onion(world, ['node11', 'node1', 'node2', 'node3']),
	'node that is in no swarm, as middle relay': (world) => onion(world, ['node0', 'node11', 'node2', 'node3']),
	'node that is in no swarm, as destination': (world) => onion(world, ['node0', 'node1', 'node2', 'node11']),
	'ping_test still answers': async (world) =>
		seen(await http({ url: `${world.node('node11').url}/ping_test/v1` })),
	'get_swarm for its old swarm: the member is gone': (world) => {
		const params = { pubkey: world.actor('faulty').id };
		return rpc(world.node('node0'), JSON.stringify({ method: 'get_swarm', params }));
	},
	'back in its swarm': (world) => {
		world.localnet.faults.joinSwarm('node11');
		return rpc(world.node('node11'), INFO);
	},
	'guard is down': async (world) => {
		await world.localnet.faults.kill('node11');
		return rpc(world.node('node11'), INFO);
	},
	'store while one swarm member is down': store,
	'destination is down': async (world) => ({
		...(await onion(world, ['node0', 'node1', 'node2', 'node11'])),
		atLeastMs: RELAY_TIMEOUT_MS
	}),
	'middle relay is down': async (world) => ({
		...(await onion(world, ['node0', 'node11', 'node2', 'node3'])),
		atLeastMs: RELAY_TIMEOUT_MS
	}),
	restarted: async (world) => {
		await world.localnet.faults.revive('node11');
		return rpc(world.node('node11'), INFO);
	},
	'the restarted member, right after its restart (the queued ZeroMQ request reached it when it came back; this is luck, not a guarantee)':
		(world) => retrieve(world, 'node11'),
	'the other member has it': (world) => retrieve(world, 'node7')
};

export async function replayFaults(setting: Setting): Promise<FileResult> {
	const { cases } = recorded<RpcFile>(FILE);
	const times = cases.map(({ response }) => Number(response?.json?.['t'] ?? NaN));
	const world = await World.open(setting, STORED_AT, TIME_SCALE);
	try {
		const results: CaseResult[] = [];
		for (const [index, entry] of cases.entries()) {
			const time = times[index]!;
			if (!Number.isNaN(time)) world.setClock(time);
			results.push(await runCase(entry.name, () => replayCase(world, entry)));
		}
		return { file: FILE, setting: setting.name, cases: results, leftOut: [] };
	} finally {
		await world.close();
	}
}

async function replayCase(world: World, entry: RpcCase): Promise<readonly string[]> {
	const { response } = entry;
	const replay = REPLAYS[entry.name];
	if (replay === undefined || response === undefined) return ['nobody knows how to do this again'];
	if (response.transport_error !== undefined) {
		const code = await replay(world).then(
			() => 'an answer',
			(error: NodeJS.ErrnoException) => error.code ?? error.message
		);
		return code === response.transport_error ? [] : [`got ${code}, expected ${response.transport_error}`];
	}
	const { status, contentType, text, tookMs, atLeastMs, store: params } = await replay(world);
	const problems: string[] = [];
	const expect = (what: string, actual: unknown, wanted: unknown) => {
		if (actual !== wanted) problems.push(`${what} is ${String(actual)}, expected ${String(wanted)}`);
	};
	expect('status', status, response.status);
	expect('content-type', contentType ?? undefined, response.content_type);
	if (atLeastMs !== undefined && (tookMs ?? 0) < atLeastMs) {
		problems.push(`took ${tookMs} ms, expected at least ${atLeastMs}`);
	}
	if (response.json === undefined) {
		expect('text', text, world.text(response.text ?? ''));
		return problems;
	}
	if (!isCanonical(text)) problems.push('not compact or not in byte order');
	const body = tryParse(text);
	return [
		...problems,
		...compareJson(world, response.json, body, Number(response.json['t'])),
		...badNodeSignatures(params === undefined ? null : { method: 'store', params }, body)
	];
}

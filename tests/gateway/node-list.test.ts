import { randomBytes } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { beforeAll, describe, expect, test } from 'vitest';
import type { GatewayEvent } from '../../src/gateway/log';
import { fetchSeedNodes } from '../../src/gateway/seed-client';
import { parseSeedReply } from '../../src/gateway/seed-reply';
import { builtinProfile } from '../../src/networks/builtin';
import type { NetworkProfile, Seed } from '../../src/networks/profile';
import { selfSigned, type TestCertificate } from './certificate';
import { eventually, fakeNode, gatewayOf, listen, postOnion, profileOf } from './support';

type State = Record<string, unknown>;

function state(changes: State = {}): State {
	return {
		public_ip: '127.0.0.1',
		storage_port: 22_021,
		pubkey_x25519: randomBytes(32).toString('hex'),
		pubkey_ed25519: randomBytes(32).toString('hex'),
		requested_unlock_height: 0,
		...changes
	};
}

function seedReply(states: readonly State[], height: unknown = 1): string {
	return JSON.stringify({
		jsonrpc: '2.0',
		id: '0',
		result: { height, service_node_states: states, status: 'OK' }
	});
}

interface FakeSeed {
	readonly port: number;
	asked: { path: string; body: { method?: string }; agent: string | undefined }[];
	states: State[];
	/** Fails while true. */
	broken: boolean;
}

async function fakeSeed(states: State[], certificate?: TestCertificate): Promise<FakeSeed> {
	const seed: FakeSeed = { port: 0, asked: [], states, broken: false };
	const handler: http.RequestListener = (request, response) => {
		let text = '';
		request.on('data', (piece: Buffer) => (text += piece.toString()));
		request.on('end', () => {
			const body = JSON.parse(text) as { method?: string };
			seed.asked.push({ path: request.url ?? '', body, agent: request.headers['user-agent'] });
			response.writeHead(seed.broken ? 500 : 200, { 'content-type': 'application/json' });
			response.end(seedReply(seed.states));
		});
	};
	const server = certificate ? https.createServer(certificate, handler) : http.createServer(handler);
	return Object.assign(seed, { port: await listen(server) });
}

const plainSeed = (port: number): Seed => ({
	url: `http://127.0.0.1:${port}`,
	spkiSha256: null,
	certificateSha256: null
});

function withSeeds(seeds: readonly Seed[], changes: Partial<NetworkProfile> = {}): NetworkProfile {
	return { ...profileOf([]), nodes: [], seeds, minimumNodes: 4, ...changes };
}

const listOf = async (url: string): Promise<{ nodes: { ed25519: string }[]; from: string; asOf: number }> =>
	(await fetch(`${url}/api/nodes`)).json() as never;

describe('a pinned seed', () => {
	let good: TestCertificate;
	beforeAll(() => (good = selfSigned('localhost')));

	const ask = async (
		certificate: TestCertificate,
		pins: Partial<Seed>,
		host = 'localhost'
	): Promise<unknown> => {
		const seed = await fakeSeed([state(), state()], certificate);
		const fetched = fetchSeedNodes({
			url: `https://${host}:${seed.port}`,
			spkiSha256: good.spki,
			certificateSha256: good.whole,
			...pins
		});
		const result = await fetched.then(
			(nodes) => nodes.length,
			(error: { reason: string }) => error.reason
		);
		// Nothing is said to a seed that is not the pinned one.
		expect(seed.asked).toHaveLength(typeof result === 'number' ? 1 : 0);
		return result;
	};

	test('is believed when key, certificate and name are right', async () => {
		expect(await ask(good, {})).toBe(2);
		expect(await ask(good, { certificateSha256: null })).toBe(2);
	});

	test('is refused with another key', async () => {
		expect(await ask(selfSigned('localhost'), {})).toBe('wrong-key');
	});

	test('is refused with another certificate of the same key', async () => {
		expect(await ask(selfSigned('localhost', good), {})).toBe('wrong-certificate');
	});

	test('is refused under another name', async () => {
		const other = selfSigned('seed.example');
		expect(await ask(other, { spkiSha256: other.spki, certificateSha256: other.whole })).toBe('wrong-name');
		expect(await ask(good, {}, '127.0.0.1')).toBe('wrong-name');
	});

	test('is refused when the pins of mainnet stand in its place', async () => {
		const [seed] = (await builtinProfile('mainnet')).seeds;
		expect(await ask(good, { spkiSha256: seed!.spkiSha256 })).toBe('wrong-key');
	});
});

test('asks a seed as other clients do', async () => {
	const seed = await fakeSeed([state()]);
	await fetchSeedNodes(plainSeed(seed.port));
	expect(seed.asked[0]).toMatchObject({
		path: '/json_rpc',
		body: { jsonrpc: '2.0', method: 'get_n_service_nodes', params: { active_only: true } },
		agent: 'WhatsApp'
	});
});

test('gives up on a seed that accepts and says nothing', async () => {
	const port = await listen(http.createServer(() => undefined));
	await expect(fetchSeedNodes(plainSeed(port), 100)).rejects.toMatchObject({ reason: 'unreachable' });
	const tlsPort = await listen(http.createServer(() => undefined));
	const pinned = { url: `https://localhost:${tlsPort}`, spkiSha256: 'x', certificateSha256: null };
	await expect(fetchSeedNodes(pinned, 100)).rejects.toMatchObject({ reason: 'unreachable' });
});

describe("a seed's answer", () => {
	const open = new URL('https://seed.example:4443');
	const here = new URL('http://127.0.0.1:22099');

	test('leaves out entries that nobody could use', () => {
		const good = state({ public_ip: '9.9.9.9' });
		const bad = [
			state({ public_ip: '0.0.0.0' }),
			state({ public_ip: 'localhost' }),
			state({ public_ip: '9.9.9.9', storage_port: 0 }),
			state({ public_ip: '9.9.9.9', storage_port: '22021' }),
			state({ public_ip: '9.9.9.9', pubkey_ed25519: 'ab' }),
			state({ public_ip: '9.9.9.9', pubkey_x25519: null }),
			null,
			'x'
		];
		const nodes = parseSeedReply(seedReply([good, ...(bad as State[])]), open);
		expect(nodes.map((node) => node.ed25519)).toEqual([good['pubkey_ed25519']]);
	});

	test.each(['127.0.0.1', '10.0.0.1', '192.168.1.1', '172.16.0.1', '169.254.169.254', '100.64.0.1'])(
		'cannot point a gateway at %s from outside',
		(ip) => {
			expect(parseSeedReply(seedReply([state({ public_ip: ip })]), open)).toEqual([]);
		}
	);

	test('on this machine names nodes of this machine, by plain http', () => {
		const [node] = parseSeedReply(seedReply([state({ public_ip: '127.0.3.1' })]), here);
		expect(node).toMatchObject({ ip: '127.0.3.1', protocol: 'http' });
	});

	test.each([
		['[]'],
		['{}'],
		['{"result":[]}'],
		['nonsense'],
		[seedReply([], 'high')],
		['{"result":{"height":1}}']
	])('is refused when it is %s', (text) => {
		expect(() => parseSeedReply(text, open)).toThrow(expect.objectContaining({ kind: 'malformed' }));
	});
});

describe('the list', () => {
	test('comes from the first seed that answers well', async () => {
		const few = await fakeSeed([state()]);
		const broken = await fakeSeed([state(), state(), state(), state()]);
		broken.broken = true;
		const good = await fakeSeed([state(), state(), state(), state()]);
		const seeds = [plainSeed(1), plainSeed(few.port), plainSeed(broken.port), plainSeed(good.port)];
		const gateway = await gatewayOf([], { profile: withSeeds(seeds) });
		const list = await listOf(gateway.url);
		expect(list.from).toBe('seeds');
		expect(list.nodes.map((node) => node.ed25519)).toEqual(
			good.states.map((entry) => entry['pubkey_ed25519'])
		);
		expect(Object.keys(list.nodes[0]!).sort()).toEqual(['ed25519', 'ip', 'port', 'x25519']);
		expect(Math.abs(Date.now() - list.asOf)).toBeLessThan(5_000);
		expect([few, broken, good].map((seed) => seed.asked.length)).toEqual([1, 1, 1]);
	});

	test('is refreshed, kept when the seeds fail, and then refreshed again', async () => {
		const seed = await fakeSeed([state(), state(), state(), state()]);
		const events: GatewayEvent[] = [];
		const gateway = await gatewayOf([], {
			profile: withSeeds([plainSeed(seed.port)]),
			refreshMs: 20,
			retryMs: 20,
			log: (event) => events.push(event)
		});
		const first = await listOf(gateway.url);
		seed.broken = true;
		await eventually(() => events.at(-1)?.event === 'nodes-kept');
		expect((await listOf(gateway.url)).nodes).toEqual(first.nodes);
		expect(events.at(-1)).toEqual({ event: 'nodes-kept', count: 4, reasons: ['bad-reply'] });
		seed.states = Array.from({ length: 5 }, () => state());
		seed.broken = false;
		await eventually(() => events.at(-1)?.event === 'nodes-refreshed' && seed.asked.length > 2);
		expect((await listOf(gateway.url)).nodes).toHaveLength(5);
	});

	test("starts with the profile's own nodes, which the seeds' then replace", async () => {
		const [stale, current] = [await fakeNode(), await fakeNode()];
		const seed = await fakeSeed([
			state({ pubkey_ed25519: current.ed25519, storage_port: current.port }),
			...[state(), state(), state()]
		]);
		seed.broken = true;
		const { nodes } = profileOf([stale]);
		const events: GatewayEvent[] = [];
		const gateway = await gatewayOf([], {
			profile: withSeeds([plainSeed(seed.port)], { nodes }),
			retryMs: 20,
			log: (event) => events.push(event)
		});
		expect((await listOf(gateway.url)).from).toBe('profile');
		expect((await postOnion(gateway, stale.ed25519, new Uint8Array([1]))).status).toBe(200);
		seed.broken = false;
		await eventually(() => events.some(({ event }) => event === 'nodes-refreshed'));
		expect((await postOnion(gateway, stale.ed25519, new Uint8Array([1]))).status).toBe(404);
		expect((await postOnion(gateway, current.ed25519, new Uint8Array([1]))).status).toBe(200);
	});

	test('of a profile without seeds is its own', async () => {
		const node = await fakeNode();
		const gateway = await gatewayOf([node]);
		const list = await listOf(gateway.url);
		expect([list.from, list.nodes.length, list.nodes[0]?.ed25519]).toEqual(['profile', 5, node.ed25519]);
	});
});

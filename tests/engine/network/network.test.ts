import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sodiumReady } from '../../../src/protocol/sodium';
import type { NetworkTime } from '../../../src/protocol/types';
import type { Network, RpcCall } from '../../../src/engine/network/types';
import { FakeNetwork, swarmBody } from './fake-network';
import {
	MemoryStore,
	sampleAccount,
	setUpNetwork,
	until,
	type Setup,
	type SetupOptions
} from './network-setup';
import { sampleNode, sampleNodes, withKey, type SampleNode } from './sample-nodes';

beforeAll(async () => {
	await sodiumReady;
});

const running: Network[] = [];
afterEach(async () => {
	await Promise.all(running.splice(0).map((network) => network.stop()));
});

async function started(options: SetupOptions = {}): Promise<Setup> {
	const setup = setUpNetwork(options);
	running.push(setup.network);
	await setup.network.start();
	return setup;
}

async function ready(options: SetupOptions = {}): Promise<Setup> {
	const setup = await started(options);
	await until(() => setup.network.view().state === 'ready' && setup.network.view().paths.length === 2);
	return setup;
}

const account = () => sampleAccount(1);
const retrieve = (now: NetworkTime): RpcCall => ({
	method: 'retrieve',
	params: { pubkey: account(), namespace: 0, timestamp: now }
});
const code = (wanted: string): unknown => expect.objectContaining({ name: 'EngineError', code: wanted });

describe('a call to a swarm', () => {
	it('goes over a guard and two more nodes to a member, and names them', async () => {
		const { network, fake } = await ready();
		const reply = await network.swarmRequest(account(), retrieve);
		expect(reply.status).toBe(200);
		expect(reply.body).toMatchObject({ messages: [] });
		expect(fake.swarmOf(account()).map((node) => node.id)).toContain(reply.node);
		expect(fake.routes.at(-1)).toEqual([...reply.path, reply.node]);
		expect(new Set([...reply.path, reply.node]).size).toBe(4);
	});

	it('asks for the swarm once and remembers it', async () => {
		const { network, fake } = await ready();
		await Promise.all(Array.from({ length: 5 }, () => network.swarmRequest(account(), retrieve)));
		await network.swarmRequest(account(), retrieve);
		expect(fake.calls.filter((call) => call.method === 'get_swarm')).toHaveLength(1);
		const members = await network.swarmOf(account());
		expect([...members].sort()).toEqual(
			fake
				.swarmOf(account())
				.map((node) => node.id)
				.sort()
		);
	});

	it('spreads over the members', async () => {
		const { network } = await ready();
		const asked = new Set<string>();
		for (let round = 0; round < 40; round += 1)
			asked.add((await network.swarmRequest(account(), retrieve)).node);
		expect(asked.size).toBe(4);
	});

	it('keeps away from nodes that the caller has asked already', async () => {
		const { network } = await ready();
		const members = await network.swarmOf(account());
		for (let round = 0; round < 20; round += 1) {
			const reply = await network.swarmRequest(account(), retrieve, { avoid: members.slice(1) });
			expect(reply.node).toBe(members[0]);
		}
	});

	it('builds the call anew for each attempt and returns what is not about routing', async () => {
		const { network, fake } = await ready();
		const nodes: string[] = [];
		fake.lie = ({ method }) => (method === 'store' ? { status: 401, body: 'store signature…' } : undefined);
		const reply = await network.swarmRequest(account(), (_, node) => {
			nodes.push(node);
			return { method: 'store', params: { pubkey: account() } };
		});
		expect(reply).toMatchObject({ status: 401, body: 'store signature…' });
		expect(nodes).toEqual([reply.node]);
	});

	it('has the same size on the wire for a poll and a short message', async () => {
		const { network, fake } = await ready();
		const send = async (length: number) => {
			await network.swarmRequest(account(), () => ({
				method: 'retrieve',
				params: { pubkey: account(), data: 'x'.repeat(length) }
			}));
			return fake.carried.at(-1)!.size;
		};
		const sizes = await Promise.all([send(0), send(700), send(1_500)]);
		expect(new Set(sizes).size).toBe(1);
		expect(await send(3_000)).toBeGreaterThan(sizes[0]);
		expect(await send(3_500)).toBe(await send(2_500));
	});

	it('stops when the caller does', async () => {
		const { network, fake } = await ready();
		await network.swarmOf(account());
		fake.gateway = () => new Promise(() => undefined);
		const controller = new AbortController();
		const call = network.swarmRequest(account(), retrieve, { signal: controller.signal });
		controller.abort();
		await expect(call).rejects.toEqual(code('swarm-unreachable'));
	});

	it('gives up after the time it was given', async () => {
		const { network, fake } = await ready();
		await network.swarmOf(account());
		fake.gateway = () => new Promise(() => undefined);
		const call = network.swarmRequest(account(), retrieve, { timeoutMs: 150 });
		await expect(call).rejects.toEqual(code('swarm-unreachable'));
	});
});

describe('things that fail', () => {
	it('a dead guard: its path is left at once, and another guard stands in', async () => {
		const { network, fake } = await ready();
		const dead = network.view().paths[0]!.hops[0]!.id;
		fake.dead.add(dead);
		for (let round = 0; round < 10; round += 1)
			expect((await network.swarmRequest(account(), retrieve)).status).toBe(200);
		await until(() => network.view().paths.length === 2);
		await until(() => network.view().paths.every((path) => path.hops[0]!.id !== dead));
	});

	it('a guard that the gateway does not know', async () => {
		const { network, fake } = await ready();
		const unknown = network.view().paths[0]!.hops[0]!.id;
		fake.unlisted.add(unknown);
		for (let round = 0; round < 5; round += 1)
			expect((await network.swarmRequest(account(), retrieve)).status).toBe(200);
		await until(() => network.view().paths.every((path) => path.hops[0]!.id !== unknown));
	});

	it('a dead relay: requests go on, and it leaves the paths', async () => {
		const { network, fake } = await ready();
		const relay = network.view().paths[0]!.hops[1]!.id;
		fake.dead.add(relay);
		for (let round = 0; round < 20; round += 1)
			expect((await network.swarmRequest(account(), retrieve)).status).toBe(200);
		await until(() => network.view().paths.every((path) => path.hops.every((hop) => hop.id !== relay)));
		await until(() => network.view().paths.length === 2);
	});

	it('a node that relays do not find is dropped at the first word', async () => {
		const nodes = sampleNodes(12);
		const stranger = sampleNode(99);
		const fake = new FakeNetwork(nodes);
		const setup = setUpNetwork({ fake, profile: { nodes: [...nodes.slice(0, 8), stranger] } });
		running.push(setup.network);
		await setup.network.start();
		for (let round = 0; round < 6; round += 1)
			expect((await setup.network.swarmRequest(account(), retrieve)).status).toBe(200);
		await until(() => setup.network.view().paths.length > 0);
		const relays = setup.network.view().paths.flatMap((path) => path.hops.map((hop) => hop.id));
		expect(relays).not.toContain(stranger.id);
	});

	it('a dead destination: another member answers', async () => {
		const { network, fake } = await ready();
		const [dead] = await network.swarmOf(account());
		fake.dead.add(dead!);
		for (let round = 0; round < 20; round += 1)
			expect((await network.swarmRequest(account(), retrieve)).node).not.toBe(dead);
	});

	it('all members but one: that one is found', async () => {
		const { network, fake } = await ready();
		const [alive, ...others] = await network.swarmOf(account());
		for (const id of others) fake.dead.add(id);
		expect((await network.swarmRequest(account(), retrieve, { attempts: 20 })).node).toBe(alive);
	});

	it('a whole dead swarm', async () => {
		const { network, fake } = await ready();
		for (const id of await network.swarmOf(account())) fake.dead.add(id);
		await expect(network.swarmRequest(account(), retrieve)).rejects.toEqual(code('swarm-unreachable'));
		for (const id of fake.dead) fake.dead.delete(id);
		await until(() => network.view().state === 'ready');
		expect((await network.swarmRequest(account(), retrieve)).status).toBe(200);
	});

	it.each([
		['garbage', { status: 200, body: new Uint8Array([1, 2, 3]) }],
		['a refusal', { status: 500, body: new TextEncoder().encode('Invalid response from snode') }]
	])('%s from one path', async (_, answer) => {
		const { network, fake } = await ready();
		const bad = network.view().paths[0]?.hops[0]?.id;
		let met = 0;
		fake.gateway = async ({ guard }, ask) => {
			if (guard !== bad) return ask();
			met += 1;
			return answer;
		};
		for (let round = 0; round < 6 || met === 0; round += 1)
			expect((await network.swarmRequest(account(), retrieve)).status).toBe(200);
	});

	it('a server error of one node', async () => {
		const { network, fake } = await ready();
		const [bad] = await network.swarmOf(account());
		fake.lie = ({ node }) =>
			node.id === bad ? { status: 503, body: 'Server busy, try again later' } : undefined;
		for (let round = 0; round < 8; round += 1)
			expect((await network.swarmRequest(account(), retrieve)).node).not.toBe(bad);
	});
});

describe('a swarm that moved', () => {
	it('is repaired from the body of a 421', async () => {
		const { network, fake } = await ready();
		const wrong = fake.nodes.filter((node) => !fake.swarmOf(account()).includes(node)).slice(0, 3);
		fake.lie = ({ method }) => (method === 'get_swarm' ? { status: 200, body: swarmBody(wrong) } : undefined);
		const reply = await network.swarmRequest(account(), retrieve);
		expect(reply.status).toBe(200);
		expect([...(await network.swarmOf(account()))].sort()).toEqual(
			fake
				.swarmOf(account())
				.map((node) => node.id)
				.sort()
		);
	});

	it('is repaired from a 421 inside a batch', async () => {
		const { network, fake } = await ready();
		const right = fake.swarmOf(account());
		const wrong = fake.nodes.filter((node) => !right.includes(node)).slice(0, 3);
		fake.lie = ({ method, node }) => {
			if (method === 'get_swarm') return { status: 200, body: swarmBody(wrong) };
			if (method !== 'batch') return undefined;
			const part = right.includes(node) ? { code: 200, body: {} } : { code: 421, body: swarmBody(right) };
			return { status: 200, body: { results: [part] } };
		};
		const reply = await network.swarmRequest(account(), () => ({
			method: 'batch',
			params: { requests: [] }
		}));
		expect(right.map((node) => node.id)).toContain(reply.node);
	});

	it('that only ever points elsewhere is given up', async () => {
		const { network, fake } = await ready();
		const other = (node: SampleNode) => fake.nodes.filter((one) => one !== node).slice(0, 3);
		fake.lie = ({ node, method }) =>
			method === 'retrieve' ? { status: 421, body: swarmBody(other(node)) } : undefined;
		await expect(network.swarmRequest(account(), retrieve)).rejects.toEqual(code('swarm-unreachable'));
		expect(fake.calls.filter((call) => call.method === 'retrieve').length).toBeLessThan(10);
	});

	const tricks: Record<string, (honest: readonly SampleNode[]) => unknown> = {
		'no nodes': () => swarmBody([]),
		'other keys for known nodes': (honest) =>
			swarmBody(honest.map((node) => ({ ...withKey(node, 9), ip: node.ip, port: node.port }))),
		'unknown nodes with keys that are not theirs': () =>
			swarmBody(
				[70, 71].map((index) => ({ ...sampleNode(index), x25519: withKey(sampleNode(1), 5).x25519 }))
			),
		'one node many times': (honest) => swarmBody([honest[0]!, honest[0]!]),
		'more nodes than a swarm has': () => swarmBody(sampleNodes(60)),
		nonsense: () => ({ snodes: 'everywhere', swarm: 7 })
	};
	for (const [name, body] of Object.entries(tricks)) {
		it(`is not believed when it has ${name}`, async () => {
			const { network, fake } = await ready();
			const honest = fake.swarmOf(account());
			let lies = 0;
			fake.lie = ({ method }) => {
				if (method !== 'get_swarm' || lies >= 2) return undefined;
				lies += 1;
				return { status: 200, body: body(honest) };
			};
			const members = await network.swarmOf(account());
			expect(lies).toBe(2);
			expect([...members].sort()).toEqual(honest.map((node) => node.id).sort());
		});
	}
});

describe('the clock', () => {
	it('is learned before the first signed call', async () => {
		const setup = setUpNetwork();
		running.push(setup.network);
		setup.clock.offsetMs = -900_000;
		await setup.network.start();
		await until(() => Math.abs(setup.network.clock.offsetMs - 900_000) < 1_000);
		const reply = await setup.network.swarmRequest(account(), retrieve);
		expect(reply.status).toBe(200);
		expect(Math.abs(setup.network.clock.now() - Date.now())).toBeLessThan(1_000);
	});

	it('is learned anew when a node says that it is wrong, and the call is repeated', async () => {
		const { network, clock, fake } = await ready();
		await until(() => fake.calls.filter((call) => call.method === 'info').length >= 5);
		clock.offsetMs = 3_600_000;
		const reply = await network.swarmRequest(account(), retrieve);
		expect(reply.status).toBe(200);
		expect(Math.abs(network.clock.offsetMs + 3_600_000)).toBeLessThan(1_000);
	});

	it('leaves a node alone whose own clock is wrong', async () => {
		const { network, fake } = await ready();
		const [skewed] = await network.swarmOf(account());
		fake.skews.set(skewed!, 600_000);
		for (let round = 0; round < 12; round += 1) {
			const reply = await network.swarmRequest(account(), retrieve);
			expect(reply.node).not.toBe(skewed);
		}
		expect(Math.abs(network.clock.offsetMs)).toBeLessThan(1_000);
	});

	it('that cannot be set right ends as clock-skew', async () => {
		const { network, fake } = await ready();
		fake.lie = ({ method }) =>
			method === 'retrieve'
				? { status: 406, body: 'retrieve timestamp too far from current time' }
				: undefined;
		await expect(network.swarmRequest(account(), retrieve)).rejects.toEqual(code('clock-skew'));
		expect(fake.calls.filter((call) => call.method === 'retrieve')).toHaveLength(2);
	});
});

describe('offline', () => {
	it('fails at once and touches nothing', async () => {
		const { network, fake } = await ready();
		network.setOnline(false);
		expect(network.view().state).toBe('offline');
		const before = fake.carried.length;
		for (const call of [
			network.swarmRequest(account(), retrieve),
			network.swarmOf(account()),
			network.askNodes(1, { method: 'info', params: {} }),
			network.resolveName('someone')
		])
			await expect(call).rejects.toEqual(code('offline'));
		expect(fake.carried).toHaveLength(before);
	});

	it('ends what is under way, and works again afterwards', async () => {
		const { network, fake } = await ready();
		await network.swarmOf(account());
		const honest = fake.gateway;
		fake.gateway = () => new Promise(() => undefined);
		const call = network.swarmRequest(account(), retrieve);
		await new Promise((done) => setTimeout(done, 20));
		network.setOnline(false);
		await expect(call).rejects.toEqual(code('offline'));
		fake.gateway = honest;
		network.setOnline(true);
		expect((await network.swarmRequest(account(), retrieve)).status).toBe(200);
		expect(network.view().state).toBe('ready');
	});

	it('starts without a network and is ready when it comes', async () => {
		const setup = setUpNetwork();
		running.push(setup.network);
		setup.network.setOnline(false);
		await setup.network.start();
		expect(setup.network.view().state).toBe('offline');
		expect(setup.fake.carried).toHaveLength(0);
		setup.network.setOnline(true);
		await until(() => setup.network.view().state === 'ready');
	});
});

describe('gateways', () => {
	it('fail over to the next one', async () => {
		const fake = new FakeNetwork(sampleNodes(16), ['http://localhost', 'https://b.example']);
		const { network } = await ready({ fake, gateways: ['https://b.example'] });
		expect(network.view().gateway).toBe('https://b.example');
		fake.gateways.delete('https://b.example');
		expect((await network.swarmRequest(account(), retrieve)).status).toBe(200);
		expect(network.view().gateway).toBe('http://localhost');
		const before = fake.carried.length;
		await network.swarmRequest(account(), retrieve);
		expect(fake.carried.slice(before).every((one) => one.origin === 'http://localhost')).toBe(true);
	});

	it('that bring only garbage are left for one that does not', async () => {
		const fake = new FakeNetwork(sampleNodes(16), ['http://localhost', 'https://b.example']);
		fake.gateway = async ({ origin }, ask) =>
			origin === 'https://b.example' ? { status: 200, body: new Uint8Array(300).fill(65) } : ask();
		const { network } = await started({ fake, gateways: ['https://b.example'] });
		await until(() => network.view().state === 'ready');
		expect((await network.swarmRequest(account(), retrieve)).status).toBe(200);
		expect(network.view().gateway).toBe('http://localhost');
	});

	it('that are all gone are said to be', async () => {
		const { network, fake } = await ready();
		fake.gateways.clear();
		await expect(network.swarmRequest(account(), retrieve)).rejects.toEqual(code('gateway-unreachable'));
		expect(network.view().state).toBe('gateway-unreachable');
		fake.gateways.add('http://localhost');
		// Nobody has to ask: what waits to be sent hears of it by the view.
		await until(() => network.view().state === 'ready');
		expect((await network.swarmRequest(account(), retrieve)).status).toBe(200);
	});

	it('chosen by the person are kept and used, before the page’s own', async () => {
		const fake = new FakeNetwork(sampleNodes(16), ['http://localhost', 'https://b.example']);
		const { network, store } = await ready({ fake });
		await network.setGateways(['https://b.example/', 'https://b.example']);
		expect(network.view().gateways).toEqual(['https://b.example', 'http://localhost']);
		await network.swarmRequest(account(), retrieve);
		expect(fake.carried.at(-1)!.origin).toBe('https://b.example');
		const again = await ready({ fake, store });
		expect(again.network.view().gateways).toEqual(['https://b.example', 'http://localhost']);
		await again.network.setGateways([]);
		expect(again.network.view().gateways).toEqual(['http://localhost']);
	});

	it('are refused when they are no secure origin', async () => {
		const { network } = await started();
		for (const origin of [
			'',
			'b.example',
			'http://b.example',
			'https://b.example/x',
			'https://u:p@b.example',
			'ftp://b'
		])
			await expect(network.setGateways([origin]), origin).rejects.toEqual(code('invalid-gateway'));
		expect(network.view().gateways).toEqual(['http://localhost']);
	});
});

describe('over a restart', () => {
	it('guards and swarms stay', async () => {
		const first = await ready();
		await first.network.swarmOf(account());
		const guards = first.network
			.view()
			.paths.map((path) => path.hops[0]!.id)
			.sort();
		await first.network.stop();
		for (let round = 0; round < 5; round += 1) {
			const fake = new FakeNetwork(first.fake.nodes);
			const next = await ready({ fake, store: first.store });
			expect(
				next.network
					.view()
					.paths.map((path) => path.hops[0]!.id)
					.sort()
			).toEqual(guards);
			await next.network.swarmOf(account());
			expect(fake.calls.some((call) => call.method === 'get_swarm')).toBe(false);
			await next.network.stop();
		}
	});

	it('only the leader writes, but a choice of gateways made elsewhere reaches it', async () => {
		const fake = new FakeNetwork(sampleNodes(16), ['http://localhost', 'https://b.example']);
		const leader = await ready({ fake });
		const follower = await ready({ fake, store: leader.store, leader: () => false });
		expect(follower.network.view().leader).toBe(false);
		await follower.network.stop();
		const saves = leader.store.saves;
		const second = await started({ fake, store: leader.store, leader: () => false });
		await second.network.swarmOf(account());
		expect(leader.store.saves).toBe(saves);
		await second.network.setGateways(['https://b.example']);
		await leader.network.swarmOf(sampleAccount(5));
		await until(() => leader.network.view().gateways.length === 2, 6_000);
	});

	it('a damaged state costs nothing but what was in it', async () => {
		const damaged: unknown[] = [
			null,
			7,
			'x',
			[],
			{ version: 2 },
			{ version: 1, network: 'sample', guards: 'x', swarms: [{}, 3], nodes: { list: [[1]] }, gateways: {} },
			{ version: 1, network: 'sample', guards: [{ id: 'zz' }, null], clockOffsetMs: 'soon' }
		];
		for (const value of damaged) {
			const { network } = await ready({ store: new MemoryStore(value) });
			expect((await network.swarmRequest(account(), retrieve)).status).toBe(200);
			await network.stop();
		}
	});

	it('a store that fails costs nothing but the memory', async () => {
		const store = new MemoryStore();
		store.load = () => Promise.reject(new Error('damaged'));
		store.save = () => Promise.reject(new Error('full'));
		const { network } = await ready({ store });
		expect((await network.swarmRequest(account(), retrieve)).status).toBe(200);
		await network.stop();
	});

	it('nothing of another network is used', async () => {
		const first = await ready();
		await first.network.swarmOf(account());
		await first.network.stop();
		const fake = new FakeNetwork(first.fake.nodes);
		const other = await ready({ fake, store: first.store, profile: { name: 'other' } });
		await other.network.swarmOf(account());
		expect(fake.calls.some((call) => call.method === 'get_swarm')).toBe(true);
	});
});

describe('the view', () => {
	it('says what is measured, and tells listeners', async () => {
		const { network } = await ready();
		const seen: string[] = [];
		const off = network.onChange((view) => seen.push(view.state));
		await network.swarmRequest(account(), retrieve);
		const view = network.view();
		expect(view.paths.every((path) => path.hops.length === 3)).toBe(true);
		expect(view.paths.some((path) => path.lastRequestMs !== null && path.lastRequestMs >= 0)).toBe(true);
		expect(view).toMatchObject({ network: 'sample', fingerprint: null, nodeCount: 16, leader: true });
		expect(seen.length).toBeGreaterThan(0);
		off();
		const before = seen.length;
		network.setOnline(false);
		await Promise.resolve();
		expect(seen).toHaveLength(before);
	});

	it('shows the fingerprint of a custom network', async () => {
		const { network } = await ready({ profile: { kind: 'custom', name: 'mine' } });
		expect(network.view().fingerprint).toMatch(/^([0-9a-f]{4} ){15}[0-9a-f]{4}$/);
	});

	it('changes the relays on request, not the guards', async () => {
		const { network } = await ready();
		const before = network.view().paths;
		await network.rebuildPaths();
		const after = network.view().paths;
		const guards = (paths: typeof before) => paths.map((path) => path.hops[0]!.id).sort();
		expect(guards(after)).toEqual(guards(before));
		expect(after.map((path) => path.hops)).not.toEqual(before.map((path) => path.hops));
		await until(() => network.view().state === 'ready');
	});

	it('says when a network has too few nodes', async () => {
		const { network } = await started({ fake: new FakeNetwork(sampleNodes(3)) });
		expect(network.view().state).toBe('no-nodes');
		await expect(network.swarmRequest(account(), retrieve)).rejects.toEqual(code('swarm-unreachable'));
	});
});

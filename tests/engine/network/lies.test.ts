/** A gateway and nodes that lie: docs/threat-model.md. None of it may be believed, and honest parts go on working. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { refreshNodes } from '../../../src/engine/network/node-refresh';
import { nodeMap } from '../../../src/engine/network/node-list';
import { NodePool } from '../../../src/engine/network/node-pool';
import type { Network, RpcCall, RpcReply } from '../../../src/engine/network/types';
import { concat, toHex, utf8 } from '../../../src/protocol/bytes';
import { blake2b } from '../../../src/protocol/keys';
import { sodium, sodiumReady } from '../../../src/protocol/sodium';
import type { AccountId, NetworkTime, SnodeId } from '../../../src/protocol/types';
import { compactList, FakeNetwork, listed, type Answer } from './fake-network';
import { sampleAccount, setUpNetwork, until, type Setup, type SetupOptions } from './network-setup';
import { sampleNode, sampleNodes, withKey, type SampleNode } from './sample-nodes';

beforeAll(async () => {
	await sodiumReady;
});

const running: Network[] = [];
afterEach(async () => {
	await Promise.all(running.splice(0).map((network) => network.stop()));
});

async function ready(options: SetupOptions = {}): Promise<Setup> {
	const setup = setUpNetwork(options);
	running.push(setup.network);
	await setup.network.start();
	await until(() => setup.network.view().state === 'ready');
	return setup;
}

const account = () => sampleAccount(1);
const retrieve = (now: NetworkTime): RpcCall => ({
	method: 'retrieve',
	params: { pubkey: account(), namespace: 0, timestamp: now }
});
const code = (wanted: string): unknown => expect.objectContaining({ name: 'EngineError', code: wanted });

describe('a lying gateway', () => {
	it('is never asked for nodes when the profile has its own', async () => {
		const asked: string[] = [];
		const fake = new FakeNetwork(sampleNodes(16));
		const honest = fake.fetch;
		fake.fetch = (input, init) => {
			asked.push(new URL(input instanceof Request ? input.url : input).pathname);
			return honest(input, init);
		};
		const { network } = await ready({ fake });
		await network.swarmRequest(account(), retrieve);
		expect(asked.every((path) => path.startsWith('/api/onion/'))).toBe(true);
	});

	it('cannot put nodes of its own into the first paths', async () => {
		const bundled = sampleNodes(12);
		const own = sampleNodes(40).slice(20);
		const fake = new FakeNetwork([...bundled, ...own]);
		const { network } = await ready({ fake, profile: { nodes: bundled } });
		for (let round = 0; round < 10; round += 1) {
			await network.rebuildPaths();
			const hops = network.view().paths.flatMap((path) => path.hops.map((hop) => hop.id));
			for (const node of own) expect(hops).not.toContain(node.id);
		}
	});

	it('cannot pass an earlier reply off as the answer', async () => {
		const { network, fake } = await ready();
		await network.swarmOf(account());
		fake.lie = ({ method }) =>
			method === 'retrieve' ? { status: 200, body: { messages: ['old'] } } : undefined;
		let recorded: Awaited<ReturnType<Parameters<FakeNetwork['gateway']>[1]>> | null = null;
		fake.gateway = async (_, ask) => (recorded = await ask());
		await network.swarmRequest(account(), retrieve);
		fake.gateway = () => Promise.resolve(recorded!);
		await expect(network.swarmRequest(account(), retrieve, { attempts: 3 })).rejects.toEqual(
			code('swarm-unreachable')
		);
	});

	it('cannot swap the replies of two requests', async () => {
		const { network, fake } = await ready();
		await network.swarmOf(account());
		const waiting: (() => void)[] = [];
		const bodies: Awaited<ReturnType<Parameters<FakeNetwork['gateway']>[1]>>[] = [];
		fake.gateway = async (_, ask) => {
			const index = bodies.push(await ask()) - 1;
			await new Promise<void>((resolve) => {
				waiting.push(resolve);
				if (waiting.length % 2 === 0) for (const go of waiting.splice(0)) go();
			});
			return bodies[index ^ 1] ?? bodies[index]!;
		};
		const calls = [1, 2].map(() => network.swarmRequest(account(), retrieve, { attempts: 1 }));
		const results = await Promise.allSettled(calls);
		expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
	});

	it('cannot alter a byte of a reply', async () => {
		const { network, fake } = await ready();
		await network.swarmOf(account());
		fake.gateway = async (_, ask) => {
			const answer = await ask();
			const body = answer.body.slice();
			const middle = body.length >> 1;
			body[middle] = body[middle] === 65 ? 66 : 65;
			return { ...answer, body };
		};
		await expect(network.swarmRequest(account(), retrieve, { attempts: 3 })).rejects.toEqual(
			code('swarm-unreachable')
		);
	});

	it('cannot make us drop nodes that the request did not use', async () => {
		const { network, fake } = await ready();
		const victims = new Set<SnodeId>();
		fake.gateway = async (_, ask) => {
			const index = fake.routes.length;
			const answer = await ask();
			if (victims.size >= 3) return answer;
			const victim = fake.nodes.find(
				(node) => !fake.routes[index]!.includes(node.id) && !victims.has(node.id)
			)!;
			victims.add(victim.id);
			return { status: 502, body: utf8(`Next node not found: ${victim.id}`) };
		};
		for (let round = 0; round < 6; round += 1)
			expect((await network.swarmRequest(account(), retrieve)).status).toBe(200);
		expect(victims.size).toBe(3);
		const others = fake.nodes.map((node) => node.id).filter((id) => !victims.has(id));
		const answers = await network.askNodes(3, { method: 'info', params: {} }, { avoid: others });
		expect(new Set(answers.map((answer) => answer.node))).toEqual(victims);
	});

	it('cannot lead us from guard to guard', async () => {
		const { network, fake } = await ready({ fake: new FakeNetwork(sampleNodes(60)) });
		fake.gateway = () => Promise.resolve({ status: 503, body: utf8('Server busy, try again later') });
		const guards = new Set<string>();
		for (let round = 0; round < 30; round += 1) {
			await network.swarmRequest(account(), retrieve, { attempts: 2 }).catch(() => undefined);
			for (const one of fake.carried) guards.add(one.guard);
		}
		expect(guards.size).toBeLessThanOrEqual(8);
	});
});

describe('lying nodes and the list', () => {
	/** Answers of nodes that do not know the compact form: what they name in the other one. */
	async function refreshed(pool: NodePool, replies: readonly unknown[]) {
		return refreshedBy(pool, [], replies);
	}

	/** The answers to the compact form, then to the other one; null is a node that does not know the form. */
	async function refreshedBy(pool: NodePool, compact: readonly unknown[], verbose: readonly unknown[]) {
		let asked = 0;
		const verdict = await refreshNodes({
			pool,
			agreement: 3,
			ask: (count, { method }, avoid) => {
				asked = count;
				const nodes = pool.all().filter((node) => !avoid.has(node.id));
				const answers = method === 'active_nodes_bin' ? compact : verbose;
				return Promise.resolve(
					answers.map((body, index): RpcReply => ({
						node: nodes[index]!.id,
						status: body instanceof Error ? 500 : body === null ? 400 : 200,
						body: body instanceof Error ? body.message : body,
						path: [],
						totalMs: 1
					}))
				);
			}
		});
		return { verdict, asked };
	}

	const reply = (nodes: readonly SampleNode[]) => ({ result: { service_node_states: nodes.map(listed) } });
	let nodes: SampleNode[];
	let pool: NodePool;
	beforeAll(async () => {
		await sodiumReady;
		nodes = sampleNodes(30);
	});
	const fresh = () => (pool = new NodePool(() => 5, nodes.slice(0, 20), 5));

	it('is replaced by what three nodes agree on', async () => {
		fresh();
		const { verdict, asked } = await refreshed(pool, [
			reply(nodes.slice(2, 25)),
			reply(nodes.slice(2, 26)),
			reply(nodes.slice(2, 27))
		]);
		expect(verdict).toBe('fine');
		expect(asked).toBeGreaterThan(3);
		expect(new Set(pool.all().map((node) => node.id))).toEqual(
			new Set(nodes.slice(2, 25).map((node) => node.id))
		);
		expect(pool.refreshedAt).toBe(5);
	});

	it('gains nothing that only two nodes name', async () => {
		fresh();
		const evil = sampleNode(77);
		const lie = reply([...nodes.slice(0, 20), evil]);
		const truth = reply(nodes.slice(0, 20));
		expect((await refreshed(pool, [lie, lie, truth, truth, truth])).verdict).toBe('fine');
		expect(pool.get(evil.id)).toBeUndefined();
	});

	const tricks: Record<string, () => unknown> = {
		'that shrinks by more than half': () => reply(nodes.slice(0, 9)),
		'of other nodes altogether': () => reply(nodes.slice(20)),
		'with another key for a known node': () =>
			reply([{ ...nodes[0]!, x25519: withKey(nodes[0]!, 3).x25519 }, ...nodes.slice(1, 20)]),
		'with a new node whose keys do not belong together': () =>
			reply([...nodes.slice(0, 20), { ...nodes[25]!, x25519: nodes[26]!.x25519 }]),
		'that is an error': () => new Error('request failed'),
		'that is nonsense': () => ({ result: { service_node_states: 'many' } }),
		'that is empty': () => reply([])
	};
	for (const [name, lie] of Object.entries(tricks)) {
		it(`stays as it was when all name one ${name}`, async () => {
			fresh();
			const { verdict } = await refreshed(pool, Array.from({ length: 5 }, lie));
			expect(verdict).not.toBe('fine');
			expect(pool.refreshedAt).toBeNull();
			expect(new Set(pool.all().map((node) => node.id))).toEqual(
				new Set(nodes.slice(0, 20).map((node) => node.id))
			);
		});

		it(`is refreshed by three honest ones beside two with one ${name}`, async () => {
			fresh();
			const truth = reply(nodes.slice(1, 22));
			const { verdict } = await refreshed(pool, [lie(), truth, lie(), truth, truth]);
			expect(verdict).toBe('fine');
			expect(
				pool
					.all()
					.map((node) => node.id)
					.sort()
			).toEqual(
				nodes
					.slice(1, 22)
					.map((node) => node.id)
					.sort()
			);
		});
	}

	it('is refreshed from compact lists, and from both forms where nodes differ in age', async () => {
		fresh();
		const { id, x25519 } = nodes[24]!;
		const list = compactList(nodes.slice(2, 25));
		expect((await refreshedBy(pool, [list, list, list], [])).verdict).toBe('fine');
		expect(pool.get(id)?.x25519).toEqual(x25519);
		fresh();
		const truth = reply(nodes.slice(2, 25));
		expect((await refreshedBy(pool, [list, null, null], [truth, truth])).verdict).toBe('fine');
		expect(pool.size).toBe(23);
		fresh();
		expect((await refreshedBy(pool, [list, null, null], [truth])).verdict).toBe('too-few');
		expect((await refreshedBy(pool, ['AAAA', 'zz', list], [truth])).verdict).toBe('too-few');
		expect(pool.refreshedAt).toBeNull();
	});

	it('costs a node that names no believable list a strike', async () => {
		fresh();
		await refreshed(pool, [reply([]), { result: 1 }, new Error('no'), reply(nodes.slice(0, 20))]);
		expect(
			pool
				.all()
				.slice(0, 4)
				.map((node) => pool.strikesOf(node.id))
		).toEqual([1, 1, 1, 0]);
	});

	it('is refreshed in the background by a running network, against two liars', async () => {
		const fake = new FakeNetwork(sampleNodes(20));
		const evil = sampleNode(77);
		const liars = fake.nodes.slice(0, 2);
		fake.lie = ({ node, method }) =>
			method === 'oxend_request' && liars.includes(node)
				? { status: 200, body: reply([...fake.nodes, evil]) }
				: undefined;
		const { network } = await ready({ fake, timings: { firstRefreshMs: 30 } });
		await until(() => network.view().nodesRefreshedAt !== null);
		expect(network.view().nodeCount).toBe(20);
		const asked = fake.calls.filter((call) => call.method === 'oxend_request').map((call) => call.node.id);
		expect(new Set(asked).size).toBeGreaterThanOrEqual(3);
	});
});

describe('a network without a list of its own', () => {
	it('takes the gateway’s once, and agreed ones afterwards', async () => {
		const fake = new FakeNetwork(sampleNodes(16));
		const { network, store } = await ready({
			fake,
			profile: { nodes: [], name: 'test' },
			timings: { firstRefreshMs: 30 }
		});
		expect((await network.swarmRequest(account(), retrieve)).status).toBe(200);
		await until(() => network.view().nodesRefreshedAt !== null);
		await network.stop();
		const asked: string[] = [];
		const next = new FakeNetwork(fake.nodes);
		const honest = next.fetch;
		next.fetch = (input, init) => {
			asked.push(new URL(input instanceof Request ? input.url : input).pathname);
			return honest(input, init);
		};
		await ready({ fake: next, store, profile: { nodes: [], name: 'test' } });
		expect(asked).not.toContain('/api/nodes');
	});

	it('says so until a gateway has one', async () => {
		const fake = new FakeNetwork(sampleNodes(2));
		const setup = setUpNetwork({ fake, profile: { nodes: [] } });
		running.push(setup.network);
		await setup.network.start();
		expect(setup.network.view().state).toBe('no-nodes');
		await expect(setup.network.swarmRequest(account(), retrieve)).rejects.toEqual(code('swarm-unreachable'));
	});
});

describe('names', () => {
	function record(name: string, account: AccountId, nonceByte = 1) {
		const hash = blake2b(32, utf8(name));
		const nonce = new Uint8Array(24).fill(nonceByte);
		const sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
			Buffer.from(account, 'hex'),
			null,
			null,
			nonce,
			blake2b(32, utf8(name), hash)
		);
		return { encrypted_value: toHex(concat(sealed)), nonce: toHex(nonce) };
	}
	const answering = (results: readonly unknown[]) => {
		let index = 0;
		return ({ method }: { method: string }): Answer | undefined => {
			if (method !== 'oxend_request') return undefined;
			const result = results[index++ % results.length];
			return result instanceof Error ? { status: 502, body: 'daemon' } : { status: 200, body: { result } };
		};
	};

	it('resolve when three different nodes agree', async () => {
		const { network, fake } = await ready();
		fake.lie = answering([record('ada', account())]);
		expect(await network.resolveName('Ada')).toBe(account());
		const asked = fake.calls.filter((call) => call.method === 'oxend_request');
		expect(new Set(asked.map((call) => call.node.id)).size).toBe(3);
	});

	const refused: Record<string, () => readonly unknown[]> = {
		'one node names someone else': () => [
			record('ada', account()),
			record('ada', sampleAccount(9)),
			record('ada', account())
		],
		'one node knows nothing of it': () => [record('ada', account()), {}, record('ada', account())],
		'one node fails': () => [record('ada', account()), new Error('daemon'), record('ada', account())],
		'the record belongs to another name': () => [record('bob', account())],
		'the record is nonsense': () => [{ encrypted_value: 'zz', nonce: 7 }],
		'the record has no nonce': () => [{ encrypted_value: record('ada', account()).encrypted_value }]
	};
	for (const [name, results] of Object.entries(refused)) {
		it(`fail when ${name}`, async () => {
			const { network, fake } = await ready();
			fake.lie = answering(results());
			await expect(network.resolveName('ada')).rejects.toEqual(code('name-lookup-failed'));
		});
	}

	it('are unknown when all three say so, and are not asked for when they cannot be names', async () => {
		const { network, fake } = await ready();
		fake.lie = answering([{}]);
		await expect(network.resolveName('ada')).rejects.toEqual(code('unknown-name'));
		const before = fake.calls.length;
		await expect(network.resolveName('no such thing!')).rejects.toEqual(code('unknown-name'));
		expect(fake.calls).toHaveLength(before);
	});

	it('fail when three nodes cannot be asked', async () => {
		const { network, fake } = await ready();
		fake.lie = answering([record('ada', account())]);
		for (const node of fake.nodes.slice(2)) fake.dead.add(node.id);
		await expect(network.resolveName('ada')).rejects.toEqual(code('name-lookup-failed'));
	});
});

describe('nodes that lie about the time', () => {
	it('cannot move the clock while they are few', async () => {
		const fake = new FakeNetwork(sampleNodes(20));
		for (const node of fake.nodes.slice(0, 4)) fake.skews.set(node.id, 7 * 24 * 60 * 60_000);
		const { network } = await ready({ fake });
		await network.askNodes(9, { method: 'info', params: {} });
		expect(Math.abs(network.clock.offsetMs)).toBeLessThan(2_100);
	});
});

it('keeps a map of nodes apart by id', () => {
	expect(nodeMap([sampleNode(1), sampleNode(1)]).size).toBe(1);
});

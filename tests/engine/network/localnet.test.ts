/** The whole way over real HTTP: this room, the real gateway, the local network's nodes. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createNetwork } from '../../../src/engine/network/network';
import type { NetworkTimings } from '../../../src/engine/network/timings';
import type { Network, RpcCall } from '../../../src/engine/network/types';
import { startGateway, type Gateway } from '../../../src/gateway/gateway';
import type { NetworkProfile } from '../../../src/networks/profile';
import { startLocalnet, type Localnet } from '../../../src/localnet/localnet';
import { fromBase64, toHex, utf8 } from '../../../src/protocol/bytes';
import { identityFromSeed, newSeed, type Identity } from '../../../src/protocol/identity';
import {
	accountAuth,
	batchCall,
	parseBatchReply,
	parseRetrieveReply,
	parseStoreReply,
	retrieveCall,
	storeCall,
	verifyStoreEntry
} from '../../../src/protocol/storage-rpc';
import { sodiumReady } from '../../../src/protocol/sodium';
import type { NetworkTime } from '../../../src/protocol/types';
import { testBrowser } from '../node-platform';
import { MemoryStore, until } from './network-setup';
import { systemRandom } from './sample-nodes';

let localnet: Localnet;
let gateway: Gateway;

beforeAll(async () => {
	await sodiumReady;
	localnet = await startLocalnet({ basePort: 0, timeScale: 0.05 });
	gateway = await startGateway({ profile: localnet.profile() });
});

afterAll(async () => {
	await gateway.close();
	await localnet.close();
});

const running: Network[] = [];
afterEach(async () => {
	await Promise.all(running.splice(0).map((network) => network.stop()));
	localnet.faults.heal();
});

interface Options {
	readonly store?: MemoryStore;
	readonly timings?: Partial<NetworkTimings>;
	readonly clockOffsetMs?: number;
	readonly gateways?: readonly string[];
	readonly origin?: string;
	readonly profile?: NetworkProfile;
}

async function ready(options: Options = {}): Promise<Network> {
	const browser = testBrowser({ origin: options.origin ?? gateway.url });
	browser.clock.offsetMs = options.clockOffsetMs ?? 0;
	const network = createNetwork({
		platform: browser.openTab().platform,
		profile: options.profile ?? localnet.profile(),
		store: options.store ?? new MemoryStore(),
		gateways: options.gateways ?? [],
		leader: () => true,
		timings: { stepMs: 3_000, callMs: 15_000, firstRefreshMs: 3_600_000, ...options.timings }
	});
	running.push(network);
	await network.start();
	await until(() => network.view().state === 'ready', 10_000);
	return network;
}

const person = (): Identity => identityFromSeed(newSeed(systemRandom));

function store(network: Network, to: Identity, text: string) {
	const timestamp = network.clock.unique();
	return network.swarmRequest(to.accountId, () =>
		storeCall({ account: to.accountId, namespace: 0, data: utf8(text), timestamp, ttlMs: 3_600_000 })
	);
}

function retrieve(network: Network, own: Identity) {
	return network.swarmRequest(own.accountId, (timestamp) => retrieveOf(own, timestamp));
}

function retrieveOf(own: Identity, timestamp: NetworkTime): RpcCall {
	const auth = accountAuth(own.ed25519);
	return retrieveCall({ account: own.accountId, namespace: 0, timestamp, auth });
}

async function textsOf(network: Network, own: Identity): Promise<string[]> {
	const reply = await retrieve(network, own);
	expect(reply.status).toBe(200);
	return parseRetrieveReply(reply.body).messages.map((message) => new TextDecoder().decode(message.data));
}

describe('over the local network', () => {
	it('stores through one path and retrieves through another, from any member', async () => {
		const network = await ready();
		const ada = person();
		const reply = await store(network, ada, 'hello');
		expect(reply.status).toBe(200);
		const stored = parseStoreReply(reply.body);
		expect(stored.stored.length).toBe(3);
		for (const entry of stored.stored) {
			expect(verifyStoreEntry(entry.node, entry.hash, entry.signature)).toBe(true);
		}
		for (let round = 0; round < 6; round += 1) expect(await textsOf(network, ada)).toEqual(['hello']);
		expect(localnet.storedHashes(ada.accountId)).toEqual([stored.hash]);
	});

	it('uses paths of three distinct nodes in distinct subnets', async () => {
		const network = await ready();
		await until(() => network.view().paths.length === 2);
		for (const path of network.view().paths) {
			expect(path.hops).toHaveLength(3);
			expect(new Set(path.hops.map((hop) => hop.id)).size).toBe(3);
			expect(new Set(path.hops.map((hop) => hop.ip?.split('.').slice(0, 3).join('.'))).size).toBe(3);
		}
		await store(network, person(), 'x');
		const measured = network.view().paths.find((path) => path.lastRequestMs !== null)!;
		expect(measured.gatewayMs).toBeGreaterThanOrEqual(0);
		expect(measured.lastRequestMs).toBeGreaterThanOrEqual(measured.gatewayMs!);
	});

	it('answers batches', async () => {
		const network = await ready();
		const ada = person();
		await store(network, ada, 'one');
		const reply = await network.swarmRequest(ada.accountId, (now) =>
			batchCall([retrieveOf(ada, now), retrieveOf(ada, now)])
		);
		const parts = parseBatchReply(reply.body);
		expect(parts.map((part) => part.status)).toEqual([200, 200]);
	});

	it('stores the same bytes under one hash, however often it is tried', async () => {
		const network = await ready();
		const ada = person();
		for (let round = 0; round < 4; round += 1) await store(network, ada, 'the same');
		expect(localnet.storedHashes(ada.accountId)).toHaveLength(1);
	});

	it('hands back what the node refuses', async () => {
		const network = await ready();
		const ada = person();
		const mallory = person();
		const forged = await network.swarmRequest(ada.accountId, (timestamp) =>
			retrieveCall({
				account: ada.accountId,
				namespace: 0,
				timestamp,
				auth: { ...accountAuth(ada.ed25519), sign: accountAuth(mallory.ed25519).sign }
			})
		);
		expect(forged).toMatchObject({ status: 401, body: 'retrieve signature verification failed' });
	});

	it('finds the right swarm again when a node has left it', async () => {
		const network = await ready();
		const ada = person();
		const [moved] = await network.swarmOf(ada.accountId);
		localnet.faults.leaveSwarm({ id: moved! });
		for (let round = 0; round < 8; round += 1) expect((await retrieve(network, ada)).node).not.toBe(moved);
	});
});

describe('when nodes of the local network fail', () => {
	it('a dead guard', async () => {
		const network = await ready();
		const ada = person();
		const guard = network.view().paths[0]!.hops[0]!;
		await localnet.faults.kill(guard);
		try {
			await store(network, ada, 'past the guard');
			expect(await textsOf(network, ada)).toEqual(['past the guard']);
			await until(() => network.view().paths.every((path) => path.hops[0]!.id !== guard.id), 10_000);
		} finally {
			await localnet.faults.revive(guard);
		}
	});

	it('a dead relay', async () => {
		const network = await ready();
		const ada = person();
		const relay = network.view().paths[0]!.hops[2]!;
		await localnet.faults.kill(relay);
		try {
			await store(network, ada, 'past the relay');
			expect(await textsOf(network, ada)).toEqual(['past the relay']);
			await until(
				() => network.view().paths.every((path) => path.hops.every((hop) => hop.id !== relay.id)),
				15_000
			);
		} finally {
			await localnet.faults.revive(relay);
		}
	});

	it('a dead destination', async () => {
		const network = await ready();
		const ada = person();
		const [dead] = await network.swarmOf(ada.accountId);
		await localnet.faults.kill({ id: dead! });
		try {
			for (let round = 0; round < 5; round += 1) {
				const reply = await store(network, ada, `message ${round}`);
				expect(reply.node).not.toBe(dead);
			}
			expect(await textsOf(network, ada)).toHaveLength(5);
		} finally {
			await localnet.faults.revive({ id: dead! });
		}
	});

	it('replies that are corrupted or lost on the way', async () => {
		const network = await ready({ timings: { stepMs: 800 } });
		const ada = person();
		for (const node of localnet.nodes.slice(0, 6)) localnet.faults.corrupt(node, 0.2);
		for (const node of localnet.nodes.slice(6)) localnet.faults.drop(node, 0.05, 'reset');
		for (let round = 0; round < 6; round += 1)
			expect(
				(await network.swarmRequest(ada.accountId, (now) => retrieveOf(ada, now), { attempts: 12 })).status
			).toBe(200);
	});

	it('a node whose clock is wrong', async () => {
		const network = await ready();
		const ada = person();
		const [skewed] = await network.swarmOf(ada.accountId);
		localnet.faults.skewClock({ id: skewed! }, 300_000);
		for (let round = 0; round < 6; round += 1) expect((await retrieve(network, ada)).node).not.toBe(skewed);
		expect(Math.abs(network.clock.offsetMs)).toBeLessThan(2_000);
	});
});

describe('time and names', () => {
	it('a browser whose clock is wrong by an hour talks all the same', async () => {
		const network = await ready({ clockOffsetMs: -3_600_000 });
		const ada = person();
		expect((await store(network, ada, 'from the past')).status).toBe(200);
		expect(await textsOf(network, ada)).toEqual(['from the past']);
		expect(Math.abs(network.clock.now() - Date.now())).toBeLessThan(1_500);
	});

	it('a name leads to its Account ID', async () => {
		const network = await ready();
		const ada = person();
		localnet.registerName('ada-lovelace', ada.accountId);
		expect(await network.resolveName(' Ada-Lovelace ')).toBe(ada.accountId);
		await expect(network.resolveName('nobody-has-this')).rejects.toMatchObject({ code: 'unknown-name' });
		await expect(network.resolveName('not a name')).rejects.toMatchObject({ code: 'unknown-name' });
	});
});

describe('the node list', () => {
	it('is refreshed through onions, and kept', async () => {
		const kept = new MemoryStore();
		const network = await ready({ store: kept, timings: { firstRefreshMs: 50 } });
		await until(() => network.view().nodesRefreshedAt !== null, 15_000);
		expect(network.view().nodeCount).toBe(12);
		await network.stop();
		const again = await ready({ store: kept });
		expect(again.view().nodesRefreshedAt).toBe(network.view().nodesRefreshedAt);
	});

	it('is refreshed from the compact lists of newer nodes, which carry messages just as well', async () => {
		const newer = await startLocalnet({ basePort: 0, timeScale: 0.05, version: '2.11' });
		const door = await startGateway({ profile: newer.profile() });
		try {
			const network = await ready({
				profile: newer.profile(),
				origin: door.url,
				timings: { firstRefreshMs: 50 }
			});
			await until(() => network.view().nodesRefreshedAt !== null, 15_000);
			expect(network.view().nodeCount).toBe(12);
			const ada = person();
			await store(network, ada, 'hello');
			expect(await textsOf(network, ada)).toEqual(['hello']);
			await network.stop();
		} finally {
			await door.close();
			await newer.close();
		}
	});

	it('guards stay over a restart', async () => {
		const kept = new MemoryStore();
		const first = await ready({ store: kept });
		await until(() => first.view().paths.length === 2);
		const guards = first
			.view()
			.paths.map((path) => path.hops[0]!.id)
			.sort();
		await first.stop();
		const second = await ready({ store: kept });
		await until(() => second.view().paths.length === 2);
		expect(
			second
				.view()
				.paths.map((path) => path.hops[0]!.id)
				.sort()
		).toEqual(guards);
	});
});

describe('several gateways', () => {
	it('a dead one is passed over', async () => {
		const network = await ready({ gateways: ['http://127.0.0.1:9'] });
		const ada = person();
		await store(network, ada, 'by the other door');
		expect(network.view().gateway).toBe(gateway.url);
		expect(await textsOf(network, ada)).toEqual(['by the other door']);
	});
});

describe('what the gateway sees', () => {
	it('is a guard and sealed bytes: no id, no text, no other node', async () => {
		const seen: string[] = [];
		const browser = testBrowser({ origin: gateway.url });
		const { platform } = browser.openTab({
			fetch: async (input, init) => {
				const body = init?.body instanceof Uint8Array ? init.body : new Uint8Array(0);
				const request = `${input instanceof Request ? input.url : String(input)} ${JSON.stringify(init?.headers ?? {})}`;
				seen.push(request + toHex(body) + new TextDecoder('latin1').decode(body));
				const response = await fetch(input, init);
				const copy = new Uint8Array(await response.clone().arrayBuffer());
				const text = new TextDecoder('latin1').decode(copy);
				seen.push(text);
				try {
					seen.push(new TextDecoder('latin1').decode(fromBase64(text)));
				} catch {
					// Not base64: it is in the list as it came.
				}
				return response;
			}
		});
		const network = createNetwork({
			platform,
			profile: localnet.profile(),
			store: new MemoryStore(),
			gateways: [],
			leader: () => true
		});
		running.push(network);
		await network.start();
		const ada = person();
		await store(network, ada, 'a text that nobody on the way may read');
		await textsOf(network, ada);
		const everything = seen.join('\n');
		expect(everything.length).toBeGreaterThan(4_000);
		expect(everything).not.toContain(ada.accountId.slice(2));
		expect(everything).not.toContain('nobody on the way');
		expect(everything).not.toContain(toHex(utf8('nobody on the way')));
		// Guards are named to the gateway, and only they.
		const guards = new Set(
			[...everything.matchAll(/\/api\/onion\/([0-9a-f]{64})/g)].map((match) => match[1])
		);
		expect(guards.size).toBeLessThanOrEqual(2);
		for (const { id } of localnet.nodes) if (!guards.has(id)) expect(everything).not.toContain(id);
	});
});

/** Requests to a server behind onions, over real HTTP: this room, the gateway, localnet's nodes and its file server. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createNetwork } from '../../../src/engine/network/network';
import type { Network } from '../../../src/engine/network/types';
import { startGateway, type Gateway } from '../../../src/gateway/gateway';
import { startLocalnet, type Localnet } from '../../../src/localnet/localnet';
import { toHex } from '../../../src/protocol/bytes';
import { downloadRequest, parseUploadReply, uploadRequest } from '../../../src/protocol/file-server';
import { blake2b, x25519KeyPair } from '../../../src/protocol/keys';
import { sodiumReady } from '../../../src/protocol/sodium';
import type { OnionServer } from '../../../src/networks/profile';
import { OutsideServer } from '../../localnet/transcripts/outside-server';
import { testBrowser } from '../node-platform';
import { MemoryStore, until } from './network-setup';

let localnet: Localnet;
let gateway: Gateway;
let network: Network;
let exits = 0;
/** What the gateway of this test does with a request, instead of carrying it. */
let lie: ((url: string) => Response | null) | null = null;

beforeAll(async () => {
	await sodiumReady;
	localnet = await startLocalnet({ basePort: 0, timeScale: 0.4 });
	localnet.on('onion', ({ role }) => (exits += role === 'exit' ? 1 : 0));
	gateway = await startGateway({ profile: localnet.profile() });
});

afterAll(async () => {
	await gateway.close();
	await localnet.close();
});

beforeEach(async () => {
	const { platform } = testBrowser({ origin: gateway.url }).openTab({
		fetch: async (input, init) => {
			// Storage requests are filled up to 2 KiB: what is smaller goes to the server.
			const isForServer = init?.body instanceof Uint8Array && init.body.length < 2_000;
			return (isForServer && typeof input === 'string' && lie?.(input)) || fetch(input, init);
		}
	});
	network = createNetwork({
		platform,
		profile: localnet.profile(),
		store: new MemoryStore(),
		gateways: [],
		leader: () => true,
		timings: { stepMs: 3_000, callMs: 15_000, firstRefreshMs: 3_600_000 }
	});
	await network.start();
	// Both paths are tried out by then, so that only what a test does is under way.
	await until(() => network.view().paths.every((path) => path.requests > 0), 10_000);
	exits = 0;
});

afterEach(async () => {
	lie = null;
	await network.stop();
	localnet.faults.heal();
	await localnet.fileServer.faults.heal();
});

test('a file of the largest size goes up and comes back', async () => {
	const file = new Uint8Array(10_000_000);
	for (let at = 0; at < file.length; at += 65_536) crypto.getRandomValues(file.subarray(at, at + 65_536));
	const up = await network.serverRequest(localnet.fileServer, uploadRequest(file));
	expect(up.status).toBe(200);
	const down = await network.serverRequest(localnet.fileServer, downloadRequest(parseUploadReply(up).id));
	expect(down.headers['content-type']).toBe('application/octet-stream');
	expect(toHex(blake2b(32, down.body!))).toBe(toHex(blake2b(32, file)));
	expect(exits).toBe(2);
});

test('what the server answers is the answer, whatever its status, and is not asked for again', async () => {
	localnet.fileServer.faults.refuseUploads(507);
	const reply = await network.serverRequest(localnet.fileServer, uploadRequest(new Uint8Array([1])));
	expect(reply.status).toBe(507);
	expect((await network.serverRequest(localnet.fileServer, downloadRequest('1'))).status).toBe(404);
	expect(exits).toBe(2);
});

test('a server that is down is asked on other paths, and costs no path', async () => {
	await localnet.fileServer.faults.kill();
	const before = network.view().paths.map((path) => path.hops);
	for (let round = 0; round < 3; round += 1) {
		const asked = network.serverRequest(localnet.fileServer, downloadRequest('1'));
		await expect(asked).rejects.toMatchObject({
			code: 'server-unreachable',
			detail: { reason: 'no-answer' }
		});
	}
	expect(exits).toBe(9);
	expect(network.view().paths.map((path) => path.hops)).toEqual(before);
	expect(network.view().state).toBe('ready');
});

test('a server of another key cannot be spoken to', async () => {
	const other = { ...localnet.fileServer, x25519: x25519KeyPair(new Uint8Array(32).fill(9)).publicKey };
	const asked = network.serverRequest(other, downloadRequest('1'), { attempts: 2 });
	await expect(asked).rejects.toMatchObject({ code: 'server-unreachable' });
	expect(exits).toBe(2);
});

test('a request whose relay died is answered over another path', async () => {
	for (const path of network.view().paths) {
		const [, relay] = path.hops;
		await localnet.faults.kill(relay!);
	}
	try {
		const reply = await network.serverRequest(localnet.fileServer, downloadRequest('1'), { attempts: 6 });
		expect(reply.status).toBe(404);
	} finally {
		for (const node of localnet.nodes) await localnet.faults.revive(node);
	}
});

test('a path that says of a server that it is down, when it is not, is passed by from then on', async () => {
	const guards: string[] = [];
	lie = (url) => {
		guards.push(url);
		if (url !== guards[0]) return null;
		const answer = 'Failed to connect to files port 80 after 3 ms';
		return new Response(answer, { headers: { 'x-sotto-status': '502', 'x-sotto-upstream-ms': '3' } });
	};
	for (let round = 0; round < 2; round += 1) {
		const reply = await network.serverRequest(localnet.fileServer, downloadRequest('1'));
		expect(reply.status).toBe(404);
	}
	const [liar, other] = guards;
	expect(other).not.toBe(liar);
	expect(guards).toEqual([liar, other, other]);
});

test('requests above the limit of the nodes are not even sent', async () => {
	const body = new Uint8Array(10 * 1024 * 1024);
	const asked = network.serverRequest(localnet.fileServer, uploadRequest(body));
	await expect(asked).rejects.toMatchObject({ code: 'too-large' });
	expect(exits).toBe(0);
});

test('what the server sealed itself and is no reply is not asked for again', async () => {
	const secret = '11'.repeat(32);
	const outside = new OutsideServer(secret);
	outside.plan = { status: 200, headers: {}, body: new Uint8Array(), sealed: 'no list at all' };
	const server: OnionServer = {
		host: '127.0.0.1',
		port: await outside.start(),
		protocol: 'http',
		x25519: x25519KeyPair(new Uint8Array(32).fill(0x11)).publicKey
	};
	try {
		const asked = network.serverRequest(server, downloadRequest('1'));
		await expect(asked).rejects.toMatchObject({
			code: 'server-unreachable',
			detail: { reason: 'malformed' }
		});
		expect(exits).toBe(1);
		expect(outside.received?.url).toBe('/oxen/v4/lsrpc');
	} finally {
		await outside.stop();
	}
});

test('offline says so', async () => {
	network.setOnline(false);
	const asked = network.serverRequest(localnet.fileServer, downloadRequest('1'));
	await expect(asked).rejects.toMatchObject({ code: 'offline' });
});

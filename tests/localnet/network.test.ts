import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLocalnet, type Localnet } from '../../src/localnet/localnet';
import { messageHash } from '../../src/protocol/storage-signatures';
import { batchCall, getSwarmCall, infoCall } from '../../src/protocol/storage-rpc';
import { utf8 } from '../../src/protocol/bytes';
import { builtinProfile } from '../../src/networks/builtin';
import { call, newIdentity, onion, send, storeText, swarmOf, textsAt } from './client';

let localnet: Localnet;

beforeAll(async () => {
	localnet = await startLocalnet({ basePort: 0 });
});

afterAll(() => localnet.close());

describe('the shape of the network', () => {
	test('twelve nodes with the keys, swarms and addresses of the built-in profile', async () => {
		const builtin = await builtinProfile('localnet');
		const shape = (nodes: readonly { id: string; ip: string | null; swarm: bigint | null }[]) =>
			nodes.map(({ id, ip, swarm }) => `${id} ${ip} ${swarm?.toString(16)}`);
		expect(shape(localnet.nodes)).toEqual(shape(builtin.nodes));
	});

	test('a profile of its own for free ports', () => {
		const profile = localnet.profile();
		expect(profile.kind).toBe('custom');
		expect(profile.seeds.map(({ url }) => url)).toEqual([localnet.seedUrl]);
		expect(profile.nodes.map(({ port }) => port)).toEqual(localnet.nodes.map(({ port }) => port));
	});

	test('as many nodes and swarms as are asked for', async () => {
		const other = await startLocalnet({ basePort: 0, nodes: 15, swarms: 5, seed: 'another' });
		try {
			expect(new Set(other.nodes.map(({ id }) => id)).size).toBe(15);
			expect(new Set(other.nodes.map(({ swarm }) => swarm)).size).toBe(5);
			expect(other.nodes[0]!.id).not.toBe(localnet.nodes[0]!.id);
		} finally {
			await other.close();
		}
	});

	test('a taken port fails the start and leaves nothing listening', async () => {
		const { port } = localnet.nodes[3]!;
		await expect(startLocalnet({ basePort: port - 3 })).rejects.toThrow(/EADDRINUSE/);
		await expect(fetch(`http://127.0.1.1:${port - 3}/get_stats/v1`)).rejects.toThrow();
	});
});

describe('messages', () => {
	test('what one member takes, all members have, and other swarms refuse', async () => {
		const me = newIdentity();
		const [first, ...others] = swarmOf(localnet, me.accountId);
		const { status, body } = await call(first!, storeText(me, 'hello'));
		expect(status).toBe(200);
		expect(Object.keys(body.swarm)).toHaveLength(3);
		for (const node of others) expect(await textsAt(node, me)).toEqual(['hello']);
		const stranger = localnet.nodes.find(({ swarm }) => swarm !== first!.swarm)!;
		expect((await call(stranger, storeText(me, 'hello'))).status).toBe(421);
	});

	test('a hundred at once: every member ends with the same hundred, each once', async () => {
		const me = newIdentity();
		const members = swarmOf(localnet, me.accountId);
		const texts = Array.from({ length: 100 }, (_, index) => `message ${index}`);
		const answers = await Promise.all(
			texts.map((text, index) => call(members[index % members.length]!, storeText(me, text)))
		);
		expect(answers.every(({ status }) => status === 200)).toBe(true);
		for (const node of members) expect([...(await textsAt(node, me))].sort()).toEqual([...texts].sort());
	}, 60_000);

	test('the same bytes many times over are one message', async () => {
		const me = newIdentity();
		const members = swarmOf(localnet, me.accountId);
		const stored: string[] = [];
		const stop = localnet.on('stored', ({ account, hash }) => {
			if (account === me.accountId) stored.push(hash);
		});
		const requests = Array.from({ length: 20 }, (_, index) => members[index % members.length]!);
		await Promise.all(requests.map((node) => call(node, storeText(me, 'once'))));
		stop();
		const hash = messageHash(me.accountId, 0, utf8('once'));
		expect(localnet.storedHashes(me.accountId)).toEqual([hash]);
		expect(localnet.storedHashes(me.accountId, 2)).toEqual([]);
		expect(stored).toEqual([hash, hash, hash]);
	});

	test('what has expired goes at the next clean-up', async () => {
		let ahead = 0;
		const clock = () => Date.now() + ahead;
		const quick = await startLocalnet({ basePort: 0, timeScale: 0.01, clock });
		try {
			const me = newIdentity();
			await call(swarmOf(quick, me.accountId)[0]!, storeText(me, 'brief', { ttlMs: 10_000 }));
			expect(quick.storedHashes(me.accountId)).toHaveLength(1);
			ahead = 10_001;
			await expect.poll(() => quick.storedHashes(me.accountId)).toEqual([]);
		} finally {
			await quick.close();
		}
	});
});

describe('onions', () => {
	test.each(['aes-gcm', 'xchacha20', 'aes-cbc'] as const)('peel hop by hop with %s', async (encryption) => {
		const path = [0, 1, 2, 3].map((index) => localnet.nodes[index]!);
		const seen: string[] = [];
		const stop = localnet.on('onion', ({ node, role }) => {
			seen.push(`${localnet.nodes.find(({ id }) => id === node)!.name} ${role}`);
		});
		const { reply } = await onion(path, batchCall([infoCall()]), encryption);
		stop();
		expect(reply?.status).toBe(200);
		expect(reply?.from).toBe('destination');
		expect(seen).toEqual(['node0 relay', 'node1 relay', 'node2 relay', 'node3 destination']);
	});

	test('many at once', async () => {
		const node = (index: number) => localnet.nodes[index % 12]!;
		const answers = await Promise.all(
			Array.from({ length: 40 }, (_, index) =>
				onion(
					[0, 1, 2, 3].map((hop) => node(index + hop)),
					getSwarmCall(`05${'00'.repeat(32)}`)
				)
			)
		);
		expect(answers.map(({ reply }) => reply?.status)).toEqual(Array(40).fill(200));
	}, 60_000);
});

describe('strangers', () => {
	test('the paths between nodes do not exist for anyone else', async () => {
		const { url } = localnet.nodes[0]!;
		for (const path of ['/localnet/copy', '/localnet/onion']) {
			const forged = { 'x-localnet-from': localnet.nodes[1]!.id, 'x-localnet-signature': 'AAAA' };
			for (const headers of [{}, forged]) {
				const response = await fetch(url + path, { method: 'POST', body: '{}', headers });
				expect(response.status).toBe(404);
				expect(await response.text()).toBe(`post ${path} Not Found`);
			}
		}
	});

	test.each(['{', '{"method":"info","params":{}}x', '\ufeff', '['.repeat(100_000)])(
		'bad JSON is refused: %.20s',
		async (body) => {
			expect(await send(localnet.nodes[0]!, body)).toMatchObject({ status: 400, text: 'invalid json' });
		}
	);
});

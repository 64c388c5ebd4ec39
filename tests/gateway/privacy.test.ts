import { describe, expect, test, vi } from 'vitest';
import { clientNetwork } from '../../src/gateway/client-address';
import { RateLimit } from '../../src/gateway/rate-limit';
import { fakeNode, gatewayOf, onEnd, postOnion, rawExchange } from './support';

test('no id, address, path or body reaches any log, whatever happens', async () => {
	const written: string[] = [];
	for (const stream of [process.stdout, process.stderr]) {
		const spy = vi.spyOn(stream, 'write').mockImplementation((piece) => {
			written.push(piece.toString());
			return true;
		});
		onEnd(() => spy.mockRestore());
	}
	const node = await fakeNode((body, response) => {
		if (body.toString() === 'break') response.destroy();
		else response.end('secret-reply');
	});
	const gateway = await gatewayOf([node], {
		limits: { rateBurst: 8, ratePerSecond: 0.001 },
		log: (event) => written.push(JSON.stringify(event))
	});
	for (const body of ['secret-body', 'break', ''])
		await postOnion(gateway, node.ed25519, new Uint8Array(Buffer.from(body)));
	await postOnion(gateway, 'fe'.repeat(32), new Uint8Array(Buffer.from('secret-body')));
	await fetch(`${gateway.url}/secret-path?secret-query`, { headers: { 'x-forwarded-for': '203.0.113.77' } });
	await rawExchange(gateway.port, 'secret-nonsense\r\n\r\n');
	for (let count = 0; count < 8; count++) await fetch(`${gateway.url}/api/secret-path`);
	const health = await (await fetch(`${gateway.url}/api/health`)).text();
	const everything = written.join('\n') + health;
	for (const trace of [
		'secret',
		node.ed25519,
		'fe'.repeat(32),
		'127.0.0.1',
		'203.0.113.77',
		String(node.port)
	])
		expect(everything).not.toContain(trace);
});

test('counts what it did, and for nobody in particular', async () => {
	const node = await fakeNode();
	const gateway = await gatewayOf([node]);
	await postOnion(gateway, node.ed25519, new Uint8Array([1]));
	await postOnion(gateway, 'fe'.repeat(32), new Uint8Array([1]));
	const health = (await (await fetch(`${gateway.url}/api/health`)).json()) as Record<string, unknown>;
	expect(health).toEqual({
		status: 'ok',
		nodes: 5,
		nodesFrom: 'profile',
		nodesAgeSeconds: expect.any(Number) as number,
		uptimeSeconds: expect.any(Number) as number,
		inFlight: 0,
		forwarded: 1,
		answered: 1,
		abandoned: 0,
		refused: {
			'bad-request': 0,
			'not-found': 0,
			'unknown-node': 1,
			'too-large': 0,
			'rate-limited': 0,
			internal: 0,
			'node-unreachable': 0,
			busy: 0,
			'node-timeout': 0
		}
	});
});

describe('who counts as one client', () => {
	test.each([
		['198.51.100.7', '198.51.100.7'],
		['::ffff:198.51.100.7', '198.51.100.7'],
		['2001:db8:1:2:3:4:5:6', '2001:0db8:0001:0002'],
		['2001:DB8:1:2::', '2001:0db8:0001:0002'],
		['2001:db8::1', '2001:0db8:0000:0000'],
		['::1', '0000:0000:0000:0000'],
		['fe80::1%eth0', 'fe80:0000:0000:0000'],
		['', ''],
		['no address', '']
	])('%s is %s', (address, network) => expect(clientNetwork(address)).toBe(network));

	test('a claimed address counts only when a proxy of ours stands in front, and then the last one', async () => {
		const limits = { rateBurst: 1, ratePerSecond: 0.001 };
		const ask = async (url: string, claim: string): Promise<number> =>
			(await fetch(`${url}/api/network`, { headers: { 'x-forwarded-for': claim } })).status;
		const direct = await gatewayOf([], { limits });
		expect([await ask(direct.url, '1.1.1.1'), await ask(direct.url, '2.2.2.2')]).toEqual([200, 429]);
		const behind = await gatewayOf([], { limits, behindProxy: true });
		expect([await ask(behind.url, '1.1.1.1'), await ask(behind.url, '2.2.2.2')]).toEqual([200, 200]);
		expect(await ask(behind.url, '3.3.3.3, 1.1.1.1')).toBe(429);
	});
});

describe('the rate limit', () => {
	test('fills up again with time, to its burst and no further', () => {
		let now = 0;
		const limit = new RateLimit(2, 10, () => now);
		expect([1, 2, 3].map(() => limit.admit('a'))).toEqual([true, true, false]);
		expect(limit.admit('b')).toBe(true);
		now += 100;
		expect([limit.admit('a'), limit.admit('a')]).toEqual([true, false]);
		now += 60_000;
		expect([1, 2, 3].map(() => limit.admit('a'))).toEqual([true, true, false]);
	});

	test('a debt is paid first', () => {
		let now = 0;
		const limit = new RateLimit(2, 10, () => now);
		limit.charge('a', 12);
		now += 900;
		expect(limit.admit('a')).toBe(false);
		now += 250;
		expect(limit.admit('a')).toBe(true);
	});

	test('forgets idle clients before one that still owes', () => {
		let now = 0;
		const limit = new RateLimit(2, 10, () => now);
		limit.charge('heavy', 1_000_000);
		now += 1_000;
		for (let client = 0; client < 25_000; client++) {
			if (client % 1000 === 0) now += 1_000;
			limit.admit(`c${client}`);
		}
		expect(limit.admit('heavy')).toBe(false);
	});
});

import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { describe, expect, test } from 'vitest';
import { eventually, fakeNode, gatewayOf, listen, onEnd, postOnion, profileOf, rawExchange } from './support';
import { selfSigned } from './certificate';
import { parseNetworkProfile } from '../../src/networks/parse-profile';
import { profileDocument } from '../../src/networks/document';

const blob = new Uint8Array([1, 2, 3, 0, 255]);

async function refusalOf(response: Response): Promise<unknown> {
	return [response.status, ((await response.json()) as { error: string }).error];
}

describe('forwarding', () => {
	test('carries the bytes to the named node and the answer back, both untouched', async () => {
		const node = await fakeNode((body, response) => response.end(Buffer.from([...body].reverse())));
		const gateway = await gatewayOf([node]);
		const response = await postOnion(gateway, node.ed25519, blob);
		expect(response.status).toBe(200);
		expect(response.headers.get('x-sotto-status')).toBe('200');
		expect(Number(response.headers.get('x-sotto-upstream-ms'))).toBeGreaterThanOrEqual(0);
		expect(response.headers.get('content-type')).toBe('application/octet-stream');
		expect(new Uint8Array(await response.arrayBuffer())).toEqual(blob.slice().reverse());
		expect(node.seen).toHaveLength(1);
		expect(node.seen[0]).toMatchObject({ method: 'POST', path: '/onion_req/v2', body: Buffer.from(blob) });
	});

	test.each([400, 502, 503, 504])('answers 200 and mirrors the status %i of the node', async (status) => {
		const node = await fakeNode((_body, response) => response.writeHead(status).end('why'));
		const response = await postOnion(await gatewayOf([node]), node.ed25519, blob);
		expect([response.status, response.headers.get('x-sotto-status')]).toEqual([200, String(status)]);
		expect(await response.text()).toBe('why');
	});

	test('follows no redirect', async () => {
		const inner = await fakeNode();
		const node = await fakeNode((_body, response) =>
			response.writeHead(307, { location: `http://127.0.0.1:${inner.port}/` }).end()
		);
		const response = await postOnion(await gatewayOf([node]), node.ed25519, blob);
		expect(response.headers.get('x-sotto-status')).toBe('307');
		expect(response.headers.get('location')).toBeNull();
		expect(inner.seen).toHaveLength(0);
	});

	test('tells the node nothing of the client', async () => {
		const node = await fakeNode();
		const gateway = await gatewayOf([node]);
		await fetch(`${gateway.url}/api/onion/${node.ed25519}`, {
			method: 'POST',
			body: blob,
			headers: { 'x-forwarded-for': '203.0.113.9', cookie: 'a=b', referer: 'http://a.example', 'x-own': '1' }
		});
		const names = Object.keys(node.seen[0]!.headers).sort();
		expect(names).toEqual(['accept-language', 'connection', 'content-length', 'host', 'user-agent']);
	});

	test('speaks TLS with a node whose certificate nobody vouches for', async () => {
		const { key, cert } = selfSigned('localhost');
		const server = https.createServer({ key, cert }, (request, response) => request.pipe(response));
		const port = await listen(server);
		const profile = profileDocument(profileOf([]));
		const nodes = profile.nodes.map((node) => ({ ...node, port, protocol: 'https' }));
		const gateway = await gatewayOf([], { profile: parseNetworkProfile({ ...profile, nodes }) });
		const response = await postOnion(gateway, nodes[0]!.ed25519, blob);
		expect(new Uint8Array(await response.arrayBuffer())).toEqual(blob);
	});

	test('tries a fresh connection when the node has just closed the kept one', async () => {
		const sockets: net.Socket[] = [];
		const server = http.createServer((request, response) => request.pipe(response));
		server.on('connection', (socket) => sockets.push(socket));
		const node = { ed25519: 'ab'.repeat(32), port: await listen(server) };
		const gateway = await gatewayOf([node]);
		expect((await postOnion(gateway, node.ed25519, blob)).status).toBe(200);
		// The reset reaches the gateway only when it next uses the connection.
		server.prependOnceListener('request', (request) => request.socket.resetAndDestroy());
		const response = await postOnion(gateway, node.ed25519, blob);
		expect(response.status).toBe(200);
		expect(sockets).toHaveLength(2);
	});
});

describe('the gateway is no open proxy', () => {
	test.each([
		['an unknown key', 'cd'.repeat(32)],
		['an address', '127.0.0.1:80'],
		['a URL', encodeURIComponent('http://169.254.169.254/latest/meta-data')],
		['a prefix of a key', 'ab'.repeat(31)],
		['a key with more behind it', `${'ab'.repeat(32)}/../../storage_rpc/v1`],
		['a property of every object', '__proto__']
	])('refuses %s', async (_what, guard) => {
		const node = { ...(await fakeNode()), ed25519: 'ab'.repeat(32) };
		const gateway = await gatewayOf([node]);
		// Raw, since fetch would tidy the path before it is sent.
		const answer = await rawExchange(
			gateway.port,
			`POST /api/onion/${guard} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx`
		);
		expect(answer).toMatch(/^HTTP\/1\.1 404 /);
		expect(answer).toContain('{"error":"unknown-node"}');
		expect(node.seen).toHaveLength(0);
	});

	test('takes no address from a query, a header or an absolute target', async () => {
		const inner = await fakeNode();
		const node = await fakeNode();
		const gateway = await gatewayOf([node]);
		const target = `http://127.0.0.1:${inner.port}`;
		await fetch(`${gateway.url}/api/onion/${node.ed25519}?ip=127.0.0.1&port=${inner.port}&url=${target}`, {
			method: 'POST',
			body: blob,
			headers: { 'x-forwarded-host': target }
		});
		const answer = await rawExchange(
			gateway.port,
			`POST ${target}/api/onion/${node.ed25519} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx`
		);
		expect(answer).toMatch(/^HTTP\/1\.1 400 /);
		expect(inner.seen).toHaveLength(0);
		expect(node.seen).toHaveLength(1);
	});

	test('only POST reaches a node, and only with a body', async () => {
		const node = await fakeNode();
		const gateway = await gatewayOf([node]);
		for (const method of ['GET', 'PUT', 'DELETE']) {
			const response = await fetch(`${gateway.url}/api/onion/${node.ed25519}`, { method });
			expect(await refusalOf(response)).toEqual([400, 'bad-request']);
		}
		expect(await refusalOf(await postOnion(gateway, node.ed25519, new Uint8Array()))).toEqual([
			400,
			'bad-request'
		]);
		expect(node.seen).toHaveLength(0);
	});
});

describe('limits', () => {
	test('a body that says it is too large, and one that turns out to be', async () => {
		const node = await fakeNode();
		const gateway = await gatewayOf([node], { limits: { requestBytes: 1000 } });
		expect((await postOnion(gateway, node.ed25519, new Uint8Array(1000))).status).toBe(200);
		expect(await refusalOf(await postOnion(gateway, node.ed25519, new Uint8Array(1001)))).toEqual([
			413,
			'too-large'
		]);
		const chunked = await fetch(`${gateway.url}/api/onion/${node.ed25519}`, {
			method: 'POST',
			body: new Blob([new Uint8Array(5000)]).stream(),
			duplex: 'half'
		} as RequestInit);
		expect(await refusalOf(chunked)).toEqual([413, 'too-large']);
		expect(node.seen).toHaveLength(1);
	});

	test('a reply that is too large', async () => {
		const node = await fakeNode((_body, response) => response.end(Buffer.alloc(2001)));
		const gateway = await gatewayOf([node], { limits: { replyBytes: 2000 } });
		expect(await refusalOf(await postOnion(gateway, node.ed25519, blob))).toEqual([502, 'node-unreachable']);
	});

	test('all the bytes that are held at one time', async () => {
		const node = await fakeNode((_body, response) => response.end(Buffer.alloc(600)));
		const gateway = await gatewayOf([node], { limits: { bytesInFlight: 1000 } });
		expect(await refusalOf(await postOnion(gateway, node.ed25519, new Uint8Array(1001)))).toEqual([
			503,
			'busy'
		]);
		expect(await refusalOf(await postOnion(gateway, node.ed25519, new Uint8Array(500)))).toEqual([
			503,
			'busy'
		]);
		// Both gave back what they held.
		expect((await postOnion(gateway, node.ed25519, new Uint8Array(400))).status).toBe(200);
	});

	test('a client that asks too often, until its tokens are back', async () => {
		const node = await fakeNode();
		const gateway = await gatewayOf([node], { limits: { rateBurst: 3, ratePerSecond: 20 } });
		const statuses: number[] = [];
		for (let count = 0; count < 5; count++)
			statuses.push((await postOnion(gateway, node.ed25519, blob)).status);
		expect(statuses.slice(0, 3)).toEqual([200, 200, 200]);
		expect(statuses.at(-1)).toBe(429);
		await new Promise((wake) => setTimeout(wake, 100));
		expect((await postOnion(gateway, node.ed25519, blob)).status).toBe(200);
	});

	test('large bodies cost more of the rate', async () => {
		const node = await fakeNode((_body, response) => response.end());
		const gateway = await gatewayOf([node], { limits: { rateBurst: 10, ratePerSecond: 0.001 } });
		expect((await postOnion(gateway, node.ed25519, new Uint8Array(10 * 64 * 1024))).status).toBe(200);
		expect(await refusalOf(await postOnion(gateway, node.ed25519, blob))).toEqual([429, 'rate-limited']);
	});

	test.each([
		['for one client', { requestsPerClient: 1 }, [429, 'rate-limited']],
		['towards one node', { requestsPerNode: 1 }, [503, 'busy']],
		['in all', { requestsInFlight: 1 }, [503, 'busy']]
	])('requests at one time %s', async (_what, limits, refusal) => {
		const waiting: http.ServerResponse[] = [];
		const node = await fakeNode((_body, response) => waiting.push(response));
		const gateway = await gatewayOf([node], { limits });
		const first = postOnion(gateway, node.ed25519, blob);
		await eventually(() => waiting.length === 1);
		expect(await refusalOf(await postOnion(gateway, node.ed25519, blob))).toEqual(refusal);
		waiting[0]!.end('late');
		expect(await (await first).text()).toBe('late');
		const second = postOnion(gateway, node.ed25519, blob);
		await eventually(() => waiting.length === 2);
		waiting[1]!.end();
		expect((await second).status).toBe(200);
	});

	test('a client that sends its body too slowly is let go', async () => {
		const node = await fakeNode();
		const gateway = await gatewayOf([node], { limits: { headersMs: 200, requestMs: 400 } });
		const answer = await rawExchange(
			gateway.port,
			`POST /api/onion/${node.ed25519} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx`
		);
		expect(answer).toMatch(/^HTTP\/1\.1 408 /);
		expect(node.seen).toHaveLength(0);
		const health = (await (await fetch(`${gateway.url}/api/health`)).json()) as Record<string, unknown>;
		expect(health).toMatchObject({ inFlight: 0 });
	});
});

describe('nodes that fail', () => {
	test('nobody listens', async () => {
		const node = { ed25519: 'ab'.repeat(32), port: 1 };
		expect(await refusalOf(await postOnion(await gatewayOf([node]), node.ed25519, blob))).toEqual([
			502,
			'node-unreachable'
		]);
	});

	test('a node that speaks something else', async () => {
		const server = net.createServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-x\r\n'));
		const node = { ed25519: 'ab'.repeat(32), port: await listen(server) };
		expect(await refusalOf(await postOnion(await gatewayOf([node]), node.ed25519, blob))).toEqual([
			502,
			'node-unreachable'
		]);
	});

	test('a node that accepts and says nothing, or stops in the middle of its answer', async () => {
		const silent = await fakeNode(() => undefined);
		const stuck = await fakeNode((_body, response) => response.writeHead(200).write('half'));
		const gateway = await gatewayOf([silent, stuck], { limits: { nodeMs: 150 } });
		for (const node of [silent, stuck]) {
			expect(await refusalOf(await postOnion(gateway, node.ed25519, blob))).toEqual([504, 'node-timeout']);
			await eventually(() => node.aborted === 1);
		}
	});

	test('a node that breaks its answer off', async () => {
		const node = await fakeNode((_body, response) => {
			response.writeHead(200, { 'content-length': 100 }).write('half');
			setTimeout(() => response.destroy(), 20);
		});
		expect(await refusalOf(await postOnion(await gatewayOf([node]), node.ed25519, blob))).toEqual([
			502,
			'node-unreachable'
		]);
	});
});

test('a client that leaves takes its request to the node with it', async () => {
	const node = await fakeNode(() => undefined);
	const gateway = await gatewayOf([node]);
	const leaving = new AbortController();
	const request = fetch(`${gateway.url}/api/onion/${node.ed25519}`, {
		method: 'POST',
		body: blob,
		signal: leaving.signal
	});
	await eventually(() => node.seen.length === 1);
	leaving.abort();
	await expect(request).rejects.toThrow();
	await eventually(() => node.aborted === 1);
	const health = (await (await fetch(`${gateway.url}/api/health`)).json()) as Record<string, unknown>;
	expect(health).toMatchObject({ inFlight: 0, forwarded: 1, answered: 0, abandoned: 1 });
});

test('closing lets a request under way finish', async () => {
	const waiting: http.ServerResponse[] = [];
	const node = await fakeNode((_body, response) => waiting.push(response));
	const gateway = await gatewayOf([node]);
	const request = postOnion(gateway, node.ed25519, blob);
	await eventually(() => waiting.length === 1);
	const closed = gateway.close();
	onEnd(() => closed);
	waiting[0]!.end('still');
	expect(await (await request).text()).toBe('still');
	await closed;
	await expect(fetch(`${gateway.url}/api/health`)).rejects.toThrow();
});

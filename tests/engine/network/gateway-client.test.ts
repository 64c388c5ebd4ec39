import { describe, expect, it } from 'vitest';
import { GatewayClient } from '../../../src/engine/network/gateway-client';
import { gatewayOrigin } from '../../../src/engine/network/gateway-origin';
import type { SnodeId } from '../../../src/protocol/types';
import { ManualTime, settle } from './manual-time';

const GUARD = 'ab'.repeat(32) as SnodeId;
const A = 'https://a.example';
const B = 'https://b.example';
const LIMIT = { timeoutMs: 1_000 };
const body = new Uint8Array([1, 2, 3]);

type Reply = (request: { origin: string; url: string; init: RequestInit }) => Promise<Response> | Response;

function setUp(reply: Reply, origins: [string, ...string[]] = [A, B]) {
	const time = new ManualTime();
	const asked: string[] = [];
	const requests: RequestInit[] = [];
	const client = new GatewayClient(
		{
			...time,
			fetch: (input, init = {}) => {
				const url = input instanceof Request ? input.url : String(input);
				const { origin } = new URL(url);
				asked.push(origin);
				requests.push(init);
				return new Promise((resolve, reject) => {
					init.signal?.addEventListener('abort', () => {
						reject(new DOMException('aborted', 'AbortError'));
					});
					Promise.resolve()
						.then(() => reply({ origin, url, init }))
						.then(resolve, reject);
				});
			}
		},
		origins
	);
	return { client, time, asked, requests };
}

const answered = (status = 200, headers: Record<string, string> = {}) =>
	new Response('reply', {
		headers: { 'x-sotto-status': String(status), 'x-sotto-upstream-ms': '0', ...headers }
	});
const refused = (status: number, error: string) => Response.json({ error }, { status });
const never = () => new Promise<Response>(() => undefined);

describe('gateway client', () => {
	it('brings the guard’s status and bytes, and what the guard took', async () => {
		const { client, requests } = setUp(() => answered(503));
		const outcome = await client.post(GUARD, body, LIMIT);
		expect(outcome).toMatchObject({ kind: 'answered', gateway: A, status: 503, upstreamMs: 0 });
		expect(outcome.kind === 'answered' && new TextDecoder().decode(outcome.body)).toBe('reply');
		expect(requests[0]).toMatchObject({
			method: 'POST',
			credentials: 'omit',
			cache: 'no-store',
			redirect: 'error',
			referrerPolicy: 'no-referrer'
		});
	});

	it('says what a working gateway could not do, and does not bother the next one', async () => {
		for (const [status, reason] of [
			[404, 'unknown-node'],
			[413, 'too-large'],
			[502, 'node-unreachable'],
			[504, 'node-timeout'],
			[400, 'bad-request']
		] as const) {
			const { client, asked } = setUp(() => refused(status, reason));
			expect(await client.post(GUARD, body, LIMIT)).toEqual({ kind: 'refused', reason });
			expect(asked).toEqual([A]);
			expect(client.reachable).toBe(true);
		}
	});

	const unusable: Record<string, Reply> = {
		'refuses the connection': () => Promise.reject(new TypeError('fetch failed')),
		'is overloaded': () => refused(503, 'busy'),
		'has had enough of us': () => refused(429, 'rate-limited'),
		'is no gateway': () => new Response('<html>', { status: 200 }),
		'is a static host': () => new Response('Not Found', { status: 404 }),
		'fails inside': () => refused(500, 'internal'),
		'makes up a status': () => answered(9_999),
		'sends without end': () =>
			new Response(
				new ReadableStream<Uint8Array>({
					pull: (stream) => {
						stream.enqueue(new Uint8Array(1024 * 1024));
					}
				}),
				{ headers: { 'x-sotto-status': '200' } }
			)
	};
	for (const [name, reply] of Object.entries(unusable)) {
		it(`goes to the next gateway when one ${name}, and leaves that alone for a while`, async () => {
			const { client, asked, time } = setUp((request) =>
				request.origin === A ? reply(request) : answered()
			);
			expect(await client.post(GUARD, body, LIMIT)).toMatchObject({ kind: 'answered', gateway: B });
			expect(client.current).toBe(B);
			asked.length = 0;
			await client.post(GUARD, body, LIMIT);
			expect(asked).toEqual([B]);
			await time.advance(1_100);
			await client.post(GUARD, body, LIMIT);
			expect(asked).toEqual([B, A, B]);
			// Twice as long the second time.
			await time.advance(1_100);
			await client.post(GUARD, body, LIMIT);
			expect(asked).toEqual([B, A, B, B]);
		});

		it(`is unreachable when the only gateway ${name}, and tries it each time`, async () => {
			const { client, asked } = setUp(reply, [A]);
			expect(await client.post(GUARD, body, LIMIT)).toEqual({ kind: 'unreachable' });
			expect(client.reachable).toBe(false);
			await client.post(GUARD, body, LIMIT);
			expect(asked).toEqual([A, A]);
		});
	}

	it('gives up in time, also when the body never ends', async () => {
		const stuck = () => new Response(new ReadableStream(), { headers: { 'x-sotto-status': '200' } });
		for (const reply of [never, stuck]) {
			const { client, time, asked } = setUp(reply);
			const post = client.post(GUARD, body, LIMIT);
			await settle();
			await time.advance(1_001);
			expect(await post).toEqual({ kind: 'timeout' });
			expect(asked).toEqual([A]);
			expect(time.pending).toBe(0);
		}
	});

	it('stops when the caller does, without blame', async () => {
		const { client, time } = setUp(never);
		const controller = new AbortController();
		const post = client.post(GUARD, body, { ...LIMIT, signal: controller.signal });
		await settle();
		controller.abort();
		expect(await post).toEqual({ kind: 'aborted' });
		expect(client.current).toBe(A);
		expect(time.pending).toBe(0);
	});

	it('leaves a gateway that is silent again and again', async () => {
		const { client, time, asked } = setUp(({ origin }) => (origin === A ? never() : answered()));
		for (let round = 0; round < 4; round += 1) {
			const post = client.post(GUARD, body, LIMIT);
			await settle();
			await time.advance(1_001);
			expect(await post).toEqual({ kind: 'timeout' });
		}
		expect(await client.post(GUARD, body, LIMIT)).toMatchObject({ kind: 'answered', gateway: B });
		expect(asked).toEqual([A, A, A, A, B]);
	});

	it('leaves a gateway that brings only worthless replies, unless one of them proves good', async () => {
		const { client } = setUp(() => answered());
		for (let round = 0; round < 20; round += 1) {
			await client.post(GUARD, body, LIMIT);
			client.doubt(A);
			if (round % 3 === 2) client.proven(A);
		}
		await client.post(GUARD, body, LIMIT);
		expect(client.current).toBe(A);
		for (let round = 0; round < 4; round += 1) client.doubt(A);
		expect(client.current).toBe(B);
	});

	it('forgives everything after coming online', async () => {
		let up = false;
		const { client, asked } = setUp(() => {
			if (!up) throw new TypeError('fetch failed');
			return answered();
		});
		await client.post(GUARD, body, LIMIT);
		expect(client.reachable).toBe(false);
		up = true;
		client.forgive();
		expect(client.reachable).toBe(true);
		asked.length = 0;
		await client.post(GUARD, body, LIMIT);
		expect(asked).toEqual([A]);
	});

	it('believes no share of the guard that is longer than the whole', async () => {
		const { client } = setUp(() => answered(200, { 'x-sotto-upstream-ms': '99999' }));
		expect(await client.post(GUARD, body, LIMIT)).toMatchObject({ kind: 'answered', upstreamMs: null });
	});

	it('reads pages of the first gateway that has them', async () => {
		const { client } = setUp(({ origin }) =>
			origin === A ? new Response('no', { status: 404 }) : Response.json({ nodes: [] })
		);
		expect(await client.read('/api/nodes', LIMIT)).toEqual({ nodes: [] });
		const none = setUp(() => new Response('{'));
		expect(await none.client.read('/api/nodes', LIMIT)).toBeNull();
	});
});

describe('the origin of a gateway', () => {
	it('is https, or http on this machine', () => {
		expect(gatewayOrigin(' https://B.example:444/ ')).toBe('https://b.example:444');
		expect(gatewayOrigin('http://localhost:4173')).toBe('http://localhost:4173');
		expect(gatewayOrigin('http://127.0.0.1:1')).toBe('http://127.0.0.1:1');
		expect(gatewayOrigin('http://[::1]:1')).toBe('http://[::1]:1');
	});

	it('is nothing else', () => {
		const bad = [
			['', 'not-an-address'],
			['b.example', 'not-an-address'],
			['http://b.example', 'not-https'],
			['http://127.0.0.1.evil.example', 'not-https'],
			['javascript:alert(1)', 'not-https'],
			['https://b.example/path', 'more-than-an-origin'],
			['https://b.example/?q', 'more-than-an-origin'],
			['https://me@b.example', 'more-than-an-origin']
		];
		for (const [input, reason] of bad)
			expect(() => gatewayOrigin(input!), input).toThrow(
				expect.objectContaining({ code: 'invalid-gateway', detail: { reason } })
			);
	});
});

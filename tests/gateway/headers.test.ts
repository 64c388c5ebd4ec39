import { mkdirSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { fakeNode, gatewayOf, onEnd, postOnion, rawExchange } from './support';

const hashes = { shell: `'sha256-${'S'.repeat(43)}='`, landing: `'sha256-${'L'.repeat(43)}='` };
const worker = '/_app/immutable/workers/worker-AbC_1-2.js';
const otherWorker = '/_app/immutable/workers/qr-worker-AbC_1-2.js';

function page(hash: string): string {
	const policy = `script-src 'self' 'wasm-unsafe-eval' ${hash}`;
	return `<meta http-equiv="content-security-policy" content="${policy}">`.padEnd(2000, ' ');
}

/** A folder as `vite build` leaves it. */
function builtApp(): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'sotto-app-'));
	onEnd(() => rmSync(folder, { recursive: true }));
	const write = (name: string, text: string): void => {
		const file = path.join(folder, name);
		mkdirSync(path.dirname(file), { recursive: true });
		writeFileSync(file, text);
		writeFileSync(`${file}.br`, brotliCompressSync(text));
		writeFileSync(`${file}.gz`, gzipSync(text));
	};
	write('200.html', page(hashes.shell));
	write('index.html', page(hashes.landing));
	write('about/terms.html', page(hashes.landing));
	write('service-worker.js', '// service worker');
	write(worker, '// worker');
	write(otherWorker, '// another');
	write('_app/immutable/chunks/a.js', '// chunk');
	write('manifest.webmanifest', '{}');
	write('icons/mark.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>');
	return folder;
}

/** Headers by lower-case name from a raw answer. */
function headersOf(answer: string): Map<string, string> {
	const lines = answer.split('\r\n\r\n', 1)[0]!.split('\r\n').slice(1);
	return new Map(lines.map((line) => [line.split(':', 1)[0]!.toLowerCase(), line.replace(/^[^:]*: /, '')]));
}

function expectStrict(headers: Pick<Map<string, string>, 'get'>, connect = "'self'"): void {
	const policy = headers.get('content-security-policy') ?? '';
	const directives = new Map(
		policy.split('; ').map((part) => [part.split(' ')[0]!, part.replace(/^\S+ ?/, '')])
	);
	expect(Object.fromEntries(directives)).toEqual({
		'default-src': "'none'",
		'script-src': expect.stringMatching(/^'self' 'wasm-unsafe-eval'( 'sha256-[^']+')*$/) as string,
		'style-src': "'self'",
		'style-src-attr': "'unsafe-hashes' 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='",
		'img-src': "'self' blob: data:",
		'media-src': "'self' blob:",
		'font-src': "'self'",
		'connect-src': connect,
		'worker-src': "'self'",
		'manifest-src': "'self'",
		'base-uri': "'none'",
		'form-action': "'none'",
		'frame-ancestors': "'none'",
		'require-trusted-types-for': "'script'",
		'trusted-types': 'svelte-trusted-html sveltekit-trusted-url app'
	});
	expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
	expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
	expect(headers.get('origin-agent-cluster')).toBe('?1');
	expect(headers.get('referrer-policy')).toBe('no-referrer');
	expect(headers.get('x-content-type-options')).toBe('nosniff');
	const permissions = (headers.get('permissions-policy') ?? '').split(', ').map((part) => part.split('='));
	const given = permissions.filter(([, to]) => to !== '()').map(([feature, to]) => `${feature} ${to}`);
	// Nothing but what the app uses, and that to nobody else.
	expect(given.sort()).toEqual([
		'camera (self)',
		'clipboard-write (self)',
		'fullscreen (self)',
		'microphone (self)',
		'publickey-credentials-create (self)',
		'publickey-credentials-get (self)'
	]);
	const withheld = permissions.filter(([, to]) => to === '()').map(([feature]) => feature);
	for (const feature of ['geolocation', 'payment', 'usb', 'display-capture', 'browsing-topics', 'serial'])
		expect(withheld).toContain(feature);
	expect(headers.get('x-powered-by') ?? null).toBeNull();
	expect(headers.get('server') ?? null).toBeNull();
}

describe('the app and its headers', () => {
	test.each([
		['a prerendered page', '/', 200, 'text/html'],
		['a prerendered page below', '/about/terms', 200, 'text/html'],
		["the app's own paths", '/chats/k3j4', 200, 'text/html'],
		['the service worker', '/service-worker.js', 200, 'text/javascript'],
		['a worker that is not the engine', otherWorker, 200, 'text/javascript'],
		['a chunk', '/_app/immutable/chunks/a.js', 200, 'text/javascript'],
		['the manifest', '/manifest.webmanifest', 200, 'application/manifest+json'],
		['a picture', '/icons/mark.svg', 200, 'image/svg+xml'],
		['a picture that is not there', '/icons/mark.png', 404, 'text/plain'],
		['a file that is not there', '/_app/immutable/chunks/b.js', 404, 'text/plain'],
		['a path out of the folder', '/..%2f..%2fetc/passwd.txt', 404, 'text/plain'],
		['a broken escape', '/%E0%A4%A', 200, 'text/html'],
		['a query that speaks of the API', '/?/api/nodes', 200, 'text/html']
	])('%s', async (_what, target, status, type) => {
		const gateway = await gatewayOf([], { appFolder: builtApp() });
		const response = await fetch(gateway.url + target);
		expect(response.status).toBe(status);
		expect(response.headers.get('content-type')).toContain(type);
		expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
		expect(response.headers.get('access-control-allow-origin')).toBeNull();
		expectStrict(response.headers as never);
	});

	test("only the engine's worker may connect further than its own origin", async () => {
		const gateway = await gatewayOf([], { appFolder: builtApp() });
		const response = await fetch(gateway.url + worker);
		expect(response.status).toBe(200);
		expectStrict(response.headers as never, "'self' https: http://localhost:*");
		// Another spelling of the same file gets the stricter policy.
		expectStrict((await fetch(gateway.url + worker.replace('worker-', '%77orker-'))).headers as never);
	});

	test('the policy names the start scripts of every page, once', async () => {
		const gateway = await gatewayOf([], { appFolder: builtApp() });
		const policy = (await fetch(gateway.url)).headers.get('content-security-policy') ?? '';
		for (const hash of Object.values(hashes)) expect(policy.split(hash)).toHaveLength(2);
	});

	test('other methods, ranges and conditional requests', async () => {
		const gateway = await gatewayOf([], { appFolder: builtApp() });
		const posted = await fetch(gateway.url, { method: 'POST', body: 'a' });
		expect(posted.status).toBe(405);
		expectStrict(posted.headers as never);
		for (const range of ['bytes=5-2', 'bytes=0-3', 'bytes=x', 'bytes=99999-'])
			expect((await fetch(gateway.url, { headers: { range } })).status).toBe(200);
		const etag = (await fetch(gateway.url)).headers.get('etag') ?? '';
		const again = await fetch(gateway.url, { headers: { 'if-none-match': etag } });
		expect(again.status).toBe(304);
		expectStrict(again.headers as never);
		const head = await fetch(gateway.url, { method: 'HEAD' });
		expect([head.status, await head.text()]).toEqual([200, '']);
	});

	test.each([
		['br', 'br'],
		['gzip', 'gzip'],
		['identity', null]
	])('sends what was compressed at build to clients that accept %s', async (accepted, encoding) => {
		const gateway = await gatewayOf([], { appFolder: builtApp() });
		const response = await fetch(gateway.url, { headers: { 'accept-encoding': accepted } });
		expect(response.headers.get('content-encoding')).toBe(encoding);
		expect(response.headers.get('vary')).toBe('Accept-Encoding');
		expect((await response.text()).trim()).toBe(page(hashes.landing).trim());
	});

	test('names with a hash are kept for good, all else is asked for again', async () => {
		const gateway = await gatewayOf([], { appFolder: builtApp() });
		const kept = (await fetch(gateway.url + worker)).headers.get('cache-control');
		expect(kept).toBe('public, max-age=31536000, immutable');
		for (const target of ['/', '/service-worker.js', '/chats/a'])
			expect((await fetch(gateway.url + target)).headers.get('cache-control')).toBe('no-cache');
	});

	test('a file that vanished since the start breaks its own answer only', async () => {
		const folder = builtApp();
		const gateway = await gatewayOf([], { appFolder: folder });
		unlinkSync(path.join(folder, 'service-worker.js'));
		await expect(
			fetch(`${gateway.url}/service-worker.js`, { headers: { 'accept-encoding': 'identity' } }).then((r) =>
				r.text()
			)
		).rejects.toThrow();
		expect((await fetch(gateway.url)).status).toBe(200);
	});

	test('refuses to start without a built app', async () => {
		const empty = mkdtempSync(path.join(tmpdir(), 'sotto-empty-'));
		onEnd(() => rmSync(empty, { recursive: true }));
		await expect(gatewayOf([], { appFolder: empty })).rejects.toThrow('npm run build');
	});
});

test('Strict-Transport-Security only when it is told that browsers come by https', async () => {
	const plain = await gatewayOf([]);
	expect((await fetch(plain.url)).headers.get('strict-transport-security')).toBeNull();
	const behind = await gatewayOf([], { behindHttps: true });
	for (const target of ['/', '/api/network', '/api/none'])
		expect((await fetch(behind.url + target)).headers.get('strict-transport-security')).toMatch(
			/^max-age=\d{8}/
		);
});

describe('what is not a good request is answered with the same headers', () => {
	test.each([
		['no HTTP at all', 'hello\r\n\r\n', 400],
		['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
		['no path', 'GET http://a.example/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400],
		['endless headers', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
		['an expectation', 'GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nConnection: close\r\n\r\n', 417],
		[
			'two lengths',
			'POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
			400
		],
		[
			'length and chunks',
			'POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
			400
		]
	])('%s', async (_what, request, status) => {
		const gateway = await gatewayOf([]);
		const answer = await rawExchange(gateway.port, request);
		expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
		expectStrict(headersOf(answer));
	});

	test('headers that never end', async () => {
		const gateway = await gatewayOf([], { limits: { headersMs: 200 } });
		const answer = await rawExchange(gateway.port, 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow');
		expect(answer).toMatch(/^HTTP\/1\.1 408 /);
		expectStrict(headersOf(answer));
	});
});

describe('the API', () => {
	test('every answer of it may be read from any origin, and none is kept', async () => {
		const node = await fakeNode();
		const silent = { ed25519: 'cd'.repeat(32), port: 9 };
		const gateway = await gatewayOf([node, silent], { limits: { requestBytes: 64 } });
		const hasty = await gatewayOf([], { limits: { rateBurst: 1, ratePerSecond: 0.001 } });
		const answers = [
			await fetch(`${gateway.url}/api/network`),
			await fetch(`${gateway.url}/api/nodes`),
			await fetch(`${gateway.url}/api/health`),
			await fetch(`${gateway.url}/api/none`),
			await fetch(`${gateway.url}/api`),
			await postOnion(gateway, node.ed25519, new Uint8Array([1])),
			await postOnion(gateway, 'ab'.repeat(32), new Uint8Array([1])),
			await fetch(`${gateway.url}/api/network`, { method: 'POST' }),
			await postOnion(gateway, node.ed25519, new Uint8Array(0)),
			await postOnion(gateway, silent.ed25519, new Uint8Array([1])),
			await postOnion(gateway, node.ed25519, new Uint8Array(100)),
			await fetch(`${gateway.url}/api/network`, { method: 'HEAD' }),
			await fetch(`${hasty.url}/api/network`),
			await fetch(`${hasty.url}/api/network`)
		];
		for (const { headers } of answers) {
			expectStrict(headers as never);
			expect(headers.get('access-control-allow-origin')).toBe('*');
			expect(headers.get('access-control-expose-headers')).toBe('x-sotto-status, x-sotto-upstream-ms');
			expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
			expect(headers.get('cache-control')).toBe('no-store');
			expect(headers.get('set-cookie')).toBeNull();
		}
		expect(answers.map(({ status }) => status)).toEqual([
			200, 200, 200, 404, 404, 200, 404, 400, 400, 502, 413, 200, 200, 429
		]);
	});

	test('a preflight lets a page of another origin post bytes', async () => {
		const gateway = await gatewayOf([]);
		const response = await fetch(`${gateway.url}/api/onion/${'ab'.repeat(32)}`, { method: 'OPTIONS' });
		expect(response.status).toBe(204);
		expect(response.headers.get('access-control-allow-methods')).toBe('GET, POST');
		expect(response.headers.get('access-control-allow-headers')).toBe('content-type');
		expectStrict(response.headers as never);
	});
});

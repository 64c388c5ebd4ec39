import { beforeAll, describe, expect, test } from 'vitest';
import { createFileTransfer } from '../../../src/engine/media/file-transfer';
import { parseChoice, targetOf, type UploadTarget } from '../../../src/engine/media/file-servers';
import { EngineError } from '../../../src/engine/errors';
import type { OnionServer } from '../../../src/networks/profile';
import { toHex, utf8 } from '../../../src/protocol/bytes';
import { ed25519FromSeed, x25519FromEd25519Public, x25519KeyPair } from '../../../src/protocol/keys';
import type { V4Reply, V4Request } from '../../../src/protocol/onion-v4';
import { sodiumReady } from '../../../src/protocol/sodium';

beforeAll(() => sodiumReady);

const ID = 'xmQChPKpzH0Z6ZcQCcJLKIEk_3BqghX0Avzdm2yEmNIU';
const seed = new Uint8Array(32).fill(5);

function own(): OnionServer {
	return { host: 'files.test', port: 80, protocol: 'http', x25519: x25519KeyPair(seed).publicKey };
}

function reply(status: number, body: string | Uint8Array = '', headers: V4Reply['headers'] = {}): V4Reply {
	return { status, headers, body: typeof body === 'string' ? utf8(body) : Uint8Array.from(body) };
}

/** A server that answers with these in turn, the last one over and over. */
function serverOf(...replies: readonly (V4Reply | EngineError)[]) {
	const asked: { server: OnionServer; request: V4Request }[] = [];
	return {
		asked,
		serverRequest(server: OnionServer, request: V4Request) {
			const next = replies[Math.min(asked.length, replies.length - 1)]!;
			asked.push({ server, request });
			return next instanceof EngineError ? Promise.reject(next) : Promise.resolve(next);
		}
	};
}

function transferTo(network: ReturnType<typeof serverOf>, target: UploadTarget | null = null) {
	const to = target ?? { server: own(), key: undefined };
	return createFileTransfer({
		network,
		own: own(),
		target: () => Promise.resolve(to),
		pause: () => Promise.resolve()
	});
}

const uploaded = reply(200, `{"id": "${ID}", "expires": 1797183757.379782}`);
const failure = (code: string, detail: object = {}) =>
	expect.objectContaining({ code, detail: expect.objectContaining(detail) as object }) as Error;

describe('up', () => {
	test('gives a link without the key of the network’s own server, and the time of its end', async () => {
		const server = serverOf(uploaded);
		const sent = await transferTo(server).upload(utf8('sealed'));
		expect(sent).toEqual({ url: `http://files.test/file/${ID}`, expiry: 1_797_183_757_379 });
		expect(server.asked[0]?.request).toMatchObject({
			method: 'POST',
			endpoint: '/file',
			body: utf8('sealed')
		});
	});

	test('names the key of a server that the person chose, and what is linked there is found again', async () => {
		const key = ed25519FromSeed(seed).publicKey;
		const target = targetOf(parseChoice({ url: 'https://mine.test:8443/', key: toHex(key) }));
		const server = serverOf(uploaded, reply(200, 'back'));
		const transfer = transferTo(server, target);
		const { url } = await transfer.upload(utf8('sealed'));
		expect(url).toBe(`https://mine.test:8443/file/${ID}#p=${toHex(key)}`);
		await transfer.download(url);
		const x25519 = x25519FromEd25519Public(key);
		const mine = { host: 'mine.test', port: 8443, protocol: 'https', x25519 };
		expect(server.asked.map((asked) => asked.server)).toEqual([mine, mine]);
	});

	test.each([
		[reply(413), 'too-large', {}],
		[reply(507), 'server-refused', { reason: 'full', actual: 507 }],
		[reply(500), 'server-refused', { actual: 500 }],
		[reply(200, '<html>'), 'server-refused', { reason: 'malformed' }],
		[reply(200, '{"id": "../x"}'), 'server-refused', { reason: 'malformed' }]
	])('says what went wrong: %#', async (answer, code, detail) => {
		await expect(transferTo(serverOf(answer)).upload(utf8('x'))).rejects.toEqual(failure(code, detail));
	});

	test('asks nobody for what cannot be sent', async () => {
		const server = serverOf(uploaded);
		const transfer = transferTo(server);
		await expect(transfer.upload(new Uint8Array())).rejects.toEqual(failure('empty'));
		const tooLarge = transfer.upload(new Uint8Array(10_000_001));
		await expect(tooLarge).rejects.toEqual(failure('too-large', { limit: 10_000_000, actual: 10_000_001 }));
		expect(server.asked).toEqual([]);
		const homeless = createFileTransfer({
			network: server,
			own: null,
			target: () => Promise.resolve(null),
			pause: () => Promise.resolve()
		});
		await expect(homeless.upload(utf8('x'))).rejects.toEqual(failure('no-file-server'));
	});
});

describe('down', () => {
	const url = `http://files.test/file/${ID}`;

	test('tells the form and the end of the file', async () => {
		const expires = 'Sun, 13 Dec 2026 17:42:37 GMT';
		const transfer = transferTo(serverOf(reply(200, 'blob', { expires })));
		expect(await transfer.download(`${url}#d`)).toEqual({
			blob: utf8('blob'),
			isStream: true,
			expiry: Date.parse(expires)
		});
	});

	test('a file that is gone is not asked for twice', async () => {
		const server = serverOf(reply(404, '{"status_code": 404}'));
		await expect(transferTo(server).download(url)).rejects.toEqual(failure('file-expired'));
		expect(server.asked).toHaveLength(1);
	});

	test('other troubles are worth three tries', async () => {
		const patient = serverOf(reply(500), reply(200), reply(200, 'third'));
		expect((await transferTo(patient).download(url)).blob).toEqual(utf8('third'));
		const broken = serverOf(reply(502));
		await expect(transferTo(broken).download(url)).rejects.toEqual(
			failure('server-refused', { actual: 502 })
		);
		expect(broken.asked).toHaveLength(3);
	});

	test('what no path brings has been tried on several already', async () => {
		const server = serverOf(new EngineError('server-unreachable'));
		await expect(transferTo(server).download(url)).rejects.toEqual(failure('server-unreachable'));
		expect(server.asked).toHaveLength(1);
	});

	test.each([
		['another host without its key', `http://elsewhere.test/file/${ID}`],
		['a file of a community', `http://open.getsession.org/file/1#p=${'0'.repeat(64)}`],
		['no file', 'http://files.test/session_version'],
		['no link at all', 'javascript:alert(1)'],
		['a key that is none', `http://elsewhere.test/file/${ID}#p=${'0'.repeat(64)}`]
	])('nobody is asked for %s', async (_, link) => {
		const server = serverOf(reply(200, 'x'));
		await expect(transferTo(server).download(link)).rejects.toEqual(
			failure('file-damaged', { reason: 'url' })
		);
		expect(server.asked).toEqual([]);
	});
});

describe('longer lives', () => {
	test('only for ids that follow from the content', async () => {
		const info = reply(200, '{"size": 4, "uploaded": 1.5, "expires": 1797183757.5}');
		const server = serverOf(info, reply(404));
		const transfer = transferTo(server);
		expect(await transfer.extend(`http://files.test/file/${ID}`)).toBe(1_797_183_757_500);
		expect(await transfer.extend(`http://files.test/file/${ID}`)).toBeNull();
		expect(await transfer.extend('http://files.test/file/123')).toBeNull();
		expect(server.asked).toHaveLength(2);
	});
});

describe('a server of one’s own', () => {
	const key = 'B8EEF9821445AE16E2E97EF8AA6FE782FD11AD5253CD6723B281341DBA22E371';

	test('is taken with its key beside it or in the link', () => {
		const url = 'http://files.example.org';
		const expected = { url, key: key.toLowerCase() };
		expect(parseChoice({ url: ` ${url}/ `, key: ` ${key} ` })).toEqual(expected);
		expect(parseChoice({ url: `${url}#p=${key}`, key: '' })).toEqual(expected);
	});

	test.each([
		['files.example.org', key, 'url'],
		['ftp://files.example.org', key, 'url'],
		['http://user@files.example.org', key, 'url'],
		['http://files.example.org/path', key, 'url'],
		['http://files.example.org', '', 'key'],
		['http://files.example.org', key.slice(2), 'key'],
		['http://files.example.org', '0'.repeat(64), 'key'],
		['http://files.example.org:99999', key, 'key']
	])('is refused as %s with %s', (url, given, reason) => {
		expect(() => parseChoice({ url, key: given })).toThrow(failure('invalid-file-server', { reason }));
	});
});

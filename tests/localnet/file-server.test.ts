import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { startLocalnet, type Localnet, type LocalnetOptions } from '../../src/localnet/localnet';
import { http, type HttpReply } from './transcripts/http-client';

const open: (() => Promise<void> | void)[] = [];

afterEach(async () => {
	for (const close of open.splice(0).reverse()) await close();
});

async function start(options: LocalnetOptions = {}): Promise<Localnet> {
	const localnet = await startLocalnet({ basePort: 0, ...options });
	open.push(() => localnet.close());
	return localnet;
}

async function upload({ fileServer }: Localnet, body: string | Uint8Array, ttl?: number): Promise<HttpReply> {
	const headers = { 'content-type': 'application/octet-stream' };
	const life: Record<string, string> = ttl === undefined ? {} : { 'x-fs-ttl': String(ttl) };
	return http({ url: `${fileServer.url}/file`, headers: { ...headers, ...life }, body });
}

function idOf(reply: HttpReply): string {
	return (JSON.parse(reply.body.toString()) as { id: string }).id;
}

function download({ fileServer }: Localnet, id: string): Promise<HttpReply> {
	return http({ url: `${fileServer.url}/file/${id}`, method: 'GET' });
}

describe('what it keeps', () => {
	test('files outlive the process, with the time that is left to them', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'localnet-'));
		open.push(() => rmSync(folder, { recursive: true }));
		const first = await startLocalnet({ basePort: 0, folder });
		const id = idOf(await upload(first, 'kept'));
		const short = idOf(await upload(first, 'short', 60));
		await first.close();
		const later = await start({ folder, clock: () => Date.now() + 61_000 });
		expect((await download(later, id)).body.toString()).toBe('kept');
		expect((await download(later, short)).status).toBe(404);
	});

	test('a file is gone from the moment that it expires', async () => {
		let now = Date.now();
		const localnet = await start({ clock: () => now });
		const id = idOf(await upload(localnet, 'for a minute', 60));
		now += 59_000;
		expect((await download(localnet, id)).status).toBe(200);
		now += 1_000;
		const gone = await download(localnet, id);
		expect([gone.status, gone.body.toString()]).toEqual([404, '{"status_code": 404}']);
		const extended = await http({ url: `${localnet.fileServer.url}/file/${id}/extend` });
		expect(extended.status).toBe(404);
	});

	test('the largest file goes in, one byte more does not', async () => {
		const localnet = await start();
		const largest = await upload(localnet, new Uint8Array(10_000_000).fill(7));
		expect(largest.status).toBe(200);
		expect((await download(localnet, idOf(largest))).body).toHaveLength(10_000_000);
		expect((await upload(localnet, new Uint8Array(10_000_001))).status).toBe(413);
	});
});

describe('what can be done to it', () => {
	test('it goes down and comes back where it was', async () => {
		const localnet = await start();
		const id = idOf(await upload(localnet, 'still there'));
		await localnet.fileServer.faults.kill();
		await expect(download(localnet, id)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
		await localnet.fileServer.faults.revive();
		expect((await download(localnet, id)).body.toString()).toBe('still there');
	});

	test('wrong bytes, refused uploads and lost files, by switches and over the control port', async () => {
		const localnet = await start();
		const { faults } = localnet.fileServer;
		const set = (fault: object) =>
			http({
				url: `${localnet.seedUrl}/localnet/faults`,
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(fault)
			});
		const id = idOf(await upload(localnet, 'abc'));
		expect((await set({ fault: 'wrongFiles', on: true })).status).toBe(200);
		expect((await download(localnet, id)).body.toString()).toBe('acc');
		await set({ fault: 'refuseUploads', status: 507 });
		expect((await upload(localnet, 'more')).status).toBe(507);
		await set({ fault: 'heal' });
		expect((await download(localnet, id)).body.toString()).toBe('abc');
		expect((await upload(localnet, 'more')).status).toBe(200);
		expect(faults.count()).toBe(2);
		await set({ fault: 'loseFiles' });
		expect((await download(localnet, id)).status).toBe(404);
		await set({ fault: 'fileServerDown', on: true });
		await expect(download(localnet, id)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
		await set({ fault: 'heal' });
		expect((await download(localnet, id)).status).toBe(404);
	});

	test('the profile of a network names its file server', async () => {
		const localnet = await start({ seed: 'others' });
		const { host, port, protocol, x25519 } = localnet.fileServer;
		expect(localnet.profile().fileServer).toEqual({ host, port, protocol, x25519 });
	});
});

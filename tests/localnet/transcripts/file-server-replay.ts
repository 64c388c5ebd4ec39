/** Replays what was recorded of file servers over plain HTTP. */
import { signVersionRequest, versionId, versionKeyPair } from '../../../src/protocol/blinding/version';
import { fromHex, toBase64, toBytes, utf8 } from '../../../src/protocol/bytes';
import { blake2b, ed25519FromSeed, x25519KeyPair } from '../../../src/protocol/keys';
import { sodiumReady } from '../../../src/protocol/sodium';
import { FileServer } from '../../../src/localnet/file-server/file-server';
import { FileStore } from '../../../src/localnet/file-server/file-store';
import type { FileServerGeneration } from '../../../src/localnet/file-server/routes';
import { load } from '../../vectors/load';
import { FileWorld, type FileServerFile } from './file-server-recorded';
import { http } from './http-client';
import { runCase, type CaseResult, type FileResult } from './result';
import type { Setting } from './world';

export async function replayFileServerHttp(
	name: 'http' | 'http-2024',
	generation: FileServerGeneration,
	setting: Setting
): Promise<FileResult> {
	await sodiumReady;
	const file = load<FileServerFile>(`file-server/${name}`);
	const world = new FileWorld(setting, file.recorded_at);
	const secret = world.isRecorded ? fromHex(file.server.x25519_privkey) : blake2b(32, utf8(setting.nodeSeed));
	const server = new FileServer({
		x25519: x25519KeyPair(secret),
		store: new FileStore(),
		generation,
		clock: () => world.now()
	});
	const url = `http://127.0.0.1:${await server.start('127.0.0.1', 0)}`;
	try {
		const cases: CaseResult[] = [];
		for (const exchange of file.exchanges) {
			cases.push(await runCase(exchange.name, () => replayExchange(world, file, url, exchange)));
		}
		return { file: `file-server/${name}`, setting: setting.name, cases, leftOut: [] };
	} finally {
		await server.close();
	}
}

async function replayExchange(
	world: FileWorld,
	file: FileServerFile,
	url: string,
	{ request, response }: FileServerFile['exchanges'][number]
): Promise<readonly string[]> {
	const reply = await http({
		url: url + world.path(request.path),
		method: request.method,
		headers: world.isRecorded ? request.headers : signedAnew(world, file, request),
		body: world.requestBody(request.path, request)
	});
	const headers = reply.headers as Readonly<Record<string, string | undefined>>;
	const length = Number(headers['content-length']);
	return [
		...world.compare(response, { status: reply.status, headers, body: toBytes(reply.body) }),
		...(length === reply.body.length ? [] : [`content-length is ${length}`])
	];
}

/** By another account, at another time; what was wrong stays as wrong. */
function signedAnew(
	world: FileWorld,
	{ version_auth: { ed25519_seed: seed } }: FileServerFile,
	{ method, path, headers }: FileServerFile['exchanges'][number]['request']
): Readonly<Record<string, string>> {
	const pubkey = headers['X-FS-Pubkey'];
	if (pubkey === undefined) return headers;
	const other = ed25519FromSeed(blake2b(32, fromHex(seed)));
	const id = pubkey.slice(0, 2) + versionId(versionKeyPair(other).publicKey).slice(2);
	const { 'X-FS-Timestamp': time, 'X-FS-Signature': signature } = headers;
	const timestamp = Number(time) + world.offset;
	const signed = toBase64(signVersionRequest(other, timestamp, method, path));
	return {
		...headers,
		'X-FS-Pubkey': id,
		...(time !== undefined && { 'X-FS-Timestamp': String(timestamp) }),
		...(time !== undefined && signature?.startsWith('AAAA') === false && { 'X-FS-Signature': signed })
	};
}

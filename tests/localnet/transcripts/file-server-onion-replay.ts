/**
 * Replays what was recorded of a file server behind onions: the recorded bytes under the recorded key, and the same
 * requests sealed anew and sent through a network's nodes under another.
 */
import { concat, fromBase64, fromHex, fromUtf8, toBytes, utf8 } from '../../../src/protocol/bytes';
import { BtConsumer } from '../../../src/protocol/bt/consumer';
import { parseX25519PublicKey, x25519KeyPair } from '../../../src/protocol/keys';
import { buildOnion, openReply } from '../../../src/protocol/onion';
import { clientLayerKey, decryptLayer, parseEncryption } from '../../../src/protocol/onion-cipher';
import { sodiumReady } from '../../../src/protocol/sodium';
import type { Bytes } from '../../../src/protocol/types';
import { FileServer } from '../../../src/localnet/file-server/file-server';
import { FileStore } from '../../../src/localnet/file-server/file-store';
import { startLocalnet, type Localnet } from '../../../src/localnet/localnet';
import { load } from '../../vectors/load';
import { bytesOf, FileWorld, type RecordedBody } from './file-server-recorded';
import { http } from './http-client';
import type { Json } from './recorded';
import { tryParse } from './requests';
import { runCase, type CaseResult, type FileResult } from './result';
import type { Setting } from './world';

interface OnionCase {
	readonly name: string;
	readonly version: 3 | 4;
	readonly request?: RecordedBody & { readonly endpoint: string };
	readonly ephemeral_secret_hex: string;
	readonly enc_type: string;
	readonly plaintext_b64: string;
	readonly wire_b64: string;
	readonly post_path: string;
	readonly http_status: number;
	readonly http_headers: Readonly<Record<string, string>>;
	readonly reply_plaintext_text?: string;
	readonly reply?: RecordedBody & {
		readonly metadata: { readonly code: number; readonly headers: Readonly<Record<string, string>> };
	};
}

interface OnionFile {
	readonly server: { readonly x25519_privkey: string; readonly x25519_pubkey: string };
	readonly cases: readonly OnionCase[];
}

/** The bytes of the server's reply, opened. */
type Send = (entry: OnionCase, plaintext: Bytes) => Promise<{ opened: Bytes; problems: readonly string[] }>;

const FILE = 'file-server/onion';
/** Its uploads were made as http.json was. */
const RECORDED_AT = 1795369357;

export async function replayFileServerOnion(setting: Setting): Promise<FileResult> {
	await sodiumReady;
	const file = load<OnionFile>(FILE);
	const world = new FileWorld(setting, RECORDED_AT);
	const server = world.isRecorded ? await directly(file, world) : await throughNodes(setting, world);
	try {
		const cases: CaseResult[] = [];
		for (const entry of file.cases) {
			cases.push(await runCase(entry.name, () => replayCase(world, entry, server.send)));
		}
		return { file: FILE, setting: setting.name, cases, leftOut: [] };
	} finally {
		await server.close();
	}
}

async function directly(file: OnionFile, world: FileWorld): Promise<{ send: Send; close(): Promise<void> }> {
	const x25519 = x25519KeyPair(fromHex(file.server.x25519_privkey));
	const server = new FileServer({ x25519, store: new FileStore(), clock: () => world.now() });
	const url = `http://127.0.0.1:${await server.start('127.0.0.1', 0)}`;
	const send: Send = async (entry) => {
		const reply = await http({ url: url + entry.post_path, body: fromBase64(entry.wire_b64) });
		const own = x25519KeyPair(fromHex(entry.ephemeral_secret_hex));
		const encryption = parseEncryption(entry.enc_type);
		const key = await clientLayerKey(encryption, own, parseX25519PublicKey(x25519.publicKey));
		const type = reply.headers['content-type'];
		return {
			opened: await decryptLayer(key, sealedOf(entry, toBytes(reply.body))),
			problems: [
				...(reply.status === entry.http_status ? [] : [`HTTP status is ${reply.status}`]),
				...(type === entry.http_headers['content-type'] ? [] : [`HTTP content-type is ${type}`])
			]
		};
	};
	return { send, close: () => server.close() };
}

async function throughNodes(
	setting: Setting,
	world: FileWorld
): Promise<{ send: Send; close(): Promise<void> }> {
	const localnet = await startLocalnet({ basePort: 0, seed: setting.nodeSeed, clock: () => world.now() });
	const send: Send = async (entry, plaintext) => ({
		opened: await askThroughNodes(localnet, entry, plaintext),
		problems: []
	});
	return { send, close: () => localnet.close() };
}

async function askThroughNodes(localnet: Localnet, entry: OnionCase, payload: Bytes): Promise<Bytes> {
	const { host, port, protocol, x25519 } = localnet.fileServer;
	const hops = localnet.nodes.slice(0, 3).map((node) => ({ ed25519: node.id, x25519: node.x25519 }));
	const onion = await buildOnion({
		hops,
		destination: {
			kind: 'server',
			host,
			port,
			protocol,
			target: entry.post_path,
			x25519,
			encryption: parseEncryption(entry.enc_type),
			payload
		},
		random: (length) => crypto.getRandomValues(new Uint8Array(length))
	});
	const reply = await http({ url: `${localnet.nodes[0]!.url}/onion_req/v2`, body: onion.body });
	if (reply.status !== 200) throw new Error(`the guard answered ${reply.status} ${reply.body.toString()}`);
	const { body, from } = await openReply(onion.reply, toBytes(reply.body));
	if (from !== 'destination' || !(body instanceof Uint8Array)) throw new Error(`answered by ${from}`);
	return toBytes(body);
}

/** Replies of the third version travel as base64. */
function sealedOf({ version }: OnionCase, body: Bytes): Bytes {
	return version === 3 ? fromBase64(fromUtf8(body)) : body;
}

async function replayCase(world: FileWorld, entry: OnionCase, send: Send): Promise<readonly string[]> {
	const { opened, problems } = await send(entry, requestOf(world, entry));
	if (entry.reply === undefined) {
		const wanted = tryParse(entry.reply_plaintext_text ?? '') as Json;
		return [...problems, ...world.compareJson(wanted, fromUtf8(opened))];
	}
	const { head, body } = unframe(opened);
	const { code, headers } = tryParse(head) as { code: number; headers: Record<string, string> };
	const { metadata, ...wanted } = entry.reply;
	const isSpaced = head.startsWith(`{"code": ${code}, "headers": {"content-type": `);
	return [
		...problems,
		...(isSpaced ? [] : [`the head is ${head}`]),
		...world.compare(
			{ status: metadata.code, headers: metadata.headers, ...wanted },
			{ status: code, headers, body }
		)
	];
}

/** The recorded plaintext, with this world's contents and ids. */
function requestOf(world: FileWorld, { version, request, plaintext_b64 }: OnionCase): Bytes {
	const recorded = fromBase64(plaintext_b64);
	if (version === 3 || request === undefined) return recorded;
	const { head, body } = unframe(recorded, request.body_b64 === undefined);
	const json = utf8(world.path(head));
	const start = concat(utf8(`l${json.length}:`), json);
	if (request.body_b64 === undefined) return concat(start, utf8('e'));
	const content = world.content(bytesOf(request));
	if (content.length !== body.length) throw new Error('the recorded request has another body');
	return concat(start, utf8(`${content.length}:`), content, utf8('e'));
}

function unframe(plaintext: Bytes, headOnly = false): { head: string; body: Bytes } {
	const reader = new BtConsumer(plaintext);
	reader.enterList();
	const head = fromUtf8(reader.bytes());
	return { head, body: headOnly ? new Uint8Array() : reader.bytes() };
}

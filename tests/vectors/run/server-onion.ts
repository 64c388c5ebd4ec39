/** onion requests to community and file servers, with every key and nonce: sogs/onion-v4, file-server/onion. */
import { concat, fromBase64, fromUtf8, toHex, utf8 } from '../../../src/protocol/bytes';
import { parseJson } from '../../../src/protocol/json';
import { x25519KeyPair } from '../../../src/protocol/keys';
import {
	buildOnion,
	decryptLayer,
	encryptLayer,
	joinCombined,
	openLayer,
	openReply,
	parseOnionRequest,
	splitCombined,
	type LayerKey
} from '../../../src/protocol/onion';
import { nodeLayerKey, nonceBytes, parseEncryption } from '../../../src/protocol/onion-cipher';
import {
	decodeV4Reply,
	decodeV4Request,
	encodeV4Request,
	V4_TARGET,
	type V4Reply,
	type V4Request
} from '../../../src/protocol/onion-v4';
import type { Bytes, X25519KeyPair } from '../../../src/protocol/types';
import { scripted, seededRandom } from '../../protocol/setup';
import type { Check } from './check';
import { checkSigned } from './community-auth';
import { checkReplyBody, checkRequestBody } from './community-bodies';
import { checkServer, checkUser, communityUser, serverKeys, type CommunityUser } from './community-world';
import type { Fields } from './fields';
import { checkFileReply, checkFileRequest } from './file-server';
import type { FileCase, FileShape } from './handler';
import { bodyOf } from './message-body';

interface Setting {
	readonly server: X25519KeyPair;
	/** Null for a file server, which knows no users. */
	readonly user: CommunityUser | null;
}

/** The plaintext framed anew, and read back. Null where it was made wrong on purpose. */
function checkFraming(one: Fields, plaintext: Bytes, check: Check): V4Request | null {
	if (!one.has('request')) return null;
	const given = one.fields('request');
	const request: V4Request = {
		method: given.text('method') as V4Request['method'],
		endpoint: given.text('endpoint'),
		headers: given.raw('headers') as V4Request['headers'],
		body: bodyOf(given)
	};
	let decoded: V4Request;
	try {
		decoded = decodeV4Request(plaintext);
	} catch {
		check.same((one.peek()['reply'] as { metadata: { code: number } }).metadata.code, 400, 'refused as here');
		return null;
	}
	check.same(decoded, request, 'the request that was framed');
	check.bytes(encodeV4Request(request), plaintext, 'plaintext_b64');
	return request;
}

/** The innermost layer and its blob, made anew; and as an exit node is asked to send it on. */
async function checkWire(one: Fields, plaintext: Bytes, { server }: Setting, check: Check): Promise<LayerKey> {
	const ephemeral = x25519KeyPair(one.hex('ephemeral_secret_hex'));
	check.same(toHex(ephemeral.publicKey), one.text('ephemeral_pubkey_hex'), 'ephemeral_pubkey_hex');
	const outer = one.raw('outer_json') as Readonly<Record<string, string | number>>;
	const encryption = parseEncryption(one.has('enc_type') ? one.text('enc_type') : undefined);
	const wire = one.base64('wire_b64');
	const nonce = splitCombined(wire).blob.slice(0, nonceBytes(encryption));
	if (one.has('nonce_hex')) check.bytes(nonce, one.hex('nonce_hex'), 'nonce_hex');

	const key: LayerKey = { encryption, key: one.hex('shared_key_hex') };
	const ciphertext = await encryptLayer(key, plaintext, nonce);
	check.bytes(joinCombined(ciphertext, JSON.stringify(outer)), wire, 'wire_b64');
	const received = parseOnionRequest(wire);
	check.same({ ...received, ciphertext }, { ...received, encryption, ephemeral: ephemeral.publicKey }, 'outer_json');

	const serverSide = await nodeLayerKey(encryption, server, ephemeral.publicKey);
	if (one.number('http_status') !== 200) {
		await check.refused(() => openLayer(server, received), 'a layer for another server');
		return key;
	}
	check.same(serverSide, key, 'shared_key_hex');
	check.bytes((await openLayer(server, received)).plaintext, plaintext, 'plaintext_b64');

	const exit = x25519KeyPair(new Uint8Array(32).fill(7));
	const after = seededRandom('exit layer');
	const first = scripted(ephemeral.secretKey, nonce);
	const { body } = await buildOnion({
		hops: [{ ed25519: toHex(exit.publicKey), x25519: exit.publicKey }],
		destination: {
			kind: 'server',
			host: String(outer['host']),
			port: Number(outer['port']),
			protocol: outer['protocol'] === 'https' ? 'https' : 'http',
			target: V4_TARGET,
			x25519: server.publicKey,
			encryption,
			payload: plaintext
		},
		random: (length) => (first.left() > 0 ? first(length) : after(length))
	});
	const opened = splitCombined((await openLayer(exit, parseOnionRequest(body))).plaintext);
	check.bytes(opened.blob, ciphertext, 'the layer of the server in our own onion');
	// That the cipher is the usual one need not be said.
	const { enc_type: ours = 'aes-gcm', ...route } = parseJson(opened.json) as Record<string, unknown>;
	const { enc_type: theirs = 'aes-gcm', ...expected } = outer;
	check.same({ ...route, ours }, { ...expected, ours: theirs }, 'the route in our own onion');
	return key;
}

async function checkReply(one: Fields, key: LayerKey, check: Check): Promise<V4Reply | null> {
	const sealed = one.base64('reply_b64');
	const keys = { kind: 'server' as const, destination: key, relays: [] };
	if (one.number('http_status') !== 200) {
		await check.refused(() => openReply(keys, sealed), 'a reply that is not encrypted');
		return null;
	}
	const opened = await openReply(keys, sealed);
	const plaintext = opened.body as Bytes;
	if (one.has('reply_plaintext_text')) {
		check.same(fromUtf8(plaintext), one.text('reply_plaintext_text'), 'reply_plaintext_text');
		const raw = fromBase64(fromUtf8(sealed));
		check.bytes(await decryptLayer(key, raw), plaintext, 'the reply as base64');
		return null;
	}
	check.bytes(plaintext, one.base64('reply_plaintext_b64'), 'reply_plaintext_b64');
	const reply = decodeV4Reply(plaintext);
	const expected = one.fields('reply');
	const metadata = expected.fields('metadata');
	check.same(reply.status, metadata.number('code'), 'reply.metadata.code');
	check.same(reply.headers, metadata.raw('headers'), 'reply.metadata.headers');
	const body = reply.body ?? new Uint8Array();
	if (expected.has('body_json')) {
		check.same(parseJson(fromUtf8(body)), expected.raw('body_json'), 'reply.body_json');
	} else {
		check.bytes(body, bodyOf(expected) ?? new Uint8Array([0]), 'reply body');
	}
	return reply;
}

async function run(one: Fields, setting: Setting, check: Check): Promise<void> {
	one.skip('name', 'http_headers');
	if (one.has('version')) check.holds([3, 4].includes(one.number('version')), 'version');
	if (one.has('post_path')) check.holds(/^\/(?:oxen|loki)\/v[34]\/lsrpc$/.test(one.text('post_path')), 'post_path');
	const plaintext = one.base64('plaintext_b64');
	const request = checkFraming(one, plaintext, check);
	const key = await checkWire(one, plaintext, setting, check);
	const reply = await checkReply(one, key, check);
	if (request === null || reply === null) return;
	const { user, server } = setting;
	if (user === null) {
		checkFileRequest(request, reply.status, null, check);
		checkFileReply(request, reply, check);
		return;
	}
	const world = { server, users: new Map([['user', user]]) };
	if (one.has('auth')) {
		checkSigned(one.fields('auth'), request, user.ed25519, server.publicKey, reply.status, check);
		checkRequestBody({ ...request, path: request.endpoint }, user, world, check);
	}
	const isJson = reply.headers['content-type'] === 'application/json';
	if (isJson) checkReplyBody(parseJson(fromUtf8(concat(reply.body ?? utf8('null')))), world, check);
}

export const serverOnion: FileShape = {
	recognises: ({ cases }) =>
		Array.isArray(cases) && cases.every((one) => typeof one === 'object' && one !== null && 'wire_b64' in one),
	cases(file) {
		file.skip('provenance');
		const serverFields = file.fields('server');
		const server = serverKeys(serverFields);
		const userFields = file.has('user') ? file.fields('user') : null;
		const user = userFields === null ? null : communityUser(userFields, server);
		const setting: FileCase = {
			name: '(server and user)',
			run(check) {
				checkServer(serverFields, check);
				if (userFields === null || user === null) return;
				userFields.skip('name');
				checkUser(userFields, user, check);
			}
		};
		const all = file.list('cases').map((one): FileCase => ({
			name: one.text('name'),
			run: (check) => run(one, { server, user }, check)
		}));
		return [setting, ...all];
	}
};

/** file-server/: what a file server and its clients said to each other. */
import { versionId, versionKeyPair } from '../../../src/protocol/blinding/version';
import { fromBase64, fromHex, fromUtf8, toBase64, utf8 } from '../../../src/protocol/bytes';
import * as fileServer from '../../../src/protocol/file-server';
import { parseJson } from '../../../src/protocol/json';
import { ed25519FromSeed, verify } from '../../../src/protocol/keys';
import type { V4Reply, V4Request } from '../../../src/protocol/onion-v4';
import { sodium } from '../../../src/protocol/sodium';
import type { Bytes, Ed25519KeyPair } from '../../../src/protocol/types';
import type { Check } from './check';
import { checkServer } from './community-world';
import type { Fields } from './fields';
import type { FileCase, FileShape } from './handler';
import { bodyOf } from './message-body';

const REFUSED = [400, 401, 425];
const CONTENT_ID_BYTES = 33;

/** The id a server gives to content: BLAKE2b with a salt, which only servers need. */
function contentId(content: Bytes): string {
	const { libsodium } = sodium as unknown as { libsodium: Record<string, (...args: number[]) => number> & { HEAPU8: Bytes } };
	const memory = libsodium['_malloc']!(content.length + 128);
	const [hash, salt] = [memory + content.length, memory + content.length + 64];
	libsodium.HEAPU8.set(content, memory);
	libsodium.HEAPU8.fill(0, hash, hash + 128);
	libsodium.HEAPU8.set(utf8('SessionFileSvr'), salt);
	libsodium['_crypto_generichash_blake2b_salt_personal']!(
		hash,
		CONTENT_ID_BYTES,
		memory,
		content.length,
		0,
		0,
		0,
		salt,
		salt + 16
	);
	const id = toBase64(libsodium.HEAPU8.slice(hash, hash + CONTENT_ID_BYTES));
	libsodium['_free']!(memory);
	return id.replaceAll('+', '-').replaceAll('/', '_');
}

function rebuilt(request: V4Request, account: Ed25519KeyPair | null): V4Request | null {
	const { endpoint, headers, body } = request;
	const ttl = headers['X-FS-TTL'];
	const seconds = ttl === undefined || !/^\d+$/.test(ttl) ? undefined : Number(ttl);
	const id = /^\/file\/([\w-]+)/.exec(endpoint)?.[1] ?? '';
	const platform = /^\/session_version\?platform=(desktop|android|ios)$/.exec(endpoint)?.[1];
	if (endpoint === '/file') return fileServer.uploadRequest(body ?? new Uint8Array(), seconds);
	if (endpoint === `/file/${id}`) return fileServer.downloadRequest(id);
	if (endpoint === `/file/${id}/info`) return fileServer.fileInfoRequest(id);
	if (endpoint === `/file/${id}/extend`) return fileServer.extendRequest(id, seconds);
	if (platform === undefined) return null;
	const timestamp = Number(headers['X-FS-Timestamp']);
	const signer = account === null || !('X-FS-Signature' in headers) ? undefined : { account, timestamp };
	return fileServer.versionRequest(platform as 'desktop' | 'android' | 'ios', signer);
}

/** The request made anew, in everything that counts: types and names of what is uploaded do not. */
export function checkFileRequest(
	request: V4Request,
	status: number,
	account: Ed25519KeyPair | null,
	check: Check
): void {
	const ours = rebuilt(request, account);
	if (ours === null) return;
	check.same(ours.method, request.method, 'method');
	check.same(ours.endpoint, request.endpoint, 'endpoint');
	check.same(ours.body ?? null, request.body ?? ours.body ?? null, 'body');
	const own = (headers: V4Request['headers']) =>
		Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('X-FS-')));
	const isSame = JSON.stringify(own(ours.headers)) === JSON.stringify(own(request.headers));
	if (isSame || !REFUSED.includes(status)) check.same(own(ours.headers), own(request.headers), 'headers');
}

/** A reply with status 200: read by the parser of its call, and an id that follows from content is computed. */
export function checkFileReply(request: V4Request, reply: V4Reply, check: Check): void {
	if (reply.status !== 200 || reply.body === null) return;
	const { endpoint, body } = request;
	const id = /^\/file\/([\w-]+)/.exec(endpoint)?.[1] ?? '';
	if (endpoint === '/file') {
		const uploaded = fileServer.parseUploadReply(reply);
		const json = parseJson(fromUtf8(reply.body)) as { id: string | number; expires?: number };
		check.same(uploaded.id, String(json.id), 'id');
		check.same(uploaded.expiry, json.expires === undefined ? null : Math.floor(json.expires * 1000), 'expires');
		if (fileServer.canExtend(uploaded.id)) check.same(contentId(body ?? new Uint8Array()), uploaded.id, 'id');
	} else if (endpoint === `/file/${id}`) {
		if (fileServer.canExtend(id)) check.same(contentId(reply.body), id, 'id of what was downloaded');
	} else if (endpoint.endsWith('/info') || endpoint.endsWith('/extend')) {
		const info = fileServer.parseFileInfo(reply);
		const json = parseJson(fromUtf8(reply.body)) as Record<string, number>;
		const ms = (name: string) => Math.floor((json[name] ?? 0) * 1000);
		check.same(info, { size: json['size'], uploaded: ms('uploaded'), expiry: ms('expires') }, 'info');
	} else if (endpoint.startsWith('/session_version')) {
		const json = parseJson(fromUtf8(reply.body)) as { result: string };
		check.same(fileServer.parseVersionReply(reply), json.result, 'result');
	}
}

function exchange(one: Fields, account: Ed25519KeyPair | null, check: Check): void {
	one.skip('note');
	const sent = one.fields('request');
	// Large bodies of zeros are not in the file.
	if (sent.has('body_length')) sent.number('body_length');
	const request: V4Request = {
		method: sent.text('method') as V4Request['method'],
		endpoint: sent.text('path'),
		headers: sent.raw('headers') as V4Request['headers'],
		body: bodyOf(sent)
	};
	const response = one.fields('response');
	const status = response.number('status');
	const body = response.has('body_json') ? utf8(JSON.stringify(response.raw('body_json'))) : bodyOf(response);
	const reply: V4Reply = { status, headers: response.raw('headers') as V4Reply['headers'], body };
	checkFileRequest(request, status, account, check);
	checkFileReply(request, reply, check);
}

function versionAuth(one: Fields, check: Check): void {
	one.skip('rule');
	const own = ed25519FromSeed(one.hex('ed25519_seed'));
	const pair = versionKeyPair(own);
	check.bytes(pair.secretKey.slice(0, 32), one.hex('version_key_seed'), 'version_key_seed');
	check.same(versionId(pair.publicKey), one.text('pubkey'), 'pubkey');
	const signedText = one.text('signed_text');
	const timestamp = Number.parseInt(signedText, 10);
	const { headers } = fileServer.versionRequest('desktop', { account: own, timestamp });
	const signature = fromBase64(headers['X-FS-Signature'] ?? '');
	check.holds(verify(signature, utf8(signedText), fromHex(one.text('pubkey').slice(2))), 'signed_text');
}

function deterministicId(one: Fields, check: Check): void {
	// The other rule is of a server that no browser can reach.
	one.skip('rule', 'id_of_the_quic_server_rule', 'quic_rule');
	check.same(contentId(one.base64('input_b64')), one.text('id'), 'id');
}

export const exchanges: FileShape = {
	recognises: (file) => 'exchanges' in file && 'version_auth' in file,
	cases(file) {
		file.skip('provenance', 'recorded_at');
		const server = file.fields('server');
		const auth = file.fields('version_auth');
		const account = ed25519FromSeed(auth.hex('ed25519_seed'));
		const setting: FileCase = {
			name: '(server)',
			run(check) {
				checkServer(server, check);
			}
		};
		const ids = file.has('deterministic_id')
			? [{ name: 'deterministic_id', run: (check: Check) => deterministicId(file.fields('deterministic_id'), check) }]
			: [];
		const all = file.list('exchanges').map((one): FileCase => ({
			name: one.text('name'),
			run: (check) => exchange(one, account, check),
			mayBeEmpty: true
		}));
		return [setting, ...all, { name: 'version_auth', run: (check) => versionAuth(auth, check) }, ...ids];
	}
};

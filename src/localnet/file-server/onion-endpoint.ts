/** Requests that come out of an onion, sealed for the server: communities.md §2, file-server.md §2. */
import { concat, fromHex, fromUtf8, toBase64, toBytes, utf8 } from '../../protocol/bytes';
import { ProtocolError } from '../../protocol/errors';
import { asObject, asString, parseJson } from '../../protocol/json';
import { parseX25519PublicKey } from '../../protocol/keys';
import {
	decryptLayer,
	encryptLayer,
	nodeLayerKey,
	nonceBytes,
	parseEncryption,
	splitCombined,
	type LayerKey
} from '../../protocol/onion-cipher';
import { decodeV4Request, V4_TARGET } from '../../protocol/onion-v4';
import type { Bytes, X25519KeyPair } from '../../protocol/types';
import { page, plain, type FileAnswer, type FileRequest } from './answer';
import { pythonJson } from './python-json';

const V3_TARGETS = ['/oxen/v3/lsrpc', '/loki/v3/lsrpc'];

type Application = (request: FileRequest) => Promise<FileAnswer>;

export function isOnionPath(path: string): boolean {
	return path === V4_TARGET || V3_TARGETS.includes(path);
}

/** The HTTP answer: 200 with a sealed reply, or the web framework's 400 when nothing can be opened. */
export async function answerOnion(
	keys: X25519KeyPair,
	path: string,
	body: Uint8Array,
	application: Application
): Promise<FileAnswer> {
	const opened = await open(keys, body);
	if (opened === null) {
		return page(
			400,
			'Bad Request',
			'The browser (or proxy) sent a request that this server could not understand.'
		);
	}
	const { key, plaintext } = opened;
	const isV4 = path === V4_TARGET;
	const reply = isV4 ? await answerV4(plaintext, application) : await answerV3(plaintext, application);
	const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes(key.encryption)));
	const sealed = await encryptLayer(key, reply, nonce);
	return {
		status: 200,
		contentType: 'text/html; charset=utf-8',
		headers: {},
		body: isV4 ? sealed : toBase64(sealed)
	};
}

async function open(
	keys: X25519KeyPair,
	body: Uint8Array
): Promise<{ key: LayerKey; plaintext: Bytes } | null> {
	try {
		const { blob, json } = splitCombined(body);
		const control = asObject(parseJson(json), 'onion control');
		const ephemeral = parseX25519PublicKey(fromHex(asString(control['ephemeral_key'], 'ephemeral key')));
		const key = await nodeLayerKey(parseEncryption(control['enc_type']), keys, ephemeral);
		return { key, plaintext: await decryptLayer(key, blob) };
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	}
}

async function answerV4(plaintext: Bytes, application: Application): Promise<Bytes> {
	const request = readV4(plaintext);
	const answer = request === null ? plain(400, 'Invalid v4 onion request') : await application(request);
	const head = utf8(
		pythonJson({ code: answer.status, headers: { 'content-type': answer.contentType, ...answer.headers } })
	);
	const body = bytesOf(answer);
	return concat(utf8(`l${head.length}:`), head, utf8(`${body.length}:`), body, utf8('e'));
}

function readV4(plaintext: Bytes): FileRequest | null {
	try {
		const { method, endpoint, headers, body } = decodeV4Request(plaintext);
		const named = lowerCased(headers);
		// A body without a type is taken for bytes.
		const type = body === null ? {} : { 'content-type': 'application/octet-stream' };
		return {
			method,
			...splitEndpoint(endpoint),
			headers: { ...type, ...named },
			body: body ?? new Uint8Array()
		};
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	}
}

/** Only the body travels back; what went wrong is no more than its number. */
async function answerV3(plaintext: Bytes, application: Application): Promise<Bytes> {
	const request = readV3(plaintext);
	const answer = request && (await application(request));
	if (answer === null) return utf8(pythonJson({ status_code: 400 }));
	const isFine = answer.status >= 200 && answer.status < 300;
	return isFine ? bytesOf(answer) : utf8(pythonJson({ status_code: answer.status }));
}

function readV3(plaintext: Bytes): FileRequest | null {
	try {
		const request = asObject(parseJson(fromUtf8(plaintext)), 'v3 request');
		const endpoint = asString(request['endpoint'], 'v3 endpoint');
		const { headers } = request;
		const texts = Object.entries(asObject(headers ?? {}, 'v3 headers')).map(
			([name, value]) => [name, asString(value, 'v3 header')] as const
		);
		return {
			method: asString(request['method'], 'v3 method'),
			...splitEndpoint(endpoint.startsWith('/') ? endpoint : `/${endpoint}`),
			headers: lowerCased(Object.fromEntries(texts)),
			body: utf8(asString(request['body'] ?? '', 'v3 body'))
		};
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	}
}

function splitEndpoint(endpoint: string): { path: string; query: string } {
	const start = endpoint.indexOf('?');
	return start === -1
		? { path: endpoint, query: '' }
		: { path: endpoint.slice(0, start), query: endpoint.slice(start) };
}

function lowerCased(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
	return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function bytesOf({ body }: FileAnswer): Bytes {
	return typeof body === 'string' ? utf8(body) : toBytes(body);
}

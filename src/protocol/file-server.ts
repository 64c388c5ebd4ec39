/** Requests to a file server and what it answers, inside onion requests v4: file-server.md §3. */
import { fromUtf8, toBase64 } from './bytes';
import { signVersionRequest, versionId, versionKeyPair, type Platform } from './blinding/version';
import { ProtocolError } from './errors';
import { asCount, asObject, asString, parseJson, type JsonObject } from './json';
import type { V4Reply, V4Request } from './onion-v4';
import type { Bytes, Ed25519KeyPair } from './types';

export interface UploadedFile {
	/** A number's digits or 44 characters of base64url; opaque. */
	readonly id: string;
	/** Milliseconds; null from older servers. */
	readonly expiry: number | null;
}

export interface FileInfo {
	/** Bytes. */
	readonly size: number;
	/** Milliseconds. */
	readonly uploaded: number;
	/** Milliseconds. */
	readonly expiry: number;
}

const FILE_ID = /^[\w-]{1,64}$/;
/** Ids of this length follow from the content; only such files can be extended. */
const CONTENT_ID_CHARACTERS = 44;

/** `ttlSeconds` where a shorter life than the server's own is wanted. */
export function uploadRequest(blob: Bytes, ttlSeconds?: number): V4Request {
	const type = { 'Content-Type': 'application/octet-stream', 'Content-Disposition': 'attachment' };
	return { method: 'POST', endpoint: '/file', headers: { ...type, ...ttlHeader(ttlSeconds) }, body: blob };
}

export function downloadRequest(id: string): V4Request {
	return { method: 'GET', endpoint: `/file/${parseFileId(id)}`, headers: {}, body: null };
}

export function fileInfoRequest(id: string): V4Request {
	return { method: 'GET', endpoint: `/file/${parseFileId(id)}/info`, headers: {}, body: null };
}

/** Only where `canExtend`: every other file is answered with 404. */
export function extendRequest(id: string, ttlSeconds?: number): V4Request {
	const endpoint = `/file/${parseFileId(id)}/extend`;
	return { method: 'POST', endpoint, headers: ttlHeader(ttlSeconds), body: null };
}

export function canExtend(id: string): boolean {
	return id.length === CONTENT_ID_CHARACTERS;
}

/** `signer` proves to be a user without telling which; nobody has to. `timestamp` in seconds. */
export function versionRequest(
	platform: Platform,
	signer?: { readonly account: Ed25519KeyPair; readonly timestamp: number }
): V4Request {
	const endpoint = `/session_version?platform=${platform}`;
	const headers = signer === undefined ? {} : versionHeaders(signer.account, signer.timestamp, endpoint);
	return { method: 'GET', endpoint, headers, body: null };
}

function versionHeaders(account: Ed25519KeyPair, timestamp: number, endpoint: string) {
	return {
		'X-FS-Pubkey': versionId(versionKeyPair(account).publicKey),
		'X-FS-Timestamp': String(timestamp),
		'X-FS-Signature': toBase64(signVersionRequest(account, timestamp, 'GET', endpoint))
	};
}

function ttlHeader(seconds: number | undefined): Readonly<Record<string, string>> {
	return seconds === undefined ? {} : { 'X-FS-TTL': String(seconds) };
}

/** Throws ProtocolError 'malformed' for what could be more than one segment of a path. */
function parseFileId(text: string): string {
	if (!FILE_ID.test(text)) throw new ProtocolError('malformed', 'not a file id');
	return text;
}

/** The reply to an upload with status 200. Throws ProtocolError 'malformed'. */
export function parseUploadReply(reply: V4Reply): UploadedFile {
	const body = jsonBody(reply);
	const id = body['id'];
	const expires = body['expires'];
	return {
		id: parseFileId(typeof id === 'number' ? String(asCount(id, 'file id')) : asString(id, 'file id')),
		expiry: expires === undefined || expires === null ? null : milliseconds(expires, 'expiry')
	};
}

/** The reply to info and extend with status 200. Throws ProtocolError 'malformed'. */
export function parseFileInfo(reply: V4Reply): FileInfo {
	const body = jsonBody(reply);
	return {
		size: asCount(body['size'], 'file size'),
		uploaded: milliseconds(body['uploaded'], 'upload time'),
		expiry: milliseconds(body['expires'], 'expiry')
	};
}

/** The newest version, such as `1.17.13`. Throws ProtocolError 'malformed'. */
export function parseVersionReply(reply: V4Reply): string {
	return asString(jsonBody(reply)['result'], 'version');
}

function jsonBody({ body }: V4Reply): JsonObject {
	if (body === null) throw new ProtocolError('malformed', 'file server sent no body');
	return asObject(parseJson(fromUtf8(body)), 'file server reply');
}

/** Servers write seconds with a fraction. */
function milliseconds(seconds: unknown, what: string): number {
	if (typeof seconds !== 'number' || seconds < 0 || !Number.isSafeInteger(Math.floor(seconds * 1000))) {
		throw new ProtocolError('malformed', `${what} is no time`);
	}
	return Math.floor(seconds * 1000);
}

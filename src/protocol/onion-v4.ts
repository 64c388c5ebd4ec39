/**
 * What goes inside the layer of an onion request to a server (file server, community): a bt list of one or two byte
 * strings, a JSON head and the raw body. communities.md §2, file-server.md §2.
 */
import { concat, fromUtf8, utf8 } from './bytes';
import { BtConsumer } from './bt/consumer';
import { ProtocolError } from './errors';
import { asCount, asObject, asString, parseJson, type JsonObject } from './json';
import type { Bytes } from './types';

export type V4Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface V4Request {
	readonly method: V4Method;
	/** Path and query; starts with `/`. Characters outside ASCII are sent as they are. */
	readonly endpoint: string;
	readonly headers: Readonly<Record<string, string>>;
	/** Null for none: then the list has one string only. */
	readonly body: Bytes | null;
}

export interface V4Reply {
	/** The server's HTTP status. */
	readonly status: number;
	/** By lower-case name. */
	readonly headers: Readonly<Record<string, string>>;
	/** Null when the server sent no second string. */
	readonly body: Bytes | null;
}

/** The path that servers take such requests at; the exit node posts them there. */
export const V4_TARGET = '/oxen/v4/lsrpc';

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'DELETE'];
const LAST_STATUS = 599;

export function encodeV4Request({ method, endpoint, headers, body }: V4Request): Bytes {
	return frame(JSON.stringify({ endpoint, method, headers }), body);
}

/** The server's side. Throws ProtocolError 'malformed'. */
export function decodeV4Request(plaintext: Uint8Array): V4Request {
	const { head, body } = unframe(plaintext);
	const method = asString(head['method'], 'v4 method');
	const endpoint = asString(head['endpoint'], 'v4 endpoint');
	if (!isMethod(method)) throw new ProtocolError('malformed', 'v4 method is unknown');
	if (!endpoint.startsWith('/')) throw new ProtocolError('malformed', 'v4 endpoint is no path');
	const headers = asObject(head['headers'] ?? {}, 'v4 headers');
	return { method, endpoint, headers: headerTexts(headers), body };
}

/** The server's side; a reply always has both strings. */
export function encodeV4Reply({ status, headers, body }: V4Reply): Bytes {
	return frame(JSON.stringify({ code: status, headers }), body ?? new Uint8Array());
}

/** Throws ProtocolError 'malformed'. */
export function decodeV4Reply(plaintext: Uint8Array): V4Reply {
	const { head, body } = unframe(plaintext);
	const status = asCount(head['code'], 'v4 status');
	if (status > LAST_STATUS) throw new ProtocolError('malformed', 'v4 status is out of range');
	const headers = headerTexts(asObject(head['headers'] ?? {}, 'v4 headers'));
	const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
	return { status, headers: Object.fromEntries(lowerCase), body };
}

function isMethod(method: string): method is V4Method {
	return METHODS.includes(method);
}

function headerTexts(headers: JsonObject): Readonly<Record<string, string>> {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name, asString(value, 'v4 header')])
	);
}

function frame(head: string, body: Bytes | null): Bytes {
	const json = utf8(head);
	const start = utf8(`l${json.length}:`);
	// Written in one go: a body of 10 MB is copied once, not once for every layer of an encoder.
	return body === null
		? concat(start, json, utf8('e'))
		: concat(start, json, utf8(`${body.length}:`), body, utf8('e'));
}

function unframe(plaintext: Uint8Array): { head: JsonObject; body: Bytes | null } {
	const reader = new BtConsumer(plaintext);
	reader.enterList();
	const head = asObject(parseJson(fromUtf8(reader.bytes())), 'v4 head');
	const body = reader.atEnd() ? null : reader.bytes();
	reader.leave();
	if (reader.position !== plaintext.length) throw new ProtocolError('malformed', 'bytes follow the v4 list');
	return { head, body };
}

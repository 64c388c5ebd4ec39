/** Many requests to a community server in one: communities.md §11. */
import { fromBase64, toBase64, utf8 } from '../bytes';
import { ProtocolError } from '../errors';
import { asArray, asCount, asObject, asString } from '../json';
import type { V4Method, V4Request } from '../onion-v4';
import type { Bytes } from '../types';

export interface CommunityCall {
	readonly method: V4Method;
	/** Path and query. */
	readonly path: string;
	/** POST and PUT have one of these, GET and DELETE none. */
	readonly body?: { readonly json: unknown } | { readonly bytes: Bytes };
	/** Such as the type of bytes. Signatures of single calls are not looked at. */
	readonly headers?: Readonly<Record<string, string>>;
}

export interface CommunityResult {
	readonly status: number;
	/** JSON where the server sent JSON, bytes for anything else. Hostile. */
	readonly body: unknown;
}

/** `sequence` stops after the first call that fails; `batch` runs all. Unsigned as yet. */
export function batchRequest(kind: 'batch' | 'sequence', calls: readonly CommunityCall[]): V4Request {
	const parts = calls.map(({ method, path, body, headers }) => {
		return { method, path, ...bodyMember(body), ...(headers !== undefined && { headers }) };
	});
	const type = { 'Content-Type': 'application/json' };
	return { method: 'POST', endpoint: `/${kind}`, headers: type, body: utf8(JSON.stringify(parts)) };
}

function bodyMember(body: CommunityCall['body']): { json?: unknown; b64?: string } {
	if (body === undefined) return {};
	return 'json' in body ? { json: body.json } : { b64: toBase64(body.bytes) };
}

/** The parts in order; a sequence that stopped has fewer. Throws ProtocolError 'malformed'. */
export function parseBatchResults(body: unknown): readonly CommunityResult[] {
	return asArray(body, 'batch results').map((value) => {
		const part = asObject(value, 'batch part');
		const headers = asObject(part['headers'] ?? {}, 'batch part headers');
		const type = headers['content-type'];
		const isJson = typeof type === 'string' && type.startsWith('application/json');
		return { status: asCount(part['code'], 'batch part status'), body: partBody(part['body'], isJson) };
	});
}

function partBody(body: unknown, isJson: boolean): unknown {
	if (isJson) return body;
	if (body === undefined || body === null) throw new ProtocolError('malformed', 'batch part has no body');
	return fromBase64(asString(body, 'batch part body'));
}

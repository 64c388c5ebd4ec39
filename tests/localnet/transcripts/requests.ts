/** Recorded request bodies as they read in another world: other ids, fresh times, signed anew. */
import { messageHashOf } from './message-hash';
import { plain, type Json, type JsonObject } from './recorded';
import { resign, resignToken } from './signing';
import type { World } from './world';

export interface RpcRequest {
	readonly method: string;
	readonly params: JsonObject;
}

/** Bodies that are no JSON stay as they are. */
export function translateBody(world: World, body: string): string {
	const parsed = tryParse(body);
	return parsed === undefined ? body : JSON.stringify(translateRequest(world, parsed));
}

export function tryParse(text: string): Json | undefined {
	try {
		return JSON.parse(text) as Json;
	} catch {
		return undefined;
	}
}

/** null for a body that is no request. */
export function asRequest(value: Json | undefined): RpcRequest | null {
	if (!isObject(value)) return null;
	const { method, params } = value;
	return typeof method === 'string' && isObject(params) ? { method, params } : null;
}

export function isObject(value: Json | undefined): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function translateRequest(world: World, value: Json): Json {
	const request = asRequest(value);
	if (request === null || !isObject(value)) return translate(world, value);
	const params = translateParams(world, request);
	if (request.method === 'store' && isStorable(request.params)) {
		world.learnHash(messageHashOf(request.params), messageHashOf(params));
	}
	return { ...value, params };
}

/** Whether the message has a hash at all, accepted or not. */
export function isStorable(params: JsonObject): boolean {
	const pubkey = params['pubkey'] ?? params['pubKey'];
	return typeof pubkey === 'string' && pubkey.length === 66 && typeof params['data'] === 'string';
}

function translateParams(world: World, { method, params }: RpcRequest): JsonObject {
	const after: Record<string, Json> = {};
	for (const [key, value] of Object.entries(params)) after[key] = translate(world, value);
	const { signature, subaccount, subaccount_sig: tokenSignature } = params;
	if (typeof signature === 'string') {
		after['signature'] = resign(signature, method, params, after, world.actors);
	}
	if (typeof subaccount === 'string' && typeof tokenSignature === 'string') {
		after['subaccount_sig'] = resignToken(
			tokenSignature,
			subaccount,
			plain(after['subaccount']),
			world.actors
		);
	}
	return after;
}

function translate(world: World, value: Json): Json {
	if (typeof value === 'number') return world.time(value);
	if (typeof value === 'string') {
		return /^\d{13}$/.test(value) ? String(world.time(Number(value))) : world.text(value);
	}
	if (Array.isArray(value)) return (value as readonly Json[]).map((item) => translateRequest(world, item));
	if (!isObject(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, member]) => [key, translateRequest(world, member)])
	);
}

/** Finds out who signed what in a recorded request, and has the stand-in sign the same thing anew. */
import { concat, fromHex, toBase64, toBytes, utf8 } from '../../../src/protocol/bytes';
import { sign, verify } from '../../../src/protocol/keys';
import type { Actor } from './accounts';
import { plain, type Json, type JsonObject } from './recorded';

type Sayable = (params: JsonObject) => Uint8Array;

const NAMESPACES_SIGNED_BY_MISTAKE = ['0', '1', '2', '3', '5', '11', '13', '-1', '-11', 'all', ''];

/** What the method wants signed, then what the recording signed instead to be refused. */
function sayables(method: string): readonly Sayable[] {
	const right = (params: JsonObject) => namespaceText(params['namespace']);
	const wrong = NAMESPACES_SIGNED_BY_MISTAKE.map((text) => () => text);
	const perNamespace = (say: (params: JsonObject, namespace: string) => Uint8Array) =>
		[right, ...wrong].map((namespace) => (params: JsonObject) => say(params, namespace(params)));
	switch (method) {
		case 'store':
			return perNamespace((params, namespace) =>
				said('store', namespace, params['sig_timestamp'] ?? params['timestamp'])
			);
		case 'retrieve':
			return perNamespace((params, namespace) => said('retrieve', namespace, params['timestamp']));
		case 'delete_all':
			return perNamespace((params, namespace) => said('delete_all', namespace, params['timestamp']));
		case 'delete_before':
			return perNamespace((params, namespace) => said('delete_before', namespace, params['before']));
		case 'expire_all':
			return perNamespace((params, namespace) => said('expire_all', namespace, params['expiry']));
		case 'get_expiries':
			return [(params) => said('get_expiries', params['timestamp'], params['messages'])];
		case 'delete':
			return [(params) => said('delete', params['messages'])];
		case 'expire':
			return ['', 'shorten', 'extend'].map(
				(mode) => (params: JsonObject) => said('expire', mode, params['expiry'], params['messages'])
			);
		case 'revoke_subaccount':
			return [(params) => concat(said(method, params['timestamp']), ...tokens(params['revoke']))];
		case 'unrevoke_subaccount':
			return [(params) => concat(said(method, params['timestamp']), ...tokens(params['unrevoke']))];
		default:
			return [];
	}
}

function said(...parts: readonly (Json | undefined)[]): Uint8Array {
	return utf8(
		parts
			.flat()
			.map((part) => plain(part))
			.join('')
	);
}

export function namespaceText(namespace: Json | undefined): string {
	return namespace === undefined || namespace === null || namespace === 0 ? '' : plain(namespace);
}

/** Tokens of a request, one or a list, hex or base64. */
export function tokens(value: Json | undefined): readonly Uint8Array[] {
	return [value].flat().map((token) => toBytes(tokenBytes(plain(token))));
}

function tokenBytes(text: string): Buffer {
	return Buffer.from(text, text.length === 48 ? 'base64' : 'hex');
}

/**
 * The signature for the translated request. A recorded signature that nobody here made over anything sensible is a
 * deliberately bad one and stays as it is.
 */
export function resign(
	signature: string,
	method: string,
	before: JsonObject,
	after: JsonObject,
	actors: readonly Actor[]
): string {
	const bytes = toBytes(Buffer.from(signature, 'base64'));
	for (const say of sayables(method)) {
		const message = say(before);
		const signer = actors.find((actor) => verify(bytes, message, fromHex(actor.recordedKey)));
		if (signer !== undefined) return inFormOf(signature, sign(say(after), signer.keys.secretKey));
	}
	return signature;
}

/** The owner's signature of a subaccount token, under the same rule. */
export function resignToken(
	signature: string,
	before: string,
	after: string,
	actors: readonly Actor[]
): string {
	const bytes = toBytes(Buffer.from(signature, 'base64'));
	const token = toBytes(tokenBytes(before));
	const signer = actors.find((actor) => verify(bytes, token, fromHex(actor.recordedKey)));
	return signer === undefined
		? signature
		: inFormOf(signature, sign(toBytes(tokenBytes(after)), signer.keys.secretKey));
}

/** With or without padding, as recorded. */
function inFormOf(recorded: string, signature: Uint8Array): string {
	const text = toBase64(signature);
	return recorded.endsWith('=') ? text : text.replace(/=+$/, '');
}

/** What the recording says was signed, against what we take it to be; null when they agree. */
export function mistakenSignedString(
	signedString: string,
	method: string,
	params: JsonObject
): string | null {
	const wanted = signedString.replace(/ \|\| 0x([0-9a-f]+)/g, (_, hex: string) =>
		Buffer.from(hex, 'hex').toString('latin1')
	);
	const agrees = sayables(method).some((say) => Buffer.from(say(params)).toString('latin1') === wanted);
	return agrees ? null : `the recording signed ${signedString}, which is no form of ${method}`;
}

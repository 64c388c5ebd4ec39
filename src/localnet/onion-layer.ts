/** Reading onion layers the way the storage server does, whose words the client gets to see. */
import { fromHex, utf8, toBase64 } from '../protocol/bytes';
import { ProtocolError } from '../protocol/errors';
import { parseX25519PublicKey, snodeId, parseEd25519PublicKey } from '../protocol/keys';
import {
	encryptLayer,
	nonceBytes,
	parseEncryption,
	type LayerKey,
	type OnionEncryption
} from '../protocol/onion-cipher';
import type { Bytes, SnodeId, X25519PublicKey } from '../protocol/types';
import { isHex } from './encodings';
import { isObject, parseJsonBytes, writeJson, type JsonObject, type JsonValue } from './json';
import type { Reply } from './reply';

export interface Layer {
	readonly ciphertext: Uint8Array;
	readonly ephemeral: X25519PublicKey;
	readonly encryption: OnionEncryption;
	readonly hopNumber: number;
}

export interface ReplyForm {
	/** The reply's body is embedded as JSON, not as a JSON text in a string. */
	readonly json: boolean;
	readonly base64: boolean;
}

export const DEFAULT_FORM: ReplyForm = { json: false, base64: true };

export type Instruction =
	| ({ readonly kind: 'destination'; readonly body: Uint8Array } & ReplyForm)
	| ({ readonly kind: 'relay'; readonly to: SnodeId } & Omit<Layer, 'hopNumber'>)
	| {
			readonly kind: 'exit';
			readonly protocol: string;
			readonly host: string;
			readonly port: number;
			readonly target: string;
			/** The whole layer as it was opened: the server finds its own part in it. */
			readonly payload: Uint8Array;
	  };

/** Why a layer cannot be read, in the server's words. */
export class LayerError extends Error {
	override readonly name = 'LayerError';
}

const DEFAULT_PORT = 443n;

/** The outermost blob. Throws LayerError and JsonError, whose messages the client is told. */
export function readEnvelope(body: Uint8Array): Layer {
	const { blob, json } = split(body);
	const ephemeral = readX25519(text(member(json, 'ephemeral_key')));
	const encryption = readEncryption(json);
	const hop = isObject(json) ? json.get('hop_no') : undefined;
	return { ciphertext: blob, ephemeral, encryption, hopNumber: Math.max(0, integer(hop ?? 0n)) };
}

/** What an opened layer asks for. Throws LayerError and JsonError, of which the client only learns that it is so. */
export function readInstruction(plaintext: Uint8Array): Instruction {
	const { blob, json } = split(plaintext);
	if (isObject(json) && json.has('headers')) {
		return {
			kind: 'destination',
			body: blob,
			json: flag(json.get('json') ?? DEFAULT_FORM.json),
			base64: flag(json.get('base64') ?? DEFAULT_FORM.base64)
		};
	}
	if (isObject(json) && json.has('host')) {
		return {
			kind: 'exit',
			payload: plaintext,
			host: text(member(json, 'host')),
			target: text(member(json, 'target')),
			// Larger numbers wrap around.
			port: integer(json.get('port') ?? DEFAULT_PORT) & 0xffff,
			protocol: text(json.get('protocol') ?? 'https')
		};
	}
	return {
		kind: 'relay',
		ciphertext: blob,
		to: snodeId(parseEd25519PublicKey(readKey(text(member(json, 'destination'))))),
		ephemeral: readX25519(text(member(json, 'ephemeral_key'))),
		encryption: readEncryption(json)
	};
}

/** A result for the client, sealed with the key of the layer that this node opened. */
export async function sealResult(key: LayerKey, reply: Reply, form: ReplyForm): Promise<Uint8Array> {
	const text = writeJson({ status: reply.status, body: embedded(reply, form) });
	const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes(key.encryption)));
	const sealed = await encryptLayer(key, utf8(text), nonce);
	return form.base64 ? utf8(toBase64(sealed)) : sealed;
}

function embedded({ body }: Reply, { json }: ReplyForm) {
	if (typeof body === 'string') return body;
	if (body instanceof Uint8Array) return Buffer.from(body).toString('base64');
	return json ? body : writeJson(body);
}

function split(combined: Uint8Array): { blob: Uint8Array; json: JsonValue } {
	if (combined.length < 4) throw new LayerError('Unexpected payload size; expected ciphertext size');
	const length = new DataView(combined.buffer, combined.byteOffset).getUint32(0, true);
	const rest = combined.subarray(4);
	if (rest.length < length) {
		throw new LayerError(`Unexpected payload size ${rest.length}, expected >= ${length}`);
	}
	return { blob: rest.subarray(0, length), json: parseJsonBytes(rest.subarray(length)) };
}

function member(json: JsonValue, key: string): JsonValue {
	if (!isObject(json)) {
		throw new LayerError(`[json.exception.type_error.304] cannot use at() with ${typeName(json)}`);
	}
	const value = json.get(key);
	if (value === undefined) {
		throw new LayerError(`[json.exception.out_of_range.403] key '${key}' not found`);
	}
	return value;
}

function typeName(value: JsonValue): string {
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'array';
	if (isObject(value)) return 'object';
	return typeof value === 'bigint' ? 'number' : typeof value;
}

function text(value: JsonValue): string {
	if (typeof value === 'string') return value;
	throw new LayerError(
		`[json.exception.type_error.303] incompatible ReferenceType for get_ref, actual type is ${typeName(value)}`
	);
}

function integer(value: JsonValue): number {
	if (typeof value === 'bigint' || typeof value === 'number') return Math.trunc(Number(value));
	throw new LayerError(`[json.exception.type_error.302] type must be number, but is ${typeName(value)}`);
}

function flag(value: JsonValue): boolean {
	if (typeof value === 'boolean') return value;
	throw new LayerError(`[json.exception.type_error.302] type must be boolean, but is ${typeName(value)}`);
}

function readKey(hex: string): Bytes {
	if (!isHex(hex)) throw new LayerError('Hex key data is invalid: data is not hex');
	if (hex.length !== 64) {
		throw new LayerError(`Hex key data is invalid: expected 32 hex digits, received ${hex.length}`);
	}
	return fromHex(hex);
}

function readX25519(hex: string): X25519PublicKey {
	return parseX25519PublicKey(readKey(hex));
}

function readEncryption(json: JsonValue): OnionEncryption {
	const control: JsonObject = isObject(json) ? json : new Map();
	const name = control.get('enc_type');
	if (name === undefined) return 'aes-gcm';
	const wanted = text(name);
	try {
		return parseEncryption(wanted);
	} catch (error) {
		if (error instanceof ProtocolError) throw new LayerError(`Invalid encryption type ${wanted}`);
		throw error;
	}
}

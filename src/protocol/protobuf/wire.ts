/** Between the generated protobuf code and plain values. */
import $protobuf from 'protobufjs/minimal.js';
import { ProtocolError } from '../errors';
import type { Bytes } from '../types';
import { sotto } from './generated/session';

/** A generated message as plain data: absent fields and empty lists are absent, 64-bit numbers are numbers, bytes are copies. */
export type Plain<Message> = Message extends Uint8Array
	? Bytes
	: Message extends readonly (infer Item)[]
		? Plain<Item>[]
		: Message extends object
			? { [Field in keyof Omit<Message, '$unknowns'>]: Plain<Exclude<Message[Field], null>> }
			: Message;

/** What the generated code has for each message; `Properties` are its fields as the schema says them. */
interface Codec<Properties> {
	encode(message: Properties): { finish(): Uint8Array };
	decode(reader: $protobuf.Reader): object;
}

/** Fields in ascending order, as every client writes them. */
export function encodeMessage<Properties>(codec: Codec<Properties>, message: Properties): Bytes {
	// A copy, since protobufjs on Node hands out slices of a shared pool.
	return new Uint8Array(codec.encode(wellFormed(message) as Properties).finish());
}

/** Half a surrogate pair has no UTF-8; other clients would drop the whole message for it. */
function wellFormed(value: unknown): unknown {
	if (typeof value === 'string') return value.toWellFormed();
	if (Array.isArray(value)) return value.map(wellFormed);
	if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
	return Object.fromEntries(Object.entries(value).map(([field, content]) => [field, wellFormed(content)]));
}

/** Skips unknown fields. Throws ProtocolError 'malformed', also for numbers above 2^53. */
export function decodeMessage<Properties>(codec: Codec<Properties>, bytes: Uint8Array): Plain<Properties> {
	return plain(decoded(codec, bytes)) as Plain<Properties>;
}

function decoded(codec: Codec<never>, bytes: Uint8Array): object {
	try {
		const reader = $protobuf.Reader.create(bytes);
		reader.discardUnknown = true;
		return codec.decode(reader);
	} catch {
		// The library's error holds the half-read message, which must not travel on with ours.
		throw new ProtocolError('malformed', 'protobuf does not parse');
	}
}

/** Messages whose 64-bit fields nobody needs: what does not fit becomes 0 instead of costing the whole message. */
const LENIENT = [sotto.AttachmentPointer, sotto.ProMessage, sotto.ProProof];

function plain(value: unknown, lenient = false): unknown {
	if (value instanceof Uint8Array) return new Uint8Array(value);
	if (Array.isArray(value)) return value.map((item: unknown) => plain(item, lenient));
	if (typeof value !== 'object' || value === null) return safeNumber(value, lenient);
	if (isLong(value)) return safeNumber(value.high * 2 ** 32 + (value.low >>> 0), lenient);
	const tolerant = LENIENT.some((kind) => value instanceof kind);
	return Object.fromEntries(
		Object.entries(value)
			.filter(([, content]) => !isEmptyList(content))
			.map(([field, content]) => [field, plain(content, tolerant)])
	);
}

/** The generated constructors give every message empty lists for what is not there. */
function isEmptyList(value: unknown): boolean {
	return Array.isArray(value) && value.length === 0;
}

/** protobufjs gives 64-bit numbers as two halves where the `long` package is there, else as rounded numbers. */
function isLong(value: object): value is { low: number; high: number } {
	return 'low' in value && 'high' in value && 'unsigned' in value;
}

function safeNumber(value: unknown, lenient: boolean): unknown {
	if (typeof value !== 'number' || (Number.isSafeInteger(value) && value >= 0)) return value;
	if (lenient) return 0;
	throw new ProtocolError('malformed', 'protobuf number is out of range');
}

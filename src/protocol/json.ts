import { ProtocolError } from './errors';

/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

const LONG_INTEGER = /\d{16}/;
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * JSON.parse, except that integers which a JavaScript number cannot hold come back as strings of their digits:
 * swarm ids are unsigned 64-bit numbers on the wire. Throws ProtocolError 'malformed'.
 */
export function parseJson(text: string): unknown {
	try {
		const value: unknown = JSON.parse(text);
		// Only text that is known to be JSON is searched, so that every quote has its partner and the search is linear.
		return LONG_INTEGER.test(text) ? JSON.parse(quoteLongIntegers(text)) : value;
	} catch {
		// The parser's own error quotes the text, which is nobody's business.
		throw new ProtocolError('malformed', 'text is not JSON');
	}
}

function quoteLongIntegers(text: string): string {
	return text.replace(STRING_OR_NUMBER, (token) =>
		/^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token
	);
}

export function isJsonObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asObject(value: unknown, what: string): JsonObject {
	if (!isJsonObject(value)) throw new ProtocolError('malformed', `${what} is not an object`);
	return value;
}

export function asArray(value: unknown, what: string): readonly unknown[] {
	if (!Array.isArray(value)) throw new ProtocolError('malformed', `${what} is not a list`);
	return value;
}

export function asString(value: unknown, what: string): string {
	if (typeof value !== 'string') throw new ProtocolError('malformed', `${what} is not a text`);
	return value;
}

/** A whole number from 0 to 2^53 − 1. */
export function asCount(value: unknown, what: string): number {
	if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
		throw new ProtocolError('malformed', `${what} is not a whole number`);
	}
	return value;
}

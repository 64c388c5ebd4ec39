/**
 * JSON as the storage server reads and writes it: integers are told from floats, 64-bit numbers keep their digits,
 * and what is written is compact with its keys in byte order.
 */
import { ProtocolError } from '../protocol/errors';
import { fromUtf8 } from '../protocol/bytes';

/** Integers are bigint, everything written with a point or an exponent is number. */
export type JsonValue = null | boolean | bigint | number | string | readonly JsonValue[] | JsonObject;
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** What can be written. Numbers must be integers; undefined members are left out. */
export type JsonOut =
	| null
	| boolean
	| bigint
	| number
	| string
	| readonly JsonOut[]
	| JsonObject
	| { readonly [key: string]: JsonOut | undefined };

/** `message` is worded as the server's JSON library words it, since onion errors show it to the client. */
export class JsonError extends Error {
	override readonly name = 'JsonError';
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
	return value instanceof Map;
}

/** Bytes that are no UTF-8 are no JSON either. Throws JsonError. */
export function parseJsonBytes(bytes: Uint8Array): JsonValue {
	let text: string;
	try {
		text = fromUtf8(bytes);
	} catch (error) {
		if (error instanceof ProtocolError) throw new JsonError('invalid UTF-8', { cause: error });
		throw error;
	}
	return new Reader(text).document();
}

const MAX_DEPTH = 500;
const WHITE_SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
// eslint-disable-next-line no-control-regex -- JSON forbids raw control characters inside strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\.)*"/y;
const LITERALS: readonly (readonly [string, JsonValue])[] = [
	['true', true],
	['false', false],
	['null', null]
];
const LONE_SURROGATE = /\p{Surrogate}/u;
const MAX_INTEGER = 2n ** 64n - 1n;
const MIN_INTEGER = -(2n ** 63n);

class Reader {
	private at = 0;

	constructor(private readonly text: string) {}

	document(): JsonValue {
		const value = this.value(0);
		this.skip();
		if (this.at < this.text.length) this.fail('value', 'unexpected text after the value');
		return value;
	}

	private value(depth: number): JsonValue {
		if (depth > MAX_DEPTH) this.fail('value', 'too deep');
		this.skip();
		const next = this.text[this.at];
		if (next === undefined) {
			this.fail('value', "unexpected end of input; expected '[', '{', or a literal");
		}
		if (next === '{') return this.object(depth);
		if (next === '[') return this.array(depth);
		if (next === '"') return this.string();
		const literal = LITERALS.find(([word]) => this.text.startsWith(word, this.at));
		if (literal !== undefined) {
			this.at += literal[0].length;
			return literal[1];
		}
		return this.number() ?? this.fail('value', 'invalid literal');
	}

	private object(depth: number): JsonObject {
		const members = new Map<string, JsonValue>();
		this.at += 1;
		if (this.take('}')) return members;
		do {
			this.skip();
			if (this.text[this.at] !== '"') this.fail('object key', 'expected string literal');
			const key = this.string();
			if (!this.take(':')) this.fail('object separator', "expected ':'");
			members.set(key, this.value(depth + 1));
		} while (this.take(','));
		if (!this.take('}')) this.fail('object', "expected '}'");
		return members;
	}

	private array(depth: number): readonly JsonValue[] {
		const items: JsonValue[] = [];
		this.at += 1;
		if (this.take(']')) return items;
		do items.push(this.value(depth + 1));
		while (this.take(','));
		if (!this.take(']')) this.fail('array', "expected ']'");
		return items;
	}

	private string(): string {
		const raw = this.match(STRING)?.[0] ?? this.fail('value', 'invalid string');
		let value: unknown;
		try {
			value = JSON.parse(raw);
		} catch {
			this.fail('value', 'invalid string: forbidden character after backslash');
		}
		if (typeof value !== 'string' || LONE_SURROGATE.test(value)) {
			this.fail('value', 'invalid string: surrogate without its partner');
		}
		return value;
	}

	private number(): bigint | number | null {
		const found = this.match(NUMBER);
		if (found === null) return null;
		if (found[1] !== undefined || found[2] !== undefined) return Number(found[0]);
		const integer = BigInt(found[0]);
		return integer > MAX_INTEGER || integer < MIN_INTEGER ? Number(found[0]) : integer;
	}

	private match(pattern: RegExp): RegExpExecArray | null {
		pattern.lastIndex = this.at;
		const found = pattern.exec(this.text);
		if (found !== null) this.at = pattern.lastIndex;
		return found;
	}

	private skip(): void {
		this.match(WHITE_SPACE);
	}

	private take(character: string): boolean {
		this.skip();
		if (this.text[this.at] !== character) return false;
		this.at += 1;
		return true;
	}

	private fail(what: string, why: string): never {
		const before = this.text.slice(0, this.at);
		const line = before.split('\n').length;
		const column = this.at - before.lastIndexOf('\n');
		const read = this.text[this.at];
		const last = read === undefined ? '' : `; last read: '${read}'`;
		throw new JsonError(
			`[json.exception.parse_error.101] parse error at line ${line}, column ${column}: ` +
				`syntax error while parsing ${what} - ${why}${last}`
		);
	}
}

/** Compact, keys in byte order. */
export function writeJson(value: JsonOut): string {
	if (typeof value === 'bigint') return value.toString();
	if (typeof value !== 'object' || value === null) return JSON.stringify(value);
	if (isList(value)) return `[${value.map(writeJson).join(',')}]`;
	const written = membersOf(value)
		.flatMap(([key, member]) => (member === undefined ? [] : [[key, writeJson(member)] as const]))
		.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
		.map(([key, member]) => `${JSON.stringify(key)}:${member}`);
	return `{${written.join(',')}}`;
}

function membersOf(value: object): readonly (readonly [string, JsonOut | undefined])[] {
	return value instanceof Map ? [...(value as JsonObject)] : Object.entries(value);
}

function isList(value: object): value is readonly JsonOut[] {
	return Array.isArray(value);
}

/** Typed reading of a method's parameters, with the server's refusals word for word: storage-server.md §3. */
import type { JsonObject, JsonValue } from './json';
import { MAX_NAMESPACE, MIN_NAMESPACE, type NamespaceOrAll } from './namespaces';

/** Becomes 400 `invalid request: <message>`. */
export class ParameterError extends Error {
	override readonly name = 'ParameterError';
}

interface FieldTypes {
	text: string;
	texts: readonly string[];
	flag: boolean;
	integer: number;
	integers: readonly number[];
	unsigned: number;
	/** ms */
	time: number;
	times: readonly number[];
	namespace: number;
	'namespace or all': NamespaceOrAll;
	/** Old clients write these two as text. */
	'integer or digits': number;
	'unsigned or digits': number;
}

type FieldType = keyof FieldTypes;
type Fields<Spec extends Readonly<Record<string, FieldType>>> = {
	readonly [Name in keyof Spec]: FieldTypes[Spec[Name]] | undefined;
};

/** Anything below is taken for seconds. */
const SMALLEST_TIME = 1_000_000_000n;

/**
 * Reads the named fields in the order given, which decides the error of a request that is wrong in several ways.
 * Absent and null are the same. Throws ParameterError.
 */
export function readFields<const Spec extends Readonly<Record<string, FieldType>>>(
	params: JsonObject,
	spec: Spec
): Fields<Spec> {
	const fields: Record<string, unknown> = {};
	for (const [name, type] of Object.entries(spec)) {
		const value = params.get(name) ?? null;
		fields[name] = value === null ? undefined : readers[type](value, name);
	}
	return fields as Fields<Spec>;
}

const readers: { readonly [Type in FieldType]: (value: JsonValue, name: string) => FieldTypes[Type] } = {
	text: (value, name) => (typeof value === 'string' ? value : wrongType(name, 'string')),
	texts: (value, name) => listOf(value, name, 'string array', isText),
	flag: (value, name) => (typeof value === 'boolean' ? value : wrongType(name, 'boolean')),
	integer: (value, name) => (typeof value === 'bigint' ? Number(value) : wrongType(name, 'integer')),
	integers: (value, name) => listOf(value, name, 'integer array', isInteger).map(Number),
	unsigned: (value, name) => (isUnsigned(value) ? Number(value) : wrongType(name, 'positive integer')),
	time: (value, name) => {
		if (!isUnsigned(value)) return wrongType(name, 'integer timestamp (in milliseconds)');
		if (value < SMALLEST_TIME) {
			throw new ParameterError(`Invalid timestamp for '${name}': timestamp must be in milliseconds`);
		}
		return Number(value);
	},
	times: (value, name) => listOf(value, name, 'timestamp array', isUnsigned).map(Number),
	namespace: (value, name) =>
		typeof value === 'bigint' ? namespaceOf(value, name) : wrongType(name, '16-bit integer'),
	'namespace or all': (value, name) => {
		if (typeof value === 'bigint') return namespaceOf(value, name);
		return value === 'all' ? value : wrongType(name, 'integer or "all"');
	},
	'integer or digits': (value, name) => digits(value, name, /^-?\d+$/) ?? readers.integer(value, name),
	'unsigned or digits': (value, name) => digits(value, name, /^\d+$/) ?? readers.unsigned(value, name)
};

function wrongType(name: string, expected: string): never {
	throw new ParameterError(`Invalid value given for '${name}': expected ${expected}`);
}

/** A single value may stand for a list of one. */
function listOf<Item extends JsonValue>(
	value: JsonValue,
	name: string,
	expected: string,
	isItem: (item: JsonValue) => item is Item
): readonly Item[] {
	const items = isList(value) ? value : [value];
	return items.every(isItem) ? items : wrongType(name, expected);
}

function namespaceOf(value: bigint, name: string): number {
	const namespace = Number(value);
	if (namespace < MIN_NAMESPACE || namespace > MAX_NAMESPACE) {
		throw new ParameterError(`Invalid value given for '${name}': value out of range`);
	}
	return namespace;
}

function digits(value: JsonValue, name: string, pattern: RegExp): number | null {
	if (typeof value !== 'string') return null;
	if (pattern.test(value)) return Number(value);
	throw new ParameterError(`Invalid value given for '${name}': ${JSON.stringify(value)}`);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
	return Array.isArray(value);
}

function isText(value: JsonValue): value is string {
	return typeof value === 'string';
}

function isInteger(value: JsonValue): value is bigint {
	return typeof value === 'bigint';
}

function isUnsigned(value: JsonValue): value is bigint {
	return typeof value === 'bigint' && value >= 0n;
}

/** Throws ParameterError when the field is absent. */
export function required<Value>(name: string, value: Value | undefined): Value {
	if (value === undefined) throw new ParameterError(`Required field '${name}' missing`);
	return value;
}

/** For two spellings of one field, of which at most one may be there. Throws ParameterError. */
export function atMostOne<Value>(
	first: readonly [name: string, value: Value | undefined],
	second: readonly [name: string, value: Value | undefined]
): Value | undefined {
	if (first[1] !== undefined && second[1] !== undefined) {
		throw new ParameterError(`Cannot specify both '${first[0]}' and '${second[0]}'`);
	}
	return first[1] ?? second[1];
}

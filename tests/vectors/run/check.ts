import { isDeepStrictEqual } from 'node:util';
import { toHex } from '../../../src/protocol/bytes';
import { ProtocolError } from '../../../src/protocol/errors';
import type { Fields } from './fields';

const SHOWN = 120;

/** Compares and counts. Every method throws when the comparison fails. */
export class Check {
	assertions = 0;

	/** Exactly the same JSON values: no field more, no field less. */
	same(actual: unknown, expected: unknown, what: string): void {
		this.assertions++;
		if (!isDeepStrictEqual(actual, expected)) throw new Error(difference(actual, expected, what));
	}

	bytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
		this.same(toHex(actual), toHex(expected), what);
	}

	holds(condition: boolean, what: string): void {
		this.assertions++;
		if (!condition) throw new Error(`${what}: does not hold`);
	}

	/** The attempt must fail, and with a ProtocolError: anything else is a fault of ours. */
	async refused(attempt: () => unknown, what: string): Promise<void> {
		this.assertions++;
		let result: unknown;
		try {
			result = await attempt();
		} catch (error) {
			if (error instanceof ProtocolError) return;
			throw error;
		}
		throw new Error(`${what}: accepted, gives ${shown(result)}`);
	}

	/**
	 * `expect` of a flat case or of a step: with `error` in it the attempt must be refused, else it must give all fields of
	 * `expect` and no others, bytes as hex. Read the inputs before, outside of the attempt.
	 */
	async outcome(one: Fields, attempt: () => object | Promise<object>): Promise<void> {
		const expected = withoutTexts(one.raw('expect'));
		if ('error' in expected) {
			if (Object.keys(expected).length > 1) throw new Error('expect has fields beside its error');
			await this.refused(attempt, 'expect.error');
			return;
		}
		const actual: Readonly<Record<string, unknown>> = { ...(await attempt()) };
		for (const name of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
			this.same(actual[name], expected[name], `expect.${name}`);
		}
	}
}

/** Fields whose names end in `_text` are for human eyes, at any depth of an `expect`. */
function withoutTexts(value: unknown): Readonly<Record<string, unknown>> {
	const text = JSON.stringify(value, (name, item: unknown) => (name.endsWith('_text') ? undefined : item));
	return JSON.parse(text) as Readonly<Record<string, unknown>>;
}

function shown(value: unknown): string {
	const text = JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item));
	if (text === undefined) return String(value);
	return text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length} characters)` : text;
}

/** The first place where two values part. */
function difference(actual: unknown, expected: unknown, path: string): string {
	if (isContainer(actual) && isContainer(expected) && Array.isArray(actual) === Array.isArray(expected)) {
		for (const name of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
			const [ours, theirs] = [actual[name], expected[name]];
			const missing = Object.hasOwn(actual, name) !== Object.hasOwn(expected, name);
			if (missing || !isDeepStrictEqual(ours, theirs)) return difference(ours, theirs, `${path}.${name}`);
		}
	}
	return `${path}: expected ${shown(expected)}, got ${shown(actual)}`;
}

function isContainer(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}

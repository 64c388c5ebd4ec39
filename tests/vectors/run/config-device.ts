/** A device with one config, whatever its kind. */
import { fromHex, toHex, utf8 } from '../../../src/protocol/bytes';
import { bytesToKey } from '../../../src/protocol/bt/value';
import type { Picture } from '../../../src/protocol/config/documents/fields';
import type { ConfigObject, ConfigPush } from '../../../src/protocol/config/object';
import { scalarSet, union, valueAt, without } from '../../../src/protocol/config/tree';
import type { Scalar, ScalarSet } from '../../../src/protocol/config/tree';
import type { Bytes, NetworkTime } from '../../../src/protocol/types';
import type { Fields } from './fields';

export type State = Readonly<Record<string, unknown>>;

export interface ConfigDevice {
	readonly config: ConfigObject;
	/** Throws for an operation that must fail, and then changes nothing. */
	apply(op: Fields, now: NetworkTime): void;
	/** As the files show it. */
	state(): State;
	push(now: NetworkTime): ConfigPush;
	reload(dump: Bytes): ConfigDevice;
}

export type Operation = (op: Fields, now: NetworkTime) => void;

/** The operations that write straight into the tree, as a newer client would. */
export function rawOperations(config: ConfigObject): Readonly<Record<string, Operation>> {
	return {
		raw_set: (op) => config.set(pathOf(op), scalarOf(op.raw('value'))),
		raw_erase: (op) => config.remove(pathOf(op)),
		raw_set_insert: (op) => {
			config.set(pathOf(op), union(setAt(config, op), [scalarOf(op.raw('value'))]));
		},
		raw_set_erase: (op) => {
			config.set(pathOf(op), without(setAt(config, op), [scalarOf(op.raw('value'))]));
		}
	};
}

function setAt(config: ConfigObject, op: Fields): ScalarSet {
	const value = valueAt(config.data, pathOf(op));
	return Array.isArray(value) ? scalarSet(value as readonly Scalar[]) : [];
}

function pathOf(op: Fields): string[] {
	const path = op.raw('path');
	if (!Array.isArray(path)) throw new Error('path is no list');
	return path.map((key: unknown) => {
		const scalar = scalarOf(key);
		if (typeof scalar === 'bigint') throw new Error('key is a number');
		return bytesToKey(scalar);
	});
}

/** A number, a text, or `{hex}`. */
function scalarOf(value: unknown): Scalar {
	if (typeof value === 'number') return BigInt(value);
	if (typeof value === 'string') return utf8(value);
	const { hex, ...more } = value as { hex: string };
	if (Object.keys(more).length > 0) throw new Error('a scalar has unknown fields');
	return fromHex(hex);
}

/** Runs the operation by its name. */
export function run(operations: Readonly<Record<string, Operation>>, op: Fields, now: NetworkTime): void {
	const name = op.text('op');
	const operation = operations[name];
	if (operation === undefined) throw new UnknownOperation(name);
	operation(op, now);
}

export class UnknownOperation extends Error {}

export function picture(op: Fields, name: string): Picture | undefined {
	if (!op.has(name)) return undefined;
	const value = op.fields(name);
	return { url: value.text('url'), key: value.hex('key') };
}

export function showPicture(shown: Picture | undefined): unknown {
	return shown === undefined ? null : { url: shown.url, key: toHex(shown.key) };
}

/** The named fields that are there, each read by its reader, under the names that our records have. */
export function changes(
	op: Fields,
	readers: Readonly<Record<string, (op: Fields, name: string) => Readonly<Record<string, unknown>>>>
): object {
	const given = op.names().filter((name) => name in readers);
	return Object.assign({}, ...given.map((name) => readers[name]?.(op, name))) as object;
}

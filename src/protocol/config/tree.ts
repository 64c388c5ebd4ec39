/**
 * The data of a config: nested dicts of integers, byte strings and sets of these. config.md §1.
 *
 * Trees are never changed in place. Editing copies the dicts along the path once, so that the tree before is still
 * there to compare with, and what did not change is the same object in both.
 */
import { compareBytes, isBytes, isDict } from '../bt/value';
import { equal } from '../bytes';
import type { Bytes } from '../types';

/** Integers are signed, 64 bits. */
export type Scalar = bigint | Bytes;
/** Ascending: integers, then byte strings; none twice. */
export type ScalarSet = readonly Scalar[];
export type ConfigValue = Scalar | ScalarSet | ConfigDict;
/** Keys are byte strings in the form of `bytesToKey`. No value is an empty set or dict. */
export type ConfigDict = ReadonlyMap<string, ConfigValue>;
/** Keys from the outermost dict inwards; the empty path is the whole tree, which only reading takes. */
export type Path = readonly string[];

type Editable = Map<string, ConfigValue>;

export type Kind = 'scalar' | 'set' | 'dict';

export function kindOf(value: ConfigValue): Kind {
	if (typeof value === 'bigint' || isBytes(value)) return 'scalar';
	return isDict(value) ? 'dict' : 'set';
}

export function isScalar(value: ConfigValue): value is Scalar {
	return kindOf(value) === 'scalar';
}

export function isConfigDict(value: ConfigValue | undefined): value is ConfigDict {
	return value instanceof Map;
}

export function isScalarSet(value: ConfigValue | undefined): value is ScalarSet {
	return Array.isArray(value);
}

/** The order within sets. Negative, 0 or positive. */
export function compareScalars(a: Scalar, b: Scalar): number {
	if (typeof a === 'bigint') return typeof b === 'bigint' ? (a < b ? -1 : a > b ? 1 : 0) : -1;
	return typeof b === 'bigint' ? 1 : compareBytes(a, b);
}

export function sameScalar(a: Scalar, b: Scalar): boolean {
	if (typeof a === 'bigint' || typeof b === 'bigint') return a === b;
	return equal(a, b);
}

/** The members of either, in linear time. */
export function union(a: ScalarSet, b: ScalarSet): ScalarSet {
	const members: Scalar[] = [];
	walk(a, b, (member) => members.push(member));
	return members;
}

/** The members of `a` that are not in `b`, in linear time. */
export function without(a: ScalarSet, b: ScalarSet): ScalarSet {
	const members: Scalar[] = [];
	walk(a, b, (member, inA, inB) => {
		if (inA && !inB) members.push(member);
	});
	return members;
}

function walk(a: ScalarSet, b: ScalarSet, visit: (member: Scalar, inA: boolean, inB: boolean) => void): void {
	let [indexA, indexB] = [0, 0];
	for (;;) {
		const [nextA, nextB] = [a[indexA], b[indexB]];
		if (nextA === undefined && nextB === undefined) return;
		const order = nextA === undefined ? 1 : nextB === undefined ? -1 : compareScalars(nextA, nextB);
		const member = order <= 0 ? nextA : nextB;
		if (member !== undefined) visit(member, order <= 0, order >= 0);
		if (order <= 0) indexA++;
		if (order >= 0) indexB++;
	}
}

export function valueAt(root: ConfigDict, path: Path): ConfigValue | undefined {
	let value: ConfigValue | undefined = root;
	for (const key of path) {
		if (!isConfigDict(value)) return undefined;
		value = value.get(key);
	}
	return value;
}

/** Makes new trees out of one, copying each dict at most once. Emptied dicts and sets go away with their keys. */
export class TreeEditor {
	private readonly own = new WeakSet<ConfigDict>();

	constructor(private tree: ConfigDict) {}

	/** The tree as edited so far; it goes on changing while this editor is used. */
	get root(): ConfigDict {
		return this.tree;
	}

	/** Dicts that are missing on the way are made; other values on the way are replaced by dicts. */
	set(path: Path, value: Scalar | ScalarSet): void {
		let dict = this.editRoot();
		for (const key of path.slice(0, -1)) dict = this.editChild(dict, key);
		dict.set(path[path.length - 1] ?? '', value);
	}

	remove(path: Path): void {
		if (valueAt(this.tree, path) !== undefined) this.removeFrom(this.editRoot(), path);
	}

	/** For changes in many places at once, see `applyDiff`. */
	editRoot(): Editable {
		const root = this.editable(this.tree);
		this.tree = root;
		return root;
	}

	editChild(parent: Editable, key: string): Editable {
		const child = parent.get(key);
		const editable = isConfigDict(child) ? this.editable(child) : this.adopt(new Map());
		parent.set(key, editable);
		return editable;
	}

	private removeFrom(dict: Editable, [key = '', next, ...rest]: Path): void {
		if (next === undefined) {
			dict.delete(key);
			return;
		}
		const child = this.editChild(dict, key);
		this.removeFrom(child, [next, ...rest]);
		if (child.size === 0) dict.delete(key);
	}

	private editable(dict: ConfigDict): Editable {
		return this.own.has(dict) ? (dict as Editable) : this.adopt(new Map(dict));
	}

	private adopt(dict: Editable): Editable {
		this.own.add(dict);
		return dict;
	}
}

/** Same kind and content; dicts are never compared, so two of them are not the same. */
export function sameValue(a: ConfigValue | undefined, b: ConfigValue): boolean {
	if (a === undefined || isConfigDict(a) || isConfigDict(b)) return false;
	if (isScalarSet(a) || isScalarSet(b)) {
		return isScalarSet(a) && isScalarSet(b) && a.length === b.length && without(a, b).length === 0;
	}
	return sameScalar(a, b);
}

/** A set of members that may come in any order and repeatedly. */
export function scalarSet(members: readonly Scalar[]): ScalarSet {
	const sorted = [...members].sort(compareScalars);
	return sorted.filter((member, index) => {
		const before = sorted[index - 1];
		return before === undefined || !sameScalar(before, member);
	});
}

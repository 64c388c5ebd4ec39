/**
 * What a config message changed, without the values, which stand in its data: config.md §2.
 * The shapes are those of the wire, so that a diff is written as it is.
 */
import { isBytes, isDict } from '../bt/value';
import { utf8 } from '../bytes';
import type { Bytes } from '../types';
import { isConfigDict, isScalar, isScalarSet, kindOf, sameScalar, union, without } from './tree';
import type { ConfigDict, ConfigValue, Kind, ScalarSet, TreeEditor } from './tree';

export type Diff = ReadonlyMap<string, Change>;
/** A scalar: `ASSIGNED` or `REMOVED`. A set: the members added, and those removed. A dict: its own diff. */
export type Change = Bytes | SetChange | Diff;
export type SetChange = readonly [added: ScalarSet, removed: ScalarSet];

export const ASSIGNED: Bytes = new Uint8Array(0);
export const REMOVED: Bytes = utf8('-');

const NOTHING: ConfigDict = new Map();

/** Takes time for what changed and for the dicts around it, when `after` came out of `before` by a TreeEditor. */
export function diffOf(before: ConfigDict, after: ConfigDict): Diff {
	const diff = new Map<string, Change>();
	for (const [key, value] of after) {
		const change = changeOf(before.get(key), value);
		if (change !== undefined) diff.set(key, change);
	}
	for (const [key, value] of before) {
		if (!after.has(key)) diff.set(key, removalOf(value));
	}
	return diff;
}

function changeOf(before: ConfigValue | undefined, after: ConfigValue): Change | undefined {
	if (before === after) return undefined;
	// A value of another kind counts as new; that the old one is gone goes without saying.
	if (isConfigDict(after)) return nonEmpty(diffOf(isConfigDict(before) ? before : NOTHING, after));
	if (isScalarSet(after)) {
		const members = isScalarSet(before) ? before : [];
		const [added, removed] = [without(after, members), without(members, after)];
		return added.length + removed.length === 0 ? undefined : [added, removed];
	}
	const same = before !== undefined && isScalar(before) && sameScalar(before, after);
	return same ? undefined : ASSIGNED;
}

function nonEmpty(diff: Diff): Diff | undefined {
	return diff.size === 0 ? undefined : diff;
}

function removalOf(value: ConfigValue): Change {
	if (isConfigDict(value)) return diffOf(value, NOTHING);
	return isScalarSet(value) ? [[], value] : REMOVED;
}

function kindOfChange(change: Change): Kind {
	if (isBytes(change)) return 'scalar';
	return isDict(change) ? 'dict' : 'set';
}

/**
 * Does to the editor's tree what `diff` says, with the values of `source`: config.md §3. Where `source` has no value,
 * or one of another kind, a later diff will have removed or replaced it, so it goes.
 */
export function applyDiff(editor: TreeEditor, diff: Diff, source: ConfigDict): void {
	applyTo(editor, editor.editRoot(), diff, source);
}

function applyTo(
	editor: TreeEditor,
	target: ReturnType<TreeEditor['editRoot']>,
	diff: Diff,
	source: ConfigDict
): void {
	for (const [key, change] of diff) {
		const value = source.get(key);
		if (value === undefined || kindOf(value) !== kindOfChange(change)) {
			target.delete(key);
		} else if (isBytes(change)) {
			if (change.length === ASSIGNED.length) target.set(key, value);
			else target.delete(key);
		} else if (isConfigDict(value) && isDiff(change)) {
			const child = editor.editChild(target, key);
			applyTo(editor, child, change, value);
			if (child.size === 0) target.delete(key);
		} else if (!isDiff(change)) {
			const before = target.get(key);
			const [added, removed] = change;
			const members = without(union(isScalarSet(before) ? before : [], added), removed);
			if (members.length === 0) target.delete(key);
			else target.set(key, members);
		}
	}
}

function isDiff(change: Change): change is Diff {
	return change instanceof Map;
}

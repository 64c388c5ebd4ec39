import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToKey } from '../../../src/protocol/bt/value';
import { toBytes, utf8 } from '../../../src/protocol/bytes';
import { applyDiff, diffOf } from '../../../src/protocol/config/diff';
import {
	compareScalars,
	sameScalar,
	sameValue,
	scalarSet,
	TreeEditor,
	union,
	valueAt,
	without
} from '../../../src/protocol/config/tree';
import type { ConfigDict, ConfigValue } from '../../../src/protocol/config/tree';
import { anyPath, anyScalar, anyTree } from './trees';

describe('sets', () => {
	const members = fc.array(anyScalar, { maxLength: 12 });

	it('are in order and hold nothing twice', () => {
		fc.assert(
			fc.property(members, (list) => {
				const set = scalarSet(list);
				set.slice(1).forEach((member, index) => {
					expect(compareScalars(set[index]!, member)).toBeLessThan(0);
				});
				for (const member of list) expect(set.some((kept) => sameScalar(kept, member))).toBe(true);
			})
		);
	});

	it('unite and part like sets', () => {
		fc.assert(
			fc.property(members, members, (a, b) => {
				const [left, right] = [scalarSet(a), scalarSet(b)];
				expect(union(left, right)).toEqual(scalarSet([...a, ...b]));
				expect(union(without(left, right), right)).toEqual(union(left, right));
				expect(without(right, right)).toEqual([]);
			})
		);
	});

	it('put integers before byte strings, and shorter strings before longer', () => {
		expect(scalarSet([utf8('b'), utf8('a'), 5n, utf8('aa'), -3n, utf8('')])).toEqual([
			-3n,
			5n,
			utf8(''),
			utf8('a'),
			utf8('aa'),
			utf8('b')
		]);
	});
});

describe('editing', () => {
	it('leaves the tree before as it was', () => {
		fc.assert(
			fc.property(
				anyTree,
				fc.array(fc.tuple(anyPath, fc.option(anyScalar)), { maxLength: 8 }),
				(tree, edits) => {
					const before = structuredClone(tree);
					const editor = new TreeEditor(tree);
					for (const [path, value] of edits) {
						if (value === null) editor.remove(path);
						else editor.set(path, value);
						const found = valueAt(editor.root, path);
						if (value === null) expect(found).toBeUndefined();
						else expect(sameValue(found, value)).toBe(true);
					}
					expect(tree).toEqual(before);
					expect(hasEmpty(editor.root)).toBe(false);
				}
			)
		);
	});

	it('copies only the dicts on the way', () => {
		const untouched: ConfigDict = new Map([['x', 1n]]);
		const tree: ConfigDict = new Map<string, ConfigValue>([
			['a', untouched],
			['b', new Map([['y', 2n]])]
		]);
		const editor = new TreeEditor(tree);
		editor.set(['b', 'y'], 3n);
		const copied = editor.root.get('b');
		editor.set(['b', 'z'], 4n);
		expect(editor.root.get('a')).toBe(untouched);
		expect(editor.root.get('b')).toBe(copied);
	});

	it('replaces what is no dict on the way', () => {
		const editor = new TreeEditor(new Map([['a', 1n]]));
		editor.set(['a', 'b', 'c'], 2n);
		expect(editor.root).toEqual(new Map([['a', new Map([['b', new Map([['c', 2n]])]])]]));
		editor.remove(['a', 'b', 'c']);
		expect(editor.root).toEqual(new Map());
	});
});

describe('diffs', () => {
	it('make the new tree out of the old one', () => {
		fc.assert(
			fc.property(anyTree, anyTree, (before, after) => {
				const editor = new TreeEditor(before);
				applyDiff(editor, diffOf(before, after), after);
				expect(editor.root).toEqual(after);
			})
		);
	});

	it('are empty when nothing changed, and do nothing', () => {
		fc.assert(
			fc.property(anyTree, (tree) => {
				expect(diffOf(tree, tree).size).toBe(0);
				expect(diffOf(tree, structuredClone(tree)).size).toBe(0);
			})
		);
	});

	it('name changes without their values', () => {
		const before: ConfigDict = new Map<string, ConfigValue>([
			['gone', 1n],
			['dict', new Map<string, ConfigValue>([['x', 1n]])],
			['set', [1n, utf8('a')]],
			['kind', 1n]
		]);
		const after: ConfigDict = new Map<string, ConfigValue>([
			['new', utf8('v')],
			['set', [2n, utf8('a')]],
			['kind', [7n]]
		]);
		expect(diffOf(before, after)).toEqual(
			new Map<string, unknown>([
				['gone', utf8('-')],
				['dict', new Map([['x', utf8('-')]])],
				['new', utf8('')],
				['set', [[2n], [1n]]],
				['kind', [[7n], []]]
			])
		);
	});

	it('remove what the source does not have, or has in another kind', () => {
		const diff = diffOf(
			new Map(),
			new Map<string, ConfigValue>([
				['a', 1n],
				['b', 2n],
				['s', [3n]]
			])
		);
		const editor = new TreeEditor(
			new Map<string, ConfigValue>([
				['a', 8n],
				['b', 9n],
				['s', [4n]],
				['c', 5n]
			])
		);
		applyDiff(
			editor,
			diff,
			new Map<string, ConfigValue>([
				['b', [1n]],
				['s', new Map([['x', 1n]])]
			])
		);
		expect(editor.root).toEqual(new Map([['c', 5n]]));
	});
});

function hasEmpty(dict: ConfigDict): boolean {
	return [...dict.values()].some((value) => {
		if (value instanceof Map) return value.size === 0 || hasEmpty(value);
		return Array.isArray(value) && value.length === 0;
	});
}

it('keys of trees may be any bytes', () => {
	const key = bytesToKey(toBytes(Uint8Array.of(5, 255, 0, 128)));
	const editor = new TreeEditor(new Map());
	editor.set([key, '__proto__'], 1n);
	expect(valueAt(editor.root, [key, '__proto__'])).toBe(1n);
	expect(valueAt(editor.root, [key, 'constructor'])).toBeUndefined();
});

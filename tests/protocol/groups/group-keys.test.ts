import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromHex, toHex, utf8 } from '../../../src/protocol/bytes';
import {
	groupIdOf,
	newGroupSeed,
	groupPair,
	groupPublicKey,
	parseGroupId,
	parseGroupKey,
	parseGroupSeed,
	groupPairOf
} from '../../../src/protocol/groups/group-id';
import {
	activeHashes,
	compareEntries,
	currentGeneration,
	hasCollision,
	keyList,
	noKeys,
	withKey,
	withMessage,
	type GroupKeys,
	type KeyEntry
} from '../../../src/protocol/groups/group-keys';
import { dumpKeys, loadKeys } from '../../../src/protocol/groups/key-dump';
import { blake2b } from '../../../src/protocol/keys';
import type { MessageHash } from '../../../src/protocol/types';
import { anyBytes, anyProtocolError, errorOf, person } from '../people';
import { seededRandom, sodiumReady } from '../setup';

const DAY = 24 * 60 * 60 * 1000;

beforeAll(() => sodiumReady);

const keyNamed = (name: string | number) => parseGroupKey(blake2b(32, utf8(`key ${name}`)));
const hashNamed = (name: string | number) => `hash ${name}` as MessageHash;
const entry = (generation: number, timestamp: number, name: string | number = generation): KeyEntry => ({
	generation,
	timestamp,
	key: keyNamed(name)
});
const loaded = (...entries: KeyEntry[]): GroupKeys =>
	entries.reduce((keys, one) => withKey(keys, hashNamed(one.generation), one), noKeys);

describe("a group's id and seed", () => {
	it('name one key pair', () => {
		const seed = newGroupSeed(seededRandom('group'));
		const pair = groupPair(seed);
		const id = groupIdOf(pair.publicKey);
		expect(id).toMatch(/^03[0-9a-f]{64}$/);
		expect(parseGroupId(id.toUpperCase())).toBe(id);
		expect(groupPublicKey(id)).toEqual(pair.publicKey);
		expect(groupPairOf(id, seed)).toEqual(pair);
	});

	it('must belong together', () => {
		const [one, other] = ['one', 'other'].map((name) => newGroupSeed(seededRandom(name)));
		const id = groupIdOf(groupPair(one!).publicKey);
		expect(() => groupPairOf(id, other!)).toThrowError(errorOf('unauthenticated'));
	});

	it('are refused in other forms', () => {
		const { accountId } = person('ada');
		for (const text of ['', '03', accountId, `03${accountId}`, `03${'z'.repeat(64)}`]) {
			expect(() => parseGroupId(text)).toThrowError(errorOf('malformed'));
		}
		for (const length of [0, 31, 33, 64]) {
			expect(() => parseGroupSeed(new Uint8Array(length))).toThrowError(errorOf('malformed'));
			expect(() => parseGroupKey(new Uint8Array(length))).toThrowError(errorOf('malformed'));
		}
	});
});

describe('the keys of a group', () => {
	it('are none at first', () => {
		expect(keyList(noKeys)).toEqual([]);
		expect(currentGeneration(noKeys)).toBe(0);
		expect(hasCollision(noKeys)).toBe(false);
		expect(activeHashes(noKeys).size).toBe(0);
	});

	it('are tried from the newest, and the pending one before all', () => {
		const keys = loaded(entry(0, 1), entry(1, 2), entry(2, 3));
		expect(keyList(keys)).toEqual([2, 1, 0].map(keyNamed));
		const pending = { generation: 3, key: keyNamed(3), message: utf8('message') };
		expect(keyList({ ...keys, pending })).toEqual([3, 2, 1, 0].map(keyNamed));
		expect(currentGeneration({ ...keys, pending })).toBe(2);
	});

	it('come out the same in whatever order they came in', () => {
		const entries = fc.array(
			fc.record({
				generation: fc.nat({ max: 4 }),
				timestamp: fc.nat({ max: 1000 }),
				name: fc.nat({ max: 5 })
			}),
			{ maxLength: 10 }
		);
		const shuffled = entries.chain((some) =>
			fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length }))
		);
		fc.assert(
			fc.property(shuffled, ([some, others]) => {
				const all = (list: typeof some) =>
					loaded(...list.map(({ generation, name }) => entry(generation, generation * 10 + name, name)));
				expect(dumpKeys(all(others))).toEqual(dumpKeys(all(some)));
				const { entries: sorted } = all(some);
				expect([...sorted].sort(compareEntries)).toEqual(sorted);
			})
		);
	});

	it('count once, with both messages that brought them', () => {
		const once = withKey(noKeys, hashNamed('a'), entry(0, 5));
		const twice = withKey(once, hashNamed('b'), entry(0, 9));
		expect(twice.entries).toEqual(once.entries);
		expect(activeHashes(twice)).toEqual(new Set([hashNamed('a'), hashNamed('b')]));
	});

	it('collide when two are of the newest generation, the later one current', () => {
		const keys = loaded(entry(0, 1), entry(1, 8, 'late'), entry(1, 3, 'early'));
		expect(hasCollision(keys)).toBe(true);
		expect(keyList(keys)[0]).toEqual(keyNamed('late'));
		expect(hasCollision(withKey(keys, hashNamed(2), entry(2, 9)))).toBe(false);
		const [low, high] = [keyNamed('x'), keyNamed('y')].sort((a, b) => (toHex(a) < toHex(b) ? -1 : 1));
		const sameTime = loaded(
			{ generation: 1, timestamp: 1, key: high! },
			{ generation: 1, timestamp: 1, key: low! }
		);
		expect(keyList(sameTime)).toEqual([high, low]);
	});

	it('go sixty days after the next generation began, with the hashes below them', () => {
		const kept = loaded(entry(0, 0), entry(1, DAY), entry(2, 61 * DAY));
		expect(kept.entries.map(({ generation }) => generation)).toEqual([0, 1, 2]);
		const gone = loaded(entry(0, 0), entry(1, DAY), entry(2, 61 * DAY + 1));
		expect(gone.entries.map(({ generation }) => generation)).toEqual([1, 2]);
		expect(activeHashes(gone)).toEqual(new Set([hashNamed(1), hashNamed(2)]));
	});

	it('go with all keys of their generation, measured by the first key of the next', () => {
		const before = loaded(entry(0, 0, 'a'), entry(0, 1, 'b'), entry(1, DAY, 'c'), entry(1, 3 * DAY, 'd'));
		expect(before.entries).toHaveLength(4);
		const after = withKey(before, hashNamed(2), entry(2, 62 * DAY));
		expect(after.entries.map(({ generation }) => generation)).toEqual([1, 1, 2]);
		// The last but one always stays: the first key of the next generation is the newest there is.
		const much = withKey(before, hashNamed(2), entry(2, 500 * DAY));
		expect(much.entries.map(({ generation }) => generation)).toEqual([1, 1, 2]);
	});

	it('are not taken back when they are long gone', () => {
		const keys = loaded(entry(5, 0), entry(6, 100 * DAY));
		expect(keys.entries).toHaveLength(2);
		expect(withKey(keys, hashNamed('late'), entry(4, 0))).toBe(keys);
		const young = loaded(entry(5, 50 * DAY), entry(6, 100 * DAY));
		expect(withKey(young, hashNamed('late'), entry(4, 0)).entries).toHaveLength(3);
	});

	it('keep messages alive that had nothing for us, if we have any key at all', () => {
		expect(activeHashes(withMessage(noKeys, hashNamed('x'), 3)).size).toBe(0);
		const keys = loaded(entry(2, 0));
		expect(activeHashes(withMessage(keys, hashNamed('x'), 3))).toContain(hashNamed('x'));
		expect(activeHashes(withMessage(keys, hashNamed('x'), 1))).not.toContain(hashNamed('x'));
	});
});

describe('keys that are kept', () => {
	const pending = { generation: 3, key: keyNamed(3), message: utf8('message') };

	it('come back as they were', () => {
		const entries = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 2 ** 40 })), { maxLength: 8 });
		fc.assert(
			fc.property(entries, fc.boolean(), (some, isPending) => {
				const known = loaded(...some.map(([generation, time]) => entry(generation, time)));
				const keys: GroupKeys = isPending ? { ...known, pending } : known;
				const again = loadKeys(dumpKeys(keys));
				expect({ ...again, hashes: [...again.hashes].sort(([a], [b]) => a - b) }).toEqual({
					...keys,
					hashes: [...keys.hashes].sort(([a], [b]) => a - b)
				});
				expect(dumpKeys(again)).toEqual(dumpKeys(keys));
			})
		);
	});

	it('are refused in any other form', () => {
		const dump = dumpKeys({ ...loaded(entry(0, 1), entry(1, 2)), pending });
		for (let length = 0; length < dump.length - 2; length++) {
			expect(() => loadKeys(dump.slice(0, length))).toThrowError(anyProtocolError);
		}
		const key = toHex(utf8('32:')) + '07'.repeat(32);
		const item = (generation: number, time: number) =>
			`${toHex(utf8(`d1:gi${generation}e1:k`))}${key}${toHex(utf8(`1:ti${time}ee`))}`;
		const list = (...items: string[]) => fromHex(`${toHex(utf8('d1:Ale1:Ll'))}${items.join('')}6565`);
		expect(loadKeys(list(item(1, 1), item(2, 0))).entries).toHaveLength(2);
		for (const wrong of [list(item(2, 0), item(1, 1)), list(item(1, 1), item(1, 1)), list(item(-1, 1))]) {
			expect(() => loadKeys(wrong)).toThrowError(errorOf('malformed'));
		}
		fc.assert(
			fc.property(anyBytes(), (bytes) => {
				expect(() => loadKeys(bytes)).toThrowError(anyProtocolError);
			})
		);
	});
});

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { toHex, utf8 } from '../../../src/protocol/bytes';
import { mergeMessages } from '../../../src/protocol/config/merge';
import {
	compareVersions,
	emptyMessage,
	nextVersion,
	sealMessage
} from '../../../src/protocol/config/message';
import type { ConfigMessage } from '../../../src/protocol/config/message';
import { diffOf } from '../../../src/protocol/config/diff';
import { parseMessage } from '../../../src/protocol/config/parse';
import type { ConfigDict, ConfigValue } from '../../../src/protocol/config/tree';
import { ed25519FromSeed } from '../../../src/protocol/keys';
import { startZstd } from '../../../src/protocol/zstd';
import { sodiumReady } from '../setup';
import { anyHistory, newDevice, now, shown, World } from './world';

beforeAll(() => Promise.all([sodiumReady, startZstd()]));

/** Parts a list into groups at random places. */
function groups<Item>(items: readonly Item[], cuts: readonly number[]): Item[][] {
	const places = [...new Set(cuts.map((cut) => cut % (items.length + 1)))].sort((a, b) => a - b);
	return [...places, items.length].map((end, index) => items.slice(places[index - 1] ?? 0, end));
}

const anyOrder = fc.array(fc.nat(10_000), { minLength: 60, maxLength: 60 });

function inOrder<Item>(items: readonly Item[], order: readonly number[]): Item[] {
	return items
		.map((item, index) => ({ item, rank: order[index % order.length]! }))
		.sort((a, b) => a.rank - b.rank)
		.map(({ item }) => item);
}

/**
 * Everyone hears of everything once, at first in an order and in portions of their own, and pushes, until nobody has
 * anything to push.
 */
function synchronise(world: World, order: readonly number[]): void {
	const heard = world.devices.map(() => new Set<string>());
	for (let round = 0; round < 10; round++) {
		world.devices.forEach((config, index) => {
			const news = world.stored.filter(({ hash }) => !heard[index]!.has(hash));
			const shuffled = inOrder(news, order.slice(index * 7).concat(order));
			const portions = round < 2 ? groups(shuffled, order.slice(index, index + 3)) : [shuffled];
			for (const portion of portions) config.merge(portion, now);
			for (const { hash } of news) heard[index]!.add(hash);
		});
		if (world.devices.every((config) => !config.needsPush)) return;
		for (const config of world.devices) world.push(config);
	}
	throw new Error('devices do not come to an end');
}

describe('merging', () => {
	it('does not depend on the order of the messages', () => {
		fc.assert(
			fc.property(anyHistory, anyOrder, ({ devices, actions }, order) => {
				const world = new World(devices);
				world.run(actions);
				const [one, other, twice] = [newDevice(), newDevice(), newDevice()];
				one.merge(world.stored, now);
				other.merge(inOrder(world.stored, order), now);
				twice.merge([...inOrder(world.stored, order), ...world.stored], now);
				expect(shown(other)).toEqual(shown(one));
				expect(shown(twice)).toEqual(shown(one));
			}),
			{ numRuns: 60 }
		);
	});

	it('changes nothing when it is done again', () => {
		fc.assert(
			fc.property(anyHistory, anyOrder, ({ devices, actions }, order) => {
				const world = new World(devices);
				world.run(actions);
				for (const config of world.devices) {
					config.merge(world.stored, now);
					const before = { data: config.data, seqno: config.seqno, push: config.needsPush };
					const hashes = [...config.currentHashes];
					config.merge(inOrder(world.stored, order), now);
					expect({ data: config.data, seqno: config.seqno, push: config.needsPush }).toEqual(before);
					expect([...config.currentHashes]).toEqual(hashes);
				}
			}),
			{ numRuns: 60 }
		);
	});

	it('brings all devices to the same state and bytes, in whatever order and portions they hear of each other', () => {
		fc.assert(
			fc.property(anyHistory, anyOrder, ({ devices, actions }, order) => {
				const world = new World(devices);
				world.run(actions);
				synchronise(world, order);
				const [first, ...others] = world.devices.map(shown);
				for (const other of others) expect(other).toEqual(first);
				const fresh = newDevice();
				fresh.merge(inOrder(world.stored, order), now);
				expect(shown(fresh)).toEqual(first);
			}),
			{ numRuns: 60 }
		);
	});

	it('takes a history without branches in any order and any portions', () => {
		fc.assert(
			fc.property(anyHistory, anyOrder, ({ devices, actions }, order) => {
				const world = new World(devices);
				for (const action of actions) {
					for (const config of world.devices) config.merge(world.stored, now);
					world.run([action]);
					for (const config of world.devices) world.push(config);
				}
				const [first] = world.devices;
				for (const config of world.devices) config.merge(world.stored, now);
				const fresh = newDevice();
				for (const portion of groups(inOrder(world.stored, order), order)) {
					fresh.merge(portion, now);
					expect(fresh.needsPush).toBe(false);
				}
				expect(shown(fresh)).toEqual(shown(first!));
			}),
			{ numRuns: 40 }
		);
	});

	it('keeps every change that nobody else contested', () => {
		fc.assert(
			fc.property(fc.integer({ min: 2, max: 5 }), anyOrder, (count, order) => {
				const world = new World(count);
				world.devices[0]!.set(['everyone'], 1n);
				world.push(world.devices[0]!);
				for (const config of world.devices) config.merge(world.stored, now);
				world.devices.forEach((config, index) => config.set(['own', String(index)], BigInt(index)));
				for (const config of world.devices) world.push(config);
				const fresh = newDevice();
				fresh.merge(inOrder(world.stored, order), now);
				const own = world.devices.map((_, index) => [String(index), BigInt(index)] as const);
				expect(fresh.data).toEqual(
					new Map<string, ConfigValue>([
						['everyone', 1n],
						['own', new Map(own)]
					])
				);
			})
		);
	});
});

/** A version after `parent` with this data. */
function child(
	parent: ConfigMessage,
	data: ConfigDict,
	secret?: Parameters<typeof sealMessage>[1]
): ConfigMessage {
	const base = nextVersion(parent);
	return sealMessage({ ...base, data, diff: diffOf(base.data, data) }, secret);
}

describe('a conflict', () => {
	const named = (name: string): ConfigDict => new Map([['n', utf8(name)]]);

	it('goes to the higher version, then to the greater hash', () => {
		const base = child(emptyMessage(), named('base'));
		const [a, b] = [child(base, named('a')), child(base, named('b'))];
		const later = child(a, named('later'));
		const greater = compareVersions(a, b) > 0 ? a : b;
		expect(mergeMessages([a, b], undefined)?.message.data).toEqual(greater.data);
		expect(mergeMessages([b, later], undefined)?.message.data).toEqual(later.data);
		expect(mergeMessages([b, later], undefined)?.message.seqno).toBe(4);
	});

	it('is one message when that includes all others', () => {
		const base = child(emptyMessage(), named('base'));
		const next = child(base, named('next'));
		expect(mergeMessages([base, next, base], undefined)).toEqual({ message: next, index: 1 });
		expect(mergeMessages([next], undefined)?.index).toBe(0);
		expect(mergeMessages([], undefined)).toBeUndefined();
	});

	it('loses a branch five versions behind', () => {
		const base = child(emptyMessage(), named('base'));
		const branch = child(base, new Map([...named('base'), ['x', 1n]]));
		let tip = base;
		for (let version = 2; version <= 6; version++) tip = child(tip, named(`tip ${version}`));
		expect(mergeMessages([branch, tip], undefined)?.index).toBeUndefined();
		expect(mergeMessages([branch, tip], undefined)?.message.data.get('x')).toBe(1n);
		tip = child(tip, named('tip 7'));
		expect(mergeMessages([branch, tip], undefined)).toEqual({ message: tip, index: 1 });
	});

	it('is left to those who may sign', () => {
		const { publicKey, secretKey } = ed25519FromSeed(new Uint8Array(32).fill(1));
		const base = child(emptyMessage(), named('base'), secretKey);
		const [a, b] = [child(base, named('a'), secretKey), child(base, named('b'), secretKey)];
		const greater = compareVersions(a, b) > 0 ? a : b;
		for (const order of [
			[a, b, base],
			[base, b, a]
		]) {
			expect(mergeMessages(order, { publicKey })?.message).toBe(greater);
		}
		const merged = mergeMessages([a, b], { publicKey, secretKey });
		expect(merged?.index).toBeUndefined();
		const parsed = parseMessage(merged!.message.serialized, publicKey);
		expect(toHex(parsed.hash)).toBe(toHex(merged!.message.hash));
	});

	it('of thousands of branches is settled all the same', () => {
		const base = child(emptyMessage(), named('base'));
		const branches = Array.from({ length: 2000 }, (_, index) => {
			return child(base, new Map<string, ConfigValue>([...named('base'), [`k${index}`, 1n]]));
		});
		const merged = mergeMessages(branches, undefined);
		expect(merged?.message.data.size).toBe(2001);
	});
});

import { beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { GUARD_LIMIT, Guards, GUARDS_WANTED } from '../../../src/engine/network/guards';
import { subnetOf } from '../../../src/engine/network/node-list';
import { NodePool } from '../../../src/engine/network/node-pool';
import { PathSet } from '../../../src/engine/network/path-set';
import { choosePath } from '../../../src/engine/network/paths';
import { sodiumReady } from '../../../src/protocol/sodium';
import type { SnodeId } from '../../../src/protocol/types';
import { sampleNodes, seededRandom, systemRandom, type SampleNode } from './sample-nodes';

let nodes: SampleNode[];
beforeAll(async () => {
	await sodiumReady;
	nodes = sampleNodes(60, (index) => `10.0.${index >> 2}.${(index & 3) + 1}`);
});

const DAY = 24 * 60 * 60_000;

describe('choosing a path', () => {
	it('has distinct nodes, none excluded, and distinct subnets wherever there are enough', () => {
		fc.assert(
			fc.property(
				fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 25 }),
				fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 6 }),
				fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 6 }),
				fc.integer({ min: 2, max: 4 }),
				fc.string(),
				(chosen, without, ratherWithout, hops, seed) => {
					const pool = chosen.map((index) => nodes[index]!);
					const guard = pool[0]!;
					const banned = new Set(without.map((index) => nodes[index]!.id));
					const path = choosePath(
						{
							guard,
							nodes: pool,
							hops,
							without: banned,
							ratherWithout: new Set(ratherWithout.map((index) => nodes[index]!.id)),
							distinctSubnets: true
						},
						seededRandom(seed)
					);
					const relays = pool.filter((node) => node.id !== guard.id && !banned.has(node.id));
					const possible = !banned.has(guard.id) && relays.length >= hops - 1;
					expect(path !== null).toBe(possible);
					if (!path) return;
					expect(path).toHaveLength(hops);
					expect(path[0]).toBe(guard);
					expect(new Set(path.map((node) => node.id)).size).toBe(hops);
					expect(path.some((node) => banned.has(node.id))).toBe(false);
					const subnets = new Set([guard, ...relays].map(subnetOf));
					if (subnets.size >= hops) expect(new Set(path.map(subnetOf)).size).toBe(hops);
				}
			),
			{ numRuns: 300 }
		);
	});

	it('leaves the other paths alone when there are nodes enough', () => {
		const taken = new Set(nodes.slice(1, 30).map((node) => node.id));
		for (let round = 0; round < 50; round += 1) {
			const path = choosePath(
				{ guard: nodes[0]!, nodes, hops: 3, without: new Set(), ratherWithout: taken, distinctSubnets: true },
				systemRandom
			)!;
			expect(path.slice(1).some((node) => taken.has(node.id))).toBe(false);
		}
	});

	it('uses every relay about equally often', () => {
		const few = sampleNodes(9);
		const counts = new Map<SnodeId, number>();
		for (let round = 0; round < 2_000; round += 1) {
			const path = choosePath(
				{
					guard: few[0]!,
					nodes: few,
					hops: 3,
					without: new Set(),
					ratherWithout: new Set(),
					distinctSubnets: true
				},
				systemRandom
			)!;
			for (const node of path.slice(1)) counts.set(node.id, (counts.get(node.id) ?? 0) + 1);
		}
		expect(counts.size).toBe(8);
		for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(120);
	});
});

function setUp(count = 40) {
	const time = { now: 1_760_000_000_000 };
	const pool = new NodePool(() => time.now, sampleNodes(count), 5);
	const guards = new Guards({ now: () => time.now, random: systemRandom, pool, distinctSubnets: true });
	const paths = new PathSet({
		monotonic: () => time.now,
		random: systemRandom,
		pool,
		guards,
		hops: 3,
		distinctSubnets: true
	});
	return { time, pool, guards, paths };
}

const ids = (list: readonly { id: SnodeId }[]) => list.map((node) => node.id);

describe('guards', () => {
	it('are two, and stay the same for weeks', () => {
		const { guards, time } = setUp();
		const first = ids(guards.active());
		expect(first).toHaveLength(GUARDS_WANTED);
		time.now += 27 * DAY;
		expect(ids(guards.active())).toEqual(first);
		const ends = guards.records().map((record) => record.until);
		time.now += 30 * DAY;
		guards.active();
		expect(guards.records().some((record) => ends.includes(record.until))).toBe(false);
	});

	it('are no guards of other accounts of the browser while the network has others', () => {
		for (let round = 0; round < 20; round += 1) {
			const { guards, pool, time } = setUp(GUARDS_WANTED * 2 + 1);
			const elsewhere = ids(guards.active());
			const own = new Guards({
				now: () => time.now,
				random: systemRandom,
				pool,
				distinctSubnets: true,
				elsewhere: () => elsewhere
			});
			expect(ids(own.active()).filter((id) => elsewhere.includes(id))).toEqual([]);
		}
		const few = setUp(GUARDS_WANTED);
		const shared = new Guards({
			now: () => few.time.now,
			random: systemRandom,
			pool: few.pool,
			distinctSubnets: true,
			elsewhere: () => ids(few.guards.active())
		});
		expect(shared.active()).toHaveLength(GUARDS_WANTED);
	});

	it('come back after a restart from what was kept', () => {
		const { guards, pool, time } = setUp();
		const first = ids(guards.active());
		const later = new Guards({ now: () => time.now, random: systemRandom, pool, distinctSubnets: true });
		later.restore(guards.records());
		expect(ids(later.active())).toEqual(first);
	});

	it('rest after failing twice, are replaced meanwhile, and come back in their order', () => {
		const { guards, time } = setUp();
		const [one, two] = ids(guards.active());
		guards.failed(one!);
		expect(ids(guards.active())).toEqual([one, two]);
		guards.failed(one!);
		const meanwhile = ids(guards.active());
		expect(meanwhile[0]).toBe(two);
		expect(meanwhile).not.toContain(one);
		time.now += 61_000;
		expect(ids(guards.active())).toEqual([one, two]);
		guards.succeeded(one!);
		guards.failed(one!);
		expect(ids(guards.active())).toEqual([one, two]);
	});

	it('cannot be walked along the network by someone who lets every guard fail', () => {
		const { guards, time } = setUp(200);
		const seen = new Set<SnodeId>();
		for (let round = 0; round < 2_000; round += 1) {
			for (const guard of guards.active()) {
				seen.add(guard.id);
				guards.failed(guard.id, true);
			}
			time.now += 10_000;
		}
		expect(time.now - 1_760_000_000_000).toBeLessThan(DAY);
		expect(seen.size).toBe(GUARD_LIMIT);
		expect(guards.active()).toHaveLength(GUARDS_WANTED);
	});

	it('are given up when they have not worked for days', () => {
		const { guards, time } = setUp();
		const [dead] = ids(guards.active());
		for (let round = 0; round < 60; round += 1) {
			guards.failed(dead!, true);
			time.now += DAY / 24;
		}
		guards.active();
		const kept = guards.records().find((record) => record.id === dead);
		expect(kept?.failures ?? 0).toBe(0);
	});

	it('leave with the node list', () => {
		const { guards, pool } = setUp();
		const [gone] = ids(guards.active());
		pool.replace(
			new Map(
				pool
					.all()
					.filter((node) => node.id !== gone)
					.map((node) => [node.id, node])
			),
			1
		);
		expect(ids(guards.active())).not.toContain(gone);
	});

	it('believe no stored times that they cannot have set', () => {
		const { guards, pool, time } = setUp();
		const [first, second] = pool.all();
		const forever = { failures: 3, failingSince: 9e15, restsUntil: 9e15, until: 9e15 };
		guards.restore([first!, second!].map((node) => ({ id: node.id, ...forever })));
		time.now += 5 * 60 * 60_000;
		expect(ids(guards.active())).toEqual([first!.id, second!.id]);
		time.now += 60 * DAY;
		guards.active();
		expect(guards.records().every((record) => record.until < 1e15 && record.restsUntil === 0)).toBe(true);
	});
});

describe('path set', () => {
	it('keeps two disjoint paths ready, behind two guards', () => {
		const { paths, guards } = setUp();
		paths.fill();
		const [a, b] = paths.all();
		expect(paths.all()).toHaveLength(2);
		expect([a!.guard, b!.guard].sort()).toEqual(ids(guards.active()).sort());
		expect(new Set([...ids(a!.nodes), ...ids(b!.nodes)]).size).toBe(6);
	});

	it('never leads a request over its own destination while another way exists', () => {
		const { paths, pool } = setUp(6);
		for (let round = 0; round < 100; round += 1) {
			for (const node of pool.all()) {
				const path = paths.take(node.id)!;
				expect(ids(path.nodes)).not.toContain(node.id);
			}
			paths.rebuild();
		}
	});

	it('takes another path when one was tried', () => {
		const { paths } = setUp();
		const first = paths.take(null)!;
		for (let round = 0; round < 20; round += 1) expect(paths.take(null, new Set([first]))).not.toBe(first);
	});

	it('drops a path at its third failure in a row, and strikes its relays', () => {
		const { paths, pool } = setUp();
		const path = paths.take(null)!;
		paths.succeeded(path, 100, 5);
		paths.failed(path);
		paths.failed(path);
		paths.succeeded(path, 100, 5);
		paths.failed(path);
		paths.failed(path);
		expect(paths.all()).toContain(path);
		paths.failed(path);
		expect(paths.all()).not.toContain(path);
		expect(pool.strikesOf(path.nodes[1]!.id)).toBeGreaterThan(0);
		expect(pool.strikesOf(path.guard)).toBe(0);
		// Without being asked: nothing else may come along to fill the gap.
		expect(paths.all()).toHaveLength(2);
	});

	it('drops every path with a node that cannot be reached', () => {
		const { paths, pool } = setUp();
		const path = paths.take(null)!;
		const lost = path.nodes[2]!.id;
		pool.strikeOut(lost);
		paths.dropNode(lost);
		for (let round = 0; round < 50; round += 1) {
			paths.fill();
			for (const next of paths.all()) expect(ids(next.nodes)).not.toContain(lost);
			paths.rebuild();
		}
	});

	it('changes its relays with time and on request, never its guards', () => {
		const { paths, time } = setUp();
		paths.fill();
		const guardsBefore = paths.all().map((path) => path.guard);
		const before = paths.all();
		time.now += 41 * 60_000;
		paths.fill();
		expect(paths.all().some((path) => before.includes(path))).toBe(false);
		expect(
			paths
				.all()
				.map((path) => path.guard)
				.sort()
		).toEqual([...guardsBefore].sort());
		const rotated = paths.all();
		paths.rebuild();
		expect(paths.all().some((path) => rotated.includes(path))).toBe(false);
		expect(
			paths
				.all()
				.map((path) => path.guard)
				.sort()
		).toEqual([...guardsBefore].sort());
	});

	it('shows only what was measured', () => {
		const { paths } = setUp();
		paths.fill();
		const path = paths.take(null)!;
		expect(paths.view().every((view) => view.lastRequestMs === null && view.medianMs === null)).toBe(true);
		for (const ms of [300, 100, 200]) paths.succeeded(path, ms, ms / 10);
		const view = paths.view().find((one) => one.requests > 0)!;
		expect(view).toMatchObject({ lastRequestMs: 200, gatewayMs: 20, medianMs: 200, requests: 3 });
		expect(view.hops.map((hop) => hop.id)).toEqual(ids(path.nodes));
	});

	it('has no path when the network has no three nodes', () => {
		const { paths } = setUp(2);
		expect(paths.take(null)).toBeNull();
	});
});

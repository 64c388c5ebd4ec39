import { beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { agreedNodes, judgeList, nodeMap, subnetOf, unrelated } from '../../../src/engine/network/node-list';
import { NodePool } from '../../../src/engine/network/node-pool';
import { sodiumReady } from '../../../src/protocol/sodium';
import { sampleNode, sampleNodes, withKey, type SampleNode } from './sample-nodes';

let nodes: SampleNode[];
beforeAll(async () => {
	await sodiumReady;
	nodes = sampleNodes(40);
});

describe('agreement', () => {
	it('keeps exactly the entries that enough lists hold', () => {
		fc.assert(
			fc.property(
				fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 39 })), { minLength: 1, maxLength: 6 }),
				fc.integer({ min: 1, max: 5 }),
				(choices, agreement) => {
					const lists = choices.map((indexes) => nodeMap(indexes.map((index) => nodes[index]!)));
					const agreed = agreedNodes(lists, agreement);
					for (const node of nodes) {
						const votes = lists.filter((list) => list.has(node.id)).length;
						expect(agreed.has(node.id)).toBe(votes >= agreement);
					}
				}
			)
		);
	});

	it('gives a node that is listed twice by one list one voice', () => {
		const twice = nodeMap([nodes[0]!, nodes[0]!, nodes[0]!]);
		expect(agreedNodes([twice, nodeMap([])], 2).size).toBe(0);
	});

	it('does not count different keys or addresses as the same entry', () => {
		const node = nodes[0]!;
		const lists = [[node], [withKey(node, 7)], [{ ...node, ip: '10.9.9.9' }]].map(nodeMap);
		expect(agreedNodes(lists, 2).size).toBe(0);
		expect(agreedNodes([...lists, nodeMap([node])], 2).get(node.id)?.ip).toBe(node.ip);
	});
});

describe('judging a list', () => {
	it('refuses one that loses more than half of the known nodes, even if it is long', () => {
		const known = nodeMap(nodes.slice(0, 20));
		expect(judgeList(known, nodeMap(nodes.slice(0, 10)), 5)).toBe('fine');
		expect(judgeList(known, nodeMap(nodes.slice(0, 9)), 5)).toBe('shrinks');
		expect(judgeList(known, nodeMap(nodes.slice(11)), 5)).toBe('shrinks');
	});

	it('refuses one that changes a single known key', () => {
		const known = nodeMap(nodes.slice(0, 20));
		const offered = nodeMap([...nodes.slice(0, 19), withKey(nodes[19]!, 3)]);
		expect(judgeList(known, offered, 5)).toBe('keys-changed');
	});

	it('refuses one with fewer nodes than the profile asks for', () => {
		expect(judgeList(nodeMap([]), nodeMap(nodes.slice(0, 4)), 5)).toBe('too-few');
	});
});

describe('subnets', () => {
	it('are the first three bytes', () => {
		expect(subnetOf({ ip: '10.20.30.40' })).toBe('10.20.30');
		expect(subnetOf({ ip: null })).toBeNull();
		expect(subnetOf({ ip: 'fe80::1' })).toBeNull();
	});

	it('make nodes related', () => {
		expect(unrelated(sampleNode(1, '10.0.0.1'), sampleNode(2, '10.0.0.9'))).toBe(false);
		expect(unrelated(sampleNode(1, '10.0.0.1'), sampleNode(2, '10.0.1.1'))).toBe(true);
		expect(unrelated(nodes[1]!, nodes[1]!)).toBe(false);
	});
});

describe('node pool', () => {
	it('drops a node at the third strike and forgives with time', () => {
		const time = { now: 1_000_000 };
		const pool = new NodePool(() => time.now, nodes.slice(0, 10), 5);
		const { id } = nodes[0]!;
		pool.strike(id);
		pool.strike(id);
		expect(pool.isUsable(id)).toBe(true);
		pool.strike(id);
		expect(pool.isUsable(id)).toBe(false);
		expect(pool.usable(5).map((node) => node.id)).not.toContain(id);
		time.now += 11 * 60_000;
		expect(pool.isUsable(id)).toBe(true);
		pool.strike(id);
		expect(pool.isUsable(id)).toBe(false);
		pool.praise(id);
		expect(pool.strikesOf(id)).toBe(0);
	});

	it('forgets strikes rather than having too few nodes to work with', () => {
		const pool = new NodePool(() => 0, nodes.slice(0, 6), 5);
		for (const node of nodes.slice(0, 3)) pool.strikeOut(node.id);
		expect(pool.usable(3)).toHaveLength(3);
		expect(pool.usable(5)).toHaveLength(6);
	});

	it('takes a fair list and remembers when, and keeps the old one otherwise', () => {
		const pool = new NodePool(() => 77, nodes.slice(0, 20), 5);
		expect(pool.refreshedAt).toBeNull();
		expect(pool.adopt(nodeMap(nodes.slice(25)))).toBe('shrinks');
		expect(pool.refreshedAt).toBeNull();
		expect(pool.get(nodes[0]!.id)).toBeDefined();
		expect(pool.adopt(nodeMap(nodes.slice(5)))).toBe('fine');
		expect(pool.refreshedAt).toBe(77);
		expect(pool.get(nodes[0]!.id)).toBeUndefined();
		expect(pool.size).toBe(35);
	});
});

/** Choosing the nodes of a path: a guard and relays behind it, all different and, where possible, in other subnets. */
import type { RandomBytes, SnodeId } from '../../protocol/types';
import type { ListedNode } from '../../networks/profile';
import { subnetOf } from './node-list';
import { shuffled } from './random';

export interface PathWish {
	readonly guard: ListedNode;
	/** Nodes that may become relays. */
	readonly nodes: readonly ListedNode[];
	/** Nodes before the destination, the guard included. */
	readonly hops: number;
	/** Never in the path: the destination, or nodes that just failed. */
	readonly without: ReadonlySet<SnodeId>;
	/** Rather not in the path: relays of the other paths. */
	readonly ratherWithout: ReadonlySet<SnodeId>;
	readonly distinctSubnets: boolean;
}

/** Guard first; null when the network has too few nodes. Each relay is uniformly chosen among those that fit. */
export function choosePath(wish: PathWish, random: RandomBytes): readonly ListedNode[] | null {
	if (wish.without.has(wish.guard.id)) return null;
	const allowed = wish.nodes.filter((node) => node.id !== wish.guard.id && !wish.without.has(node.id));
	const preferred = allowed.filter((node) => !wish.ratherWithout.has(node.id));
	const order = shuffled(random, allowed);
	const preferredOrder = shuffled(random, preferred);
	if (wish.distinctSubnets) {
		const apart =
			inDistinctSubnets(wish.guard, preferredOrder, wish.hops) ??
			inDistinctSubnets(wish.guard, order, wish.hops);
		if (apart) return apart;
	}
	const relays = (preferred.length >= wish.hops - 1 ? preferredOrder : order).slice(0, wish.hops - 1);
	return relays.length === wish.hops - 1 ? [wish.guard, ...relays] : null;
}

/** The first nodes of the order that share no /24, or null when the order has too few of them. */
function inDistinctSubnets(
	guard: ListedNode,
	order: readonly ListedNode[],
	hops: number
): readonly ListedNode[] | null {
	const path = [guard];
	const subnets = new Set([subnetOf(guard)]);
	for (const node of order) {
		if (path.length === hops) break;
		const subnet = subnetOf(node);
		// A node without a known address cannot be said to be elsewhere.
		if (subnet === null || subnets.has(subnet)) continue;
		subnets.add(subnet);
		path.push(node);
	}
	return path.length === hops ? path : null;
}

/**
 * Lists of nodes as values: what several nodes agree on, and whether an agreed list may replace the one we know.
 * A list decides who sees what, so no single node and no gateway is believed (docs/threat-model.md).
 */
import { equal, toHex } from '../../protocol/bytes';
import type { SnodeId } from '../../protocol/types';
import type { ListedNode } from '../../networks/profile';

export type NodeMap = ReadonlyMap<SnodeId, ListedNode>;

export type ListVerdict =
	| 'fine'
	/** Fewer nodes than the profile asks for. */
	| 'too-few'
	/** More than half of the nodes that we know are not in it. */
	| 'shrinks'
	/** A node that we know has another encryption key in it. */
	| 'keys-changed';

export function nodeMap(nodes: readonly ListedNode[]): NodeMap {
	return new Map(nodes.map((node) => [node.id, node]));
}

/** `minimum` counts nodes of the new list; `known` is the list it would replace. */
export function judgeList(known: NodeMap, offered: NodeMap, minimum: number): ListVerdict {
	let kept = 0;
	for (const node of offered.values()) {
		const before = known.get(node.id);
		if (!before) continue;
		kept += 1;
		if (!equal(before.x25519, node.x25519)) return 'keys-changed';
	}
	if (offered.size < minimum) return 'too-few';
	return kept * 2 < known.size ? 'shrinks' : 'fine';
}

/** The entries that at least `agreement` of the lists hold with the same keys and address. */
export function agreedNodes(lists: readonly NodeMap[], agreement: number): NodeMap {
	const votes = new Map<string, { readonly node: ListedNode; count: number }>();
	for (const list of lists) {
		for (const node of list.values()) {
			const entry = `${node.id} ${toHex(node.x25519)} ${node.ip ?? ''} ${node.port ?? ''}`;
			const vote = votes.get(entry);
			if (vote) vote.count += 1;
			else votes.set(entry, { node, count: 1 });
		}
	}
	const agreed = [...votes.values()].filter((vote) => vote.count >= agreement);
	// Where two addresses of one node both find enough voices, the larger crowd is right.
	agreed.sort((a, b) => a.count - b.count);
	return nodeMap(agreed.map((vote) => vote.node));
}

/** The /24 of an IPv4 address; null when there is none. Nodes of one /24 are taken to be one operator's. */
export function subnetOf(node: Pick<ListedNode, 'ip'>): string | null {
	const match = node.ip === null ? null : /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/.exec(node.ip);
	return match?.[1] ?? null;
}

/** Whether two nodes count as unrelated: other keys, and other subnets where both are known. */
export function unrelated(a: ListedNode, b: ListedNode): boolean {
	if (a.id === b.id) return false;
	const subnet = subnetOf(a);
	return subnet === null || subnet !== subnetOf(b);
}

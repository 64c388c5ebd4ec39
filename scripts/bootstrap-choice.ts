import type { GatewayNode } from '../src/gateway/nodes';
import type { PackableNode } from '../src/networks/packed-nodes';
import { fromHex, toHex } from '../src/protocol/bytes';
import { parseEd25519PublicKey, snodeId, x25519FromEd25519Public } from '../src/protocol/keys';

const mostNodes = 400;

/**
 * Which nodes go into a release: those that every seed names alike, one for each /24, since paths never use two of
 * one subnet. Nodes that are bundled already come first, so that a refresh changes no more than the network did.
 */
export function chooseNodes(
	lists: readonly (readonly GatewayNode[])[],
	bundled: ReadonlySet<string>
): readonly PackableNode[] {
	const [first = [], ...others] = lists;
	const places = others.map((list) => new Set(list.map(place)));
	const inOrder = first
		.filter((node) => places.every((named) => named.has(place(node))))
		.map(packable)
		.filter((node) => node !== null)
		.sort((a, b) => Number(bundled.has(b.id)) - Number(bundled.has(a.id)) || (a.id < b.id ? -1 : 1));
	const subnets = new Map<string, PackableNode>();
	for (const node of inOrder) {
		const subnet = node.ip.replace(/\.\d+$/, '');
		if (!subnets.has(subnet)) subnets.set(subnet, node);
	}
	return [...subnets.values()].slice(0, mostNodes);
}

function place({ ed25519, ip, port }: GatewayNode): string {
	return `${ed25519} ${ip} ${port}`;
}

/** As a packed node, or null when its X25519 key is not the one that a browser will derive. */
function packable(node: GatewayNode): PackableNode | null {
	try {
		const ed25519 = parseEd25519PublicKey(fromHex(node.ed25519));
		if (toHex(x25519FromEd25519Public(ed25519)) !== node.x25519) return null;
		return { id: snodeId(ed25519), ed25519, ip: node.ip, port: node.port };
	} catch {
		return null;
	}
}

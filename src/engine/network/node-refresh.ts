/**
 * The list of nodes, refreshed through onions from several unrelated nodes. What too few of them agree on is left
 * out, and a result that looks like a trick leaves the list as it was.
 */
import { equal } from '../../protocol/bytes';
import { ProtocolError } from '../../protocol/errors';
import { x25519FromEd25519Public } from '../../protocol/keys';
import {
	activeNodesCall,
	oxendServiceNodesCall,
	parseActiveNodes,
	parseServiceNodes
} from '../../protocol/storage-rpc';
import type { SnodeId } from '../../protocol/types';
import type { ListedNode } from '../../networks/profile';
import { agreedNodes, nodeMap, type ListVerdict, type NodeMap } from './node-list';
import type { NodePool } from './node-pool';
import type { RpcCall, RpcReply } from './types';

/** Asked beyond the number that must agree, so that a dead or lying node does not stop the refresh. */
const SPARE = 2;
const LONGEST_LIST = 10_000;

export interface RefreshParts {
	readonly pool: NodePool;
	readonly agreement: number;
	/** Asks that many different random nodes, none of those to avoid. */
	readonly ask: (count: number, call: RpcCall, avoid: ReadonlySet<SnodeId>) => Promise<readonly RpcReply[]>;
}

export async function refreshNodes(parts: RefreshParts): Promise<ListVerdict> {
	const { pool, agreement, ask } = parts;
	const wanted = agreement + SPARE;
	// The compact form is a tenth of the size; older nodes do not know it and answer 400.
	const compact = await ask(wanted, activeNodesCall(), new Set());
	const voices = voicesOf(pool, compact, parseActiveNodes);
	if (voices.size < agreement) {
		const verbose = await ask(wanted, oxendServiceNodesCall(), new Set(voices.keys()));
		const more = voicesOf(pool, verbose, (body) => parseServiceNodes(body).nodes);
		for (const [node, list] of more) voices.set(node, list);
	}
	if (voices.size < agreement) return 'too-few';
	const agreed = agreedNodes([...voices.values()], agreement);
	return genuine(pool, agreed) ? pool.adopt(agreed) : 'keys-changed';
}

/** Which list each node names. A list that we would not take ourselves has no voice in what the others agree on. */
function voicesOf(
	pool: NodePool,
	replies: readonly RpcReply[],
	parse: (body: unknown) => readonly ListedNode[]
): Map<SnodeId, NodeMap> {
	// Nodes mostly name the very same list, and a long one takes a while to read.
	const read = new Map<unknown, NodeMap | null>();
	const voices = new Map<SnodeId, NodeMap>();
	for (const { node, status, body } of replies) {
		if (status === 400) continue;
		if (!read.has(body)) read.set(body, status === 200 ? readList(body, parse) : null);
		const list = read.get(body);
		if (list && pool.judge(list) === 'fine') voices.set(node, list);
		else pool.strike(node);
	}
	return voices;
}

function readList(body: unknown, parse: (body: unknown) => readonly ListedNode[]): NodeMap | null {
	try {
		const nodes = parse(body);
		return nodes.length > LONGEST_LIST ? null : nodeMap(nodes);
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	}
}

/** Whether each new node's encryption key is the one that belongs to its name. */
function genuine(pool: NodePool, nodes: NodeMap): boolean {
	try {
		return [...nodes.values()].every(
			(node) => pool.get(node.id) ?? equal(x25519FromEd25519Public(node.ed25519), node.x25519)
		);
	} catch (error) {
		if (error instanceof ProtocolError) return false;
		throw error;
	}
}

/**
 * The list of nodes, refreshed through onions from several unrelated nodes. What too few of them agree on is left
 * out, and a result that looks like a trick leaves the list as it was.
 */
import { equal } from '../../protocol/bytes';
import { ProtocolError } from '../../protocol/errors';
import { x25519FromEd25519Public } from '../../protocol/keys';
import { oxendServiceNodesCall, parseServiceNodes } from '../../protocol/storage-rpc';
import { agreedNodes, nodeMap, type ListVerdict, type NodeMap } from './node-list';
import type { NodePool } from './node-pool';
import type { RpcCall, RpcReply } from './types';

/** Asked beyond the number that must agree, so that a dead or lying node does not stop the refresh. */
const SPARE = 2;
const LONGEST_LIST = 10_000;

export async function refreshNodes(parts: {
	readonly pool: NodePool;
	readonly agreement: number;
	readonly ask: (count: number, call: RpcCall) => Promise<readonly RpcReply[]>;
}): Promise<ListVerdict> {
	const { pool, agreement, ask } = parts;
	const replies = await ask(agreement + SPARE, oxendServiceNodesCall());
	const lists = replies.flatMap((reply) => {
		const list = reply.status === 200 ? believableList(reply.body) : null;
		// A list that we would not take has no voice in what the others agree on, and its node is not liked for it.
		if (list && pool.judge(list) === 'fine') return [list];
		pool.strike(reply.node);
		return [];
	});
	return lists.length < agreement ? 'too-few' : pool.adopt(agreedNodes(lists, agreement));
}

/** Null when malformed, or when a node's encryption key is not the one that belongs to its name. */
function believableList(body: unknown): NodeMap | null {
	try {
		const { nodes } = parseServiceNodes(body);
		if (nodes.length > LONGEST_LIST) return null;
		const genuine = nodes.every((node) => equal(x25519FromEd25519Public(node.ed25519), node.x25519));
		return genuine ? nodeMap(nodes) : null;
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	}
}

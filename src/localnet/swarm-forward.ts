/** Requests that all members of a swarm must see: storage-server.md §3, "Swarm methods". */
import type { StorageAccount } from './account';
import type { JsonObject } from './json';
import { stamp, type NodeContext } from './node-context';
import { ok, type JsonFields, type Reply } from './reply';
import { swarmBody } from './swarm-body';

/** 421 with the right swarm when the account is not ours, else null. */
export function wrongSwarm(node: NodeContext, account: StorageAccount): Reply | null {
	const { entry, directory } = node;
	if (entry.inSwarm && directory.swarmOf(account.id) === entry.homeSwarm) return null;
	return { status: 421, body: { ...swarmBody(directory, account), ...stamp(node) } };
}

export interface SwarmRequest {
	readonly method: string;
	/** As they came, so that the client's signature holds for the copies too. */
	readonly params: JsonObject;
	readonly forwarded: boolean;
	/** Does the work here and makes this node's entry. */
	readonly own: () => JsonFields;
	/** ms: when the request was looked at. */
	readonly now: number;
	/** Beside `swarm`, and in this node's entry, of the node that took the request. */
	readonly beside?: (own: JsonFields) => JsonFields;
	readonly inEntry?: JsonFields;
}

/** The copies go out before the work here is done; the reply waits for every member. */
export async function runInSwarm(node: NodeContext, request: SwarmRequest): Promise<Reply> {
	if (request.forwarded) return ok(request.own());
	const peers = node.directory
		.members(node.entry.homeSwarm)
		.filter((peer) => peer !== node.entry && (peer.addressKnown || node.version === '2.8'));
	const copies = peers.map((peer) => node.forward(peer, request.method, request.params));
	const own = request.own();
	const entries = new Map<string, JsonFields>([
		[node.identity.id, { ...own, ...request.inEntry }],
		...(await Promise.all(copies)).map((entry, index) => [peers[index]?.identity.id ?? '', entry] as const)
	]);
	const body = {
		swarm: Object.fromEntries(entries),
		...stamp(node, request.now),
		...request.beside?.(own)
	};
	const allFailed = [...entries.values()].every((entry) => entry['failed'] !== undefined);
	return { status: allFailed && node.version === '2.11' ? 500 : 200, body };
}

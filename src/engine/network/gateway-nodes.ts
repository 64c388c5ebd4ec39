/**
 * The gateway's own node list, for profiles that bundle none (test networks, and networks of one's own that name only
 * seeds): there the gateway is trusted once, at the first use, because nothing else is known. A profile with a list,
 * as every public network's has, never comes here.
 */
import { equal, fromHex } from '../../protocol/bytes';
import { ProtocolError } from '../../protocol/errors';
import { asArray, asCount, asObject, asString } from '../../protocol/json';
import {
	parseEd25519PublicKey,
	parseX25519PublicKey,
	snodeId,
	x25519FromEd25519Public
} from '../../protocol/keys';
import type { ListedNode } from '../../networks/profile';
import { nodeMap, type NodeMap } from './node-list';

const LONGEST_LIST = 10_000;

/** Reads `GET /api/nodes`; null when it is malformed or has fewer than `minimum` nodes. */
export function readGatewayNodes(page: unknown, minimum: number): NodeMap | null {
	try {
		const entries = asArray(asObject(page, 'node page')['nodes'], 'node list');
		if (entries.length > LONGEST_LIST) return null;
		const nodes = nodeMap(entries.map(readNode));
		return nodes.size >= minimum ? nodes : null;
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	}
}

function readNode(entry: unknown): ListedNode {
	const node = asObject(entry, 'node');
	const ed25519 = parseEd25519PublicKey(fromHex(asString(node['ed25519'], 'node key')));
	const x25519 = parseX25519PublicKey(fromHex(asString(node['x25519'], 'node key')));
	if (!equal(x25519FromEd25519Public(ed25519), x25519))
		throw new ProtocolError('malformed', 'node keys do not belong together');
	return {
		id: snodeId(ed25519),
		ed25519,
		x25519,
		ip: asString(node['ip'], 'node address'),
		port: asCount(node['port'], 'node port'),
		swarm: null
	};
}

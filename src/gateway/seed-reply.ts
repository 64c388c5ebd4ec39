import { addressKind, isLoopbackHost } from '../networks/address';
import { asArray, asCount, asObject, isJsonObject, parseJson } from '../protocol/json';
import type { GatewayNode } from './nodes';

const key = /^[0-9a-f]{64}$/;

/**
 * Reads a seed's answer to get_n_service_nodes (storage-server.md §8). Entries that no client could use are left
 * out: keys that are none, no address yet, and addresses inside somebody's own network, unless the seed itself
 * stands in one. Throws ProtocolError `malformed` when the answer as a whole is not what it should be.
 */
export function parseSeedReply(text: string, seed: URL): GatewayNode[] {
	const result = asObject(asObject(parseJson(text), 'reply')['result'], 'result');
	asCount(result['height'], 'height');
	const nodes = new Map<string, GatewayNode>();
	for (const state of asArray(result['service_node_states'], 'list of nodes')) {
		const node = parseState(state, seed);
		if (node) nodes.set(node.ed25519, node);
	}
	return [...nodes.values()];
}

function parseState(state: unknown, seed: URL): GatewayNode | null {
	if (!isJsonObject(state)) return null;
	const { pubkey_ed25519: ed25519, pubkey_x25519: x25519, public_ip: ip, storage_port: port } = state;
	if (typeof ed25519 !== 'string' || !key.test(ed25519)) return null;
	if (typeof x25519 !== 'string' || !key.test(x25519)) return null;
	if (typeof ip !== 'string' || !mayName(seed, ip)) return null;
	if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65_535) return null;
	return { ed25519, x25519, ip, port, protocol: nodeProtocol(seed, ip) };
}

/** A public seed must not be able to point the gateway at machines behind the gateway's own firewall. */
function mayName(seed: URL, ip: string): boolean {
	const kind = addressKind(ip);
	if (kind === 'public') return true;
	if (kind === 'forbidden') return false;
	return isLoopbackHost(seed.hostname) || addressKind(seed.hostname) === kind;
}

/** Lists say nothing of TLS: a seed that speaks plain http on this machine belongs to nodes that do the same. */
function nodeProtocol(seed: URL, ip: string): 'http' | 'https' {
	return seed.protocol === 'http:' && addressKind(ip) === 'loopback' ? 'http' : 'https';
}

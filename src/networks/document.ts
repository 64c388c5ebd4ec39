import { toHex } from '../protocol/bytes';
import { canonicalJson } from './canonical-json';
import type { ListedNode, NetworkProfile, OnionServer, Seed } from './profile';

/** The JSON form of a profile: docs/networks.md. All members are written out, defaults included. */
export interface ProfileDocument {
	readonly name: string;
	readonly seeds: readonly Seed[];
	readonly nodes: readonly NodeDocument[];
	readonly nodesAsOf: string | null;
	readonly fileServer: { readonly url: string; readonly x25519: string } | null;
	readonly minimumNodes: number;
	readonly agreement: number;
	readonly hops: number;
	readonly distinctSubnets: boolean;
}

export interface NodeDocument {
	readonly ed25519: string;
	readonly x25519: string;
	readonly ip: string | null;
	readonly port: number | null;
	readonly protocol: 'http' | 'https';
	/** Hex, since JSON numbers lose digits beyond 2^53. */
	readonly swarm: string | null;
}

function nodeDocument(node: ListedNode): NodeDocument {
	return {
		ed25519: node.id,
		x25519: toHex(node.x25519),
		ip: node.ip,
		port: node.port,
		protocol: node.protocol ?? 'https',
		swarm: node.swarm === null ? null : node.swarm.toString(16)
	};
}

function serverDocument(server: OnionServer): { url: string; x25519: string } {
	return { url: `${server.protocol}://${server.host}:${server.port}`, x25519: toHex(server.x25519) };
}

/** What `parseNetworkProfile` reads back as the same profile. */
export function profileDocument(profile: NetworkProfile): ProfileDocument {
	return {
		name: profile.name,
		seeds: profile.seeds,
		nodes: profile.nodes.map(nodeDocument),
		nodesAsOf: profile.nodesAsOf,
		fileServer: profile.fileServer && serverDocument(profile.fileServer),
		minimumNodes: profile.minimumNodes,
		agreement: profile.agreement,
		hops: profile.hops,
		distinctSubnets: profile.distinctSubnets
	};
}

/**
 * Hex SHA-256 of the canonical JSON of the whole document: what a browser pins at first use, what the gateway
 * prints at its start, and what two people compare. Any change of any value changes it; layout does not.
 */
export async function profileFingerprint(
	profile: NetworkProfile,
	subtle: Pick<SubtleCrypto, 'digest'>
): Promise<string> {
	const text = new TextEncoder().encode(canonicalJson(profileDocument(profile)));
	return toHex(new Uint8Array(await subtle.digest('SHA-256', text)));
}

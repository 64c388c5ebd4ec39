import type { Ed25519PublicKey, X25519PublicKey, SnodeId, SwarmId } from '../protocol/types';

/** A node as a list names it. Only the gateway ever uses `ip` and `port` to connect. */
export interface ListedNode {
	readonly id: SnodeId;
	readonly ed25519: Ed25519PublicKey;
	readonly x25519: X25519PublicKey;
	/** IPv4, or null where the list has none. */
	readonly ip: string | null;
	readonly port: number | null;
	/** How to connect: TLS unless this says plain HTTP, which only a loopback address may. */
	readonly protocol?: 'http' | 'https';
	readonly swarm: SwarmId | null;
}

/** A seed node: where the gateway gets the list of nodes, and what its certificate must be. */
export interface Seed {
	readonly url: string;
	/** Base64 SHA-256 of the SubjectPublicKeyInfo; null only for plain-http seeds of test networks. */
	readonly spkiSha256: string | null;
	/** Hex SHA-256 of the whole certificate, or null. */
	readonly certificateSha256: string | null;
}

/** A server reached through onions only: the exit node connects to it. */
export interface OnionServer {
	readonly host: string;
	readonly port: number;
	readonly protocol: 'http' | 'https';
	readonly x25519: X25519PublicKey;
}

/** The network as data: the same build runs on each. Format: docs/networks.md. */
export interface NetworkProfile {
	readonly name: string;
	readonly kind: 'builtin' | 'custom';
	readonly seeds: readonly Seed[];
	/** Nodes named by the profile itself (bundled list or custom); the first path uses only these. */
	readonly nodes: readonly ListedNode[];
	/** When the bundled list was made, ISO date, or null. */
	readonly nodesAsOf: string | null;
	readonly fileServer: OnionServer | null;
	/** How many nodes a list needs before it is believed, and how many must agree on an entry. */
	readonly minimumNodes: number;
	readonly agreement: number;
	/** Relays before the destination. */
	readonly hops: number;
	/** Paths must use distinct /24 subnets when the list has enough of them. */
	readonly distinctSubnets: boolean;
}

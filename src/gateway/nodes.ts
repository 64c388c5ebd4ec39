import { toHex } from '../protocol/bytes';
import type { NetworkProfile } from '../networks/profile';

/** A node that the gateway may forward to. */
export interface GatewayNode {
	readonly ed25519: string;
	readonly x25519: string;
	readonly ip: string;
	readonly port: number;
	readonly protocol: 'http' | 'https';
}

/** The nodes that a profile itself names; those without an address are of no use here. */
export function nodesOfProfile(profile: NetworkProfile): GatewayNode[] {
	return profile.nodes.flatMap((node) =>
		node.ip === null || node.port === null
			? []
			: {
					ed25519: node.id,
					x25519: toHex(node.x25519),
					ip: node.ip,
					port: node.port,
					protocol: node.protocol ?? 'https'
				}
	);
}

import { blake2b, ed25519FromSeed, snodeId, x25519KeyPair } from '../../../src/protocol/keys';
import { x25519FromEd25519 } from '../../../src/protocol/identity';
import { utf8 } from '../../../src/protocol/bytes';
import type { ListedNode, NetworkProfile } from '../../../src/networks/profile';
import type { Bytes, RandomBytes, X25519KeyPair } from '../../../src/protocol/types';

export interface SampleNode extends ListedNode {
	readonly ip: string;
	readonly port: number;
	readonly keys: X25519KeyPair;
}

/** Node i of a made-up network; the default address gives every node a subnet of its own. */
export function sampleNode(index: number, ip = `10.${index >> 8}.${index & 255}.1`): SampleNode {
	const pair = ed25519FromSeed(blake2b(32, utf8(`sample-node-${index}`)));
	const keys = x25519FromEd25519(pair);
	return {
		id: snodeId(pair.publicKey),
		ed25519: pair.publicKey,
		x25519: keys.publicKey,
		ip,
		port: 22021,
		swarm: null,
		keys
	};
}

export function sampleNodes(count: number, ip?: (index: number) => string): SampleNode[] {
	return Array.from({ length: count }, (_, index) => sampleNode(index, ip?.(index)));
}

export function withKey(node: ListedNode, secret: number): ListedNode {
	return { ...node, x25519: x25519KeyPair(new Uint8Array(32).fill(secret)).publicKey };
}

export function sampleProfile(
	nodes: readonly ListedNode[],
	changes: Partial<NetworkProfile> = {}
): NetworkProfile {
	return {
		name: 'sample',
		kind: 'builtin',
		seeds: [],
		nodes: nodes.map(({ id, ed25519, x25519, ip, port, swarm }) => ({
			id,
			ed25519,
			x25519,
			ip,
			port,
			swarm
		})),
		nodesAsOf: null,
		fileServer: null,
		minimumNodes: 5,
		agreement: 3,
		hops: 3,
		distinctSubnets: true,
		...changes
	};
}

export const systemRandom: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));

/** The same stream for the same seed: a counter through BLAKE2b. */
export function seededRandom(seed: string): RandomBytes {
	let counter = 0;
	return (length): Bytes => {
		const out = new Uint8Array(length);
		for (let offset = 0; offset < length; offset += 32) {
			const block = blake2b(32, utf8(`${seed} ${counter++}`));
			out.set(block.subarray(0, Math.min(32, length - offset)), offset);
		}
		return out;
	};
}

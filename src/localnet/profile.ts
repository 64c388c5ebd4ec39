/** The network as the profile that clients and gateways start from. */
import { createHash, X509Certificate } from 'node:crypto';
import { localnetProfile } from '../networks/localnet';
import type { ListedNode, NetworkProfile, Seed } from '../networks/profile';

const HOPS = 3;
const AGREEMENT = 3;
const MINIMUM_NODES = 9;

/** The built-in one when it names exactly these nodes. */
export function networkProfile(
	nodes: readonly ListedNode[],
	seed: { readonly seedUrl: string; readonly certificate: string | null }
): NetworkProfile {
	const builtin = localnetProfile();
	if (sameNodes(builtin.nodes, nodes)) return builtin;
	return {
		name: 'local-network',
		kind: 'custom',
		seeds: [pinned(seed.seedUrl, seed.certificate)],
		nodes,
		nodesAsOf: null,
		fileServer: null,
		minimumNodes: Math.min(MINIMUM_NODES, nodes.length),
		agreement: AGREEMENT,
		hops: HOPS,
		distinctSubnets: true
	};
}

function sameNodes(a: readonly ListedNode[], b: readonly ListedNode[]): boolean {
	const names = (nodes: readonly ListedNode[]) =>
		nodes.map(({ id, ip, port, protocol, swarm }) => `${id} ${protocol}://${ip}:${port} ${swarm}`).join();
	return names(a) === names(b);
}

function pinned(url: string, certificate: string | null): Seed {
	if (certificate === null) return { url, spkiSha256: null, certificateSha256: null };
	const { publicKey, raw } = new X509Certificate(certificate);
	const spki = publicKey.export({ type: 'spki', format: 'der' });
	return {
		url,
		spkiSha256: createHash('sha256').update(spki).digest('base64'),
		certificateSha256: createHash('sha256').update(raw).digest('hex')
	};
}

/** The network as the profile that clients and gateways start from. */
import { createHash, X509Certificate } from 'node:crypto';
import { toHex } from '../protocol/bytes';
import { localnetProfile } from '../networks/localnet';
import type { ListedNode, NetworkProfile, OnionServer, Seed } from '../networks/profile';

const HOPS = 3;
const AGREEMENT = 3;
const MINIMUM_NODES = 9;

/** The built-in one when it names exactly these nodes and this file server. */
export function networkProfile(
	nodes: readonly ListedNode[],
	beside: {
		readonly seedUrl: string;
		readonly certificate: string | null;
		readonly fileServer: OnionServer;
	}
): NetworkProfile {
	const builtin = localnetProfile();
	if (sameNodes(builtin.nodes, nodes) && sameServer(builtin.fileServer, beside.fileServer)) return builtin;
	return {
		name: 'local-network',
		kind: 'custom',
		seeds: [pinned(beside.seedUrl, beside.certificate)],
		nodes,
		nodesAsOf: null,
		fileServer: beside.fileServer,
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

function sameServer(a: OnionServer | null, b: OnionServer): boolean {
	return a !== null && a.host === b.host && a.port === b.port && toHex(a.x25519) === toHex(b.x25519);
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

import { fromHex } from '../protocol/bytes';
import { parseX25519PublicKey } from '../protocol/keys';
import type { NetworkProfile } from './profile';

/**
 * Session's public test network. Its one seed speaks plain http, so a gateway's list is only as true as the way
 * to it; nothing private belongs here (storage-server.md §8, file-server.md §1).
 */
export function testnetProfile(): NetworkProfile {
	return {
		name: 'testnet',
		kind: 'builtin',
		seeds: [{ url: 'http://seed2.getsession.org:38157', spkiSha256: null, certificateSha256: null }],
		nodes: [],
		nodesAsOf: null,
		fileServer: {
			host: 'potatofiles.getsession.org',
			port: 80,
			protocol: 'http',
			x25519: parseX25519PublicKey(
				fromHex('fc097b06821c98a2db75ce02e521cef5fd9d3446e42e81d843c4c8c4e9260f48')
			)
		},
		minimumNodes: 12,
		agreement: 3,
		hops: 3,
		distinctSubnets: false
	};
}

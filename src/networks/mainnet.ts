import { fromHex } from '../protocol/bytes';
import { parseX25519PublicKey } from '../protocol/keys';
import list from './data/mainnet-nodes.json';
import { unpackNodes } from './packed-nodes';
import type { NetworkProfile } from './profile';

/** Session's main network: storage-server.md §8 for the seeds and their pins, file-server.md §1 for the server. */
export function mainnetProfile(): NetworkProfile {
	return {
		name: 'mainnet',
		kind: 'builtin',
		seeds: [
			{
				url: 'https://seed1.getsession.org:4443',
				spkiSha256: 'mlYTXvkmIEYcpswANTpnBwlz9Cswi0py/RQKkbdQOZQ=',
				certificateSha256: '36ea0b253537988551ee856e4fd20d55011e9c8b27eaa2f34b8f32a0bdf04f2d'
			},
			{
				url: 'https://seed2.getsession.org:4443',
				spkiSha256: 'ZuUxe4wopBR83Yy5fePPNX0c00BnkQCu/49oapFpB0k=',
				certificateSha256: 'c5908dd4139acd96aedd1e45576597650809c8a5ea02af556d4853d45396e0e7'
			},
			{
				url: 'https://seed3.getsession.org:4443',
				spkiSha256: '4xe+8k1NjxerVTjUsWlZJNKt3PA7Y31pUls2tHYippA=',
				certificateSha256: '8a0af2c712342f22ce00e53c1601410ef8d84156aee0a9809c32f6f7efbe556e'
			}
		],
		nodes: unpackNodes(list.nodes),
		nodesAsOf: list.asOf,
		fileServer: {
			host: 'filev2.getsession.org',
			port: 80,
			protocol: 'http',
			x25519: parseX25519PublicKey(
				fromHex('09324794aa9c11948189762d198c618148e9136ac9582068180661208927ef34')
			)
		},
		minimumNodes: 24,
		agreement: 3,
		hops: 3,
		distinctSubnets: true
	};
}

import document from './data/localnet.json';
import { parseBundledProfile } from './parse-profile';
import type { NetworkProfile } from './profile';

/**
 * The network that runs on one machine. Its node keys come from fixed seeds, BLAKE2b-256("local-session-node-<i>"),
 * so their public halves can be part of the release; node i listens on 127.0.<i+1>.1, port 22100+i. The file server's
 * seed is BLAKE2b-256("local-session-node-file-server"), its port 22198.
 */
export function localnetProfile(): NetworkProfile {
	return parseBundledProfile(document);
}

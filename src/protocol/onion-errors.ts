/** What a guard says when an onion request failed on the way: storage-server.md §7, "Errors on the way". */
import { ProtocolError } from './errors';
import { parseSnodeId } from './keys';
import type { SnodeId } from './types';

/** Plain text of the guard, which nothing authenticates: any node of the path, or the gateway, may have made it up. */
export type OnionFailure =
	/** A relay does not list this node. */
	| { readonly kind: 'next-node-not-found'; readonly node: SnodeId }
	/** Listed, but a relay has no address for it. */
	| { readonly kind: 'next-node-unreachable'; readonly node: SnodeId }
	/** A later node is starting, or in no swarm. */
	| { readonly kind: 'node-not-ready'; readonly node: SnodeId }
	| { readonly kind: 'guard-not-ready' }
	| { readonly kind: 'busy' }
	| { readonly kind: 'rate-limited' }
	/** The next node did not answer a relay, or a server did not answer the exit. */
	| { readonly kind: 'timeout' }
	/** Some node could not open its layer; it is not said which. */
	| { readonly kind: 'invalid-ciphertext' }
	/** The guard could not read the outermost blob. */
	| { readonly kind: 'invalid-request' }
	| { readonly kind: 'path-too-long' }
	| { readonly kind: 'too-large' }
	/** A relay got something unusable from the next node. */
	| { readonly kind: 'invalid-node-response' }
	/** The exit could not reach the server that was asked for. */
	| { readonly kind: 'server-unreachable' }
	| { readonly kind: 'unknown'; readonly status: number };

/** For every status but 200. `text` is the body; only its beginning is looked at. */
export function classifyOnionFailure(status: number, text: string): OnionFailure {
	const start = text.slice(0, 200).trim();
	switch (status) {
		case 400:
			if (start === 'Invalid ciphertext') return { kind: 'invalid-ciphertext' };
			if (start.startsWith('Error parsing onion request')) return { kind: 'invalid-request' };
			if (start === 'onion request max path length exceeded') return { kind: 'path-too-long' };
			break;
		case 413:
			return { kind: 'too-large' };
		case 429:
			return { kind: 'rate-limited' };
		case 500:
			if (start === 'Invalid response from snode') return { kind: 'invalid-node-response' };
			break;
		case 502:
			return (
				namedNode('next-node-not-found', 'Next node not found: ', start) ??
				namedNode('next-node-unreachable', 'Next node is currently unreachable: ', start) ?? {
					kind: 'server-unreachable'
				}
			);
		case 503:
			if (start.startsWith('Service node is not ready')) return { kind: 'guard-not-ready' };
			if (start.startsWith('Server busy')) return { kind: 'busy' };
			return namedNode('node-not-ready', 'Snode not ready: ', start) ?? { kind: 'unknown', status };
		case 504:
			return { kind: 'timeout' };
	}
	return { kind: 'unknown', status };
}

function namedNode<Kind extends string>(
	kind: Kind,
	prefix: string,
	text: string
): { readonly kind: Kind; readonly node: SnodeId } | null {
	if (!text.startsWith(prefix)) return null;
	try {
		return { kind, node: parseSnodeId(text.slice(prefix.length)) };
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	}
}

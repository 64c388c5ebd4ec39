/**
 * A storage RPC call to one node over a path of our choice, with what it teaches drawn at once: paths, guards and
 * nodes are praised or struck, and the network's clock is learned.
 */
import { encodeCall, replyTime } from '../../protocol/storage-rpc';
import type { RandomBytes } from '../../protocol/types';
import type { ListedNode } from '../../networks/profile';
import type { LearnedClock } from './clock';
import type { GatewayClient } from './gateway-client';
import type { Guards } from './guards';
import type { NodePool } from './node-pool';
import { sendOnion } from './onion-request';
import type { Path, PathSet } from './path-set';
import type { RpcCall, RpcReply } from './types';

export type CallOutcome =
	| { readonly kind: 'reply'; readonly reply: RpcReply }
	/** Worth another try; `destination`: it may be the node that was asked, rather than the way to it. */
	| { readonly kind: 'failed'; readonly destination: boolean }
	| { readonly kind: 'too-large' }
	| { readonly kind: 'no-gateway' }
	| { readonly kind: 'no-path' }
	| { readonly kind: 'aborted' };

export interface CallOptions {
	readonly timeoutMs: number;
	readonly signal?: AbortSignal | undefined;
	/** Paths that failed in this operation already; the one used is added. */
	readonly tried?: Set<Path>;
	/** Goes over this path whatever it is worth, to find out. */
	readonly path?: Path;
}

export interface NodeCallerOptions {
	/** Local wall clock, ms. */
	readonly now: () => number;
	readonly random: RandomBytes;
	readonly gateways: GatewayClient;
	readonly pool: NodePool;
	readonly guards: Guards;
	readonly paths: PathSet;
	readonly clock: LearnedClock;
}

export class NodeCaller {
	readonly #parts: NodeCallerOptions;

	constructor(parts: NodeCallerOptions) {
		this.#parts = parts;
	}

	/** Never throws for anything that the network does. */
	async call(node: ListedNode, request: RpcCall, options: CallOptions): Promise<CallOutcome> {
		const { gateways, random, paths, guards, pool, clock } = this.#parts;
		const path = options.path ?? paths.take(node.id, options.tried);
		if (!path) return { kind: 'no-path' };
		options.tried?.add(path);
		const sentAt = this.#parts.now();
		const outcome = await sendOnion(gateways, random, {
			path,
			destination: node,
			body: encodeCall(request),
			timeoutMs: options.timeoutMs,
			signal: options.signal
		});
		switch (outcome.kind) {
			case 'reply': {
				const { status, body, totalMs, gatewayMs } = outcome;
				paths.succeeded(path, totalMs, gatewayMs);
				const nodeTime = replyTime(body);
				if (nodeTime !== null)
					clock.learn({ node: node.id, nodeTime, sentAt, receivedAt: this.#parts.now() });
				if (status >= 500) pool.strike(node.id);
				else pool.praise(node.id);
				const hops = path.nodes.map((hop) => hop.id);
				return { kind: 'reply', reply: { node: node.id, status, body, path: hops, totalMs } };
			}
			case 'guard-fault':
				guards.failed(path.guard, outcome.certain);
				paths.drop(path);
				return { kind: 'failed', destination: false };
			case 'node-fault':
				pool.strikeOut(outcome.node);
				paths.dropNode(outcome.node);
				return { kind: 'failed', destination: outcome.node === node.id };
			case 'path-fault':
			case 'server-fault':
				paths.failed(path);
				pool.strike(node.id);
				return { kind: 'failed', destination: true };
			default:
				return outcome;
		}
	}
}

/** Questions that any node can answer: asked of random nodes of the list, each over a path that does not hold it. */
import type { RandomBytes, SnodeId } from '../../protocol/types';
import type { ListedNode } from '../../networks/profile';
import { EngineError } from '../errors';
import { unrelated } from './node-list';
import type { NodeCaller } from './node-call';
import type { NodePool } from './node-pool';
import type { Path } from './path-set';
import { shuffled } from './random';
import type { RpcCall, RpcReply } from './types';

/** Nodes tried for each answer that is wanted, before we make do with fewer. */
const TRIES_EACH = 3;

export interface NodeAskerOptions {
	readonly caller: NodeCaller;
	readonly pool: NodePool;
	readonly random: RandomBytes;
	readonly stepTimeoutMs: number;
}

export interface AskOptions {
	readonly signal: AbortSignal;
	readonly avoid?: ReadonlySet<SnodeId>;
	/** Time for each single request, ms. */
	readonly stepTimeoutMs?: number;
}

export class NodeAsker {
	readonly #options: NodeAskerOptions;

	constructor(options: NodeAskerOptions) {
		this.#options = options;
	}

	/**
	 * Up to `count` answers, whatever their status, of as many distinct nodes in different subnets where the network
	 * has them. A node that cannot be reached is replaced by another. Throws EngineError `gateway-unreachable`.
	 */
	async ask(count: number, request: RpcCall, options: AskOptions): Promise<readonly RpcReply[]> {
		const queue = this.#candidates(options.avoid);
		const tried = new Set<Path>();
		const askOne = async (): Promise<RpcReply | null> => {
			for (let attempt = 0; attempt < TRIES_EACH && !options.signal.aborted; attempt += 1) {
				const node = queue.shift();
				if (!node) return null;
				const outcome = await this.#options.caller.call(node, request, {
					timeoutMs: options.stepTimeoutMs ?? this.#options.stepTimeoutMs,
					signal: options.signal,
					tried
				});
				if (outcome.kind === 'reply') return outcome.reply;
				if (outcome.kind === 'no-gateway') throw new EngineError('gateway-unreachable');
			}
			return null;
		};
		const answers = await Promise.all(Array.from({ length: count }, askOne));
		return answers.filter((answer) => answer !== null);
	}

	/** The first good answer: `read` returns null for one that is useless, and the next node is asked. */
	async askUntil<Value>(
		request: RpcCall,
		read: (reply: RpcReply) => Value | null,
		options: AskOptions & { readonly tries: number }
	): Promise<Value | null> {
		const asked = new Set(options.avoid);
		for (let attempt = 0; attempt < options.tries && !options.signal.aborted; attempt += 1) {
			const [reply] = await this.ask(1, request, { ...options, avoid: asked });
			if (!reply) continue;
			asked.add(reply.node);
			const value = read(reply);
			if (value !== null) return value;
		}
		return null;
	}

	/** All that may be asked, in random order; at the front nodes of pairwise different subnets. */
	#candidates(avoid: ReadonlySet<SnodeId> = new Set()): ListedNode[] {
		const { pool, random } = this.#options;
		const order = shuffled(
			random,
			pool.usable(1).filter((node) => !avoid.has(node.id))
		);
		const front: ListedNode[] = [];
		const rest: ListedNode[] = [];
		for (const node of order) {
			const apart = front.length < FRONT_SIZE && front.every((other) => unrelated(node, other));
			(apart ? front : rest).push(node);
		}
		return [...front, ...rest];
	}
}

/** More than are ever asked at once; comparing each with each stays cheap. */
const FRONT_SIZE = 16;

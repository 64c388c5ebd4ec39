/** A call to the swarm of an account: retried on other nodes and paths until one answers to the point. */
import { getSwarmCall, parseBatchReply } from '../../protocol/storage-rpc';
import { ProtocolError } from '../../protocol/errors';
import type { AccountId, NetworkTime, RandomBytes, SnodeId } from '../../protocol/types';
import type { ListedNode } from '../../networks/profile';
import { EngineError } from '../errors';
import type { LearnedClock } from './clock';
import { settledBy, type Deadline } from './deadline';
import type { NodeAsker } from './node-asker';
import type { CallOutcome, NodeCaller } from './node-call';
import type { NodePool } from './node-pool';
import type { Path } from './path-set';
import { pickOne, randomUnit } from './random';
import type { SwarmCache } from './swarm';
import type { RpcCall, RpcReply } from './types';

export type BuildCall = (now: NetworkTime, node: SnodeId) => RpcCall | Promise<RpcCall>;

export interface SwarmRequestParts {
	readonly caller: NodeCaller;
	readonly asker: NodeAsker;
	readonly swarms: SwarmCache;
	readonly pool: NodePool;
	readonly clock: LearnedClock;
	readonly random: RandomBytes;
	readonly stepTimeoutMs: number;
	readonly deadline: (ms: number) => Deadline;
	readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
	/** Asks several nodes for the time, after a node said that ours is wrong. */
	readonly learnTime: (signal: AbortSignal) => Promise<void>;
}

const LOOKUP_TRIES = 3;
const FIRST_REST_MS = 200;
const LONGEST_REST_MS = 2_000;
/** Each 421 costs a try of its own; a swarm that keeps pointing elsewhere is left alone. */
const REPAIRS = 2;

export class SwarmRequests {
	readonly #parts: SwarmRequestParts;
	readonly #lookups = new Map<AccountId, Promise<readonly ListedNode[]>>();

	constructor(parts: SwarmRequestParts) {
		this.#parts = parts;
	}

	/** The account's swarm, from the cache or from a random node. Throws EngineError `swarm-unreachable`. */
	async members(account: AccountId, signal: AbortSignal): Promise<readonly ListedNode[]> {
		const cached = this.#parts.swarms.get(account);
		if (cached) return cached;
		let lookup = this.#lookups.get(account);
		if (!lookup) {
			lookup = this.#lookUp(account).finally(() => this.#lookups.delete(account));
			this.#lookups.set(account, lookup);
			// Whoever waits may have given up before it fails.
			lookup.catch(() => undefined);
		}
		return (await settledBy(lookup, signal)) ?? this.#unreachable();
	}

	/** See `Network.swarmRequest`. */
	async request(
		account: AccountId,
		build: BuildCall,
		options: { readonly attempts: number; readonly avoid: readonly SnodeId[]; readonly deadline: Deadline }
	): Promise<RpcReply> {
		const { caller, clock, swarms, stepTimeoutMs } = this.#parts;
		const { deadline } = options;
		const asked = new Set<SnodeId>();
		const tried = new Set<Path>();
		let attemptsLeft = options.attempts;
		let repairsLeft = REPAIRS;
		let clockLearned = false;
		let failures = 0;
		while (attemptsLeft > 0 && !deadline.signal.aborted) {
			attemptsLeft -= 1;
			// The first retry is worth trying at once; a storm is waited out rather than fed.
			if (failures > 1) await this.#rest(failures - 2, deadline.signal);
			const members = await this.#membersIfAny(account, deadline.signal);
			if (!members) {
				failures += 1;
				continue;
			}
			const node = this.#choose(members, asked, options.avoid);
			asked.add(node.id);
			const outcome = await caller.call(node, await build(clock.now(), node.id), {
				timeoutMs: stepTimeoutMs,
				signal: deadline.signal,
				tried
			});
			if (outcome.kind !== 'reply') {
				this.#afterFailure(account, node.id, outcome);
				failures += 1;
				continue;
			}
			const verdict = verdictOf(outcome.reply);
			switch (verdict.kind) {
				case 'answer':
					swarms.praise(account, node.id);
					return outcome.reply;
				case 'wrong-swarm':
					if (!swarms.learn(account, verdict.body)) swarms.forget(account);
					if (repairsLeft > 0) attemptsLeft += 1;
					repairsLeft -= 1;
					continue;
				case 'wrong-time':
					if (clockLearned) throw new EngineError('clock-skew');
					clockLearned = true;
					attemptsLeft += 1;
					await this.#parts.learnTime(deadline.signal);
					continue;
				case 'node-trouble':
					swarms.strike(account, node.id);
					failures += 1;
					continue;
			}
		}
		throw new EngineError('swarm-unreachable');
	}

	/** Null when the swarm could not be found out this time. */
	async #membersIfAny(account: AccountId, signal: AbortSignal): Promise<readonly ListedNode[] | null> {
		try {
			return await this.members(account, signal);
		} catch (error) {
			if (error instanceof EngineError && error.code === 'swarm-unreachable') return null;
			throw error;
		}
	}

	async #rest(round: number, signal: AbortSignal): Promise<void> {
		const { pause, random } = this.#parts;
		const doubled = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** Math.min(round, 10));
		await pause(doubled * (0.5 + randomUnit(random)), signal);
	}

	#afterFailure(account: AccountId, node: SnodeId, outcome: Exclude<CallOutcome, { kind: 'reply' }>): void {
		switch (outcome.kind) {
			case 'no-gateway':
				throw new EngineError('gateway-unreachable');
			case 'too-large':
				throw new EngineError('too-large');
			case 'failed':
				if (outcome.destination) this.#parts.swarms.strike(account, node);
				return;
			case 'no-path':
			case 'aborted':
				return;
		}
	}

	/** Uniformly among the best: not asked yet in this operation, not to be avoided, without strikes of late. */
	#choose(
		members: readonly ListedNode[],
		asked: ReadonlySet<SnodeId>,
		avoid: readonly SnodeId[]
	): ListedNode {
		const { pool, random } = this.#parts;
		const cost = (node: ListedNode) =>
			(asked.has(node.id) ? 4 : 0) +
			(avoid.includes(node.id) ? 2 : 0) +
			(pool.strikesOf(node.id) > 0 ? 1 : 0);
		const lowest = Math.min(...members.map(cost));
		const chosen = pickOne(
			random,
			members.filter((node) => cost(node) === lowest)
		);
		if (!chosen) throw new EngineError('swarm-unreachable');
		return chosen;
	}

	/** Has a time limit of its own: whoever waits for it may give up, and others still get it. */
	async #lookUp(account: AccountId): Promise<readonly ListedNode[]> {
		const { asker, swarms, stepTimeoutMs } = this.#parts;
		const deadline = this.#parts.deadline(stepTimeoutMs * LOOKUP_TRIES);
		try {
			const found = await asker.askUntil(
				getSwarmCall(account),
				(reply) => (reply.status === 200 && swarms.learn(account, reply.body) ? swarms.get(account) : null),
				{ signal: deadline.signal, tries: LOOKUP_TRIES }
			);
			return found ?? this.#unreachable();
		} finally {
			deadline.close();
		}
	}

	#unreachable(): never {
		throw new EngineError('swarm-unreachable', { reason: 'no-swarm' });
	}
}

type Verdict =
	| { readonly kind: 'answer' }
	/** The account lives elsewhere; `body` says where. */
	| { readonly kind: 'wrong-swarm'; readonly body: unknown }
	| { readonly kind: 'wrong-time' }
	| { readonly kind: 'node-trouble' };

/** Routing and time are repaired here, everything else is the caller's business. Looks into batches too. */
function verdictOf(reply: { readonly status: number; readonly body: unknown }): Verdict {
	for (const { status, body } of [reply, ...partsOf(reply)]) {
		if (status === 421) return { kind: 'wrong-swarm', body };
		if (status === 406) return { kind: 'wrong-time' };
	}
	return { kind: reply.status >= 500 || reply.status === 429 ? 'node-trouble' : 'answer' };
}

function partsOf(reply: { readonly status: number; readonly body: unknown }) {
	const isBatch = typeof reply.body === 'object' && reply.body !== null && 'results' in reply.body;
	if (reply.status !== 200 || !isBatch) return [];
	try {
		return parseBatchReply(reply.body);
	} catch (error) {
		if (error instanceof ProtocolError) return [];
		throw error;
	}
}

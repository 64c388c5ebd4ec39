/**
 * Which nodes keep an account's messages, as nodes told us. Any node may lie about it, so an answer is checked against
 * what we know of the network before it is believed; a wrong one is repaired by the 421 of an honest node.
 */
import { equal } from '../../protocol/bytes';
import { ProtocolError } from '../../protocol/errors';
import { x25519FromEd25519Public } from '../../protocol/keys';
import { parseSwarm } from '../../protocol/storage-rpc';
import type { AccountId, SnodeId } from '../../protocol/types';
import type { ListedNode } from '../../networks/profile';
import type { NodePool } from './node-pool';

export interface SwarmRecord {
	readonly account: AccountId;
	readonly nodes: readonly ListedNode[];
	/** Local ms when a node told us. */
	readonly learnedAt: number;
}

/** Real swarms have five to ten nodes. */
const LARGEST_SWARM = 50;
const SWARM_LIMIT = 500;
const BELIEVED_FOR_MS = 24 * 60 * 60_000;
const LOOKED_UP_AFTER_LOSS_MS = 60 * 60_000;
const STRIKES_OUT = 3;
/** An agreed node list of this age still knows nearly every node. */
const LIST_COMPLETE_FOR_MS = 3 * 24 * 60 * 60_000;

export interface SwarmCacheOptions {
	readonly now: () => number;
	readonly pool: NodePool;
	readonly onChange?: () => void;
}

export class SwarmCache {
	readonly #options: SwarmCacheOptions;
	/** Least recently used first. */
	readonly #records = new Map<AccountId, SwarmRecord>();
	readonly #strikes = new Map<string, number>();

	constructor(options: SwarmCacheOptions) {
		this.#options = options;
	}

	records(): readonly SwarmRecord[] {
		return [...this.#records.values()];
	}

	restore(records: readonly SwarmRecord[]): void {
		for (const record of records.slice(-SWARM_LIMIT)) {
			const own = this.#records.get(record.account);
			if (!own || own.learnedAt < record.learnedAt) this.#records.set(record.account, record);
		}
	}

	/** The swarm as far as it is known and young enough, else null. */
	get(account: AccountId): readonly ListedNode[] | null {
		const record = this.#records.get(account);
		if (!record || record.nodes.length === 0) return null;
		const age = this.#options.now() - record.learnedAt;
		// A negative age comes from a local clock that was set back: no reason to ask at every request.
		if (age > BELIEVED_FOR_MS) return null;
		this.#records.delete(account);
		this.#records.set(account, record);
		return record.nodes;
	}

	/** Takes the body of a get_swarm reply or of a 421. False when it cannot be believed. */
	learn(account: AccountId, body: unknown): boolean {
		const nodes = believableSwarm(body, this.#options.pool, this.#options.now());
		if (!nodes) return false;
		this.#records.delete(account);
		this.#records.set(account, { account, nodes, learnedAt: this.#options.now() });
		for (const node of nodes) this.#strikes.delete(strikeKey(account, node.id));
		for (const oldest of this.#records.keys()) {
			if (this.#records.size <= SWARM_LIMIT) break;
			this.#records.delete(oldest);
		}
		this.#options.onChange?.();
		return true;
	}

	forget(account: AccountId): void {
		if (this.#records.delete(account)) this.#options.onChange?.();
	}

	praise(account: AccountId, node: SnodeId): void {
		this.#strikes.delete(strikeKey(account, node));
	}

	/** At the third time in a row the node is no longer asked, and the swarm is looked up anew soon, or when one is left. */
	strike(account: AccountId, node: SnodeId): void {
		const key = strikeKey(account, node);
		const strikes = (this.#strikes.get(key) ?? 0) + 1;
		this.#strikes.set(key, strikes);
		const record = this.#records.get(account);
		if (strikes < STRIKES_OUT || !record) return;
		this.#strikes.delete(key);
		const nodes = record.nodes.filter((member) => member.id !== node);
		if (nodes.length < 2) {
			this.forget(account);
			return;
		}
		const soon = this.#options.now() - BELIEVED_FOR_MS + LOOKED_UP_AFTER_LOSS_MS;
		this.#records.set(account, { ...record, nodes, learnedAt: Math.min(record.learnedAt, soon) });
		this.#options.onChange?.();
	}
}

function strikeKey(account: AccountId, node: SnodeId): string {
	return `${account} ${node}`;
}

/** The nodes of a swarm reply, or null when the reply is malformed or contradicts what we know. */
function believableSwarm(body: unknown, pool: NodePool, now: number): readonly ListedNode[] | null {
	let nodes: readonly ListedNode[];
	try {
		nodes = parseSwarm(body).nodes;
		if (nodes.length === 0 || nodes.length > LARGEST_SWARM) return null;
		if (new Set(nodes.map((node) => node.id)).size !== nodes.length) return null;
		for (const node of nodes) {
			const known = pool.get(node.id)?.x25519 ?? x25519FromEd25519Public(node.ed25519);
			if (!equal(known, node.x25519)) return null;
		}
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	}
	const complete = pool.refreshedAt !== null && now - pool.refreshedAt < LIST_COMPLETE_FOR_MS;
	if (!complete) return nodes;
	const known = nodes.filter((node) => pool.get(node.id));
	return known.length > 0 ? known : null;
}

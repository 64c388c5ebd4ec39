/** The nodes we know, where the list came from, and which of them have failed lately. */
import type { SnodeId } from '../../protocol/types';
import type { ListedNode } from '../../networks/profile';
import { judgeList, nodeMap, type ListVerdict, type NodeMap } from './node-list';

const STRIKES_OUT = 3;
/** One strike is forgiven in this time, so that a node out of favour gets another chance. */
const FORGIVEN_AFTER_MS = 10 * 60_000;

interface Strikes {
	count: number;
	/** Local ms since when the oldest strike waits to be forgiven. */
	since: number;
}

export class NodePool {
	readonly #now: () => number;
	readonly #minimum: number;
	#nodes: NodeMap;
	#refreshedAt: number | null = null;
	readonly #strikes = new Map<SnodeId, Strikes>();

	/** Begins with the list of the release; `minimum` is how many nodes a refreshed list needs. */
	constructor(now: () => number, bundled: readonly ListedNode[], minimum: number) {
		this.#now = now;
		this.#nodes = nodeMap(bundled);
		this.#minimum = minimum;
	}

	/** Local ms of the last agreed refresh; null while only the bundled list is known. */
	get refreshedAt(): number | null {
		return this.#refreshedAt;
	}

	get size(): number {
		return this.#nodes.size;
	}

	get(id: SnodeId): ListedNode | undefined {
		return this.#nodes.get(id);
	}

	all(): readonly ListedNode[] {
		return [...this.#nodes.values()];
	}

	/** Nodes that may be used now. When that leaves too few, bygones are bygones: a strike was no proof. */
	usable(atLeast: number): readonly ListedNode[] {
		const good = this.all().filter((node) => this.strikesOf(node.id) < STRIKES_OUT);
		if (good.length >= atLeast || this.#strikes.size === 0) return good;
		this.#strikes.clear();
		return this.all();
	}

	isUsable(id: SnodeId): boolean {
		return this.#nodes.has(id) && this.strikesOf(id) < STRIKES_OUT;
	}

	strikesOf(id: SnodeId): number {
		const strikes = this.#strikes.get(id);
		if (!strikes) return 0;
		const forgiven = Math.max(0, Math.floor((this.#now() - strikes.since) / FORGIVEN_AFTER_MS));
		if (forgiven === 0) return strikes.count;
		strikes.count -= forgiven;
		strikes.since += forgiven * FORGIVEN_AFTER_MS;
		if (strikes.count <= 0) this.#strikes.delete(id);
		return Math.max(0, strikes.count);
	}

	strike(id: SnodeId): void {
		const count = this.strikesOf(id);
		const since = this.#strikes.get(id)?.since ?? this.#now();
		this.#strikes.set(id, { count: Math.min(STRIKES_OUT, count + 1), since });
	}

	/** Out at once, for a node that a path cannot reach; forgiven with time like any other. */
	strikeOut(id: SnodeId): void {
		this.#strikes.set(id, { count: STRIKES_OUT, since: this.#now() });
	}

	praise(id: SnodeId): void {
		this.#strikes.delete(id);
	}

	/** After coming online: failures without a network were not theirs. */
	forgive(): void {
		this.#strikes.clear();
	}

	/** What would come of replacing the list by this one. */
	judge(offered: NodeMap): ListVerdict {
		return judgeList(this.#nodes, offered, this.#minimum);
	}

	/** Takes an agreed list over, unless it looks like a trick. */
	adopt(offered: NodeMap): ListVerdict {
		const verdict = this.judge(offered);
		if (verdict === 'fine') this.replace(offered, this.#now());
		return verdict;
	}

	/** Puts a list in place that was judged before: our own, from an earlier session. */
	replace(nodes: NodeMap, refreshedAt: number | null): void {
		this.#nodes = nodes;
		this.#refreshedAt = refreshedAt;
		for (const id of this.#strikes.keys()) if (!nodes.has(id)) this.#strikes.delete(id);
	}
}

import type { RandomBytes, SnodeId } from '../../protocol/types';

/**
 * Which node of our swarm to ask next. Nodes of one swarm can lack a message that another has, so two are asked in
 * turn (behaviours.md §18); always the same two, since each new one hands over everything from its start.
 */
export class SwarmTurns {
	#pair: readonly SnodeId[] = [];
	/** Did not answer when it was their turn; asked again only when too few others are left. */
	readonly #silent = new Set<SnodeId>();
	#turn = 0;

	/** `begun`: nodes that we have a cursor for. */
	next(swarm: readonly SnodeId[], begun: ReadonlySet<SnodeId>, random: RandomBytes): SnodeId | null {
		const kept = this.#pair.filter((node) => swarm.includes(node));
		const others = shuffled(
			swarm.filter((node) => !kept.includes(node)),
			random
		);
		const worth = (node: SnodeId) => (this.#silent.has(node) ? 2 : 0) + (begun.has(node) ? 0 : 1);
		this.#pair = [...kept, ...others.sort((a, b) => worth(a) - worth(b))].slice(0, 2);
		this.#turn += 1;
		return this.#pair[this.#turn % Math.max(1, this.#pair.length)] ?? null;
	}

	/** Which node answered in the turn of `meant`. */
	answered(meant: SnodeId, by: SnodeId): void {
		this.#silent.delete(by);
		if (meant === by) return;
		this.#silent.add(meant);
		this.#pair = [...new Set(this.#pair.map((node) => (node === meant ? by : node)))];
	}
}

function shuffled<Item>(items: readonly Item[], random: RandomBytes): Item[] {
	const keyed = items.map((item) => ({ item, key: (random(2)[0] ?? 0) * 256 + (random(2)[1] ?? 0) }));
	return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

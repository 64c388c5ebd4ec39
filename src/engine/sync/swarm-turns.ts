import type { RandomBytes, SnodeId } from '../../protocol/types';

/**
 * Which node of our swarm to ask next. Nodes of one swarm can lack a message that another has, so two are asked in
 * turn (behaviours.md §18); always the same two, since each new one hands over everything from its start.
 */
export class SwarmTurns {
	#pair: readonly SnodeId[] = [];
	#turn = 0;

	/** `begun`: nodes that we have a cursor for. */
	next(swarm: readonly SnodeId[], begun: ReadonlySet<SnodeId>, random: RandomBytes): SnodeId | null {
		const kept = this.#pair.filter((node) => swarm.includes(node));
		const others = shuffled(
			swarm.filter((node) => !kept.includes(node)),
			random
		);
		const known = others.filter((node) => begun.has(node));
		const fresh = others.filter((node) => !begun.has(node));
		this.#pair = [...kept, ...known, ...fresh].slice(0, 2);
		this.#turn += 1;
		return this.#pair[this.#turn % Math.max(1, this.#pair.length)] ?? null;
	}

	/** Another node answered in place of the one that was meant. */
	answered(meant: SnodeId, by: SnodeId): void {
		if (meant === by || this.#pair.includes(by)) return;
		this.#pair = this.#pair.map((node) => (node === meant ? by : node));
	}
}

function shuffled<Item>(items: readonly Item[], random: RandomBytes): Item[] {
	const keyed = items.map((item) => ({ item, key: (random(2)[0] ?? 0) * 256 + (random(2)[1] ?? 0) }));
	return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

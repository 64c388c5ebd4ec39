/**
 * The guards: the only nodes that see which gateway we use. They are few and stay for weeks, so that an attacker's
 * node does not become one of them by waiting. Guards that fail rest and come back in their old order: whoever can
 * make guards look dead (a gateway can) must not be able to walk us along the whole network to a guard of theirs.
 */
import type { RandomBytes, SnodeId } from '../../protocol/types';
import type { ListedNode } from '../../networks/profile';
import { unrelated } from './node-list';
import type { NodePool } from './node-pool';
import { randomUnit, shuffled } from './random';

export interface GuardRecord {
	readonly id: SnodeId;
	/** Local ms until which it stays a guard. */
	readonly until: number;
	/** Failures in a row. */
	readonly failures: number;
	/** Local ms of the first of them; 0 = it works. */
	readonly failingSince: number;
	/** Local ms before which it rests; 0 = does not rest. */
	readonly restsUntil: number;
}

export const GUARDS_WANTED = 2;
/** Never more guards than this are known at once, resting ones included. */
export const GUARD_LIMIT = 8;
const DAY_MS = 24 * 60 * 60_000;
const SHORTEST_LIFE_MS = 28 * DAY_MS;
const LONGEST_LIFE_MS = 56 * DAY_MS;
/** A guard that failed for so long has left the network; sooner would make guards easy to exchange. */
const GIVEN_UP_AFTER_MS = 2 * DAY_MS;
const FAILURES_BEFORE_REST = 2;
const FIRST_REST_MS = 60_000;
const LONGEST_REST_MS = 4 * 60 * 60_000;

const WORKING = { failures: 0, failingSince: 0, restsUntil: 0 } as const;

export interface GuardsOptions {
	readonly now: () => number;
	readonly random: RandomBytes;
	readonly pool: NodePool;
	readonly distinctSubnets: boolean;
	/** Guards of this browser's other accounts: a node that is both would see that the two have one browser. */
	readonly elsewhere?: () => readonly SnodeId[];
	readonly onChange?: () => void;
}

export class Guards {
	readonly #options: GuardsOptions;
	#records: readonly GuardRecord[] = [];

	constructor(options: GuardsOptions) {
		this.#options = options;
	}

	records(): readonly GuardRecord[] {
		return this.#records;
	}

	/** Guards of an earlier session. Times further away than any that we set come from a clock that was wrong. */
	restore(records: readonly GuardRecord[]): void {
		const now = this.#options.now();
		this.#records = records.slice(0, GUARD_LIMIT).map((record) => ({
			...record,
			until: Math.min(record.until, now + LONGEST_LIFE_MS),
			failingSince: Math.min(record.failingSince, now),
			restsUntil: Math.min(record.restsUntil, now + LONGEST_REST_MS)
		}));
	}

	/** The guards to use now, in order: two, if the network has as many. */
	active(): readonly ListedNode[] {
		const { pool } = this.#options;
		const now = this.#options.now();
		const givenUp = (record: GuardRecord) =>
			record.failingSince > 0 && now - record.failingSince > GIVEN_UP_AFTER_MS;
		this.#keep(this.#records.filter((one) => one.until > now && !givenUp(one) && pool.get(one.id)));
		const awake = this.#records.filter((record) => record.restsUntil <= now);
		for (let missing = GUARDS_WANTED - awake.length; missing > 0; missing -= 1) {
			const added = this.#sample();
			if (!added) break;
			awake.push(added);
		}
		// All rest and no more may be added: those whose rest ends first are tried again.
		const chosen = awake.length > 0 ? awake : [...this.#records].sort((a, b) => a.restsUntil - b.restsUntil);
		return chosen.slice(0, GUARDS_WANTED).flatMap((record) => pool.get(record.id) ?? []);
	}

	succeeded(id: SnodeId): void {
		this.#change(id, (record) => (record.failures === 0 ? record : { ...record, ...WORKING }));
	}

	/** `certain`: the gateway does not know the node at all, so a second try would be the same. */
	failed(id: SnodeId, certain = false): void {
		this.#change(id, (record) => {
			const now = this.#options.now();
			const failures = Math.max(record.failures + 1, certain ? FAILURES_BEFORE_REST : 0);
			const failing = { ...record, failures, failingSince: record.failingSince || now };
			if (failures < FAILURES_BEFORE_REST) return failing;
			const doubled = FIRST_REST_MS * 2 ** Math.min(failures - FAILURES_BEFORE_REST, 20);
			return { ...failing, restsUntil: now + Math.min(LONGEST_REST_MS, doubled) };
		});
	}

	/** After coming online: failures without a network were not theirs. */
	forgive(): void {
		this.#keep(this.#records.map((record) => ({ ...record, ...WORKING })));
	}

	/** Adds one guard, uniformly chosen among the nodes that may become one; null when none may. */
	#sample(): GuardRecord | null {
		if (this.#records.length >= GUARD_LIMIT) return null;
		const { pool, random, now } = this.#options;
		const taken = this.#records.flatMap((record) => pool.get(record.id) ?? []);
		const others = (this.#options.elsewhere?.() ?? []).flatMap((id) => pool.get(id) ?? []);
		const free = without(pool.usable(GUARDS_WANTED), taken);
		const unshared = without(free, others);
		// As far from all others as the network has nodes for.
		const choices = [
			this.#apart(unshared, [...taken, ...others]),
			this.#apart(unshared, taken),
			unshared,
			this.#apart(free, taken),
			free
		];
		const [node] = shuffled(random, choices.find(({ length }) => length > 0) ?? []);
		if (!node) return null;
		const life = SHORTEST_LIFE_MS + (LONGEST_LIFE_MS - SHORTEST_LIFE_MS) * randomUnit(random);
		const record = { id: node.id, until: Math.round(now() + life), ...WORKING };
		this.#keep([...this.#records, record]);
		return record;
	}

	#apart(nodes: readonly ListedNode[], from: readonly ListedNode[]): readonly ListedNode[] {
		if (!this.#options.distinctSubnets) return nodes;
		return nodes.filter((node) => from.every((other) => unrelated(node, other)));
	}

	#change(id: SnodeId, change: (record: GuardRecord) => GuardRecord): void {
		this.#keep(this.#records.map((record) => (record.id === id ? change(record) : record)));
	}

	#keep(records: readonly GuardRecord[]): void {
		const same =
			records.length === this.#records.length &&
			records.every((record, index) => record === this.#records[index]);
		if (same) return;
		this.#records = records;
		this.#options.onChange?.();
	}
}

function without(nodes: readonly ListedNode[], some: readonly ListedNode[]): readonly ListedNode[] {
	return nodes.filter((node) => some.every((other) => other.id !== node.id));
}

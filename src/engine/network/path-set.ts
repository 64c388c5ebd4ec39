/** The paths in use: at least two are ready, each behind another guard; those that fail or grow old are replaced. */
import type { RandomBytes, SnodeId } from '../../protocol/types';
import type { ListedNode } from '../../networks/profile';
import type { PathView } from '../api';
import { median } from './clock';
import { GUARDS_WANTED, type Guards } from './guards';
import type { NodePool } from './node-pool';
import { choosePath } from './paths';
import { pickOne, randomUnit } from './random';

export interface Path {
	/** Guard first. */
	readonly nodes: readonly ListedNode[];
	readonly guard: SnodeId;
	/** An answer came through it, and nothing has failed since. */
	readonly sound: boolean;
}

export interface PathSetOptions {
	/** Monotonic ms. */
	readonly monotonic: () => number;
	readonly random: RandomBytes;
	readonly pool: NodePool;
	readonly guards: Guards;
	readonly hops: number;
	readonly distinctSubnets: boolean;
	readonly onChange?: () => void;
}

interface Track extends Path {
	sound: boolean;
	proven: boolean;
	failures: number;
	readonly replacedAt: number;
	latencies: number[];
	lastRequestMs: number | null;
	gatewayMs: number | null;
	requests: number;
}

const PATHS_WANTED = 2;
const FAILURES_OUT = 3;
const KEPT_LATENCIES = 20;
/** Relays change now and then, so that no relay sees one browser's whole day; the guard stays. */
const SHORTEST_LIFE_MS = 20 * 60_000;
const LONGEST_LIFE_MS = 40 * 60_000;

export class PathSet {
	readonly #options: PathSetOptions;
	#paths: readonly Track[] = [];

	constructor(options: PathSetOptions) {
		this.#options = options;
	}

	all(): readonly Path[] {
		return this.#paths;
	}

	/** Whether some path has brought an answer and was not given up since. */
	get proven(): boolean {
		return this.#paths.some((path) => path.proven);
	}

	/** Replaces what is old and fills up to two paths, as far as the network has nodes for them. */
	fill(): void {
		const now = this.#options.monotonic();
		const active = this.#options.guards.active();
		const kept = this.#paths.filter(
			(path) => path.replacedAt > now && active.some((guard) => guard.id === path.guard)
		);
		if (kept.length !== this.#paths.length) this.#keep(kept);
		for (let round = 0; this.#paths.length < PATHS_WANTED && round < PATHS_WANTED; round += 1) {
			const used = this.#paths.map((path) => path.guard);
			const guard = active.find((node) => !used.includes(node.id)) ?? active[0];
			const path = guard && this.#build(guard, new Set());
			if (path) this.#keep([...this.#paths, path]);
		}
	}

	/**
	 * A path for a request to `destination`, which is never on it itself; rather one that was not tried yet. Null when
	 * the network has too few nodes.
	 */
	take(destination: SnodeId | null, tried: ReadonlySet<Path> = new Set()): Path | null {
		this.fill();
		const free = this.#paths.filter((path) => !destination || !holds(path, destination));
		const fresh = free.filter((path) => !tried.has(path));
		const candidates = fresh.length > 0 ? fresh : free;
		const fewest = Math.min(...candidates.map(troubleOf));
		const best = candidates.filter((path) => troubleOf(path) === fewest);
		return pickOne(this.#options.random, best) ?? this.#detour(destination);
	}

	/** `gatewayMs`: the part of `totalMs` that was not the guard's; null when unknown. */
	succeeded(path: Path, totalMs: number, gatewayMs: number | null): void {
		const track = this.#find(path);
		this.#options.guards.succeeded(path.guard);
		for (const node of path.nodes) this.#options.pool.praise(node.id);
		if (!track) return;
		track.proven = true;
		track.sound = true;
		track.failures = 0;
		track.requests += 1;
		track.lastRequestMs = totalMs;
		track.gatewayMs = gatewayMs;
		track.latencies = [totalMs, ...track.latencies].slice(0, KEPT_LATENCIES);
		this.#options.onChange?.();
	}

	/**
	 * Somewhere on the path something went wrong. Its relays are suspected until an answer clears them, so that the
	 * next path is built of others; at the third time in a row the path goes.
	 */
	failed(path: Path): void {
		const track = this.#find(path);
		if (!track) return;
		track.failures += 1;
		track.sound = false;
		if (track.failures === 1 || track.failures === FAILURES_OUT)
			for (const node of path.nodes.slice(1)) this.#options.pool.strike(node.id);
		if (track.failures < FAILURES_OUT) {
			this.#options.onChange?.();
			return;
		}
		// A path that never worked may be the guard's fault; one that did work lost a relay rather than its guard.
		if (!track.proven) this.#options.guards.failed(path.guard);
		this.drop(path);
	}

	/** The path goes, and another takes its place. */
	drop(path: Path): void {
		this.#dropWhere((other) => other === path);
	}

	/** The same for every path that leads over this node. */
	dropNode(id: SnodeId): void {
		this.#dropWhere((path) => holds(path, id));
	}

	/** New relays everywhere; the guards stay, since changing them on request would be a lever to pull. */
	rebuild(): void {
		this.#keep([]);
		this.fill();
	}

	view(): readonly PathView[] {
		return this.#paths.map((path) => ({
			hops: path.nodes.map(({ id, ip }) => ({ id, ip })),
			lastRequestMs: path.lastRequestMs,
			gatewayMs: path.gatewayMs,
			medianMs: median(path.latencies) ?? null,
			requests: path.requests
		}));
	}

	/** A path for one request, when every ready one leads over the destination itself. */
	#detour(destination: SnodeId | null): Path | null {
		if (!destination) return null;
		for (const guard of this.#options.guards.active()) {
			const path = this.#build(guard, new Set([destination]));
			if (path) return path;
		}
		return null;
	}

	#build(guard: ListedNode, without: ReadonlySet<SnodeId>): Track | null {
		const { pool, random, hops, distinctSubnets, monotonic } = this.#options;
		const nodes = pool.usable(hops + GUARDS_WANTED);
		const wish = {
			guard,
			nodes,
			hops,
			without,
			ratherWithout: new Set([
				...this.#paths.flatMap((path) => path.nodes.map((node) => node.id)),
				...this.#options.guards.active().map((node) => node.id),
				...nodes.filter((node) => pool.strikesOf(node.id) > 0).map((node) => node.id)
			]),
			distinctSubnets
		};
		const chosen = choosePath(wish, random);
		if (!chosen) return null;
		const life = SHORTEST_LIFE_MS + (LONGEST_LIFE_MS - SHORTEST_LIFE_MS) * randomUnit(random);
		return {
			nodes: chosen,
			guard: guard.id,
			sound: false,
			proven: false,
			failures: 0,
			replacedAt: monotonic() + life,
			latencies: [],
			lastRequestMs: null,
			gatewayMs: null,
			requests: 0
		};
	}

	#dropWhere(unwanted: (path: Track) => boolean): void {
		const kept = this.#paths.filter((path) => !unwanted(path));
		if (kept.length === this.#paths.length) return;
		this.#keep(kept);
		this.fill();
	}

	#find(path: Path): Track | undefined {
		return this.#paths.find((track) => track === path);
	}

	#keep(paths: readonly Track[]): void {
		this.#paths = paths;
		this.#options.onChange?.();
	}
}

function holds(path: Path, id: SnodeId): boolean {
	return path.nodes.some((node) => node.id === id);
}

/** Paths that were never tried come after sound ones and before those that failed. */
function troubleOf(path: Track): number {
	return path.sound ? 0 : path.failures + 1;
}

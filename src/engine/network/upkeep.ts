/**
 * What the network does by itself: tries out new paths before they are needed, learns the time, and refreshes the
 * node list now and then. Every failure makes it wait longer; coming online or a push from outside starts it anew.
 */
import { infoCall } from '../../protocol/storage-rpc';
import type { RandomBytes } from '../../protocol/types';
import type { Platform } from '../platform';
import type { GatewayClient } from './gateway-client';
import type { NodeAsker } from './node-asker';
import type { NodeCaller } from './node-call';
import type { NodePool } from './node-pool';
import type { Path, PathSet } from './path-set';
import { pickOne, randomUnit } from './random';

export interface UpkeepOptions {
	readonly platform: Pick<Platform, 'setTimeout' | 'clearTimeout' | 'now'> & { readonly random: RandomBytes };
	readonly gateways: GatewayClient;
	readonly pool: NodePool;
	readonly paths: PathSet;
	readonly caller: NodeCaller;
	readonly asker: NodeAsker;
	readonly stepTimeoutMs: number;
	/** Aborted when offline or stopped; a new one afterwards. */
	readonly signal: () => AbortSignal;
	readonly leader: () => boolean;
	/** Gets a first list where the profile has none. True when there are nodes now. */
	readonly bootstrap: () => Promise<boolean>;
	/** True when the list was refreshed. */
	readonly refresh: () => Promise<boolean>;
	/** How long after the start the first refresh comes, ms. */
	readonly firstRefreshMs: number;
}

const PROVING_MS = { first: 500, longest: 20_000 };
const REFRESH_RETRY_MS = { first: 5 * 60_000, longest: 6 * 60 * 60_000 };
const REFRESH_AGE_MS = 12 * 60 * 60_000;
const CLOCK_NODES = 3;

export class Upkeep {
	readonly #options: UpkeepOptions;
	#running = false;
	#proving: Promise<void> | null = null;
	#provingTimer: unknown = null;
	#provingFailures = 0;
	#refreshTimer: unknown = null;
	#refreshFailures = 0;
	#timeLearned = false;

	constructor(options: UpkeepOptions) {
		this.#options = options;
	}

	start(): void {
		this.#running = true;
		this.kick();
		this.#scheduleRefresh();
	}

	async stop(): Promise<void> {
		this.#running = false;
		this.#clearTimers();
		await this.#proving;
	}

	/** Begins at once, without regard to earlier failures. */
	kick(): void {
		this.#provingFailures = 0;
		this.#schedule(0);
	}

	/** There may be a path that nobody has used yet, or one that has just failed, or no gateway any more. */
	noticePaths(): void {
		if (this.#provingTimer === null && !this.#proving && this.#needed()) this.#scheduleNext();
	}

	/** Several nodes' word on the time; the clock draws its own conclusions. */
	async learnTime(signal: AbortSignal): Promise<void> {
		const replies = await this.#options.asker.ask(CLOCK_NODES, infoCall(), { signal });
		this.#timeLearned = replies.length >= CLOCK_NODES;
	}

	#needed(): boolean {
		const { gateways, paths } = this.#options;
		const ready = gateways.reachable && this.#timeLearned && paths.all().length > 0;
		return !ready || paths.all().some((path) => !path.sound);
	}

	#scheduleNext(): void {
		const doubled = PROVING_MS.first * 2 ** Math.min(this.#provingFailures, 10);
		const wait = Math.min(PROVING_MS.longest, doubled);
		this.#schedule(wait * (0.75 + 0.5 * randomUnit(this.#options.platform.random)));
	}

	#schedule(ms: number): void {
		if (!this.#running || this.#options.signal().aborted) return;
		if (this.#provingTimer !== null) this.#options.platform.clearTimeout(this.#provingTimer);
		this.#provingTimer = this.#options.platform.setTimeout(() => {
			this.#provingTimer = null;
			this.#proving ??= this.#prove().finally(() => {
				this.#proving = null;
				if (this.#needed()) this.#scheduleNext();
			});
		}, ms);
	}

	async #prove(): Promise<void> {
		const signal = this.#options.signal();
		if (signal.aborted) return;
		try {
			if (this.#options.pool.size === 0 && !(await this.#options.bootstrap())) {
				this.#provingFailures += 1;
				return;
			}
			this.#options.paths.fill();
			const doubtful = this.#options.paths.all().filter((path) => !path.sound);
			const results = await Promise.all(doubtful.map((path) => this.#tryOut(path, signal)));
			const asks = !this.#timeLearned || !this.#options.gateways.reachable;
			if (asks && this.#options.paths.proven) await this.learnTime(signal);
			const fine = results.every((worked) => worked) && this.#timeLearned;
			this.#provingFailures = fine ? 0 : this.#provingFailures + 1;
		} catch {
			// No gateway: the view says so, and the next round comes later.
			this.#provingFailures += 1;
		}
	}

	/** Asks several nodes over the path, until one answers or the path is given up: one silent node proves nothing. */
	async #tryOut(path: Path, signal: AbortSignal): Promise<boolean> {
		const { stepTimeoutMs: timeoutMs, caller, pool, paths, platform } = this.#options;
		const hops = new Set(path.nodes.map((node) => node.id));
		const unasked = new Set(pool.usable(1).filter((node) => !hops.has(node.id)));
		while (paths.all().includes(path) && !signal.aborted) {
			const node = pickOne(platform.random, [...unasked]);
			if (!node) return false;
			unasked.delete(node);
			const outcome = await caller.call(node, infoCall(), { timeoutMs, signal, path });
			if (outcome.kind !== 'failed') return outcome.kind === 'reply';
		}
		return false;
	}

	#scheduleRefresh(): void {
		const { platform, pool, firstRefreshMs } = this.#options;
		const jitter = 1 + randomUnit(platform.random);
		let wait = firstRefreshMs * jitter;
		if (this.#refreshFailures > 0) {
			const doubled = REFRESH_RETRY_MS.first * 2 ** Math.min(this.#refreshFailures - 1, 10);
			wait = Math.min(REFRESH_RETRY_MS.longest, doubled) * jitter;
		} else if (pool.refreshedAt !== null) {
			// A list from the future was made under another local clock: its age is unknown, so it counts as new.
			const age = Math.max(0, platform.now() - pool.refreshedAt);
			wait = Math.max(firstRefreshMs, REFRESH_AGE_MS - age) * jitter;
		}
		this.#refreshTimer = platform.setTimeout(() => {
			void this.#refresh();
		}, wait);
	}

	async #refresh(): Promise<void> {
		const { leader, signal, refresh, paths } = this.#options;
		// Not yet possible is no failure: it is looked at again in the time of a first refresh.
		if (leader() && !signal().aborted && paths.proven) {
			try {
				this.#refreshFailures = (await refresh()) ? 0 : this.#refreshFailures + 1;
			} catch {
				this.#refreshFailures += 1;
			}
		}
		if (this.#running) this.#scheduleRefresh();
	}

	#clearTimers(): void {
		const { platform } = this.#options;
		if (this.#provingTimer !== null) platform.clearTimeout(this.#provingTimer);
		if (this.#refreshTimer !== null) platform.clearTimeout(this.#refreshTimer);
		this.#provingTimer = null;
		this.#refreshTimer = null;
	}
}

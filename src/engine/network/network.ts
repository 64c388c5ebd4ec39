/** The network room put together: what the rest of the engine sees is the `Network` of types.ts. */
import { sodiumReady } from '../../protocol/sodium';
import { profileFingerprint } from '../../networks/document';
import type { NetworkProfile } from '../../networks/profile';
import type { AccountId, SnodeId } from '../../protocol/types';
import type { NetworkView } from '../api';
import { EngineError } from '../errors';
import type { Platform } from '../platform';
import { LearnedClock } from './clock';
import { openDeadline, type Deadline } from './deadline';
import { GatewayClient } from './gateway-client';
import { readGatewayNodes } from './gateway-nodes';
import { gatewayOrigin } from './gateway-origin';
import { Guards } from './guards';
import { resolveName } from './names';
import { NodeAsker } from './node-asker';
import { NodeCaller } from './node-call';
import { nodeMap } from './node-list';
import { NodePool } from './node-pool';
import { refreshNodes } from './node-refresh';
import type { NetworkState } from './network-state';
import { PathSet } from './path-set';
import { StateKeeper } from './state-keeper';
import { SwarmCache } from './swarm';
import { SwarmRequests, type BuildCall } from './swarm-request';
import type { Network, NetworkStateStore, RpcCall, RpcReply, SwarmRequestOptions } from './types';
import { Upkeep } from './upkeep';

export interface NetworkTimings {
	/** For one request to one node, there and back. */
	readonly stepMs: number;
	/** For a whole call, retries included. */
	readonly callMs: number;
	/** From the start to the first refresh of the node list. */
	readonly firstRefreshMs: number;
}

/** A store waits up to 5 s for a dead member of the swarm, so a step must be longer. */
const TIMINGS: NetworkTimings = { stepMs: 10_000, callMs: 40_000, firstRefreshMs: 30_000 };
const ATTEMPTS = 6;
/** Smaller moves of the clock are not worth a write. */
const SAVED_CLOCK_STEP_MS = 1_000;
/** Node lists of a public network are half a megabyte. */
const REFRESH_STEP_MS = 30_000;

export interface NetworkOptions {
	readonly platform: Platform;
	readonly profile: NetworkProfile;
	readonly store: NetworkStateStore;
	/** Gateways besides the page's own origin, in order of preference, until the person chooses others. */
	readonly gateways: readonly string[];
	/** Whether this tab's worker is the one that polls, sends and saves. */
	readonly leader: () => boolean;
	readonly timings?: Partial<NetworkTimings>;
}

export function createNetwork(options: NetworkOptions): Network {
	return new SessionNetwork(options);
}

class SessionNetwork implements Network {
	readonly clock: LearnedClock;
	readonly #options: NetworkOptions;
	readonly #timings: NetworkTimings;
	readonly #gateways: GatewayClient;
	readonly #pool: NodePool;
	readonly #guards: Guards;
	readonly #paths: PathSet;
	readonly #swarms: SwarmCache;
	readonly #asker: NodeAsker;
	readonly #requests: SwarmRequests;
	readonly #keeper: StateKeeper;
	readonly #upkeep: Upkeep;
	readonly #listeners = new Set<(view: NetworkView) => void>();
	#chosen: NetworkState['gateways'] = null;
	#fingerprint: string | null = null;
	#online = true;
	#stopped = false;
	/** Aborted when the browser goes offline or the room closes. */
	#open = new AbortController();
	#loading: Promise<void> | null = null;
	#announced = false;
	#savedOffset = 0;

	constructor(options: NetworkOptions) {
		this.#options = options;
		this.#timings = { ...TIMINGS, ...options.timings };
		const { platform, profile, leader, store } = options;
		const random = (length: number) => platform.random(length);
		const now = () => platform.now();
		const changed = () => {
			this.#keeper.changed();
			this.#announce();
		};
		const stepTimeoutMs = this.#timings.stepMs;

		this.clock = new LearnedClock(now, () => {
			if (Math.abs(this.clock.offsetMs - this.#savedOffset) > SAVED_CLOCK_STEP_MS) changed();
			else this.#announce();
		});
		this.#gateways = new GatewayClient(platform, withOwnOrigin(options.gateways, platform.origin));
		this.#pool = new NodePool(now, profile.nodes, profile.minimumNodes);
		const { distinctSubnets, hops } = profile;
		this.#guards = new Guards({ now, random, pool: this.#pool, distinctSubnets, onChange: changed });
		this.#paths = new PathSet({
			monotonic: () => platform.monotonic(),
			random,
			pool: this.#pool,
			guards: this.#guards,
			hops,
			distinctSubnets,
			onChange: () => {
				this.#announce();
				this.#upkeep.noticePaths();
			}
		});
		this.#swarms = new SwarmCache({ now, pool: this.#pool, onChange: () => this.#keeper.changed() });
		const caller = new NodeCaller({
			now,
			random,
			gateways: this.#gateways,
			pool: this.#pool,
			guards: this.#guards,
			paths: this.#paths,
			clock: this.clock
		});
		this.#asker = new NodeAsker({ caller, pool: this.#pool, random, stepTimeoutMs });
		this.#requests = new SwarmRequests({
			caller,
			asker: this.#asker,
			swarms: this.#swarms,
			pool: this.#pool,
			clock: this.clock,
			random,
			stepTimeoutMs,
			deadline: (ms) => openDeadline(platform, ms, this.#open.signal),
			learnTime: (signal) => {
				this.clock.forgetOpinions();
				return this.#upkeep.learnTime(signal);
			}
		});
		this.#keeper = new StateKeeper({
			platform,
			store,
			// A custom network may change under its name; its fingerprint says which one it is.
			network: () => this.#fingerprint ?? profile.name,
			leader,
			collect: () => this.#collect(),
			adopt: (state) => {
				this.#adopt(state);
			},
			adoptGateways: (gateways) => {
				this.#adoptGateways(gateways);
			}
		});
		this.#upkeep = new Upkeep({
			platform,
			pool: this.#pool,
			paths: this.#paths,
			caller,
			asker: this.#asker,
			stepTimeoutMs,
			signal: () => this.#open.signal,
			leader,
			bootstrap: () => this.#bootstrap(),
			refresh: () => this.#refresh(),
			firstRefreshMs: this.#timings.firstRefreshMs
		});
	}

	/** Needs no network: what an earlier session knew is there at once, the rest comes in the background. */
	async start(): Promise<void> {
		await this.#loaded();
		if (this.#stopped) return;
		this.#upkeep.start();
		this.#announce();
	}

	async stop(): Promise<void> {
		this.#stopped = true;
		this.#open.abort();
		await this.#upkeep.stop();
		await this.#keeper.flush();
		this.#listeners.clear();
	}

	swarmRequest(account: AccountId, build: BuildCall, options: SwarmRequestOptions = {}): Promise<RpcReply> {
		const { attempts = ATTEMPTS, avoid = [] } = options;
		return this.#within(options, (deadline) =>
			this.#requests.request(account, build, { attempts, avoid, deadline })
		);
	}

	askNodes(count: number, call: RpcCall, options: SwarmRequestOptions = {}): Promise<readonly RpcReply[]> {
		const avoid = new Set(options.avoid);
		return this.#within(options, ({ signal }) => this.#asker.ask(count, call, { signal, avoid }));
	}

	swarmOf(account: AccountId): Promise<readonly SnodeId[]> {
		return this.#within({}, async ({ signal }) => {
			const members = await this.#requests.members(account, signal);
			return members.map((node) => node.id);
		});
	}

	resolveName(name: string): Promise<AccountId> {
		return resolveName(name, (count, call) => this.askNodes(count, call));
	}

	view(): NetworkView {
		const { profile, leader } = this.#options;
		return {
			state: this.#state(),
			network: profile.name,
			fingerprint: this.#fingerprint,
			gateway: this.#gateways.current,
			gateways: this.#gateways.origins,
			paths: this.#paths.view(),
			nodeCount: this.#pool.size,
			nodesRefreshedAt: this.#pool.refreshedAt,
			clockOffsetMs: this.clock.offsetMs,
			leader: leader()
		};
	}

	onChange(listener: (view: NetworkView) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	setOnline(online: boolean): void {
		if (online === this.#online || this.#stopped) return;
		this.#online = online;
		if (online) {
			this.#open = new AbortController();
			this.#gateways.forgive();
			this.#guards.forgive();
			this.#pool.forgive();
			// The machine may have slept, or its clock been set.
			this.clock.forgetOpinions();
			this.#upkeep.kick();
		} else {
			this.#open.abort();
		}
		this.#announce();
	}

	async setGateways(origins: readonly string[]): Promise<void> {
		const own = this.#options.platform.origin;
		const checked = [...new Set(origins.map(gatewayOrigin))].filter((origin) => origin !== own);
		const chosen = { origins: checked, chosenAt: this.#options.platform.now() };
		await this.#loaded();
		await this.#keeper.saveGateways(chosen);
		this.#adoptGateways(chosen);
	}

	async rebuildPaths(): Promise<void> {
		await this.#loaded();
		this.#paths.rebuild();
		this.#upkeep.kick();
	}

	#state(): NetworkView['state'] {
		if (!this.#online) return 'offline';
		if (!this.#gateways.reachable) return 'gateway-unreachable';
		if (this.#pool.size <= this.#options.profile.hops) return 'no-nodes';
		return this.#paths.proven ? 'ready' : 'connecting';
	}

	/** Runs one call under its time limit; whatever goes wrong while offline is because of that. */
	async #within<Value>(
		options: SwarmRequestOptions,
		work: (deadline: Deadline) => Promise<Value>
	): Promise<Value> {
		if (!this.#online) throw new EngineError('offline');
		await this.#loaded();
		if (this.#pool.size === 0) await this.#bootstrap();
		const { platform } = this.#options;
		const limit = options.timeoutMs ?? this.#timings.callMs;
		const deadline = openDeadline(platform, limit, options.signal, this.#open.signal);
		try {
			return await work(deadline);
		} catch (error) {
			throw this.#open.signal.aborted ? new EngineError('offline', {}, { cause: error }) : error;
		} finally {
			deadline.close();
			this.#announce();
		}
	}

	#loaded(): Promise<void> {
		this.#loading ??= this.#load();
		return this.#loading;
	}

	async #load(): Promise<void> {
		await sodiumReady;
		const { profile, platform } = this.#options;
		if (profile.kind === 'custom') {
			const hex = await profileFingerprint(profile, platform.subtle);
			this.#fingerprint = (hex.match(/.{1,4}/g) ?? []).join(' ');
		}
		const state = await this.#keeper.load();
		if (state.gateways) this.#adoptGateways(state.gateways);
		this.#adopt(state);
		this.clock.restore(state.clockOffsetMs);
		this.#savedOffset = state.clockOffsetMs;
		this.#paths.fill();
	}

	#collect(): NetworkState {
		this.#savedOffset = this.clock.offsetMs;
		const { refreshedAt } = this.#pool;
		return {
			gateways: this.#chosen,
			guards: this.#guards.records(),
			nodes: refreshedAt === null ? null : { list: this.#pool.all(), refreshedAt },
			swarms: this.#swarms.records(),
			clockOffsetMs: this.clock.offsetMs
		};
	}

	#adopt(state: NetworkState): void {
		const { nodes } = state;
		const newer = nodes && nodes.refreshedAt > (this.#pool.refreshedAt ?? -Infinity);
		// Judged again: a list that was damaged at rest must not outlive the bundled one.
		if (newer && this.#pool.judge(nodeMap(nodes.list)) === 'fine')
			this.#pool.replace(nodeMap(nodes.list), nodes.refreshedAt);
		if (state.guards.length > 0) this.#guards.restore(state.guards);
		this.#swarms.restore(state.swarms);
	}

	#adoptGateways(gateways: NonNullable<NetworkState['gateways']>): void {
		this.#chosen = gateways;
		this.#gateways.setOrigins(withOwnOrigin(gateways.origins, this.#options.platform.origin));
		if (!this.#stopped) this.#upkeep.kick();
		this.#announce();
	}

	async #bootstrap(): Promise<boolean> {
		const { profile } = this.#options;
		if (profile.nodes.length > 0) return true;
		const options = { timeoutMs: this.#timings.stepMs, signal: this.#open.signal };
		const page = await this.#gateways.read('/api/nodes', options);
		const nodes = readGatewayNodes(page, profile.minimumNodes);
		if (nodes && this.#pool.size === 0) this.#pool.replace(nodes, null);
		return this.#pool.size > 0;
	}

	async #refresh(): Promise<boolean> {
		const verdict = await refreshNodes({
			pool: this.#pool,
			agreement: this.#options.profile.agreement,
			ask: (count, call) =>
				this.#within({ timeoutMs: 3 * REFRESH_STEP_MS }, ({ signal }) =>
					this.#asker.ask(count, call, { signal, stepTimeoutMs: REFRESH_STEP_MS })
				)
		});
		if (verdict !== 'fine') return false;
		this.#keeper.changed();
		this.#announce();
		return true;
	}

	/** Tells the listeners once for everything that happens in this turn. */
	#announce(): void {
		if (this.#announced || this.#listeners.size === 0) return;
		this.#announced = true;
		queueMicrotask(() => {
			this.#announced = false;
			const view = this.view();
			for (const listener of this.#listeners) listener(view);
		});
	}
}

/** The chosen gateways come first; the page's own origin always stays as the last resort. */
function withOwnOrigin(origins: readonly string[], own: string): readonly [string, ...string[]] {
	const [first = own, ...rest] = origins.filter((origin) => origin !== own);
	return first === own ? [own] : [first, ...rest, own];
}

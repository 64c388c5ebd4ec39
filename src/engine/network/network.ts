/** The network room put together: what the rest of the engine sees is the `Network` of types.ts. */
import { sodiumReady } from '../../protocol/sodium';
import { profileFingerprint } from '../../networks/document';
import type { NetworkProfile, OnionServer } from '../../networks/profile';
import type { V4Reply, V4Request } from '../../protocol/onion-v4';
import type { AccountId, SnodeId } from '../../protocol/types';
import type { HopView } from '../api';
import { EngineError } from '../errors';
import type { Platform } from '../platform';
import { Announcer } from './announcer';
import type { LearnedClock } from './clock';
import { openDeadline, pause, type Deadline } from './deadline';
import { readGatewayNodes } from './gateway-nodes';
import { gatewayOrigin } from './gateway-origin';
import { resolveName } from './names';
import {
	adoptState,
	buildParts,
	collectState,
	viewOf,
	withOwnOrigin,
	type NetworkParts
} from './network-parts';
import { refreshNodes } from './node-refresh';
import type { NetworkState } from './network-state';
import { requestOfServer } from './server-request';
import { StateKeeper } from './state-keeper';
import { SwarmRequests, type BuildCall } from './swarm-request';
import { REFRESH_STEP_MS, SERVER_CALL_MS, SERVER_STEP_MS, TIMINGS, type NetworkTimings } from './timings';
import type {
	Network,
	NetworkStanding,
	NetworkStateStore,
	RpcCall,
	RpcReply,
	ServerRequestOptions,
	SwarmRequestOptions
} from './types';
import { Upkeep } from './upkeep';

const ATTEMPTS = 6;
const SERVER_ATTEMPTS = 3;
/** Smaller moves of the clock are not worth a write. */
const SAVED_CLOCK_STEP_MS = 1_000;

export interface NetworkOptions {
	readonly platform: Platform;
	readonly profile: NetworkProfile;
	readonly store: NetworkStateStore;
	/** Gateways besides the page's own origin, in order of preference, until the person chooses others. */
	readonly gateways: readonly string[];
	/** Whether this tab's worker is the one that polls, sends and saves. */
	readonly leader: () => boolean;
	/** Guards of this browser's other accounts, which are not to be this one's. */
	readonly guardsElsewhere?: () => readonly SnodeId[];
	readonly timings?: Partial<NetworkTimings>;
}

export function createNetwork(options: NetworkOptions): Network {
	return new SessionNetwork(options);
}

class SessionNetwork implements Network {
	readonly clock: LearnedClock;
	readonly #options: NetworkOptions;
	readonly #timings: NetworkTimings;
	readonly #parts: NetworkParts;
	readonly #requests: SwarmRequests;
	readonly #keeper: StateKeeper;
	readonly #upkeep: Upkeep;
	readonly #announcer = new Announcer(() => this.view());
	#chosen: NetworkState['gateways'] = null;
	#fingerprint: string | null = null;
	#online = true;
	#stopped = false;
	/** Aborted when the browser goes offline or the room closes. */
	#open = new AbortController();
	#loading: Promise<void> | null = null;
	#savedOffset = 0;

	constructor(options: NetworkOptions) {
		this.#options = options;
		this.#timings = { ...TIMINGS, ...options.timings };
		const { platform, profile, gateways, leader, store, guardsElsewhere = () => [] } = options;
		const stepTimeoutMs = this.#timings.stepMs;
		const random = (length: number) => platform.random(length);
		const parts = buildParts({
			platform,
			profile,
			gateways,
			stepTimeoutMs,
			guardsElsewhere,
			onKept: () => {
				this.#keep();
			},
			onPaths: () => {
				this.#announcer.changed();
				this.#upkeep.noticePaths();
			},
			onClock: () => {
				if (Math.abs(this.clock.offsetMs - this.#savedOffset) > SAVED_CLOCK_STEP_MS) this.#keep();
				else this.#announcer.changed();
			}
		});
		this.#parts = parts;
		this.clock = parts.clock;
		this.#requests = new SwarmRequests({
			...parts,
			random,
			stepTimeoutMs,
			deadline: (ms) => openDeadline(platform, ms, this.#open.signal),
			pause: (ms, signal) => pause(platform, ms, signal),
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
				adoptState(parts, state);
			},
			adoptGateways: (chosen) => {
				this.#adoptGateways(chosen);
			}
		});
		this.#upkeep = new Upkeep({
			...parts,
			platform,
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
		this.#announcer.changed();
	}

	async stop(): Promise<void> {
		this.#stopped = true;
		this.#open.abort();
		await this.#upkeep.stop();
		await this.#keeper.flush();
		this.#announcer.close();
	}

	swarmRequest(account: AccountId, build: BuildCall, options: SwarmRequestOptions = {}): Promise<RpcReply> {
		const { attempts = ATTEMPTS, avoid = [] } = options;
		return this.#within(options, (deadline) =>
			this.#requests.request(account, build, { attempts, avoid, deadline })
		);
	}

	askNodes(count: number, call: RpcCall, options: SwarmRequestOptions = {}): Promise<readonly RpcReply[]> {
		const avoid = new Set(options.avoid);
		return this.#within(options, ({ signal }) => this.#parts.asker.ask(count, call, { signal, avoid }));
	}

	serverRequest(
		server: OnionServer,
		request: V4Request,
		options: ServerRequestOptions = {}
	): Promise<V4Reply> {
		const { attempts = SERVER_ATTEMPTS, stepTimeoutMs = SERVER_STEP_MS } = options;
		const { platform } = this.#options;
		const parts = {
			...this.#parts,
			random: (length: number) => platform.random(length),
			pause: (ms: number, signal: AbortSignal) => pause(platform, ms, signal)
		};
		return this.#within({ timeoutMs: SERVER_CALL_MS, ...options }, ({ signal }) =>
			requestOfServer(parts, server, request, { attempts, stepTimeoutMs, signal })
		);
	}

	swarmOf(account: AccountId): Promise<readonly SnodeId[]> {
		return this.#within({}, async ({ signal }) => {
			const members = await this.#requests.members(account, signal);
			return members.map((node) => node.id);
		});
	}

	hop(node: SnodeId): HopView {
		return { id: node, ip: this.#parts.pool.get(node)?.ip ?? null };
	}

	guards(): readonly SnodeId[] {
		return this.#parts.guards.records().map(({ id }) => id);
	}

	resolveName(name: string): Promise<AccountId> {
		return resolveName(name, (count, call) => this.askNodes(count, call));
	}

	view(): NetworkStanding {
		const { profile, leader } = this.#options;
		return {
			...viewOf(this.#parts, profile, this.#online),
			fingerprint: this.#fingerprint,
			leader: leader()
		};
	}

	onChange(listener: (view: NetworkStanding) => void): () => void {
		return this.#announcer.listen(listener);
	}

	setOnline(online: boolean): void {
		if (online === this.#online || this.#stopped) return;
		this.#online = online;
		if (online) {
			this.#open = new AbortController();
			this.#parts.gateways.forgive();
			this.#parts.guards.forgive();
			this.#parts.pool.forgive();
			// The machine may have slept, or its clock been set.
			this.clock.forgetOpinions();
			this.#upkeep.kick();
		} else {
			this.#open.abort();
		}
		this.#announcer.changed();
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
		this.#parts.paths.rebuild();
		this.#upkeep.kick();
	}

	/** Runs one call under its time limit; whatever goes wrong while offline is because of that. */
	async #within<Value>(
		options: Pick<SwarmRequestOptions, 'timeoutMs' | 'signal'>,
		work: (deadline: Deadline) => Promise<Value>
	): Promise<Value> {
		if (!this.#online) throw new EngineError('offline');
		await this.#loaded();
		if (this.#parts.pool.size === 0) await this.#bootstrap();
		const { platform } = this.#options;
		const limit = options.timeoutMs ?? this.#timings.callMs;
		const deadline = openDeadline(platform, limit, options.signal, this.#open.signal);
		try {
			return await work(deadline);
		} catch (error) {
			throw this.#open.signal.aborted ? new EngineError('offline', {}, { cause: error }) : error;
		} finally {
			deadline.close();
			this.#upkeep.noticePaths();
			this.#announcer.changed();
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
		adoptState(this.#parts, state);
		this.#savedOffset = state.clockOffsetMs;
		this.#parts.paths.fill();
	}

	#keep(): void {
		this.#keeper.changed();
		this.#announcer.changed();
	}

	#collect(): NetworkState {
		this.#savedOffset = this.clock.offsetMs;
		return collectState(this.#parts, this.#chosen);
	}

	#adoptGateways(gateways: NonNullable<NetworkState['gateways']>): void {
		this.#chosen = gateways;
		this.#parts.gateways.setOrigins(withOwnOrigin(gateways.origins, this.#options.platform.origin));
		if (!this.#stopped) this.#upkeep.kick();
		this.#announcer.changed();
	}

	async #bootstrap(): Promise<boolean> {
		const { profile } = this.#options;
		if (profile.nodes.length > 0) return true;
		const options = { timeoutMs: this.#timings.stepMs, signal: this.#open.signal };
		const page = await this.#parts.gateways.read('/api/nodes', options);
		const nodes = readGatewayNodes(page, profile.minimumNodes);
		if (nodes && this.#parts.pool.size === 0) this.#parts.pool.replace(nodes, null);
		return this.#parts.pool.size > 0;
	}

	async #refresh(): Promise<boolean> {
		const verdict = await refreshNodes({
			pool: this.#parts.pool,
			agreement: this.#options.profile.agreement,
			ask: (count, call, avoid) =>
				this.#within({ timeoutMs: 3 * REFRESH_STEP_MS }, ({ signal }) =>
					this.#parts.asker.ask(count, call, { signal, avoid, stepTimeoutMs: REFRESH_STEP_MS })
				)
		});
		if (verdict !== 'fine') return false;
		this.#keep();
		return true;
	}
}

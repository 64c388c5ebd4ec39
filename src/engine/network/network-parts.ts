/** The parts of the network room and how they hold each other; network.ts gives them their life. */
import type { NetworkProfile } from '../../networks/profile';
import type { SnodeId } from '../../protocol/types';
import type { Platform } from '../platform';
import { LearnedClock } from './clock';
import { GatewayClient } from './gateway-client';
import { Guards } from './guards';
import type { NetworkState } from './network-state';
import { NodeAsker } from './node-asker';
import { NodeCaller } from './node-call';
import { nodeMap } from './node-list';
import { NodePool } from './node-pool';
import { PathSet } from './path-set';
import { SwarmCache } from './swarm';
import type { NetworkStanding } from './types';

export interface NetworkParts {
	readonly clock: LearnedClock;
	readonly gateways: GatewayClient;
	readonly pool: NodePool;
	readonly guards: Guards;
	readonly paths: PathSet;
	readonly swarms: SwarmCache;
	readonly caller: NodeCaller;
	readonly asker: NodeAsker;
}

export interface PartsOptions {
	readonly platform: Platform;
	readonly profile: NetworkProfile;
	readonly gateways: readonly string[];
	readonly stepTimeoutMs: number;
	/** See `GuardsOptions`. */
	readonly guardsElsewhere: () => readonly SnodeId[];
	/** Something that is kept between sessions changed. */
	readonly onKept: () => void;
	readonly onPaths: () => void;
	readonly onClock: () => void;
}

export function buildParts(options: PartsOptions): NetworkParts {
	const { platform, profile, stepTimeoutMs, onKept, onPaths, onClock } = options;
	const { distinctSubnets, hops } = profile;
	const elsewhere = options.guardsElsewhere;
	const random = (length: number) => platform.random(length);
	const now = () => platform.now();
	const monotonic = () => platform.monotonic();
	const clock = new LearnedClock(now, onClock);
	const gateways = new GatewayClient(platform, withOwnOrigin(options.gateways, platform.origin));
	const pool = new NodePool(now, profile.nodes, profile.minimumNodes);
	const guards = new Guards({ now, random, pool, distinctSubnets, elsewhere, onChange: onKept });
	const paths = new PathSet({ monotonic, random, pool, guards, hops, distinctSubnets, onChange: onPaths });
	const swarms = new SwarmCache({ now, pool, onChange: onKept });
	const caller = new NodeCaller({ now, random, gateways, pool, guards, paths, clock });
	const asker = new NodeAsker({ caller, pool, random, stepTimeoutMs });
	return { clock, gateways, pool, guards, paths, swarms, caller, asker };
}

/** What is kept of the parts; `gateways` is what the person chose. */
export function collectState(parts: NetworkParts, gateways: NetworkState['gateways']): NetworkState {
	const { pool, guards, swarms, clock } = parts;
	const { refreshedAt } = pool;
	return {
		gateways,
		guards: guards.records(),
		nodes: refreshedAt === null ? null : { list: pool.all(), refreshedAt },
		swarms: swarms.records(),
		clockOffsetMs: clock.offsetMs
	};
}

/** Takes over what an earlier session or another tab kept, except for the gateways. */
export function adoptState(parts: NetworkParts, state: NetworkState): void {
	const { pool, guards, swarms, clock } = parts;
	if (state.nodes && state.nodes.refreshedAt > (pool.refreshedAt ?? -Infinity)) {
		const nodes = nodeMap(state.nodes.list);
		// Judged again: a list that was damaged at rest must not outlive the bundled one.
		if (pool.judge(nodes) === 'fine') pool.replace(nodes, state.nodes.refreshedAt);
	}
	if (state.guards.length > 0) guards.restore(state.guards);
	swarms.restore(state.swarms);
	clock.restore(state.clockOffsetMs);
}

/** What the parts themselves know of how things stand. */
export function viewOf(
	parts: NetworkParts,
	profile: NetworkProfile,
	online: boolean
): Omit<NetworkStanding, 'fingerprint' | 'leader'> {
	const { gateways, paths, pool, clock } = parts;
	return {
		state: stateOf(parts, profile, online),
		network: profile.name,
		gateway: gateways.current,
		gateways: gateways.origins,
		paths: paths.view(),
		nodeCount: pool.size,
		nodesRefreshedAt: pool.refreshedAt,
		clockOffsetMs: clock.offsetMs
	};
}

function stateOf(parts: NetworkParts, profile: NetworkProfile, online: boolean): NetworkStanding['state'] {
	if (!online) return 'offline';
	if (!parts.gateways.reachable) return 'gateway-unreachable';
	if (parts.pool.size <= profile.hops) return 'no-nodes';
	return parts.paths.proven ? 'ready' : 'connecting';
}

/** The chosen gateways come first; the page's own origin always stays as the last resort. */
export function withOwnOrigin(origins: readonly string[], own: string): readonly [string, ...string[]] {
	const [first = own, ...rest] = origins.filter((origin) => origin !== own);
	return first === own ? [own] : [first, ...rest, own];
}

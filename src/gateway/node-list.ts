import type { NetworkProfile, Seed } from '../networks/profile';
import type { GatewayLog } from './log';
import { nodesOfProfile, type GatewayNode } from './nodes';
import { fetchSeedNodes, SeedError } from './seed-client';

export interface NodeListOptions {
	readonly profile: NetworkProfile;
	readonly log: GatewayLog;
	readonly refreshMs?: number;
	/** After a refresh that failed. */
	readonly retryMs?: number;
	readonly fetchSeed?: (seed: Seed) => Promise<GatewayNode[]>;
}

/** What `GET /api/nodes` answers. */
export interface NodeListDocument {
	readonly nodes: readonly Omit<GatewayNode, 'protocol'>[];
	/** When the list was made, ms since the Unix epoch. */
	readonly asOf: number;
	readonly from: 'seeds' | 'profile';
}

/**
 * The nodes that the gateway forwards to: the profile's own until a seed answers, then the seeds'. A refresh that
 * fails leaves the list as it is.
 */
export class NodeList {
	private nodes: ReadonlyMap<string, GatewayNode>;
	private asOf: number;
	private from: NodeListDocument['from'] = 'profile';
	private timer: NodeJS.Timeout | undefined;
	private running: Promise<boolean> | undefined;
	private stopped = false;

	constructor(private readonly options: NodeListOptions) {
		this.nodes = byKey(nodesOfProfile(options.profile));
		this.asOf = options.profile.nodesAsOf === null ? Date.now() : Date.parse(options.profile.nodesAsOf);
	}

	get size(): number {
		return this.nodes.size;
	}

	find(ed25519: string): GatewayNode | undefined {
		return this.nodes.get(ed25519);
	}

	document(): NodeListDocument {
		const nodes = [...this.nodes.values()].map(({ ed25519, x25519, ip, port }) => ({
			ed25519,
			x25519,
			ip,
			port
		}));
		return { nodes, asOf: this.asOf, from: this.from };
	}

	/** Keeps the list fresh until `stop`. Waits for the first answer only when there is no list at all. */
	async start(): Promise<void> {
		if (this.options.profile.seeds.length === 0) return;
		const first = this.keepFresh();
		if (this.size === 0) await first;
	}

	stop(): void {
		this.stopped = true;
		clearTimeout(this.timer);
	}

	/** Asks all seeds at once; the first good answer wins. False when there was none. */
	refresh(): Promise<boolean> {
		this.running ??= this.ask().finally(() => (this.running = undefined));
		return this.running;
	}

	private async keepFresh(): Promise<void> {
		const fresh = await this.refresh();
		if (this.stopped) return;
		const wait = fresh ? (this.options.refreshMs ?? 10 * 60_000) : (this.options.retryMs ?? 30_000);
		this.timer = setTimeout(() => void this.keepFresh(), wait * (0.9 + Math.random() * 0.2));
		this.timer.unref();
	}

	private async ask(): Promise<boolean> {
		const { profile, log, fetchSeed = fetchSeedNodes } = this.options;
		const answers = profile.seeds.map(async (seed) => {
			const nodes = await fetchSeed(seed);
			if (nodes.length < profile.minimumNodes) throw new SeedError('bad-reply');
			return nodes;
		});
		try {
			this.nodes = byKey(await Promise.any(answers));
		} catch (error) {
			const causes = error instanceof AggregateError ? error.errors : [error];
			log({
				event: 'nodes-kept',
				count: this.size,
				reasons: causes.map((cause) => (cause instanceof SeedError ? cause.reason : 'bad-reply'))
			});
			return false;
		}
		this.asOf = Date.now();
		this.from = 'seeds';
		log({ event: 'nodes-refreshed', count: this.size });
		return true;
	}
}

function byKey(nodes: readonly GatewayNode[]): ReadonlyMap<string, GatewayNode> {
	return new Map(nodes.map((node) => [node.ed25519, node]));
}

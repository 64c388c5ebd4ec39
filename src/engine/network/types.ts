/** What the rest of the engine sees of the network. */
import type { OnionServer } from '../../networks/profile';
import type { V4Reply, V4Request } from '../../protocol/onion-v4';
import type { AccountId, NetworkTime, SnodeId } from '../../protocol/types';
import type { HopView, NetworkView } from '../api';

/** What the network knows of itself; whether it is the right one is not its to say. */
export type NetworkStanding = Omit<NetworkView, 'changed'>;

/** Learned from node replies (storage-server.md: every 2xx body has `t`); bounded against lies. */
export interface NetworkClock {
	now(): NetworkTime;
	/** Strictly increasing, so that no two messages of ours carry the same millisecond (messages.md §8). */
	unique(): NetworkTime;
	/** Network minus local, ms. */
	readonly offsetMs: number;
}

/** One storage RPC call as it is put on the wire: `{"method":…,"params":{…}}`. */
export interface RpcCall {
	readonly method: string;
	readonly params: Readonly<Record<string, unknown>>;
}

export interface RpcReply {
	/** Which node answered. */
	readonly node: SnodeId;
	readonly status: number;
	/** Parsed JSON, or the error text. Hostile until parsed. */
	readonly body: unknown;
	/** The guard, relays and latency that this reply took. */
	readonly path: readonly SnodeId[];
	readonly totalMs: number;
}

export interface SwarmRequestOptions {
	/** Nodes not to ask if any other is left (already asked, or known to lag). */
	readonly avoid?: readonly SnodeId[];
	/** For the whole call, retries included. */
	readonly timeoutMs?: number;
	readonly attempts?: number;
	readonly signal?: AbortSignal;
}

export interface ServerRequestOptions {
	/** For the whole call, and for one request over one path, ms. */
	readonly timeoutMs?: number;
	readonly stepTimeoutMs?: number;
	readonly attempts?: number;
	readonly signal?: AbortSignal;
}

/**
 * Fails with EngineError: `offline`, `gateway-unreachable`, `swarm-unreachable` or `clock-skew`.
 * A reply with a 4xx status that is no matter of routing (401, 403, 404, 400) is returned, not thrown.
 */
export interface Network {
	readonly clock: NetworkClock;
	start(): Promise<void>;
	stop(): Promise<void>;
	/**
	 * `build` makes the call for the node and the time it will be sent with, since signatures carry the network
	 * time; it may be called again for each attempt. Repairs the swarm on 421, and retries on another node and path.
	 */
	swarmRequest(
		account: AccountId,
		build: (now: NetworkTime, node: SnodeId) => RpcCall | Promise<RpcCall>,
		options?: SwarmRequestOptions
	): Promise<RpcReply>;
	/** Up to `count` distinct random nodes, each asked once; for names and list refreshes. */
	askNodes(count: number, call: RpcCall, options?: SwarmRequestOptions): Promise<readonly RpcReply[]>;
	/**
	 * A request to a server behind onions: a file server, a community. Tried on other paths while none brings its answer;
	 * once the server answered, that is the answer, whatever its status. A request may reach the server more than once.
	 * Fails with `server-unreachable` (reason `no-answer` or `malformed`), and `too-large` above 10 MiB.
	 */
	serverRequest(server: OnionServer, request: V4Request, options?: ServerRequestOptions): Promise<V4Reply>;
	/** Ids of the account's swarm, cached, fetched when unknown. */
	swarmOf(account: AccountId): Promise<readonly SnodeId[]>;
	/** What is known of a node, to show it to a person. */
	hop(node: SnodeId): HopView;
	/** Through which it goes, or may go again. */
	guards(): readonly SnodeId[];
	/** identity.md §5: three nodes must agree. Fails with `unknown-name` or `name-lookup-failed`. */
	resolveName(name: string): Promise<AccountId>;
	view(): NetworkStanding;
	onChange(listener: (view: NetworkStanding) => void): () => void;
	setOnline(online: boolean): void;
	setGateways(origins: readonly string[]): Promise<void>;
	rebuildPaths(): Promise<void>;
}

/** Kept sealed between sessions: guards, agreed nodes, swarms, gateways. Opaque to the storage. */
export interface NetworkStateStore {
	load(): Promise<unknown>;
	save(state: unknown): Promise<void>;
}

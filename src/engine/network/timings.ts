export interface NetworkTimings {
	/** For one request to one node, there and back. */
	readonly stepMs: number;
	/** For a whole call, retries included. */
	readonly callMs: number;
	/** From the start to the first refresh of the node list. */
	readonly firstRefreshMs: number;
}

/** A store waits up to 5 s for a dead member of the swarm, so a step must be longer. */
export const TIMINGS: NetworkTimings = { stepMs: 10_000, callMs: 40_000, firstRefreshMs: 30_000 };

/** Files are large, and an exit itself waits 25 s for a server before it says that there is no answer. */
export const SERVER_STEP_MS = 30_000;
export const SERVER_CALL_MS = 100_000;

/** Node lists of a public network are up to half a megabyte. */
export const REFRESH_STEP_MS = 30_000;

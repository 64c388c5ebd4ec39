/** What one gateway lets its clients use. The defaults suit one small machine. */
export interface GatewayLimits {
	/** Nodes refuse more than 10 MiB themselves (storage-server.md §1). */
	readonly requestBytes: number;
	/** Base64 of the largest file plus the onion's own bytes. */
	readonly replyBytes: number;
	/** All bodies held at one time, both ways. */
	readonly bytesInFlight: number;
	readonly requestsInFlight: number;
	readonly requestsPerNode: number;
	readonly requestsPerClient: number;
	/** Token bucket per client address: a request costs one token, and one more for each 64 KiB of body. */
	readonly rateBurst: number;
	readonly ratePerSecond: number;
	readonly connectMs: number;
	/** Nodes give up on a dead next hop after 30 s and say so; wait a little longer than that. */
	readonly nodeMs: number;
	/** Slow senders: for the headers, and for the whole request. */
	readonly headersMs: number;
	readonly requestMs: number;
	/** How long requests may still take when the gateway stops. */
	readonly closeMs: number;
	readonly connections: number;
}

export const defaultLimits: GatewayLimits = {
	requestBytes: 10 * 1024 * 1024,
	replyBytes: 16 * 1024 * 1024,
	bytesInFlight: 256 * 1024 * 1024,
	requestsInFlight: 512,
	requestsPerNode: 48,
	requestsPerClient: 64,
	rateBurst: 600,
	ratePerSecond: 60,
	connectMs: 5_000,
	nodeMs: 35_000,
	headersMs: 10_000,
	requestMs: 60_000,
	closeMs: 3_000,
	connections: 4_096
};

/** For a network on one machine, where everybody is the same client. */
export const oneMachineLimits: Partial<GatewayLimits> = {
	rateBurst: 1_000_000,
	ratePerSecond: 1_000_000,
	requestsPerClient: 512,
	requestsPerNode: 512
};

interface Bucket {
	tokens: number;
	at: number;
}

/** When this many clients are remembered, those whose bucket is full again are forgotten. */
const rememberedClients = 20_000;

/** A token bucket for each client, in memory only. `now` is monotonic milliseconds. */
export class RateLimit {
	private readonly buckets = new Map<string, Bucket>();

	constructor(
		private readonly burst: number,
		private readonly perSecond: number,
		private readonly now: () => number = () => performance.now()
	) {}

	/** Takes one token; false when the client has none left. */
	admit(client: string): boolean {
		const bucket = this.bucketOf(client);
		if (bucket.tokens < 1) return false;
		bucket.tokens -= 1;
		return true;
	}

	/** Charges what a request turned out to cost; the client may end in debt and wait longer. */
	charge(client: string, tokens: number): void {
		this.bucketOf(client).tokens -= tokens;
	}

	private bucketOf(client: string): Bucket {
		const now = this.now();
		const known = this.buckets.get(client);
		if (known) {
			known.tokens = this.refilled(known, now);
			known.at = now;
			return known;
		}
		if (this.buckets.size >= rememberedClients) this.forget(now);
		const bucket = { tokens: this.burst, at: now };
		this.buckets.set(client, bucket);
		return bucket;
	}

	private refilled(bucket: Bucket, now: number): number {
		return Math.min(this.burst, bucket.tokens + ((now - bucket.at) / 1000) * this.perSecond);
	}

	private forget(now: number): void {
		for (const [client, bucket] of this.buckets) {
			if (this.refilled(bucket, now) >= this.burst) this.buckets.delete(client);
		}
		// Everybody is busy: the oldest entry goes, so that memory stays bounded.
		const [oldest] = this.buckets.keys();
		if (oldest !== undefined && this.buckets.size >= rememberedClients) this.buckets.delete(oldest);
	}
}

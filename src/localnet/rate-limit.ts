/** A bucket per client address: 600 requests, refilled at 300 per second. */

const BUCKET = 600;
const REFILL_PER_MS = 0.3;
/** Full buckets are forgotten when there are more than this. */
const REMEMBERED = 1000;

export class RateLimit {
	private readonly buckets = new Map<string, { tokens: number; at: number }>();

	allows(client: string, now: number): boolean {
		const bucket = this.buckets.get(client);
		const tokens =
			bucket === undefined
				? BUCKET
				: Math.min(BUCKET, bucket.tokens + Math.max(0, now - bucket.at) * REFILL_PER_MS);
		const allowed = tokens >= 1;
		this.buckets.set(client, { tokens: allowed ? tokens - 1 : tokens, at: now });
		if (this.buckets.size > REMEMBERED) this.forgetIdle(now);
		return allowed;
	}

	private forgetIdle(now: number): void {
		for (const [client, { at }] of this.buckets) {
			if ((now - at) * REFILL_PER_MS > BUCKET) this.buckets.delete(client);
		}
	}
}

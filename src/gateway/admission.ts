import type { GatewayLimits } from './limits';
import { Refusal } from './refusal';

/** One admitted request: counts until it is released. */
export interface Slot {
	/** Counts body bytes against what the gateway holds in all; throws Refusal `busy`. */
	readonly hold: (bytes: number) => void;
	readonly release: () => void;
}

class Tally {
	private readonly counts = new Map<string, number>();

	of(name: string): number {
		return this.counts.get(name) ?? 0;
	}

	add(name: string, difference: 1 | -1): void {
		const count = this.of(name) + difference;
		if (count === 0) this.counts.delete(name);
		else this.counts.set(name, count);
	}
}

/** How much goes on at one time: in all, towards one node, for one client. */
export class Admission {
	private requests = 0;
	private bytes = 0;
	private readonly nodes = new Tally();
	private readonly clients = new Tally();

	constructor(private readonly limits: GatewayLimits) {}

	get inFlight(): number {
		return this.requests;
	}

	/** Throws Refusal `busy` or `rate-limited`. */
	enter(node: string, client: string): Slot {
		if (this.clients.of(client) >= this.limits.requestsPerClient) throw new Refusal('rate-limited');
		if (this.requests >= this.limits.requestsInFlight) throw new Refusal('busy');
		if (this.nodes.of(node) >= this.limits.requestsPerNode) throw new Refusal('busy');
		this.requests += 1;
		this.nodes.add(node, 1);
		this.clients.add(client, 1);
		let held = 0;
		return {
			hold: (bytes) => {
				if (this.bytes + bytes > this.limits.bytesInFlight) throw new Refusal('busy');
				held += bytes;
				this.bytes += bytes;
			},
			release: () => {
				this.requests -= 1;
				this.bytes -= held;
				this.nodes.add(node, -1);
				this.clients.add(client, -1);
			}
		};
	}
}

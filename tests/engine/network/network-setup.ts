import { createNetwork } from '../../../src/engine/network/network';
import type { NetworkTimings } from '../../../src/engine/network/timings';
import type { Network, NetworkStateStore } from '../../../src/engine/network/types';
import type { NetworkProfile } from '../../../src/networks/profile';
import { accountIdOf } from '../../../src/protocol/identity';
import { x25519KeyPair } from '../../../src/protocol/keys';
import type { AccountId } from '../../../src/protocol/types';
import { testBrowser } from '../node-platform';
import { FakeNetwork } from './fake-network';
import { sampleNodes, sampleProfile } from './sample-nodes';

export class MemoryStore implements NetworkStateStore {
	value: unknown;
	saves = 0;

	constructor(value?: unknown) {
		this.value = value;
	}

	load(): Promise<unknown> {
		return Promise.resolve(structuredClone(this.value));
	}

	save(state: unknown): Promise<void> {
		this.saves += 1;
		this.value = structuredClone(state);
		return Promise.resolve();
	}
}

export interface Setup {
	readonly network: Network;
	readonly store: MemoryStore;
	readonly fake: FakeNetwork;
	/** Moves the local wall clock. */
	readonly clock: { offsetMs: number };
}

export interface SetupOptions {
	readonly fake?: FakeNetwork;
	readonly store?: MemoryStore;
	readonly profile?: Partial<NetworkProfile>;
	readonly gateways?: readonly string[];
	readonly timings?: Partial<NetworkTimings>;
	readonly leader?: () => boolean;
}

/** Quick, and without a refresh unless a test asks for it. */
const TIMINGS: NetworkTimings = { stepMs: 1_000, callMs: 8_000, firstRefreshMs: 3_600_000 };

export function setUpNetwork(options: SetupOptions = {}): Setup {
	const fake = options.fake ?? new FakeNetwork(sampleNodes(16));
	const store = options.store ?? new MemoryStore();
	const browser = testBrowser({ origin: 'http://localhost' });
	const { platform } = browser.openTab({ fetch: fake.fetch });
	const network = createNetwork({
		platform,
		profile: sampleProfile(fake.nodes, options.profile),
		store,
		gateways: options.gateways ?? [],
		leader: options.leader ?? (() => true),
		timings: { ...TIMINGS, ...options.timings }
	});
	return { network, store, fake, clock: browser.clock };
}

export function sampleAccount(index: number): AccountId {
	return accountIdOf(x25519KeyPair(new Uint8Array(32).fill(index + 1)).publicKey);
}

/** Waits until the condition holds, for what happens in the background. */
export async function until(condition: () => boolean, ms = 60_000): Promise<void> {
	const end = Date.now() + ms;
	while (!condition()) {
		if (Date.now() > end) throw new Error('it never happened');
		await new Promise((done) => setTimeout(done, 5));
	}
}

/**
 * Loads and saves what the network room remembers. Several tabs have a network of their own over one stored state:
 * only the leader's is written, but a choice of gateways made in any tab counts.
 */
import type { Platform } from '../platform';
import { EMPTY_STATE, packState, unpackState, type NetworkState } from './network-state';
import type { NetworkStateStore } from './types';

const SAVED_AFTER_MS = 2_000;

export interface StateKeeperOptions {
	readonly platform: Pick<Platform, 'locks' | 'setTimeout' | 'clearTimeout'>;
	readonly store: NetworkStateStore;
	/** What tells networks apart: a state of another one is not used. */
	readonly network: () => string;
	readonly leader: () => boolean;
	readonly collect: () => NetworkState;
	/** Takes over what another tab saved. */
	readonly adopt: (state: NetworkState) => void;
	readonly adoptGateways: (gateways: NonNullable<NetworkState['gateways']>) => void;
}

export class StateKeeper {
	readonly #options: StateKeeperOptions;
	#timer: unknown = null;
	/** This tab wrote the stored state, or began with it as the leader. */
	#owns = false;

	constructor(options: StateKeeperOptions) {
		this.#options = options;
	}

	/** A store that cannot be read is like an empty one: nothing in it is needed, only good to have. */
	async load(): Promise<NetworkState> {
		try {
			const state = await this.#stored();
			this.#owns = this.#options.leader();
			return state;
		} catch {
			return EMPTY_STATE;
		}
	}

	/** Something worth keeping changed: saved shortly, together with what else changes until then. */
	changed(): void {
		if (this.#timer !== null) return;
		this.#timer = this.#options.platform.setTimeout(() => {
			this.#timer = null;
			void this.#save();
		}, SAVED_AFTER_MS);
	}

	/** Saves now if something waits to be saved. */
	async flush(): Promise<void> {
		if (this.#timer === null) return;
		this.#options.platform.clearTimeout(this.#timer);
		this.#timer = null;
		await this.#save();
	}

	/** From any tab: the leader hears of it at its next save. Fails when the store does. */
	async saveGateways(gateways: NonNullable<NetworkState['gateways']>): Promise<void> {
		await this.#locked(async () => {
			await this.#write({ ...(await this.#stored()), gateways });
		});
	}

	async #save(): Promise<void> {
		try {
			await this.#locked(() => this.#saveOwn());
		} catch {
			// The room works on with what it has in memory; the next change is the next occasion.
		}
	}

	async #saveOwn(): Promise<void> {
		const { leader, collect, adopt, adoptGateways } = this.#options;
		if (!leader()) {
			this.#owns = false;
			return;
		}
		const stored = await this.#stored();
		if (!this.#owns) adopt(stored);
		this.#owns = true;
		const chosenElsewhere = stored.gateways?.chosenAt ?? -Infinity;
		if (stored.gateways && chosenElsewhere > (collect().gateways?.chosenAt ?? -Infinity))
			adoptGateways(stored.gateways);
		await this.#write(collect());
	}

	async #stored(): Promise<NetworkState> {
		return unpackState(this.#options.network(), await this.#options.store.load());
	}

	async #write(state: NetworkState): Promise<void> {
		await this.#options.store.save(packState(this.#options.network(), state));
	}

	#locked(work: () => Promise<void>): Promise<void> {
		const name = `network state of ${this.#options.network()}`;
		return this.#options.platform.locks.request(name, {}, work);
	}
}

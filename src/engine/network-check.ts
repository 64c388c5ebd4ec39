import type { NetworkPin } from './account/entry';
import { isSameNetwork } from './network-offer';
import type { PinnedNetwork } from './network-offer';
import type { Network } from './network/types';

/** While no path works, the gateway may have come back as another one: asked so often at most. */
const ASK_AGAIN_MS = 10_000;

export interface NetworkCheckOptions {
	readonly network: Pick<Network, 'view' | 'onChange'>;
	readonly monotonic: () => number;
	/** The network that the account was made on. */
	readonly pin: NetworkPin;
	/** What was asked at the start and is not answered yet; null when the answer was heard. */
	readonly pending: Promise<PinnedNetwork | null> | null;
	/** What is offered now; null when nobody answers. Never rejects. */
	readonly ask: () => Promise<PinnedNetwork | null>;
	/** Called once, and nothing is asked any more. */
	readonly onOther: (offered: NetworkPin) => void;
}

/**
 * Holds the gateway to the account's network for as long as the account is open: asks it again when it could not be
 * reached before, and when no path works any more. Returns what ends it.
 */
export function checkNetwork(options: NetworkCheckOptions): () => void {
	const { network, monotonic, pin, pending, ask, onOther } = options;
	let unsure = pending !== null;
	let asking = false;
	let quietUntil = 0;
	let ended = false;

	function isAway(): boolean {
		const { state } = network.view();
		return state === 'offline' || state === 'gateway-unreachable';
	}

	function look(): void {
		if (isAway()) {
			unsure = true;
			quietUntil = 0;
		} else if (!asking && monotonic() >= quietUntil && (unsure || network.view().state !== 'ready')) {
			void hear(ask());
		}
	}

	async function hear(question: Promise<PinnedNetwork | null>): Promise<void> {
		asking = true;
		const offered = await question;
		asking = false;
		quietUntil = isAway() ? 0 : monotonic() + ASK_AGAIN_MS;
		if (ended || offered === null) return;
		unsure = false;
		if (isSameNetwork(offered.pin, pin)) return;
		end();
		onOther(offered.pin);
	}

	function end(): void {
		ended = true;
		stop();
	}

	const stop = network.onChange(look);
	if (pending === null) quietUntil = monotonic() + ASK_AGAIN_MS;
	else void hear(pending);
	return end;
}

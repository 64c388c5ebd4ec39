/** From a row of the vault to an account that polls and sends, or to the reason why it cannot. */
import type { NetworkProfile } from '../networks/profile';
import type { NetworkPin } from './account/entry';
import type { OpenAccount, Vault } from './account/vault';
import type { VaultId } from './account/vault-rows';
import type { Accounts } from './accounts';
import type { BootState, NetworkChange } from './api';
import { EngineError } from './errors';
import type { Log } from './log';
import type { createNetwork } from './network/network';
import { checkNetwork } from './network-check';
import { isSameNetwork, offerOf } from './network-offer';
import type { PinnedNetwork } from './network-offer';
import { rememberedNetwork, rememberNetwork } from './own-account';
import type { Platform } from './platform';
import { openSession } from './session';
import type { Session, Surroundings } from './session';
import { bootStateOf } from './storage/errors';

/** How long a start waits for the gateway to name its network; an account does not need the answer to open. */
const OFFER_PATIENCE_MS = 1_000;

/** What the gateway serves; null when nobody answers. */
export type Offer = Promise<PinnedNetwork | null>;

export interface AccountOpenerParts {
	readonly platform: Platform;
	readonly log: Log;
	readonly accounts: Accounts;
	readonly createNetwork: typeof createNetwork;
	/** As the page last said. */
	readonly surroundings: () => Surroundings;
	/** Gateways that were chosen before there was an account to keep them in. */
	readonly gateways: () => readonly string[];
}

export class AccountOpener {
	readonly #parts: AccountOpenerParts;
	readonly #opening = new Map<VaultId, Promise<BootState>>();

	constructor(parts: AccountOpenerParts) {
		this.#parts = parts;
	}

	/**
	 * Opens it unless it is open, and says how it stands. Fails with `no-account`, or `gateway-unreachable` when its
	 * network is known nowhere but there.
	 */
	open(vault: Vault, id: VaultId, offer: Offer): Promise<BootState> {
		const { accounts } = this.#parts;
		const standing = accounts.standingOf(id);
		if (standing !== null && standing.kind !== 'opening' && accounts.sessionOf(id) !== null) {
			return Promise.resolve(standing);
		}
		const opening = this.#opening.get(id) ?? this.#open(vault, id, offer);
		this.#opening.set(id, opening);
		return opening.finally(() => this.#opening.delete(id));
	}

	async #open(vault: Vault, id: VaultId, offer: Offer): Promise<BootState> {
		const { accounts, log } = this.#parts;
		try {
			return await this.#openKnown(await vault.openAccount(id), offer);
		} catch (error) {
			const state = bootStateOf(error);
			if (state === null || state.kind === 'new') throw error;
			log.failure('boot', error);
			accounts.stand(id, state);
			return state;
		}
	}

	async #openKnown(account: OpenAccount, offer: Offer): Promise<BootState> {
		const { accounts, platform } = this.#parts;
		const { network: pin } = account.facts;
		if (accounts.has(account.id)) accounts.know(account.id, account.facts);
		const offered = await within(offer, OFFER_PATIENCE_MS, platform);
		if (offered !== null && !isSameNetwork(offered.pin, pin)) {
			account.db.close();
			const state = { kind: 'network-changed', ...changeOf(pin, offered.pin) } as const;
			accounts.stand(account.id, state);
			return state;
		}
		const remembered = await rememberedNetwork(account.db, pin);
		if (remembered === null && offered !== null) await rememberNetwork(account.db, offered.profile);
		const profile = offered?.profile ?? remembered;
		if (profile === null) {
			// The document of a custom network was lost with a damaged row; its gateway will have it again.
			account.db.close();
			throw new EngineError('gateway-unreachable');
		}
		await this.begin(account, profile, offered === null ? offer : null);
		return { kind: 'ready' };
	}

	/** `pending`: the question which network the gateway serves, while that is still open. */
	async begin(account: OpenAccount, profile: NetworkProfile, pending: Offer | null = null): Promise<Session> {
		const { accounts, platform, log, surroundings, gateways, createNetwork } = this.#parts;
		// It may have been deleted in another tab meanwhile.
		if (!accounts.has(account.id)) {
			account.db.close();
			throw new EngineError('no-account');
		}
		const session = openSession({
			platform,
			log,
			account,
			profile,
			gateways: gateways(),
			surroundings: surroundings(),
			guardsElsewhere: () =>
				accounts
					.sessions()
					.filter((other) => other.account.id !== account.id)
					.flatMap((other) => other.network.guards()),
			createNetwork
		});
		accounts.begin(account.id, session);
		try {
			await session.start();
		} catch (error) {
			await accounts.end(account.id);
			throw error;
		}
		if (!accounts.sessions().includes(session)) throw new EngineError('no-account');
		accounts.began(account.id, this.#check(session, pending));
		log.add('account-opened');
		return session;
	}

	/** However late a gateway answers, or changes, it is held to the network that the account was made on. */
	#check(session: Session, pending: Offer | null): () => void {
		const { accounts, platform, log } = this.#parts;
		const { network, account } = session;
		const pin = account.facts.network;
		return checkNetwork({
			network,
			monotonic: () => platform.monotonic(),
			pin,
			pending,
			ask: () => offerOf(platform, [platform.origin, ...network.view().gateways]),
			onOther: (offered) => {
				log.add('network-refused', { word: 'network-changed' });
				const change = changeOf(pin, offered);
				accounts.stand(account.id, { kind: 'network-changed', ...change });
				session.refuse(change).catch((error: unknown) => log.failure('background-failed', error));
			}
		});
	}
}

function changeOf(pinned: NetworkPin, offered: NetworkPin): NetworkChange {
	return { pinned: labelOf(pinned), offered: labelOf(offered) };
}

/** Two custom networks of one name are told apart by how their fingerprints begin. */
function labelOf({ name, fingerprint }: NetworkPin): string {
	return fingerprint === null ? name : `${name} (${fingerprint.slice(0, 8)})`;
}

/** Null when it takes longer. */
function within<Value>(
	promise: Promise<Value | null>,
	ms: number,
	platform: Pick<Platform, 'setTimeout' | 'clearTimeout'>
): Promise<Value | null> {
	return new Promise((resolve, reject) => {
		const timer = platform.setTimeout(() => resolve(null), ms);
		promise.then(resolve, reject).finally(() => platform.clearTimeout(timer));
	});
}

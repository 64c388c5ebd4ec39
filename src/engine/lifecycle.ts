import { identityFromSeed, newSeed } from '../protocol/identity';
import { decodeRecoveryOrHex, RecoveryError } from '../protocol/mnemonic';
import { sodiumReady } from '../protocol/sodium';
import type { AccountSeed } from '../protocol/types';
import type { NetworkPin } from './account/entry';
import type { openVault, OpenAccount, Vault, VaultAccount } from './account/vault';
import type { BootOptions, BootState, NetworkChange } from './api';
import { EngineError } from './errors';
import type { FeedHub } from './feeds/feeds';
import type { Log } from './log';
import type { createNetwork } from './network/network';
import { gatewayOrigin } from './network/gateway-origin';
import { checkNetwork } from './network-check';
import { askNetwork, isSameNetwork } from './network-offer';
import type { PinnedNetwork } from './network-offer';
import { ownDisplayName, rememberedNetwork, rememberNetwork } from './own-account';
import type { Platform } from './platform';
import { openSession } from './session';
import type { Session, Surroundings } from './session';
import { bootStateOf } from './storage/errors';

export interface EngineParts {
	readonly openVault: typeof openVault;
	readonly createNetwork: typeof createNetwork;
}

/** How long a start waits for the gateway to name its network; an account does not need the answer to open. */
const OFFER_PATIENCE_MS = 1_000;
const ACCOUNT_LOCK = 'sotto account';

/** From the start of the tab to the opened account, and from there to its end. */
export class Lifecycle {
	readonly #platform: Platform;
	readonly #log: Log;
	readonly #feeds: FeedHub;
	readonly #parts: EngineParts;
	#vault: Vault | null = null;
	#session: Session | null = null;
	#booting: Promise<BootState> | null = null;
	#stopChecking: (() => void) | null = null;
	#surroundings: Surroundings = { visible: true, online: true };
	/** Chosen before there was an account to keep them in. */
	#gateways: readonly string[] = [];

	constructor(platform: Platform, log: Log, feeds: FeedHub, parts: EngineParts) {
		this.#platform = platform;
		this.#log = log;
		this.#feeds = feeds;
		this.#parts = parts;
	}

	/** Fails with `no-account`. */
	get session(): Session {
		if (this.#session === null) throw new EngineError('no-account');
		return this.#session;
	}

	boot(options: BootOptions): Promise<BootState> {
		this.#surroundings = { visible: options.visible, online: options.online };
		this.#booting ??= this.#boot(options).finally(() => {
			// What failed may be tried again; what is open stays open.
			if (this.#session === null) this.#booting = null;
		});
		return this.#booting;
	}

	async #boot(options: BootOptions): Promise<BootState> {
		try {
			const state = await this.#open(options);
			this.#log.add('boot', { word: state.kind });
			return state;
		} catch (error) {
			const state = bootStateOf(error);
			if (state === null) throw error;
			this.#log.failure('boot', error);
			return state;
		}
	}

	async #open({ hadAccount, online }: BootOptions): Promise<BootState> {
		const offer = online ? this.#offer() : Promise.resolve(null);
		const vault = await this.#openVault();
		const account = (await vault.accounts())[0];
		if (account === undefined) return hadAccount || vault.lostAccount ? { kind: 'evicted' } : { kind: 'new' };
		return this.#openKnown(await vault.openAccount(account.id), offer);
	}

	async #openKnown(account: OpenAccount, offer: Promise<PinnedNetwork | null>): Promise<BootState> {
		const { network: pin } = account.facts;
		const offered = await within(offer, OFFER_PATIENCE_MS, this.#platform);
		if (offered !== null && !isSameNetwork(offered.pin, pin)) {
			account.db.close();
			return { kind: 'network-changed', ...changeOf(pin, offered.pin) };
		}
		const remembered = await rememberedNetwork(account.db, pin);
		if (remembered === null && offered !== null) await rememberNetwork(account.db, offered.profile);
		const profile = offered?.profile ?? remembered;
		if (profile === null) {
			// The document of a custom network was lost with a damaged row; its gateway will have it again.
			account.db.close();
			throw new EngineError('gateway-unreachable');
		}
		await this.#begin(account, profile, offered === null ? offer : null);
		return { kind: 'ready' };
	}

	async create(displayName: string): Promise<Session> {
		await sodiumReady;
		const name = ownDisplayName(displayName);
		return this.#make(
			newSeed((length) => this.#platform.random(length)),
			name,
			true
		);
	}

	/** Fails with `invalid-recovery` and the reason. */
	async restore(input: string): Promise<Session> {
		await sodiumReady;
		try {
			return await this.#make(decodeRecoveryOrHex(input), '', false);
		} catch (error) {
			if (error instanceof RecoveryError) throw new EngineError('invalid-recovery', { reason: error.reason });
			throw error;
		}
	}

	async #make(seed: AccountSeed, displayName: string, createdHere: boolean): Promise<Session> {
		const offered = await this.#offer();
		if (offered === null)
			throw new EngineError(this.#surroundings.online ? 'gateway-unreachable' : 'offline');
		await this.#platform.locks.request(ACCOUNT_LOCK, {}, async () => {
			const vault = await this.#openVault();
			const known = (await vault.accounts())[0];
			if (known !== undefined) {
				await this.#openMadeElsewhere(vault, known, seed, createdHere, offered);
				return;
			}
			const network = offered.pin;
			const account = await vault.createAccount({ seed, displayName, network, createdHere });
			await rememberNetwork(account.db, offered.profile);
			await this.#begin(account, offered.profile);
			if (this.#gateways.length > 0) await this.session.network.setGateways(this.#gateways);
			this.#log.add('account-created');
		});
		return this.session;
	}

	/** Two tabs that both stood before an empty browser end in one account, unless another one was to be restored. */
	async #openMadeElsewhere(
		vault: Vault,
		known: VaultAccount,
		seed: AccountSeed,
		createdHere: boolean,
		offered: PinnedNetwork
	): Promise<void> {
		const wanted = createdHere ? null : identityFromSeed(seed).accountId;
		if (wanted !== null && known.facts?.accountId !== wanted) {
			throw new EngineError('storage-failed', { reason: 'account-exists' });
		}
		if (this.#session !== null) return;
		const account = await vault.openAccount(known.id);
		if (!isSameNetwork(account.facts.network, offered.pin)) {
			account.db.close();
			throw new EngineError('network-changed');
		}
		await this.#begin(account, offered.profile);
	}

	async delete(): Promise<void> {
		const { account } = this.session;
		const vault = await this.#openVault();
		await this.#end();
		await vault.deleteAccount(account.id);
		this.#log.add('account-deleted');
	}

	async setGateways(origins: readonly string[]): Promise<void> {
		if (this.#session !== null) {
			await this.#session.network.setGateways(origins);
			return;
		}
		this.#gateways = origins.map(gatewayOrigin);
	}

	/** Ends here and now: after this turn the tab may be frozen. */
	close(): void {
		this.#platform.leave();
	}

	setVisible(visible: boolean): void {
		this.#surroundings = { ...this.#surroundings, visible };
		this.#session?.setVisible(visible);
	}

	setOnline(online: boolean): void {
		this.#surroundings = { ...this.#surroundings, online };
		this.#session?.setOnline(online);
	}

	/** `pending`: the question which network the gateway serves, while that is still open. */
	async #begin(
		account: OpenAccount,
		profile: PinnedNetwork['profile'],
		pending: Promise<PinnedNetwork | null> | null = null
	): Promise<void> {
		const session = openSession({
			platform: this.#platform,
			log: this.#log,
			account,
			profile,
			gateways: this.#gateways,
			surroundings: this.#surroundings,
			createNetwork: this.#parts.createNetwork
		});
		this.#session = session;
		await session.start();
		this.#feeds.attach(session.source);
		this.#log.add('account-opened');
		if (this.#session === session) this.#stopChecking = this.#check(session, pending);
	}

	/** However late a gateway answers, or changes, it is held to the network that the account was made on. */
	#check(session: Session, pending: Promise<PinnedNetwork | null> | null): () => void {
		const { network } = session;
		const pin = session.account.facts.network;
		return checkNetwork({
			network,
			monotonic: () => this.#platform.monotonic(),
			pin,
			pending,
			ask: () => this.#offer([this.#platform.origin, ...network.view().gateways]),
			onOther: (offered) => {
				this.#log.add('network-refused', { word: 'network-changed' });
				this.#inBackground(session.refuse(changeOf(pin, offered)));
			}
		});
	}

	async #end(): Promise<void> {
		const session = this.#session;
		this.#session = null;
		this.#booting = null;
		this.#stopChecking?.();
		this.#stopChecking = null;
		this.#feeds.detach();
		await session?.close();
	}

	async #openVault(): Promise<Vault> {
		if (this.#vault !== null) return this.#vault;
		const vault = await this.#parts.openVault(this.#platform);
		vault.onChange((change) => {
			if (change.kind === 'deleted' && change.id === this.#session?.account.id) {
				this.#inBackground(this.#end());
			}
		});
		this.#vault = vault;
		return vault;
	}

	#inBackground(work: Promise<void>): void {
		work.catch((error: unknown) => this.#log.failure('background-failed', error));
	}

	/** Null when nobody answers. */
	async #offer(origins: readonly string[] = this.#gateways): Promise<PinnedNetwork | null> {
		const all = [...new Set([...origins, this.#platform.origin])];
		try {
			return await askNetwork(this.#platform, all);
		} catch (error) {
			if (error instanceof EngineError) return null;
			throw error;
		}
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

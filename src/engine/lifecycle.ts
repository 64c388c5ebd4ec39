import { identityFromSeed, newSeed } from '../protocol/identity';
import { decodeRecoveryOrHex, RecoveryError } from '../protocol/mnemonic';
import { sodiumReady } from '../protocol/sodium';
import type { AccountSeed } from '../protocol/types';
import type { openVault, Vault } from './account/vault';
import type { VaultId } from './account/vault-rows';
import { AccountOpener, type Offer } from './account-opener';
import { Accounts } from './accounts';
import type { BootOptions, BootState, NetworkDeletion } from './api';
import { EngineError } from './errors';
import type { FeedHub } from './feeds/feeds';
import type { Log } from './log';
import type { createNetwork } from './network/network';
import { gatewayOrigin } from './network/gateway-origin';
import { deleteFromSwarm } from './network-deletion';
import { offerOf } from './network-offer';
import type { PinnedNetwork } from './network-offer';
import { ownDisplayName, rememberNetwork } from './own-account';
import type { Platform } from './platform';
import type { Session, Surroundings } from './session';
import { bootStateOf } from './storage/errors';

export interface EngineParts {
	readonly openVault: typeof openVault;
	readonly createNetwork: typeof createNetwork;
}

/** The shown account answers the page's first questions before the others begin. */
const OTHERS_AFTER_MS = 200;
const ACCOUNT_LOCK = 'sotto account';

/** From the start of the tab to the opened accounts, and from there to their end. */
export class Lifecycle {
	readonly #platform: Platform;
	readonly #log: Log;
	readonly #feeds: FeedHub;
	readonly #parts: EngineParts;
	readonly #accounts = new Accounts();
	readonly #opener: AccountOpener;
	#vault: Vault | null = null;
	#booting: Promise<BootState> | null = null;
	#deleting: AbortController | null = null;
	#surroundings: Surroundings = { visible: true, online: true };
	/** Chosen before there was an account to keep them in. */
	#gateways: readonly string[] = [];

	constructor(platform: Platform, log: Log, feeds: FeedHub, parts: EngineParts) {
		this.#platform = platform;
		this.#log = log;
		this.#feeds = feeds;
		this.#parts = parts;
		this.#opener = new AccountOpener({
			platform,
			log,
			accounts: this.#accounts,
			createNetwork: parts.createNetwork,
			surroundings: () => this.#surroundings,
			gateways: () => this.#gateways
		});
		feeds.follow(this.#accounts);
	}

	/** Of the account that this tab shows. Fails with `no-account`. */
	get session(): Session {
		return this.#accounts.session;
	}

	/** Of all accounts that are open. */
	get sessions(): readonly Session[] {
		return this.#accounts.sessions();
	}

	boot(options: BootOptions): Promise<BootState> {
		this.#surroundings = { visible: options.visible, online: options.online };
		this.#booting ??= this.#boot(options).finally(() => {
			// What failed may be tried again; what is open stays open.
			if (this.#accounts.sessionOf(this.#accounts.shown) === null) this.#booting = null;
		});
		return this.#booting;
	}

	async #boot(options: BootOptions): Promise<BootState> {
		try {
			const state = await this.#start(options);
			this.#log.add('boot', { word: state.kind });
			return state;
		} catch (error) {
			const state = bootStateOf(error);
			if (state === null) throw error;
			this.#log.failure('boot', error);
			return state;
		}
	}

	async #start({ hadAccount, online, account }: BootOptions): Promise<BootState> {
		const offer = online ? this.#offer() : Promise.resolve(null);
		const vault = await this.#openVault();
		const ids = await vault.ids();
		for (const id of ids) this.#accounts.know(id);
		const asked = ids.find((known) => known === account);
		const chosen = ids.length > 1 ? await vault.chosen() : null;
		const id = asked ?? (chosen !== null && ids.includes(chosen) ? chosen : ids[0]);
		if (id === undefined) return hadAccount || vault.lostAccount ? { kind: 'evicted' } : { kind: 'new' };
		const state = await this.#show(vault, id, offer);
		if (asked !== undefined && asked !== chosen) await vault.choose(asked);
		if (ids.length > 1) this.#inBackground(this.#openOthers(vault, offer));
		return state;
	}

	/** What stands in the way of one of them is no matter of the others. */
	async #openOthers(vault: Vault, offer: Offer): Promise<void> {
		for (const { id, facts } of await vault.accounts()) {
			if (this.#accounts.has(id)) this.#accounts.know(id, facts);
		}
		await new Promise<void>((resolve) => {
			this.#platform.setTimeout(resolve, OTHERS_AFTER_MS);
		});
		this.#openUnopened(vault, offer);
	}

	#openUnopened(vault: Vault, offer: Offer): void {
		for (const id of this.#accounts.ids()) {
			if (this.#accounts.isUnopened(id)) this.#inBackground(this.#opener.open(vault, id, offer));
		}
	}

	/** From here on this tab is about that account, also when it cannot be used. */
	async #show(vault: Vault, id: VaultId, offer: Offer): Promise<BootState> {
		const state = await this.#opener.open(vault, id, offer);
		this.#accounts.show(id);
		const session = this.#accounts.sessionOf(id);
		if (session === null) this.#feeds.detach();
		else this.#feeds.attach(session.source);
		return state;
	}

	/** Fails with `no-account`. */
	async switchTo(id: VaultId): Promise<BootState> {
		if (!this.#accounts.has(id)) throw new EngineError('no-account');
		const vault = await this.#openVault();
		const state = await this.#show(vault, id, this.#offer());
		await vault.choose(id);
		return state;
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
		const offered = await this.#offer(this.#chosenGateways());
		if (offered === null)
			throw new EngineError(this.#surroundings.online ? 'gateway-unreachable' : 'offline');
		await this.#platform.locks.request(ACCOUNT_LOCK, {}, async () => {
			const vault = await this.#openVault();
			const known = createdHere
				? await this.#madeElsewhere(vault, offered)
				: await this.#restoredBefore(vault, seed, offered);
			const id = known ?? (await this.#add(vault, { seed, displayName, createdHere }, offered));
			await this.#show(vault, id, Promise.resolve(offered));
			await vault.choose(id);
		});
		return this.session;
	}

	async #add(
		vault: Vault,
		made: { readonly seed: AccountSeed; readonly displayName: string; readonly createdHere: boolean },
		offered: PinnedNetwork
	): Promise<VaultId> {
		const gateways = this.#chosenGateways();
		const account = await vault.createAccount({ ...made, network: offered.pin });
		await rememberNetwork(account.db, offered.profile);
		this.#accounts.know(account.id, account.facts);
		const session = await this.#opener.begin(account, offered.profile);
		if (gateways.length > 0) await session.network.setGateways(gateways);
		this.#log.add('account-created');
		return account.id;
	}

	/** Two tabs that both stood before an empty browser end in one account. */
	async #madeElsewhere(vault: Vault, offered: PinnedNetwork): Promise<VaultId | null> {
		if (this.#accounts.shown !== null) return null;
		const [first] = await vault.accounts();
		if (first === undefined) return null;
		this.#accounts.know(first.id, first.facts);
		const state = await this.#opener.open(vault, first.id, Promise.resolve(offered));
		return state.kind === 'ready' ? first.id : null;
	}

	/** One that can no longer be opened makes room for what the recovery password brings back. */
	async #restoredBefore(vault: Vault, seed: AccountSeed, offered: PinnedNetwork): Promise<VaultId | null> {
		const wanted = identityFromSeed(seed).accountId;
		const known = (await vault.accounts()).find(({ facts }) => facts?.accountId === wanted);
		if (known === undefined) return null;
		this.#accounts.know(known.id, known.facts);
		const state = await this.#opener.open(vault, known.id, Promise.resolve(offered));
		if (state.kind === 'ready') return known.id;
		if (state.kind === 'network-changed') throw new EngineError('network-changed');
		if (state.kind === 'unusable' && state.reason !== 'database-damaged')
			throw new EngineError('storage-failed', { reason: state.reason });
		await this.#remove(vault, known.id);
		return null;
	}

	/** Nobody works for the account meanwhile, and afterwards until it is deleted here or kept. */
	async deleteFromNetwork(): Promise<NetworkDeletion> {
		const { session } = this;
		session.rest(true);
		this.#deleting?.abort();
		this.#deleting = new AbortController();
		try {
			return await deleteFromSwarm({
				network: session.network,
				identity: session.account.identity,
				platform: this.#platform,
				signal: this.#deleting.signal
			});
		} catch (error) {
			session.rest(false);
			throw error;
		}
	}

	keep(): void {
		this.#deleting?.abort();
		this.#deleting = null;
		this.session.rest(false);
	}

	/** The shown account; then the next one is shown. */
	async delete(): Promise<BootState> {
		const id = this.#accounts.shown;
		if (id === null) throw new EngineError('no-account');
		const vault = await this.#openVault();
		this.#feeds.detach();
		await this.#remove(vault, id);
		this.#log.add('account-deleted');
		const { next } = this.#accounts;
		if (next !== null) return this.switchTo(next);
		this.#booting = null;
		return { kind: 'new' };
	}

	async #remove(vault: Vault, id: VaultId): Promise<void> {
		await this.#accounts.end(id);
		await vault.deleteAccount(id);
		this.#accounts.forget(id);
	}

	async setGateways(origins: readonly string[]): Promise<void> {
		const session = this.#accounts.sessionOf(this.#accounts.shown);
		if (session === null) this.#gateways = origins.map(gatewayOrigin);
		else await session.network.setGateways(origins);
	}

	/** Another account begins with the gateways of the one that is shown: people choose them for themselves. */
	#chosenGateways(): readonly string[] {
		const session = this.#accounts.sessionOf(this.#accounts.shown);
		if (session === null) return this.#gateways;
		return session.network.view().gateways.filter((origin) => origin !== this.#platform.origin);
	}

	/** Ends here and now: after this turn the tab may be frozen. */
	close(): void {
		this.#platform.leave();
	}

	setVisible(visible: boolean): void {
		this.#surroundings = { ...this.#surroundings, visible };
		for (const session of this.#accounts.sessions()) session.setVisible(visible);
	}

	setOnline(online: boolean): void {
		this.#surroundings = { ...this.#surroundings, online };
		for (const session of this.#accounts.sessions()) session.setOnline(online);
		// An account whose network nobody could name may be opened now.
		if (online && this.#vault !== null && this.#booting !== null)
			this.#openUnopened(this.#vault, this.#offer());
	}

	async #openVault(): Promise<Vault> {
		if (this.#vault !== null) return this.#vault;
		const vault = await this.#parts.openVault(this.#platform);
		vault.onChange((change) => {
			this.#inBackground(
				change.kind === 'created'
					? this.#madeInOtherTab(vault, change.id)
					: this.#deletedInOtherTab(vault, change.id)
			);
		});
		this.#vault = vault;
		return vault;
	}

	async #madeInOtherTab(vault: Vault, id: VaultId): Promise<void> {
		this.#accounts.know(id);
		// What every account has from its first moment is still being written there.
		await this.#platform.locks.request(ACCOUNT_LOCK, {}, () => Promise.resolve());
		await this.#opener.open(vault, id, this.#offer());
	}

	async #deletedInOtherTab(vault: Vault, id: VaultId): Promise<void> {
		const wasShown = this.#accounts.shown === id;
		if (wasShown) this.#feeds.detach();
		const ended = this.#accounts.end(id);
		this.#accounts.forget(id);
		await ended;
		if (!wasShown) return;
		const { next } = this.#accounts;
		if (next === null) this.#booting = null;
		else await this.#show(vault, next, this.#offer());
	}

	#inBackground(work: Promise<unknown>): void {
		work.catch((error: unknown) => this.#log.failure('background-failed', error));
	}

	/** Null when nobody answers. */
	#offer(gateways: readonly string[] = this.#gateways): Offer {
		return offerOf(this.#platform, [...gateways, this.#platform.origin]);
	}
}

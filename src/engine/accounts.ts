/** The accounts of this browser as this tab knows them: how each stands, which are open, and which one is shown. */
import type { AccountFacts } from './account/entry';
import type { VaultId } from './account/vault-rows';
import type { AccountKey, AccountStanding } from './api';
import { EngineError } from './errors';
import type { Roster, RosterEntry } from './feeds/across';
import type { Session } from './session';

interface HeldAccount {
	readonly facts: AccountFacts | null;
	readonly standing: AccountStanding;
	/** From before it has started until its end; an account that stands badly may have none. */
	readonly session: Session | null;
	/** Ends what holds the gateway to the account's network. */
	readonly stopChecking: (() => void) | null;
}

const UNOPENED: HeldAccount = {
	facts: null,
	standing: { kind: 'opening' },
	session: null,
	stopChecking: null
};

export class Accounts implements Roster {
	readonly #held = new Map<VaultId, HeldAccount>();
	readonly #listeners = new Set<() => void>();
	#shown: VaultId | null = null;

	/** The account that this tab shows; it need not be usable. */
	get shown(): VaultId | null {
		return this.#shown;
	}

	/** The opened account that this tab shows. Fails with `no-account`. */
	get session(): Session {
		const session = this.sessionOf(this.#shown);
		if (session === null) throw new EngineError('no-account');
		return session;
	}

	/** Null until it has started. */
	sessionOf(id: VaultId | null): Session | null {
		const held = id === null ? undefined : this.#held.get(id);
		return held === undefined || held.standing.kind === 'opening' ? null : held.session;
	}

	/** Nobody has opened it, or has begun to. */
	isUnopened(id: VaultId): boolean {
		const held = this.#held.get(id);
		return held !== undefined && held.session === null && held.standing.kind === 'opening';
	}

	/** Of all accounts that are open, also of those that only begin. */
	sessions(): readonly Session[] {
		return [...this.#held.values()].flatMap(({ session }) => session ?? []);
	}

	ids(): readonly VaultId[] {
		return [...this.#held.keys()];
	}

	has(id: VaultId): boolean {
		return this.#held.has(id);
	}

	standingOf(id: VaultId): AccountStanding | null {
		return this.#held.get(id)?.standing ?? null;
	}

	/** The first that can be used, else the first of all; null when there is none. */
	get next(): VaultId | null {
		const ids = this.ids();
		return ids.find((id) => this.standingOf(id)?.kind === 'ready') ?? ids[0] ?? null;
	}

	/** `facts`: null when nobody has looked yet, or its keys are lost. */
	know(id: VaultId, facts: AccountFacts | null = null): void {
		const held = this.#held.get(id) ?? UNOPENED;
		this.#set(id, { ...held, facts: facts ?? held.facts });
	}

	begin(id: VaultId, session: Session): void {
		this.#set(id, { ...UNOPENED, facts: session.account.facts, session });
	}

	began(id: VaultId, stopChecking: () => void): void {
		this.#change(id, { standing: { kind: 'ready' }, stopChecking });
	}

	stand(id: VaultId, standing: AccountStanding): void {
		this.#change(id, { standing });
	}

	show(id: VaultId | null): void {
		if (id === this.#shown) return;
		this.sessionOf(this.#shown)?.setActive(null);
		this.#shown = id;
		this.#tell();
	}

	/** Ends all work for the account; it stays known. */
	async end(id: VaultId): Promise<void> {
		const held = this.#held.get(id);
		if (held === undefined) return;
		this.#set(id, { ...UNOPENED, facts: held.facts });
		held.stopChecking?.();
		await held.session?.close();
	}

	/** It is gone from this browser; the next one to show is somebody else's to choose. */
	forget(id: VaultId): void {
		this.#held.delete(id);
		if (this.#shown === id) this.#shown = null;
		this.#tell();
	}

	list(): readonly RosterEntry[] {
		return [...this.#held].map(([id, { facts, standing }]) => ({
			// The one place where an id of the vault becomes a key of the door.
			key: id as AccountKey,
			facts,
			standing,
			shown: id === this.#shown,
			source: this.sessionOf(id)?.source ?? null
		}));
	}

	onChange(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	#change(id: VaultId, change: Partial<HeldAccount>): void {
		const held = this.#held.get(id);
		if (held !== undefined) this.#set(id, { ...held, ...change });
	}

	#set(id: VaultId, held: HeldAccount): void {
		this.#held.set(id, held);
		this.#tell();
	}

	#tell(): void {
		for (const listener of [...this.#listeners]) listener();
	}
}

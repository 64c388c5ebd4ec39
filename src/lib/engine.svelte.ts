import { proxy, transferHandlers, wrap, type Remote } from 'comlink';
import { tick } from 'svelte';
import type {
	AccountKey,
	AccountSummary,
	AccountView,
	BootState,
	Engine,
	Feeds,
	PictureRef,
	UnusableReason
} from '../engine/api';
import workerUrl from '../engine/worker?worker&url';
import { failureFrom } from './engine-failure';
import { askedAccount } from './notices/notice-address';
import { accountMark } from './shell/account-mark';
import { followOnline } from './shell/follow-online';
import { readPicturesFrom } from './ui/picture-urls';
import { startModuleWorker } from './ui/trusted-url';

export type DoorState =
	| { readonly kind: 'closed' }
	| { readonly kind: 'opening' }
	| BootState
	| { readonly kind: 'unusable'; readonly reason: UnusableReason | 'no-worker' | 'worker-failed' };

let facade: Engine | undefined;

/** The engine in its worker; started by the first call. Every method may throw EngineFailure. */
export function engine(): Engine {
	facade ??= start();
	return facade;
}

function start(): Engine {
	speakOurErrors();
	readPicturesFrom(async (name) => {
		const picture = await engine().readPicture(name as PictureRef);
		return picture && new Blob([picture.bytes], { type: picture.type });
	});
	const worker = startModuleWorker(workerUrl, 'engine');
	worker.addEventListener('error', () => door.didNotStart());
	const remote = wrap<Engine>(worker);
	const calls = remote as Pick<Engine, Exclude<keyof Engine, 'watch'>>;
	const watch = watchThrough(remote);
	// A Comlink proxy takes any name for a method, so `watch` is laid over it and the rest passes through.
	return new Proxy(calls as Engine, {
		get: (target, name) => (name === 'watch' ? watch : (Reflect.get(target, name) as unknown))
	});
}

/** Feeds need their listener and their end carried as live functions. */
function watchThrough(remote: Remote<Engine>): Engine['watch'] {
	return async (feed, args, listener) => {
		let stopped = false;
		const heard = (value: Feeds[typeof feed]['value']): void => {
			if (!stopped) listener(value);
		};
		const unwatch = await remote.watch(feed, args, proxy(heard));
		return () => {
			if (stopped) return;
			stopped = true;
			// The listener is deaf from here on, so nothing waits for the worker's side to end.
			unwatch();
		};
	};
}

function speakOurErrors(): void {
	const throwing = transferHandlers.get('throw');
	if (throwing === undefined) return;
	transferHandlers.set('throw', {
		canHandle: (value): value is unknown => throwing.canHandle(value),
		serialize: (value) => throwing.serialize(value),
		deserialize: (carried) => {
			throw failureFrom(carried);
		}
	});
}

/** Whether the engine can be used, and what stands in the way when it cannot. */
class Door {
	state = $state.raw<DoorState>({ kind: 'closed' });
	/** All of this browser; empty until the engine has told. */
	accounts = $state.raw<readonly AccountSummary[]>([]);
	/** Counts how often another account took the place of the shown one: screens begin anew with each. */
	turn = $state(0);
	#shown: AccountKey | null = null;
	/** This page itself is making another account the shown one. */
	#changing = false;
	#opening: Promise<void> | undefined;
	#watching = false;

	/** Boots the engine once; safe to call from every screen. */
	open(): Promise<void> {
		this.#opening ??= this.#open();
		return this.#opening;
	}

	/** Creates or restores an account, which is the shown one from then on. Throws EngineFailure. */
	async make(work: () => Promise<AccountView>): Promise<void> {
		const before = this.accounts.find(({ shown }) => shown)?.accountId;
		this.#changing = true;
		try {
			const made = await work();
			if (made.accountId === before) this.#changing = false;
		} catch (error) {
			this.#changing = false;
			throw error;
		}
		this.#show({ kind: 'ready' });
	}

	/** No screen of the account that is left sees anything of the other one. Throws EngineFailure. */
	async switchTo(account: AccountKey): Promise<void> {
		const before = this.state;
		this.#changing = this.#shown !== account;
		this.state = { kind: 'opening' };
		await tick();
		try {
			this.#show(await engine().switchAccount(account));
		} catch (error) {
			this.#changing = false;
			this.state = before;
			throw error;
		}
	}

	/** The shown account, from this device; the next one is shown, if there is any. Throws EngineFailure. */
	async deleteAccount(): Promise<void> {
		this.#changing = true;
		try {
			this.#show(await engine().deleteAccount());
			this.turn += 1;
		} catch (error) {
			this.#changing = false;
			throw error;
		}
	}

	/** There is nothing left of the account that was here: as if it had never been. */
	async startAgain(): Promise<void> {
		// The keys may be gone altogether, and then there is nothing to delete.
		await this.deleteAccount().catch(() => this.#show({ kind: 'new' }));
	}

	#show(state: BootState): void {
		if (state.kind === 'ready') accountMark.set();
		if (state.kind === 'new') accountMark.clear();
		this.state = state;
		this.#watchOnce();
	}

	#hear(accounts: readonly AccountSummary[]): void {
		this.accounts = accounts;
		const shown = accounts.find((account) => account.shown);
		const before = this.#shown;
		if (shown === undefined || shown.key === before) return;
		this.#shown = shown.key;
		const ours = this.#changing || before === null;
		this.#changing = false;
		if (ours || shown.standing.kind === 'opening') return;
		// The one that was shown was deleted in another tab.
		this.state = shown.standing;
		this.turn += 1;
	}

	/** The worker's script could not be had or run. Once it runs, its errors are its own to handle. */
	didNotStart(): void {
		if (this.state.kind === 'closed' || this.state.kind === 'opening') {
			this.state = { kind: 'unusable', reason: 'worker-failed' };
		}
	}

	async #open(): Promise<void> {
		if (this.state.kind === 'unusable') return;
		this.state = { kind: 'opening' };
		if (typeof Worker !== 'function') {
			this.state = { kind: 'unusable', reason: 'no-worker' };
			return;
		}
		if (typeof WebAssembly !== 'object') {
			this.state = { kind: 'unusable', reason: 'no-webassembly' };
			return;
		}
		try {
			const account = askedAccount(location.hash);
			const opening = engine().boot({
				hadAccount: accountMark.isSet(),
				visible: document.visibilityState === 'visible',
				online: navigator.onLine,
				...(account === undefined ? {} : { account })
			});
			// Heard from the start, so that nothing is missed while the account opens.
			this.#forwardSurroundings();
			const booted = await opening;
			if (booted.kind === 'ready') accountMark.set();
			this.state = booted;
			this.#watchOnce();
		} catch {
			this.didNotStart();
		}
	}

	/** A gateway may turn out to serve another network long after the account was opened. */
	#watchOnce(): void {
		if (this.#watching) return;
		this.#watching = true;
		engine()
			.watch('accounts', null, (accounts) => this.#hear(accounts))
			// One account can be used without the list of all.
			.catch(() => undefined);
		engine()
			.watch('network', null, ({ changed }) => {
				if (changed !== null && this.state.kind === 'ready')
					this.state = { kind: 'network-changed', ...changed };
			})
			// The engine still refuses; only saying so waits for the next start.
			.catch(() => undefined);
	}

	#forwardSurroundings(): void {
		// A lost call here only makes polling slower until the next change.
		const tell = (told: Promise<void>): void => void told.catch(() => undefined);
		document.addEventListener('visibilitychange', () =>
			tell(engine().setVisible(document.visibilityState === 'visible'))
		);
		followOnline((online) => tell(engine().setOnline(online)));
		// WebKit keeps left pages frozen, their workers with them, in the middle of a transaction or with the lead held:
		// every other tab would wait for it.
		addEventListener('pagehide', (event) => {
			if (event.persisted) tell(engine().close());
		});
		addEventListener('pageshow', (event) => {
			if (event.persisted) location.reload();
		});
		// Another tab made or deleted the account: this one starts again from what is true now.
		accountMark.onChangeElsewhere(() => location.reload());
	}
}

export const door = new Door();

/**
 * The present value of a feed while the component lives: undefined until the engine has answered. `args` may be
 * a function, so that the feed follows what it reads.
 */
export function useFeed<Name extends keyof Feeds>(
	name: Name,
	args: Feeds[Name]['args'] | (() => Feeds[Name]['args'])
): { readonly current: Feeds[Name]['value'] | undefined } {
	let current = $state.raw<Feeds[Name]['value'] | undefined>(undefined);
	$effect(() => {
		const wanted = typeof args === 'function' ? args() : args;
		if (door.state.kind !== 'ready') return;
		let stop: (() => void) | undefined;
		let gone = false;
		engine()
			.watch(name, wanted, (value) => {
				if (!gone) current = value;
			})
			.then((unwatch) => {
				if (gone) unwatch();
				else stop = unwatch;
			})
			// A feed that cannot start stays undefined; the screen keeps its skeleton and the door says why.
			.catch(() => undefined);
		return () => {
			gone = true;
			current = undefined;
			stop?.();
		};
	});
	return {
		get current() {
			return current;
		}
	};
}

import { proxy, transferHandlers, wrap, type Remote } from 'comlink';
import type { BootState, Engine, Feeds, UnusableReason } from '../engine/api';
import workerUrl from '../engine/worker?worker&url';
import { failureFrom } from './engine-failure';
import { accountMark } from './shell/account-mark';
import { followOnline } from './shell/follow-online';
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
	#opening: Promise<void> | undefined;
	#watching = false;

	/** Boots the engine once; safe to call from every screen. */
	open(): Promise<void> {
		this.#opening ??= this.#open();
		return this.#opening;
	}

	/** After create or restore. */
	accountMade(): void {
		accountMark.set();
		this.state = { kind: 'ready' };
		this.#watchNetwork();
	}

	/** After the account of this browser was deleted. */
	accountGone(): void {
		accountMark.clear();
		this.state = { kind: 'new' };
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
			const opening = engine().boot({
				hadAccount: accountMark.isSet(),
				visible: document.visibilityState === 'visible',
				online: navigator.onLine
			});
			// Heard from the start, so that nothing is missed while the account opens.
			this.#forwardSurroundings();
			const booted = await opening;
			if (booted.kind === 'ready') accountMark.set();
			this.state = booted;
			if (booted.kind === 'ready') this.#watchNetwork();
		} catch {
			this.didNotStart();
		}
	}

	/** A gateway may turn out to serve another network long after the account was opened. */
	#watchNetwork(): void {
		if (this.#watching) return;
		this.#watching = true;
		engine()
			.watch('network', null, ({ changed }) => {
				if (changed !== null) this.state = { kind: 'network-changed', ...changed };
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

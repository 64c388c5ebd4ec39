import type { PlatformLocks } from './platform';

/** Web Locks that can all be let go of at once, whatever their holders are in the middle of. */
export function leavingLocks(locks: PlatformLocks): { readonly locks: PlatformLocks; leave: () => void } {
	const leavers = new Set<() => void>();
	let left = false;

	const request: PlatformLocks['request'] = async (name, options, held) => {
		if (left) throw new DOMException('The page was left', 'AbortError');
		const waiting = new AbortController();
		const giveUp = (): void => waiting.abort();
		if (options.signal?.aborted === true) giveUp();
		options.signal?.addEventListener('abort', giveUp, { once: true });
		let letGo = giveUp;
		const leave = (): void => letGo();
		leavers.add(leave);
		const whileHere = (lock: unknown): Promise<void> =>
			new Promise((resolve, reject) => {
				letGo = resolve;
				// Granted while the page was being left: given back unused.
				if (left) resolve();
				else held(lock).then(resolve, reject);
			});
		// A request that does not wait takes no signal.
		const { ifAvailable = false, mode = 'exclusive' } = options;
		const wish = ifAvailable ? { mode, ifAvailable } : { mode, signal: waiting.signal };
		try {
			await locks.request(name, wish, whileHere);
		} finally {
			leavers.delete(leave);
			options.signal?.removeEventListener('abort', giveUp);
		}
	};

	return {
		locks: { request },
		leave: () => {
			left = true;
			for (const leave of [...leavers]) leave();
		}
	};
}

import type { Platform } from '../platform';

type Timers = Pick<Platform, 'setTimeout' | 'clearTimeout'>;

/** A time limit and the caller's own wish to stop, as one signal. Close it when the work is over. */
export interface Deadline {
	readonly signal: AbortSignal;
	/** True when time ran out, false when the caller aborted or nothing happened yet. */
	readonly expired: boolean;
	close(): void;
}

export function openDeadline(
	timers: Timers,
	ms: number,
	...parents: readonly (AbortSignal | undefined)[]
): Deadline {
	const controller = new AbortController();
	let expired = false;
	const handle = timers.setTimeout(() => {
		expired = true;
		controller.abort();
	}, ms);
	const follow = () => {
		controller.abort();
	};
	for (const parent of parents) {
		if (parent?.aborted) controller.abort();
		parent?.addEventListener('abort', follow, { once: true });
	}
	return {
		signal: controller.signal,
		get expired() {
			return expired;
		},
		close() {
			timers.clearTimeout(handle);
			for (const parent of parents) parent?.removeEventListener('abort', follow);
		}
	};
}

/** What the work comes to, or null when the signal is first. The work itself goes on. */
export async function settledBy<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value | null> {
	if (signal.aborted) return null;
	let stop = () => {};
	const aborted = new Promise<null>((resolve) => {
		stop = () => {
			resolve(null);
		};
		signal.addEventListener('abort', stop, { once: true });
	});
	try {
		return await Promise.race([work, aborted]);
	} finally {
		signal.removeEventListener('abort', stop);
	}
}

/** Resolves after that time, or at once when the signal says so. */
export async function pause(timers: Timers, ms: number, signal: AbortSignal): Promise<void> {
	let handle: unknown = null;
	const elapsed = new Promise<void>((resolve) => {
		handle = timers.setTimeout(resolve, ms);
	});
	await settledBy(elapsed, signal);
	timers.clearTimeout(handle);
}

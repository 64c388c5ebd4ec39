import type { Platform } from '../platform';

export interface Leadership {
	isLeader(): boolean;
	/** Called when this tab becomes the leader, or stops being it. */
	onChange(listener: (leader: boolean) => void): () => void;
	/** Gives the lead to the next tab, and asks for it no more. */
	resign(): void;
}

/**
 * The first tab leads; when it closes or dies, the browser frees its lock and the next one leads at once. The lock is
 * the browser's, never a timer's, so no tab can believe in a leader that is gone.
 */
export function electLeader(platform: Platform, name: string): Leadership {
	const listeners = new Set<(leader: boolean) => void>();
	const waiting = new AbortController();
	let leader = false;
	let release: () => void = () => undefined;

	const become = (now: boolean) => {
		leader = now;
		for (const listener of [...listeners]) listener(now);
	};

	const lead = () =>
		new Promise<void>((resolve) => {
			if (waiting.signal.aborted) {
				resolve();
				return;
			}
			release = resolve;
			become(true);
		});

	platform.locks.request(`sotto leader ${name}`, { signal: waiting.signal }, lead).catch((error: unknown) => {
		if (!waiting.signal.aborted) throw error;
	});

	return {
		isLeader: () => leader,
		onChange: (listener) => {
			const own = (now: boolean) => listener(now);
			listeners.add(own);
			return () => listeners.delete(own);
		},
		resign: () => {
			waiting.abort();
			if (leader) become(false);
			release();
		}
	};
}

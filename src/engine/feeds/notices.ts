import type { Notice } from '../api';
import type { LoadedSource } from './source';
import type { News, Watcher } from './watcher';

/** What happens rather than what is: only what comes after the watch began is told, each batch once. */
export class NoticesWatcher implements Watcher {
	readonly #tell: (batch: readonly Notice[]) => void;
	/** How many batches of the open account are told; null before it was looked at. */
	#told: number | null = null;

	constructor(tell: (batch: readonly Notice[]) => void) {
		this.#tell = tell;
	}

	note(news: News): boolean {
		if (news === 'everything') this.#told = null;
		return news === 'everything' || news === 'presence';
	}

	reset(): void {
		this.#told = null;
	}

	flush({ presence }: LoadedSource): Promise<void> {
		const { last, batches } = presence.noticesSince(this.#told ?? Infinity);
		this.#told = last;
		for (const batch of batches) this.#tell(batch);
		return Promise.resolve();
	}
}

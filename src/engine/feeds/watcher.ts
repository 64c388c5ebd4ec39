import type { Changes } from '../storage/types';
import type { LoadedSource } from './source';

/** A commit, or news from the network or of presence that no commit carries. */
export type News = Changes | 'network' | 'presence' | 'everything';

export interface Watcher {
	/** Notes what concerns this feed; true when there is now something to flush. */
	note(news: News): boolean;
	/** Reads and tells. Never called twice at once. */
	flush(source: LoadedSource): Promise<void>;
	/** What was told was of an account that is no longer shown: the next flush begins anew. */
	reset(): void;
}

/** A feed that is one value: told when it differs from what was told last. */
export class ValueWatcher<Value> implements Watcher {
	#told: string | null = null;

	constructor(
		private readonly concerns: (news: News) => boolean,
		private readonly compute: (source: LoadedSource) => Promise<Value>,
		private readonly tell: (value: Value) => void
	) {}

	note(news: News): boolean {
		return news === 'everything' || this.concerns(news);
	}

	async flush(source: LoadedSource): Promise<void> {
		const value = await this.compute(source);
		const shape = JSON.stringify(value);
		if (shape === this.#told) return;
		this.#told = shape;
		this.tell(value);
	}

	reset(): void {
		this.#told = null;
	}
}

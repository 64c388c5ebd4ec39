import type { Notice } from '../api';
import { AcrossWatcher, type LoadedEntry } from './across';
import type { PresenceSource } from './source';
import type { News } from './watcher';

/** What happens rather than what is: only what comes after the watch began is told, each batch once. */
export class NoticesWatcher extends AcrossWatcher {
	readonly #tell: (batch: readonly Notice[]) => void;
	/** How many batches of an open account are told. */
	readonly #told = new WeakMap<PresenceSource, number>();
	#began = false;

	constructor(tell: (batch: readonly Notice[]) => void) {
		super();
		this.#tell = tell;
	}

	note(news: News): boolean {
		return news === 'presence';
	}

	flush(entries: readonly LoadedEntry[]): Promise<null> {
		// Of an account that was opened since, everything is new.
		const unknown = this.#began ? 0 : Infinity;
		this.#began = true;
		for (const { key, source } of entries) {
			if (source === null) continue;
			const { presence } = source;
			const { last, batches } = presence.noticesSince(this.#told.get(presence) ?? unknown);
			this.#told.set(presence, last);
			for (const batch of batches) this.#tell(batch.map((notice) => ({ account: key, ...notice })));
		}
		return Promise.resolve(null);
	}
}

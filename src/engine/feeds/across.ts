/** Feeds about all accounts of this browser, whichever is shown. */
import type { AccountFacts } from '../account/entry';
import type { AccountKey, AccountStanding } from '../api';
import type { FeedSource, LoadedSource } from './source';
import type { News } from './watcher';

export interface RosterEntry {
	readonly key: AccountKey;
	/** Null while nobody has looked, and when the keys are lost. */
	readonly facts: AccountFacts | null;
	readonly standing: AccountStanding;
	readonly shown: boolean;
	/** Null while it is not open. */
	readonly source: FeedSource | null;
}

/** Which accounts there are, in order. */
export interface Roster {
	list(): readonly RosterEntry[];
	onChange(listener: () => void): () => void;
}

export interface LoadedEntry extends RosterEntry {
	readonly source: LoadedSource | null;
}

export abstract class AcrossWatcher {
	/** Notes what of any account concerns this feed; true when there is now something to flush. */
	abstract note(news: News): boolean;
	/**
	 * Reads and tells. Never called twice at once. In how many ms it has something new to tell although nothing happened;
	 * null for never.
	 */
	abstract flush(entries: readonly LoadedEntry[]): Promise<number | null>;
}

/** The feed of all accounts of this browser, whichever is shown: for choosing among them. */
import { colourOf } from '../../protocol/identity';
import type { AccountFacts } from '../account/entry';
import type { AccountKey, AccountStanding, AccountSummary } from '../api';
import type { OwnProfile } from '../conversations/own-profile';
import { unreadTotal } from '../conversations/unread-total';
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

export class AccountsWatcher {
	readonly #tell: (accounts: readonly AccountSummary[]) => void;
	#told: string | null = null;

	constructor(tell: (accounts: readonly AccountSummary[]) => void) {
		this.#tell = tell;
	}

	note(news: News): boolean {
		return typeof news !== 'string' && (news.conversations.length > 0 || news.meta.includes('profile'));
	}

	/** Reads and tells. Never called twice at once. */
	async flush(entries: readonly LoadedEntry[]): Promise<void> {
		const accounts: AccountSummary[] = [];
		for (const entry of entries) accounts.push(await summaryOf(entry));
		const shape = JSON.stringify(accounts);
		if (shape === this.#told) return;
		this.#told = shape;
		this.#tell(accounts);
	}
}

async function summaryOf({ key, facts, standing, shown, source }: LoadedEntry): Promise<AccountSummary> {
	const accountId = source?.self ?? facts?.accountId ?? null;
	return {
		key,
		accountId,
		colour: accountId === null ? 0 : colourOf(accountId),
		...(await readable(source, facts?.displayName ?? '')),
		shown,
		standing
	};
}

/** A database that is closing, or damaged, must not take the other accounts out of the list. */
async function readable(
	source: LoadedSource | null,
	displayName: string
): Promise<Pick<AccountSummary, 'displayName' | 'unread'>> {
	if (source === null) return { displayName, unread: 0 };
	try {
		const profile = await source.db.read((tx) => tx.meta.get<OwnProfile>('profile'));
		const records = await source.conversations.records();
		const unread = unreadTotal(records.values(), source.self, source.network.clock.now());
		return { displayName: profile?.displayName ?? displayName, unread };
	} catch {
		return { displayName, unread: 0 };
	}
}

/** The feed of all accounts of this browser: for choosing among them, and for the number of what is unread. */
import { colourOf } from '../../protocol/identity';
import type { AccountSummary } from '../api';
import type { OwnProfile } from '../conversations/own-profile';
import { unreadTotal } from '../conversations/unread-total';
import type { OwnPicture } from '../media/own-picture';
import { AcrossWatcher, type LoadedEntry } from './across';
import type { LoadedSource } from './source';
import type { News } from './watcher';

/** The clock may be corrected before a mute ends, so that is looked at again meanwhile. */
const LONGEST_WAIT_MS = 60 * 60_000;

type Contents = Pick<AccountSummary, 'displayName' | 'picture' | 'unread'>;

export class AccountsWatcher extends AcrossWatcher {
	readonly #tell: (accounts: readonly AccountSummary[]) => void;
	#told: string | null = null;

	constructor(tell: (accounts: readonly AccountSummary[]) => void) {
		super();
		this.#tell = tell;
	}

	note(news: News): boolean {
		if (typeof news === 'string') return false;
		return (
			news.conversations.length > 0 || news.meta.includes('profile') || news.meta.includes('own-picture')
		);
	}

	async flush(entries: readonly LoadedEntry[]): Promise<number | null> {
		const accounts: AccountSummary[] = [];
		const waits: number[] = [];
		for (const { key, facts, standing, shown, source } of entries) {
			const accountId = source?.self ?? facts?.accountId ?? null;
			const colour = accountId === null ? 0 : colourOf(accountId);
			const { contents, changesInMs } = await readable(source, facts?.displayName ?? '');
			accounts.push({ key, accountId, colour, ...contents, shown, standing });
			if (changesInMs !== null) waits.push(changesInMs);
		}
		const shape = JSON.stringify(accounts);
		if (shape !== this.#told) {
			this.#told = shape;
			this.#tell(accounts);
		}
		return waits.length === 0 ? null : Math.min(LONGEST_WAIT_MS, ...waits);
	}
}

/** A database that is closing, or damaged, must not take the other accounts out of the list. */
async function readable(
	source: LoadedSource | null,
	displayName: string
): Promise<{ readonly contents: Contents; readonly changesInMs: number | null }> {
	const unread = { contents: { displayName, picture: null, unread: 0 }, changesInMs: null };
	if (source === null) return unread;
	try {
		return await contentsOf(source, displayName);
	} catch {
		return unread;
	}
}

async function contentsOf({ db, self, network, conversations }: LoadedSource, displayName: string) {
	const { profile, picture } = await db.read(async (tx) => ({
		profile: await tx.meta.get<OwnProfile>('profile'),
		picture: await tx.meta.get<OwnPicture>('own-picture')
	}));
	const now = network.clock.now();
	const { count, until } = unreadTotal((await conversations.records()).values(), self, now);
	return {
		contents: {
			displayName: profile?.displayName ?? displayName,
			picture: picture?.ref ?? null,
			unread: count
		},
		changesInMs: until === null ? null : until - now
	};
}

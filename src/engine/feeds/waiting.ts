import type { WaitingView } from '../api';
import { isListed, standingOf } from '../conversations/standing';
import { AcrossWatcher, type LoadedEntry } from './across';
import type { News } from './watcher';

/** What is unread in each account, muted or not: a notification about anything else has had its time. */
export class WaitingWatcher extends AcrossWatcher {
	readonly #tell: (waiting: readonly WaitingView[]) => void;
	#told: string | null = null;

	constructor(tell: (waiting: readonly WaitingView[]) => void) {
		super();
		this.#tell = tell;
	}

	note(news: News): boolean {
		return typeof news !== 'string' && news.conversations.length > 0;
	}

	async flush(entries: readonly LoadedEntry[]): Promise<null> {
		const waiting: WaitingView[] = [];
		for (const entry of entries) {
			const view = await waitingIn(entry).catch(() => null);
			if (view !== null) waiting.push(view);
		}
		const shape = JSON.stringify(waiting);
		if (shape !== this.#told) {
			this.#told = shape;
			this.#tell(waiting);
		}
		return null;
	}
}

/** Null while nobody knows: it is not open yet, or its database is closing. */
async function waitingIn({ key, source }: LoadedEntry): Promise<WaitingView | null> {
	if (source === null) return null;
	const records = [...(await source.conversations.records()).values()];
	const unread = records.filter((record) => record.unread > 0 && isListed(record));
	const isRequest = (record: (typeof unread)[number]) =>
		standingOf(record, source.self) === 'incoming-request';
	return {
		account: key,
		conversations: unread.filter((record) => !isRequest(record)).map((record) => record.key),
		requests: unread.some(isRequest)
	};
}

import type { Feeds, Unwatch } from '../api';
import type { Log } from '../log';
import type { Platform } from '../platform';
import { AccountsWatcher } from './accounts';
import { AcrossWatcher, type Roster } from './across';
import { ConversationCache } from './conversation-cache';
import { MessagesWatcher } from './messages';
import { NoticesWatcher } from './notices';
import type { FeedSource, LoadedSource } from './source';
import {
	accountFeed,
	conversationFeed,
	elsewhereFeed,
	ignoredFeed,
	listFeed,
	networkFeed,
	peopleFeed,
	preferencesFeed,
	restoreFeed,
	typingFeed
} from './values';
import { WaitingWatcher } from './waiting';
import type { News, Watcher } from './watcher';

/** Commits within one frame become one call. */
const FRAME_MS = 16;
const RETRY_MS = 1_000;

export interface FeedHub {
	/**
	 * Shows an account, in place of the one before: nothing of that is told any more from this call on. Watchers that
	 * came before any account was open hear now.
	 */
	attach(source: FeedSource): void;
	detach(): void;
	/** The accounts that the feeds about all of them are about. */
	follow(roster: Roster): void;
	watch<Name extends keyof Feeds>(
		feed: Name,
		args: Feeds[Name]['args'],
		listener: (value: Feeds[Name]['value']) => void
	): Promise<Unwatch>;
}

interface Loaded {
	readonly source: LoadedSource;
	readonly stop: () => void;
}

const NO_ACCOUNTS: Roster = { list: () => [], onChange: () => () => undefined };

export function createFeeds(platform: Pick<Platform, 'setTimeout' | 'clearTimeout'>, log: Log): FeedHub {
	const watchers = new Set<Watcher | AcrossWatcher>();
	let dirty = new Set<Watcher | AcrossWatcher>();
	/** Timers of those that look again by themselves. */
	const wakes = new Map<AcrossWatcher, unknown>();
	let roster = NO_ACCOUNTS;
	/** Of every open account, so that a row is opened once for all feeds, and showing another one is quick. */
	const loaded = new Map<FeedSource, Loaded>();
	/** Null also while one account takes the place of another. */
	let shown: LoadedSource | null = null;
	/** What is to be shown once the flush under way is over. */
	let wanted: FeedSource | null = null;
	/** Whose values are being told. */
	let flushing: LoadedSource | null = null;
	let timer: unknown = null;
	/** Flushes follow one another: caches and "what was told last" are never used by two at once. */
	let queue: Promise<void> = Promise.resolve();

	function note(news: News, from: LoadedSource | null): void {
		if (from !== null && typeof news !== 'string') from.conversations.touch(news.conversations);
		for (const watcher of watchers) {
			if (watcher instanceof AcrossWatcher || from === shown) {
				if (watcher.note(news)) dirty.add(watcher);
			}
		}
		if (dirty.size > 0) schedule(FRAME_MS);
	}

	function schedule(ms: number): void {
		timer ??= platform.setTimeout(() => {
			timer = null;
			void flush();
		}, ms);
	}

	function flush(): Promise<void> {
		queue = queue.then(async () => {
			const due = dirty;
			dirty = new Set();
			for (const watcher of due) await flushOne(watcher);
		});
		return queue;
	}

	async function flushOne(watcher: Watcher | AcrossWatcher): Promise<void> {
		const from = shown;
		if (!watchers.has(watcher)) return;
		try {
			if (watcher instanceof AcrossWatcher) {
				await flushAcross(watcher);
			} else if (from !== null) {
				flushing = from;
				await watcher.flush(from);
			}
		} catch (error) {
			// A database that was closed under us (account deleted, tab going away) has nothing more to tell.
			if (shown !== from) return;
			log.failure('feed-failed', error);
			dirty.add(watcher);
			schedule(RETRY_MS);
		}
	}

	async function flushAcross(watcher: AcrossWatcher): Promise<void> {
		sleep(watcher);
		const entries = roster.list().map((entry) => ({ ...entry, source: entry.source && load(entry.source) }));
		const again = await watcher.flush(entries);
		if (again === null || !watchers.has(watcher)) return;
		const wake = (): void => {
			dirty.add(watcher);
			schedule(FRAME_MS);
		};
		wakes.set(watcher, platform.setTimeout(wake, again));
	}

	function sleep(watcher: AcrossWatcher): void {
		platform.clearTimeout(wakes.get(watcher));
		wakes.delete(watcher);
	}

	function load(source: FeedSource): LoadedSource {
		const known = loaded.get(source);
		if (known !== undefined) return known.source;
		const fresh = { ...source, conversations: new ConversationCache(source.db) };
		const stopDatabase = source.db.onChange((changes) => note(changes, fresh));
		const stopNetwork = source.network.onChange(() => note('network', fresh));
		const stopPresence = source.presence.onChange(() => note('presence', fresh));
		const stop = (): void => {
			stopDatabase();
			stopNetwork();
			stopPresence();
		};
		loaded.set(source, { source: fresh, stop });
		return fresh;
	}

	/** What is neither shown nor in the roster any more is closed. */
	function unload(): void {
		const open = new Set<FeedSource | null>([wanted, ...roster.list().map(({ source }) => source)]);
		for (const [source, { stop }] of loaded) {
			if (open.has(source)) continue;
			stop();
			loaded.delete(source);
		}
	}

	function show(source: FeedSource | null): void {
		shown = null;
		wanted = source;
		unload();
		queue = queue.then(() => {
			if (wanted !== source) return;
			for (const watcher of watchers) if (!(watcher instanceof AcrossWatcher)) watcher.reset();
			if (source === null) return;
			shown = load(source);
			note('everything', shown);
		});
	}

	function noteRoster(): void {
		unload();
		for (const watcher of watchers) if (watcher instanceof AcrossWatcher) dirty.add(watcher);
		if (dirty.size > 0) schedule(FRAME_MS);
	}

	return {
		attach: (source) => show(source),
		detach: () => show(null),
		follow(followed) {
			roster = followed;
			roster.onChange(noteRoster);
		},
		async watch(feed, args, listener) {
			// Something of an account that was read while another took its place stays untold.
			const ifShown = (value: Feeds[typeof feed]['value']): void => {
				if (watcher instanceof AcrossWatcher || flushing === shown) listener(value);
			};
			const watcher: Watcher | AcrossWatcher = FACTORIES[feed](args, ifShown);
			watchers.add(watcher);
			dirty.add(watcher);
			await flush();
			return () => {
				watchers.delete(watcher);
				dirty.delete(watcher);
				if (watcher instanceof AcrossWatcher) sleep(watcher);
			};
		}
	};
}

type Factories = {
	readonly [Name in keyof Feeds]: (
		args: Feeds[Name]['args'],
		tell: (value: Feeds[Name]['value']) => void
	) => Watcher | AcrossWatcher;
};

const FACTORIES: Factories = {
	account: (_args, tell) => accountFeed(tell),
	accounts: (_args, tell) => new AccountsWatcher(tell),
	conversations: (_args, tell) => listFeed('conversations', tell),
	requests: (_args, tell) => listFeed('requests', tell),
	contacts: (_args, tell) => peopleFeed('contact', tell),
	blocked: (_args, tell) => peopleFeed('blocked', tell),
	conversation: conversationFeed,
	messages: (key, tell) => new MessagesWatcher(key, tell),
	network: (_args, tell) => networkFeed(tell),
	ignored: (_args, tell) => ignoredFeed(tell),
	restore: (_args, tell) => restoreFeed(tell),
	elsewhere: (_args, tell) => elsewhereFeed(tell),
	preferences: (_args, tell) => preferencesFeed(tell),
	typing: (_args, tell) => typingFeed(tell),
	waiting: (_args, tell) => new WaitingWatcher(tell),
	notices: (_args, tell) => new NoticesWatcher(tell)
};

import type { Feeds, Unwatch } from '../api';
import type { Log } from '../log';
import type { Platform } from '../platform';
import { AccountsWatcher, type Roster } from './accounts';
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
	typingFeed,
	unreadFeed
} from './values';
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
	/** The accounts that the feed `accounts` is about. */
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

export function createFeeds(platform: Pick<Platform, 'setTimeout'>, log: Log): FeedHub {
	const watchers = new Set<Watcher | AccountsWatcher>();
	let dirty = new Set<Watcher | AccountsWatcher>();
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
			if (watcher instanceof AccountsWatcher || from === shown) {
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

	async function flushOne(watcher: Watcher | AccountsWatcher): Promise<void> {
		const from = shown;
		if (!watchers.has(watcher)) return;
		try {
			if (watcher instanceof AccountsWatcher) {
				await watcher.flush(
					roster.list().map((entry) => ({ ...entry, source: entry.source && load(entry.source) }))
				);
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
			for (const watcher of watchers) if (!(watcher instanceof AccountsWatcher)) watcher.reset();
			if (source === null) return;
			shown = load(source);
			note('everything', shown);
		});
	}

	function noteRoster(): void {
		unload();
		for (const watcher of watchers) if (watcher instanceof AccountsWatcher) dirty.add(watcher);
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
				if (feed === 'accounts' || flushing === shown) listener(value);
			};
			const watcher = FACTORIES[feed](args, ifShown);
			watchers.add(watcher);
			dirty.add(watcher);
			await flush();
			return () => {
				watchers.delete(watcher);
				dirty.delete(watcher);
			};
		}
	};
}

type Factories = {
	readonly [Name in keyof Feeds]: (
		args: Feeds[Name]['args'],
		tell: (value: Feeds[Name]['value']) => void
	) => Watcher | AccountsWatcher;
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
	unread: (_args, tell) => unreadFeed(tell),
	notices: (_args, tell) => new NoticesWatcher(tell)
};

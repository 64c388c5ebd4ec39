import type { Feeds, Unwatch } from '../api';
import type { Log } from '../log';
import type { Platform } from '../platform';
import { ConversationCache } from './conversation-cache';
import { MessagesWatcher } from './messages';
import type { FeedSource, LoadedSource } from './source';
import {
	accountFeed,
	conversationFeed,
	elsewhereFeed,
	ignoredFeed,
	listFeed,
	networkFeed,
	restoreFeed
} from './values';
import type { News, Watcher } from './watcher';

/** Commits within one frame become one call. */
const FRAME_MS = 16;
const RETRY_MS = 1_000;

export interface FeedHub {
	/** Watchers that came before the account was open hear now. */
	attach(source: FeedSource): void;
	detach(): void;
	watch<Name extends keyof Feeds>(
		feed: Name,
		args: Feeds[Name]['args'],
		listener: (value: Feeds[Name]['value']) => void
	): Promise<Unwatch>;
}

export function createFeeds(platform: Pick<Platform, 'setTimeout'>, log: Log): FeedHub {
	const watchers = new Set<Watcher>();
	let dirty = new Set<Watcher>();
	let source: LoadedSource | null = null;
	let stopListening: (() => void) | null = null;
	let timer: unknown = null;
	/** Flushes follow one another: caches and "what was told last" are never used by two at once. */
	let queue: Promise<void> = Promise.resolve();

	function note(news: News): void {
		if (source !== null && typeof news !== 'string') source.conversations.touch(news.conversations);
		for (const watcher of watchers) if (watcher.note(news)) dirty.add(watcher);
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

	async function flushOne(watcher: Watcher): Promise<void> {
		const from = source;
		if (from === null || !watchers.has(watcher)) return;
		try {
			await watcher.flush(from);
		} catch (error) {
			// A database that was closed under us (account deleted, tab going away) has nothing more to tell.
			if (source !== from) return;
			log.failure('feed-failed', error);
			dirty.add(watcher);
			schedule(RETRY_MS);
		}
	}

	return {
		attach(opened) {
			const loaded = { ...opened, conversations: new ConversationCache(opened.db) };
			const stopDatabase = opened.db.onChange(note);
			const stopNetwork = opened.network.onChange(() => note('network'));
			source = loaded;
			stopListening = () => {
				stopDatabase();
				stopNetwork();
			};
			note('everything');
		},
		detach() {
			stopListening?.();
			stopListening = null;
			source = null;
		},
		async watch(feed, args, listener) {
			const watcher = FACTORIES[feed](args, listener);
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
	) => Watcher;
};

const FACTORIES: Factories = {
	account: (_args, tell) => accountFeed(tell),
	conversations: (_args, tell) => listFeed('conversations', tell),
	requests: (_args, tell) => listFeed('requests', tell),
	conversation: conversationFeed,
	messages: (key, tell) => new MessagesWatcher(key, tell),
	network: (_args, tell) => networkFeed(tell),
	ignored: (_args, tell) => ignoredFeed(tell),
	restore: (_args, tell) => restoreFeed(tell),
	elsewhere: (_args, tell) => elsewhereFeed(tell)
};

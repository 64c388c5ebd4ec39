import type { AccountId } from '../../protocol/types';
import type { ConversationKey } from '../api';
import { preferencesOf } from '../conversations/preferences';
import type { Log } from '../log';
import type { Network } from '../network/types';
import type { Platform } from '../platform';
import type { AccountDatabase } from '../storage/types';
import type { Sender } from '../sync/outgoing';
import type { PollNews } from '../sync/receive';
import type { Tabs } from '../tabs/tabs';
import { NoticeBoard } from './notice-board';
import { noticesOf } from './notices';
import { TypingBoard } from './typing-board';
import { TypingEar } from './typing-ear';
import { TypingVoice } from './typing-voice';

/** What tabs tell each other: that somebody types, for so long from now; 0: no longer. */
export interface TypingNews {
	readonly typing: ConversationKey;
	readonly forMs: number;
}

export interface PresenceParts {
	readonly db: AccountDatabase;
	readonly network: Pick<Network, 'swarmRequest' | 'clock' | 'view'>;
	readonly self: AccountId;
	readonly sender: Sender;
	readonly platform: Pick<Platform, 'monotonic' | 'setTimeout' | 'clearTimeout'>;
	readonly log: Log;
	readonly tabs: Pick<Tabs<TypingNews>, 'tell' | 'onMessage' | 'states'>;
}

/** What passes between people without being kept. */
export interface Presence {
	setTyping(conversation: ConversationKey, typing: boolean): void;
	/** What the leading tab's poll brought; it tells the others. */
	heard(news: PollNews): void;
	/** The conversations whose person is typing. */
	typing(): readonly ConversationKey[];
	/** See PresenceSource. */
	noticesSince: NoticeBoard['since'];
	onChange(listener: () => void): () => void;
	close(): void;
}

export function createPresence(parts: PresenceParts): Presence {
	const { db, network, self, platform, log, tabs } = parts;
	const listeners = new Set<() => void>();
	const changed = () => {
		for (const listener of [...listeners]) listener();
	};
	const opened = platform.monotonic();
	const notices = new NoticeBoard();
	const board = new TypingBoard(platform, changed);
	const voice = new TypingVoice(parts);
	const ear = new TypingEar({
		db,
		clock: network.clock,
		self,
		tell: (key, forMs) => {
			board.show(key, forMs);
			tabs.tell({ typing: key, forMs });
		}
	});
	const stops = [
		tabs.onMessage(({ typing, forMs }) => board.show(typing, forMs)),
		db.onChange(({ meta }) => {
			if (meta.includes('preferences')) inBackground(heedPreferences());
		})
	];

	async function heedPreferences(): Promise<void> {
		const { typingIndicators } = await db.read(preferencesOf);
		if (!typingIndicators) board.clear();
	}

	async function notice(news: PollNews): Promise<void> {
		if (news.inserted.length === 0) return;
		// Counted back from now: the clock may have been corrected since.
		const now = network.clock.now();
		const openedAt = now - (platform.monotonic() - opened);
		const context = { self, openedAt, now, tabs: tabs.states() };
		const batch = await db.read((tx) => noticesOf(tx, news, context));
		if (batch.length === 0) return;
		notices.put(batch);
		changed();
	}

	function inBackground(work: Promise<void>): void {
		work.catch((error: unknown) => log.failure('background-failed', error));
	}

	return {
		setTyping(conversation, typing) {
			if (typing) voice.typed(conversation);
			else voice.stopped(conversation);
		},
		heard(news) {
			inBackground(ear.hear(news.signals, news.inserted));
			inBackground(notice(news));
		},
		typing: () => board.keys(),
		noticesSince: (after) => notices.since(after),
		onChange(listener) {
			const own = () => listener();
			listeners.add(own);
			return () => listeners.delete(own);
		},
		close() {
			for (const stop of stops) stop();
			voice.close();
			board.clear();
		}
	};
}

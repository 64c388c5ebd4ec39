/** The feeds that are one value: what concerns them and how they are made. */
import type {
	AccountView,
	ConversationKey,
	ConversationRow,
	ConversationView,
	ElsewhereView,
	IgnoredView,
	MessageKey,
	NetworkView,
	RestoreView
} from '../api';
import { BODY_LIMIT } from '../conversations/body';
import type { OwnProfile } from '../conversations/own-profile';
import { findFirstUnread } from '../conversations/unread';
import { isListed, standingOf } from '../conversations/standing';
import type { Elsewhere } from '../documents/elsewhere';
import { NO_DOCUMENTS } from '../documents/state';
import type { DocumentStates } from '../documents/state';
import type { ConversationRecord, MetaName } from '../storage/types';
import { restoreState } from '../sync/restore';
import type { LoadedSource } from './source';
import { accountView, conversationRow, elsewhereView, inListOrder } from './views';
import { ValueWatcher } from './watcher';
import type { News } from './watcher';

type Tell<Value> = (value: Value) => void;

const ofMeta =
	(...names: readonly MetaName[]) =>
	(news: News) =>
		typeof news !== 'string' && names.some((name) => news.meta.includes(name));

const ofConversations = (news: News) => typeof news !== 'string' && news.conversations.length > 0;

export function accountFeed(tell: Tell<AccountView>): ValueWatcher<AccountView | null> {
	const compute = async ({ db, self }: LoadedSource) => {
		const profile = await db.read((tx) => tx.meta.get<OwnProfile>('profile'));
		return profile === null ? null : accountView(self, profile);
	};
	return new ValueWatcher(ofMeta('profile'), compute, (value) => {
		if (value !== null) tell(value);
	});
}

export function listFeed(
	which: 'conversations' | 'requests',
	tell: Tell<readonly ConversationRow[]>
): ValueWatcher<readonly ConversationRow[]> {
	return new ValueWatcher<readonly ConversationRow[]>(
		ofConversations,
		async ({ conversations, self, network }) => {
			const listed: ConversationRecord[] = [];
			for (const record of (await conversations.records()).values()) {
				const request = standingOf(record, self) === 'incoming-request';
				if (isListed(record) && request === (which === 'requests')) listed.push(record);
			}
			return inListOrder(listed).map((record) => conversationRow(record, self, network.clock.offsetMs));
		},
		tell
	);
}

export function conversationFeed(
	key: ConversationKey,
	tell: Tell<ConversationView | null>
): ValueWatcher<ConversationView | null> {
	/** Fixed when the conversation is opened, so that the divider stays while messages are read. */
	let firstUnread: MessageKey | null | undefined;
	return new ValueWatcher(
		(news) => typeof news !== 'string' && news.conversations.includes(key),
		async ({ conversations, db, self, network }) => {
			const record = (await conversations.records()).get(key);
			if (record === undefined) return null;
			if (firstUnread === undefined) {
				const found = await db.read((tx) => findFirstUnread(tx, record));
				firstUnread = found?.key ?? null;
			}
			return {
				...conversationRow(record, self, network.clock.offsetMs),
				firstUnread,
				bodyLimit: BODY_LIMIT
			};
		},
		tell
	);
}

export function networkFeed(tell: Tell<NetworkView>): ValueWatcher<NetworkView> {
	return new ValueWatcher(
		(news) => news === 'network',
		({ network }) => Promise.resolve(network.view()),
		tell
	);
}

export function ignoredFeed(tell: Tell<IgnoredView>): ValueWatcher<IgnoredView> {
	return new ValueWatcher(
		ofMeta('ignored'),
		async ({ db }) => ({
			...NOTHING_IGNORED,
			...(await db.read((tx) => tx.meta.get<IgnoredView>('ignored')))
		}),
		tell
	);
}

export function restoreFeed(tell: Tell<RestoreView | null>): ValueWatcher<RestoreView | null> {
	return new ValueWatcher(ofMeta('restore'), ({ db }) => db.read(restoreState), tell);
}

export function elsewhereFeed(tell: Tell<ElsewhereView>): ValueWatcher<ElsewhereView> {
	return new ValueWatcher(
		ofMeta('elsewhere', 'documents'),
		({ db, network }) =>
			db.read(async (tx) => {
				const known = await tx.meta.get<Elsewhere>('elsewhere');
				const states = await tx.meta.get<DocumentStates>('documents');
				return elsewhereView(known, states ?? NO_DOCUMENTS, network.clock.offsetMs);
			}),
		tell
	);
}

const NOTHING_IGNORED: IgnoredView = {
	undecryptable: 0,
	malformed: 0,
	replayed: 0,
	forged: 0,
	timestamp: 0,
	unsupported: 0,
	damagedRows: 0
};

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
	PersonRow,
	Preferences,
	RestoreView
} from '../api';
import { BODY_LIMIT } from '../conversations/body';
import type { OwnProfile } from '../conversations/own-profile';
import { preferencesOf } from '../conversations/preferences';
import { findFirstUnread } from '../conversations/unread';
import { isListed, standingOf } from '../conversations/standing';
import type { Elsewhere } from '../documents/elsewhere';
import { NO_DOCUMENTS } from '../documents/state';
import type { DocumentStates } from '../documents/state';
import type { OwnPicture } from '../media/own-picture';
import type { ConversationRecord, MetaName } from '../storage/types';
import { restoreState } from '../sync/restore';
import type { LoadedSource } from './source';
import { accountView, conversationRow, elsewhereView, inListOrder, personRow } from './views';
import { ValueWatcher } from './watcher';
import type { News } from './watcher';

type Tell<Value> = (value: Value) => void;

const ofMeta =
	(...names: readonly MetaName[]) =>
	(news: News) =>
		typeof news !== 'string' && names.some((name) => news.meta.includes(name));

const ofConversations = (news: News) => typeof news !== 'string' && news.conversations.length > 0;

export function accountFeed(tell: Tell<AccountView>): ValueWatcher<AccountView | null> {
	const compute = ({ db, self }: LoadedSource) =>
		db.read(async (tx) => {
			const profile = await tx.meta.get<OwnProfile>('profile');
			const picture = await tx.meta.get<OwnPicture>('own-picture');
			return profile === null ? null : accountView(self, profile, picture);
		});
	return new ValueWatcher(ofMeta('profile', 'own-picture'), compute, (value) => {
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

/** Everyone I talk with, also where the conversation is hidden; or everyone whom I blocked. In no order. */
export function peopleFeed(
	which: 'contact' | 'blocked',
	tell: Tell<readonly PersonRow[]>
): ValueWatcher<readonly PersonRow[]> {
	return new ValueWatcher<readonly PersonRow[]>(
		ofConversations,
		async ({ conversations, self }) => {
			const people = [...(await conversations.records()).values()];
			return people.filter((record) => standingOf(record, self) === which).map(personRow);
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

export function preferencesFeed(tell: Tell<Preferences>): ValueWatcher<Preferences> {
	return new ValueWatcher(ofMeta('preferences'), ({ db }) => db.read(preferencesOf), tell);
}

/** What is on the board stays true only of contacts. */
export function typingFeed(tell: Tell<readonly ConversationKey[]>): ValueWatcher<readonly ConversationKey[]> {
	return new ValueWatcher<readonly ConversationKey[]>(
		(news) => news === 'presence' || ofConversations(news),
		async ({ conversations, presence, self }) => {
			const records = await conversations.records();
			return presence.typing().filter((key) => {
				const record = records.get(key);
				return record !== undefined && standingOf(record, self) === 'contact';
			});
		},
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

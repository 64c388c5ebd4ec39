/** The feeds that are one value: what concerns them and how they are made. */
import type {
	AccountView,
	ConversationKey,
	ConversationRow,
	ConversationView,
	IgnoredView,
	MessageKey,
	NetworkView
} from '../api';
import { BODY_LIMIT } from '../conversations/body';
import type { OwnProfile } from '../conversations/own-profile';
import { findFirstUnread } from '../conversations/unread';
import { isListed, standingOf } from '../conversations/standing';
import type { OwnPicture } from '../media/own-picture';
import type { ConversationRecord, MetaName } from '../storage/types';
import type { LoadedSource } from './source';
import { accountView, conversationRow, inListOrder } from './views';
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

const NOTHING_IGNORED: IgnoredView = {
	undecryptable: 0,
	malformed: 0,
	replayed: 0,
	forged: 0,
	timestamp: 0,
	unsupported: 0,
	damagedRows: 0
};

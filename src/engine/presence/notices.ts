/** Of what a poll brought, what a person should be told although they do not look: behaviours.md §1, §12 and §13. */
import { shortAccountId } from '../../protocol/identity';
import type { AccountId, NetworkTime } from '../../protocol/types';
import type { ConversationKey, Notice, NotificationPreferences } from '../api';
import { isHeeded } from '../conversations/mute';
import { preferencesOf } from '../conversations/preferences';
import { isUnread, newestFacts } from '../conversations/records';
import { isListed, standingOf } from '../conversations/standing';
import type { AccountTransaction, ConversationRecord, MessageRecord } from '../storage/types';
import type { PollNews } from '../sync/receive';
import type { TabState } from '../tabs/tabs';

/** As the account itself makes it; whose it is, is known outside. */
export type OwnNotice = Omit<Notice, 'account'>;

export interface NoticeContext {
	readonly self: AccountId;
	readonly now: NetworkTime;
	/** Network ms when this account was opened in this tab. */
	readonly openedAt: number;
	readonly tabs: readonly TabState[];
}

/** One for each conversation at most, and one for all requests together. */
export async function noticesOf(
	tx: AccountTransaction,
	news: PollNews,
	context: NoticeContext
): Promise<readonly OwnNotice[]> {
	const { notifications } = await preferencesOf(tx);
	if (!notifications.on) return [];
	const notices: OwnNotice[] = [];
	const requests = new Map<ConversationKey, number>();
	for (const [key, messages] of newByConversation(news, context)) {
		const record = await tx.conversations.get(key);
		if (record === null || !isHeeded(record, context.now) || isOnScreen(key, context.tabs)) continue;
		const unread = messages.filter((message) => isUnread(message, record.lastReadAt));
		const last = unread.at(-1);
		if (last === undefined) continue;
		if (standingOf(record, context.self) === 'incoming-request') requests.set(key, unread.length);
		else notices.push(messageNotice(record, last, notifications));
	}
	const request = await requestNotice(tx, requests, context.self, notifications);
	return request === null ? notices : [...notices, request];
}

/** Of an inbox that is fetched for the first time, what lay there before is no news. */
function newByConversation(
	{ inserted, first }: PollNews,
	{ openedAt }: NoticeContext
): ReadonlyMap<ConversationKey, readonly MessageRecord[]> {
	const byConversation = new Map<ConversationKey, MessageRecord[]>();
	for (const message of [...inserted].sort((a, b) => a.sentAt - b.sentAt)) {
		if (first && message.sentAt < openedAt) continue;
		const list = byConversation.get(message.conversation) ?? [];
		list.push(message);
		byConversation.set(message.conversation, list);
	}
	return byConversation;
}

function isOnScreen(key: ConversationKey, tabs: readonly TabState[]): boolean {
	return tabs.some(({ visible, active }) => visible && active === key);
}

function messageNotice(
	record: ConversationRecord,
	last: MessageRecord,
	{ content, sound }: NotificationPreferences
): OwnNotice {
	const name = record.nickname || record.displayName || shortAccountId(record.accountId);
	return {
		kind: 'message',
		conversation: record.key,
		title: content === 'none' ? null : name,
		body: content === 'name-and-text' ? newestFacts(last).preview || null : null,
		count: record.unread,
		sound
	};
}

/** Strangers are heard of once: not again before the person has looked at those who wait. */
async function requestNotice(
	tx: AccountTransaction,
	fresh: ReadonlyMap<ConversationKey, number>,
	self: AccountId,
	{ sound }: NotificationPreferences
): Promise<OwnNotice | null> {
	const [conversation] = fresh.keys();
	if (conversation === undefined) return null;
	for (const record of await tx.conversations.all()) {
		if (standingOf(record, self) !== 'incoming-request' || !isListed(record)) continue;
		if (record.unread > (fresh.get(record.key) ?? 0)) return null;
	}
	return { kind: 'request', conversation, title: null, body: null, count: fresh.size, sound };
}

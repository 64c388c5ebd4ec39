import type { AccountId } from '../../protocol/types';
import type { ConversationKey } from '../api';
import type { ConversationRecord, MessageRecord } from '../storage/types';

/** Code points of a message that the list shows at most; the rest would only be clipped there. */
const PREVIEW_LENGTH = 160;

/** behaviours.md §13: a conversation of this priority, or a lower one, is not in the list. */
export const HIDDEN = -1;

export function isHidden({ priority }: Pick<ConversationRecord, 'priority'>): boolean {
	return priority < 0;
}

/** In the list again, pinned as it was. */
export function shown<Record extends Pick<ConversationRecord, 'priority'>>(record: Record): Record {
	return isHidden(record) ? { ...record, priority: 0 } : record;
}

/** behaviours.md §3: as I call them, else as they call themselves; '' for neither. */
export function nameOf(record: Pick<ConversationRecord, 'nickname' | 'displayName'>): string {
	return record.nickname === '' ? record.displayName : record.nickname;
}

/** Hidden until something is said in it. `now`: network ms. */
export function newConversation(key: ConversationKey, accountId: AccountId, now: number): ConversationRecord {
	return {
		key,
		accountId,
		displayName: '',
		nickname: '',
		picture: null,
		keptPicture: null,
		profileUpdatedSeconds: 0,
		approved: false,
		approvedMe: false,
		blocked: false,
		priority: HIDDEN,
		archived: false,
		notify: 'default',
		muteUntil: 0,
		createdAt: now,
		lastReadAt: 0,
		unread: 0,
		markedUnread: false,
		draft: '',
		newest: null
	};
}

/** Rows about the conversation itself ("accepted your request") neither count as unread nor lead the list. */
export function isSpoken(message: Pick<MessageRecord, 'content'>): boolean {
	return message.content.kind !== 'request-accepted';
}

export function isUnread(
	message: Pick<MessageRecord, 'content' | 'mine' | 'sentAt'>,
	lastReadAt: number
): boolean {
	return !message.mine && isSpoken(message) && message.sentAt > lastReadAt;
}

/** The key facts of a message for the list. */
export function newestFacts(message: MessageRecord): NonNullable<ConversationRecord['newest']> {
	const { content } = message;
	return {
		message: message.key,
		sentAt: message.sentAt,
		mine: message.mine,
		preview:
			content.kind === 'text'
				? [...content.body.slice(0, PREVIEW_LENGTH * 2)].slice(0, PREVIEW_LENGTH).join('')
				: '',
		state: message.state.kind
	};
}

/** The record with `message` leading the list, if it is the latest spoken one (ties: the later arrival). */
export function withNewest(record: ConversationRecord, message: MessageRecord): ConversationRecord {
	if (!isSpoken(message)) return record;
	if (record.newest !== null && record.newest.sentAt > message.sentAt) return record;
	return { ...record, newest: newestFacts(message) };
}

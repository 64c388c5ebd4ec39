import type { AccountId } from '../../protocol/types';
import type { MessageKey, MessagePage, MessageQuery } from '../api';
import { EngineError } from '../errors';
import { ownLook } from '../feeds/own-look';
import { messageViews } from '../feeds/views';
import type {
	AccountDatabase,
	AccountTransaction,
	ConversationRecord,
	MessageRow,
	PlacedMessage
} from '../storage/types';
import { findFirstUnread } from './unread';

const MOST = 500;
/** Of a page around a message, the share that lies before it. */
const BEFORE_SHARE = 0.3;

interface Rows {
	/** Oldest first. */
	readonly rows: readonly MessageRow[];
	readonly moreBefore: boolean;
	readonly moreAfter: boolean;
}

/** Fails with `not-found` when the conversation or the named message is gone. */
export function readMessages(
	db: AccountDatabase,
	self: AccountId,
	query: MessageQuery
): Promise<MessagePage> {
	const limit = Math.max(1, Math.min(MOST, Math.trunc(query.limit)));
	return db.read(async (tx) => {
		const record = await tx.conversations.get(query.conversation);
		if (record === null) throw new EngineError('not-found');
		const { rows, moreBefore, moreAfter } = await find(tx, record, query.at, limit);
		const context = { record, self, ...(await ownLook(tx)) };
		return { messages: messageViews(rows, context), moreBefore, moreAfter };
	});
}

async function find(
	tx: AccountTransaction,
	record: ConversationRecord,
	at: MessageQuery['at'],
	limit: number
): Promise<Rows> {
	switch (at.kind) {
		case 'latest':
			return latest(tx, record.key, limit);
		case 'unread': {
			const first = await findFirstUnread(tx, record);
			return first === null ? latest(tx, record.key, limit) : around(tx, first, limit);
		}
		case 'before':
			return older(tx, await placed(tx, at.message), limit);
		case 'after':
			return newer(tx, await placed(tx, at.message), limit);
		case 'around':
			return around(tx, await placed(tx, at.message), limit);
	}
}

async function placed(tx: AccountTransaction, key: MessageKey): Promise<PlacedMessage> {
	const message = await tx.messages.get(key);
	if (message === null) throw new EngineError('not-found');
	return message;
}

async function latest(
	tx: AccountTransaction,
	conversation: MessageQuery['conversation'],
	limit: number
): Promise<Rows> {
	const rows = await tx.messages.before(conversation, null, limit + 1);
	return { rows: rows.slice(0, limit).reverse(), moreBefore: rows.length > limit, moreAfter: false };
}

async function older(
	tx: AccountTransaction,
	{ conversation, order }: PlacedMessage,
	limit: number
): Promise<Rows> {
	const rows = await tx.messages.before(conversation, order, limit + 1);
	return { rows: rows.slice(0, limit).reverse(), moreBefore: rows.length > limit, moreAfter: true };
}

async function newer(
	tx: AccountTransaction,
	{ conversation, order }: PlacedMessage,
	limit: number
): Promise<Rows> {
	const rows = await tx.messages.after(conversation, order, limit + 1);
	return { rows: rows.slice(0, limit), moreBefore: true, moreAfter: rows.length > limit };
}

async function around(tx: AccountTransaction, message: PlacedMessage, limit: number): Promise<Rows> {
	const wanted = Math.floor((limit - 1) * BEFORE_SHARE);
	const before = await tx.messages.before(message.conversation, message.order, limit + 1);
	const after = await tx.messages.after(message.conversation, message.order, limit + 1);
	// Where one side is short, the other fills the page.
	const late = Math.min(after.length, Math.max(limit - 1 - wanted, limit - 1 - before.length));
	const early = Math.min(before.length, limit - 1 - late);
	return {
		rows: [...before.slice(0, early).reverse(), message, ...after.slice(0, late)],
		moreBefore: before.length > early,
		moreAfter: after.length > late
	};
}

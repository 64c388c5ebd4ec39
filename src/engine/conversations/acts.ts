/** What a person changes about conversations in the list, without taking anything away; each act is one transaction. */
import { cleanDisplayName, DISPLAY_NAME_MAX_BYTES } from '../../protocol/display-name';
import { utf8 } from '../../protocol/bytes';
import { ProtocolError } from '../../protocol/errors';
import type { ConversationKey, NotifyChoice } from '../api';
import { EngineError } from '../errors';
import type { ConversationRecord } from '../storage/types';
import { knownConversation, type ConversationContext } from './conversations';
import { shown } from './records';
import {
	archived,
	hidden,
	markedUnread,
	muted,
	nicknamed,
	notifying,
	pinned,
	unblocked,
	unmarked,
	unpinned
} from './transitions';
import { countUnread } from './unread';

type Context = Pick<ConversationContext, 'db'>;

function change(
	{ db }: Context,
	key: ConversationKey,
	transition: (record: ConversationRecord) => ConversationRecord
): Promise<void> {
	return db.write(async (tx) => {
		const record = await knownConversation(tx, key);
		const changed = transition(record);
		if (changed !== record) await tx.conversations.put(changed);
	});
}

/** The newest pin stands on top. */
export function setPinned({ db }: Context, key: ConversationKey, pin: boolean): Promise<void> {
	return db.write(async (tx) => {
		const record = await knownConversation(tx, key);
		const all = pin ? await tx.conversations.all() : [];
		const highest = all.reduce((most, { priority }) => Math.max(most, priority), 0);
		const changed = pin ? pinned(record, highest) : unpinned(record);
		if (changed !== record) await tx.conversations.put(changed);
	});
}

export function setHidden(context: Context, key: ConversationKey, hide: boolean): Promise<void> {
	return change(context, key, hide ? hidden : shown);
}

export function setArchived(context: Context, key: ConversationKey, archive: boolean): Promise<void> {
	return change(context, key, (record) => archived(record, archive));
}

export function setNotify(context: Context, key: ConversationKey, choice: NotifyChoice): Promise<void> {
	return change(context, key, (record) => notifying(record, choice));
}

export function mute(context: ConversationContext, key: ConversationKey, seconds: number): Promise<void> {
	const until = Math.floor(context.network.clock.now() / 1000) + Math.max(0, Math.trunc(seconds));
	return change(context, key, (record) => muted(record, until));
}

export function markUnread(context: Context, key: ConversationKey): Promise<void> {
	return change(context, key, markedUnread);
}

/** Opening a conversation takes the mark away that a person put there by hand. Nothing to do for one that is gone. */
export async function noteOpened({ db }: Context, key: ConversationKey): Promise<void> {
	const found = await db.read((tx) => tx.conversations.get(key));
	if (found?.markedUnread !== true) return;
	await db.write(async (tx) => {
		const record = await tx.conversations.get(key);
		if (record !== null) await tx.conversations.put(unmarked(record));
	});
}

/**
 * '' takes the nickname away. Fails with `invalid-name` and the reason `too-long`, with limit and actual in bytes; with
 * `not-found` for note to self.
 */
export function setNickname(
	context: ConversationContext,
	key: ConversationKey,
	nickname: string
): Promise<void> {
	const name = cleanNickname(nickname);
	return change(context, key, (record) => {
		if (record.accountId === context.self) throw new EngineError('not-found', { reason: 'note' });
		return nicknamed(record, name);
	});
}

function cleanNickname(text: string): string {
	try {
		return cleanDisplayName(text);
	} catch (error) {
		if (!(error instanceof ProtocolError)) throw error;
		if (error.kind !== 'too-large') return '';
		const actual = utf8(text.trim()).length;
		throw new EngineError('invalid-name', { reason: 'too-long', limit: DISPLAY_NAME_MAX_BYTES, actual });
	}
}

/** Those that are no longer blocked, or gone, are left as they are. */
export function unblockPeople({ db }: Context, keys: readonly ConversationKey[]): Promise<void> {
	return db.write(async (tx) => {
		for (const key of keys) {
			const record = await tx.conversations.get(key);
			if (record?.blocked !== true) continue;
			await tx.conversations.put({ ...unblocked(record), unread: await countUnread(tx, record) });
		}
	});
}

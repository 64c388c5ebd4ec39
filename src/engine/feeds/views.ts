/** From records to what the page shows; pure. */
import { colourOf, shortAccountId } from '../../protocol/identity';
import type { AccountId } from '../../protocol/types';
import type { AccountView, ConversationRow, ElsewhereView, MessageView, PersonView } from '../api';
import type { OwnProfile } from '../conversations/own-profile';
import { isUnread } from '../conversations/records';
import { standingOf } from '../conversations/standing';
import type { Elsewhere } from '../documents/elsewhere';
import { DOCUMENT_NAMES } from '../documents/state';
import type { DocumentStates } from '../documents/state';
import type { ConversationRecord, MessageRow } from '../storage/types';

function personView(accountId: AccountId, displayName: string): PersonView {
	return {
		accountId,
		name: displayName === '' ? shortAccountId(accountId) : displayName,
		named: displayName !== '',
		colour: colourOf(accountId)
	};
}

export function accountView(self: AccountId, profile: OwnProfile): AccountView {
	return {
		accountId: self,
		displayName: profile.displayName,
		colour: colourOf(self),
		recoverySeen: profile.recoverySeen,
		createdHere: profile.createdHere,
		noteToSelf: profile.noteToSelf
	};
}

/** Local ms of a network time. Whole seconds of offset, so that rows do not change with every poll's measure. */
export function localTime(networkMs: number, offsetMs: number): number {
	return networkMs - Math.round(offsetMs / 1000) * 1000;
}

export function elsewhereView(
	known: Elsewhere | null,
	states: DocumentStates,
	offsetMs: number
): ElsewhereView {
	const local = (at: number | null | undefined) => (at == null ? null : localTime(at, offsetMs));
	return {
		firstAt: local(known?.firstAt),
		lastAt: local(known?.lastAt),
		lastKind: known?.lastKind ?? null,
		toAnnounce: local(known?.toAnnounce),
		unreadable: DOCUMENT_NAMES.filter((name) => states[name].unreadable)
	};
}

export function conversationRow(
	record: ConversationRecord,
	self: AccountId,
	offsetMs: number
): ConversationRow {
	const { newest } = record;
	return {
		key: record.key,
		person: personView(record.accountId, record.displayName),
		standing: standingOf(record, self),
		activeAt: newest === null ? null : localTime(newest.sentAt, offsetMs),
		unread: record.unread,
		preview: newest === null ? null : { text: newest.preview, mine: newest.mine, state: newest.state },
		draft: record.draft
	};
}

/** Newest first, then those without a message by the time they were made, then by name. */
export function inListOrder(records: readonly ConversationRecord[]): ConversationRecord[] {
	const at = (record: ConversationRecord) => record.newest?.sentAt ?? record.createdAt;
	return [...records].sort(
		(a, b) =>
			at(b) - at(a) ||
			(a.displayName < b.displayName ? -1 : a.displayName > b.displayName ? 1 : 0) ||
			(a.key < b.key ? -1 : 1)
	);
}

export interface MessageViewContext {
	readonly record: ConversationRecord;
	readonly self: AccountId;
	readonly ownName: string;
}

/**
 * Null for a row the person should not see: an answer to a request I never made (anyone can send one).
 * `near`: the time to show for a damaged row, whose own is unreadable.
 */
export function messageView(row: MessageRow, context: MessageViewContext, near: number): MessageView | null {
	const { record, self, ownName } = context;
	if ('damaged' in row) {
		return {
			key: row.key,
			order: row.order,
			mine: false,
			author: personView(record.accountId, record.displayName),
			content: { kind: 'damaged' },
			sentAt: near,
			state: { kind: 'received' },
			unread: false
		};
	}
	if (row.content.kind === 'request-accepted' && !row.content.byMe && !record.approved) return null;
	return {
		key: row.key,
		order: row.order,
		mine: row.mine,
		author: row.mine ? personView(self, ownName) : personView(record.accountId, record.displayName),
		content: row.content,
		sentAt: row.sentAt,
		state: row.state,
		unread: isUnread(row, record.lastReadAt)
	};
}

/** Views of rows in order, oldest first. */
export function messageViews(rows: readonly MessageRow[], context: MessageViewContext): MessageView[] {
	const first = rows.find((row) => !('damaged' in row));
	let near = first && !('damaged' in first) ? first.sentAt : context.record.createdAt;
	const views: MessageView[] = [];
	for (const row of rows) {
		if (!('damaged' in row)) near = row.sentAt;
		const view = messageView(row, context, near);
		if (view !== null) views.push(view);
	}
	return views;
}

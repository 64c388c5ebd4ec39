/** From records to what the page shows; pure. */
import { colourOf, shortAccountId } from '../../protocol/identity';
import type { AccountId } from '../../protocol/types';
import type {
	AccountView,
	ConversationRow,
	ElsewhereView,
	MessageView,
	PersonRow,
	PersonView,
	PictureRef
} from '../api';
import type { OwnProfile } from '../conversations/own-profile';
import { isUnread, nameOf } from '../conversations/records';
import { standingOf } from '../conversations/standing';
import type { Elsewhere } from '../documents/elsewhere';
import { DOCUMENT_NAMES } from '../documents/state';
import type { DocumentStates } from '../documents/state';
import type { OwnPicture } from '../media/own-picture';
import type { ConversationRecord, MessageRow } from '../storage/types';
import type { OwnLook } from './own-look';

function personView(accountId: AccountId, displayName: string, picture: PictureRef | null): PersonView {
	return {
		accountId,
		name: displayName === '' ? shortAccountId(accountId) : displayName,
		named: displayName !== '',
		colour: colourOf(accountId),
		picture
	};
}

function peerView(record: ConversationRecord): PersonView {
	const { accountId, picture, keptPicture } = record;
	return personView(accountId, nameOf(record), picture === null ? null : (keptPicture?.ref ?? null));
}

export function accountView(self: AccountId, profile: OwnProfile, picture: OwnPicture | null): AccountView {
	return {
		accountId: self,
		displayName: profile.displayName,
		colour: colourOf(self),
		recoverySeen: profile.recoverySeen,
		createdHere: profile.createdHere,
		noteToSelf: profile.noteToSelf,
		picture: picture?.ref ?? null,
		pictureUpload: picture?.upload ? { reason: picture.upload.reason } : null
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
		person: peerView(record),
		standing: standingOf(record, self),
		activeAt: newest === null ? null : localTime(newest.sentAt, offsetMs),
		unread: record.unread,
		preview: newest === null ? null : { text: newest.preview, mine: newest.mine, state: newest.state },
		draft: record.draft,
		pinned: record.priority > 0,
		archived: record.archived,
		markedUnread: record.markedUnread,
		notify: record.notify,
		mutedUntil: record.muteUntil === 0 ? null : localTime(record.muteUntil * 1000, offsetMs),
		nickname: record.nickname,
		displayName: record.displayName
	};
}

/** Pinned ones by priority; then the newest first, those without a message by the time they were made; then by name. */
export function inListOrder(records: readonly ConversationRecord[]): ConversationRecord[] {
	const at = (record: ConversationRecord) => record.newest?.sentAt ?? record.createdAt;
	return [...records].sort(
		(a, b) =>
			Math.max(0, b.priority) - Math.max(0, a.priority) ||
			at(b) - at(a) ||
			(nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0) ||
			(a.key < b.key ? -1 : 1)
	);
}

export function personRow(record: ConversationRecord): PersonRow {
	return { key: record.key, person: peerView(record) };
}

export interface MessageViewContext extends OwnLook {
	readonly record: ConversationRecord;
	readonly self: AccountId;
}

/**
 * Null for a row the person should not see: an answer to a request I never made (anyone can send one).
 * `near`: the time to show for a damaged row, whose own is unreadable.
 */
export function messageView(row: MessageRow, context: MessageViewContext, near: number): MessageView | null {
	const { record, self, ownName, ownPicture } = context;
	if ('damaged' in row) {
		return {
			key: row.key,
			order: row.order,
			mine: false,
			author: peerView(record),
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
		author: row.mine ? personView(self, ownName, ownPicture) : peerView(record),
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

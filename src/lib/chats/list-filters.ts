import type { ConversationRow } from '../../engine/api';
import { m } from '../i18n/paraglide/messages';

/** Which part of the list is shown. */
export interface ListFilter {
	readonly name: string;
	readonly label: () => string;
	readonly has: (row: ConversationRow) => boolean;
	/** Said where nothing is in it. */
	readonly none: () => string;
	/** Stands there only while something is in it. */
	readonly whenUsed?: boolean;
	/** Opening a conversation takes it out of here; it stays while it is open. */
	readonly fleeting?: boolean;
}

export function isUnreadRow(row: ConversationRow): boolean {
	return row.unread > 0 || row.markedUnread;
}

/** The first is what the list begins with. */
export const listFilters: readonly [ListFilter, ...ListFilter[]] = [
	{ name: 'all', label: m.filter_all, has: (row) => !row.archived, none: m.chats_none_yet },
	{
		name: 'unread',
		label: m.filter_unread,
		has: (row) => isUnreadRow(row) && !row.archived,
		none: m.filter_none_unread,
		fleeting: true
	},
	{
		name: 'people',
		label: m.filter_people,
		has: (row) => row.standing !== 'note' && !row.archived,
		none: m.filter_none_people
	},
	{
		name: 'archived',
		label: m.filter_archived,
		has: (row) => row.archived,
		none: m.chats_none_yet,
		whenUsed: true
	}
];

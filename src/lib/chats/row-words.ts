import type { ConversationRow, PersonView } from '../../engine/api';
import { m } from '../i18n/paraglide/messages';
import type { IconName } from '../ui/icons';

/** What a row's second line says. */
export interface RowPreview {
	readonly kind: 'draft' | 'message' | 'nothing';
	readonly text: string;
	/** The state of my own newest message: the icon and what it means. */
	readonly mark: { readonly icon: IconName; readonly words: string; readonly bad: boolean } | null;
}

/** @param open in the open conversation the draft is in plain sight already. */
export function rowPreview(row: ConversationRow, open: boolean): RowPreview {
	if (row.draft.trim() !== '' && !open) return { kind: 'draft', text: oneLine(row.draft), mark: null };
	if (row.preview === null) return { kind: 'nothing', text: '', mark: null };
	const mine = row.preview.mine && row.standing !== 'note';
	const text = oneLine(row.preview.text) || m.chat_preview_unsupported();
	return { kind: 'message', text, mark: mine ? markOf(row.preview.state) : null };
}

function markOf(state: NonNullable<ConversationRow['preview']>['state']): RowPreview['mark'] {
	switch (state) {
		case 'queued':
		case 'sending':
			return { icon: 'clock', words: m.state_waiting(), bad: false };
		case 'sent':
			return { icon: 'check', words: m.state_sent(), bad: false };
		case 'read':
			return { icon: 'check-double', words: m.state_read(), bad: false };
		case 'failed':
			return { icon: 'alert', words: m.chats_not_sent(), bad: true };
		case 'received':
			return null;
	}
}

/** The name a conversation goes by: my own carries no person's name. */
export function conversationName(row: {
	readonly standing: ConversationRow['standing'];
	readonly person: PersonView;
}): string {
	return row.standing === 'note' ? m.chats_note_to_self() : row.person.name;
}

/** Line breaks would push what follows out of a row; rows are cut off by the layout. */
function oneLine(text: string): string {
	return text.slice(0, 300).replace(/\s+/gu, ' ').trim();
}

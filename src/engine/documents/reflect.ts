/** From what this browser changed to the documents that other devices read. Equal values change nothing in them. */
import { NotifyMode } from '../../protocol/config/documents/fields';
import type { Contact } from '../../protocol/config/documents/contacts';
import type { AccountId, NetworkTime } from '../../protocol/types';
import type { OwnProfile } from '../conversations/own-profile';
import { isSamePicture } from '../media/own-picture';
import type { ConversationRecord, NotifyChoice } from '../storage/types';
import type { OpenDocuments } from './store';

export const NOTIFY_MODES: Readonly<Record<NotifyChoice, NotifyMode>> = {
	default: NotifyMode.Default,
	all: NotifyMode.All,
	mentions: NotifyMode.MentionsOnly,
	none: NotifyMode.Disabled
};

/** Whether other devices have to know this person: someone merely looked up is nobody's contact yet. */
function isShared(record: ConversationRecord): boolean {
	return record.approved || record.approvedMe || record.blocked;
}

/** Null `record`: the conversation and the person are gone for good. */
export async function reflectConversation(
	documents: OpenDocuments,
	self: AccountId,
	account: AccountId,
	record: ConversationRecord | null
): Promise<void> {
	const reading = await documents.get('reading');
	const conversation = { kind: 'one-to-one', id: account } as const;
	if (account === self) {
		if (record !== null) (await documents.get('profile')).setNotePriority(record.priority);
	} else {
		const contacts = await documents.get('contacts');
		if (record === null) {
			contacts.erase(account);
			reading.erase(conversation);
			return;
		}
		const known = contacts.get(account);
		if (known === undefined && !isShared(record)) return;
		contacts.update(account, contactOf(record, known));
	}
	if (record === null) return;
	const isWorthSaying = record.lastReadAt > 0 || record.markedUnread;
	if (isWorthSaying || reading.get(conversation) !== undefined) {
		const state = { lastRead: record.lastReadAt, unread: record.markedUnread };
		reading.update(conversation, state, documents.now);
	}
}

function contactOf(record: ConversationRecord, known: Contact | undefined): Partial<Contact> {
	return {
		name: record.displayName,
		nickname: record.nickname,
		picture: record.picture ?? undefined,
		profileUpdated: record.profileUpdatedSeconds,
		approved: record.approved,
		approvedMe: record.approvedMe,
		blocked: record.blocked,
		priority: record.priority,
		notifications: NOTIFY_MODES[record.notify],
		muteUntil: record.muteUntil,
		// Of contacts that other devices made, their word stands, also where they say nothing.
		...(known === undefined ? { created: Math.trunc(record.createdAt / 1000) } : {})
	};
}

export async function reflectProfile(documents: OpenDocuments, profile: OwnProfile): Promise<void> {
	const document = await documents.get('profile');
	const at = (profile.updatedSeconds * 1000) as NetworkTime;
	document.setName(profile.displayName, at);
	const { picture, pictureRenewed } = profile;
	// Without one that the person set, there is none to renew.
	if (picture === null || !pictureRenewed || document.picture === undefined)
		document.setPicture(picture ?? undefined, at);
	else if (!isSamePicture(document.picture, picture)) document.setRenewedPicture(picture, at);
}

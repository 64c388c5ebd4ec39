/** From documents that were merged to the records that the page shows. Where a record knows something newer, it stays. */
import type { Contact } from '../../protocol/config/documents/contacts';
import type { AccountId, RandomBytes } from '../../protocol/types';
import { findOrMake } from '../conversations/find';
import { profileOf } from '../conversations/own-profile';
import { noteRemoval } from '../conversations/removals';
import { countUnread } from '../conversations/unread';
import type { AccountTransaction, ConversationRecord, NotifyChoice, ProfilePicture } from '../storage/types';
import { NOTIFY_MODES } from './reflect';
import type { OpenDocuments } from './store';

export interface AdoptContext {
	readonly self: AccountId;
	readonly random: RandomBytes;
	/** Network ms. */
	readonly now: number;
}

/** What this browser does not know yet, or knows otherwise, comes from the document. */
export async function adoptProfile(
	tx: AccountTransaction,
	documents: OpenDocuments,
	{ self }: AdoptContext
): Promise<void> {
	const document = await documents.get('profile');
	const profile = await profileOf(tx);
	if (document.name !== '') {
		const adopted = {
			...profile,
			displayName: document.name,
			picture: document.picture ?? null,
			pictureRenewed: document.renewedPicture !== undefined,
			updatedSeconds: document.updated
		};
		if (!same(profile, adopted)) await tx.meta.put('profile', adopted);
	}
	const note = await tx.conversations.byAccount(self);
	if (note !== null && note.priority !== document.notePriority) {
		await tx.conversations.put({ ...note, priority: document.notePriority });
	}
}

/** `before`: whom the document named before the merge; whoever is missing now was deleted on another device. */
export async function adoptContacts(
	tx: AccountTransaction,
	documents: OpenDocuments,
	before: ReadonlySet<AccountId>,
	context: AdoptContext
): Promise<void> {
	const contacts = (await documents.get('contacts')).all().filter(({ id }) => id !== context.self);
	// Side by side: a thousand contacts, one after the other, would wait for the disk for seconds.
	await Promise.all(
		contacts.map(async (contact) => {
			const known = await tx.conversations.byAccount(contact.id);
			const record = known ?? (await findOrMake(tx, contact.id, context));
			const adopted = withContact(record, contact);
			if (known === null || !same(known, adopted)) await tx.conversations.put(adopted);
		})
	);
	const present = new Set(contacts.map(({ id }) => id));
	for (const id of before) {
		const gone = present.has(id) ? null : await tx.conversations.byAccount(id);
		if (gone === null) continue;
		await tx.conversations.remove(gone.key);
		await noteRemoval(tx, id, context.now);
	}
}

function withContact(record: ConversationRecord, contact: Contact): ConversationRecord {
	const isNewer = contact.profileUpdated >= record.profileUpdatedSeconds;
	const said = isNewer
		? {
				displayName: contact.name === '' ? record.displayName : contact.name,
				picture: contact.picture ?? null,
				profileUpdatedSeconds: contact.profileUpdated
			}
		: {};
	return {
		...record,
		...said,
		nickname: contact.nickname,
		approved: contact.approved,
		approvedMe: contact.approvedMe,
		blocked: contact.blocked,
		priority: contact.priority,
		notify: notifyChoice(contact.notifications),
		muteUntil: contact.muteUntil,
		createdAt: contact.created > 0 ? contact.created * 1000 : record.createdAt,
		unread: contact.blocked ? 0 : record.unread
	};
}

function notifyChoice(mode: Contact['notifications']): NotifyChoice {
	const choices = Object.keys(NOTIFY_MODES) as NotifyChoice[];
	return choices.find((choice) => NOTIFY_MODES[choice] === mode) ?? 'default';
}

/** How far was read elsewhere. A mark never moves back: two devices may each have read on. */
export async function adoptReading(tx: AccountTransaction, documents: OpenDocuments): Promise<void> {
	const states = (await documents.get('reading')).all();
	await Promise.all(
		states.map(async (state) => {
			if (state.kind !== 'one-to-one') return;
			const record = await tx.conversations.byAccount(state.id);
			if (record === null) return;
			const lastReadAt = Math.max(record.lastReadAt, state.lastRead);
			if (lastReadAt === record.lastReadAt && state.unread === record.markedUnread) return;
			const read = { ...record, lastReadAt, markedUnread: state.unread };
			const unread = lastReadAt === record.lastReadAt ? record.unread : await countUnread(tx, read);
			await tx.conversations.put({ ...read, unread });
		})
	);
}

function same<Value extends object>(a: Value, b: Value): boolean {
	return (Object.keys(b) as (keyof Value)[]).every((key) => sameField(a[key], b[key]));
}

function sameField(a: unknown, b: unknown): boolean {
	if (a === b) return true;
	if (!isPicture(a) || !isPicture(b)) return false;
	return a.url === b.url && a.key.join() === b.key.join();
}

function isPicture(value: unknown): value is ProfilePicture {
	return typeof value === 'object' && value !== null && 'url' in value && 'key' in value;
}

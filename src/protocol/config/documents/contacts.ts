/** Everyone that an account knows, and whom it wrote to through communities: config.md §9.2. */
import { parseAccountId } from '../../identity';
import type { AccountId, Bytes, Ed25519KeyPair } from '../../types';
import { CONTACTS } from '../kinds';
import type { ConfigObject } from '../object';
import { openAccountConfig } from '../open';
import type { ConfigDict } from '../tree';
import { BlindedContacts } from './blinded-contacts';
import {
	checkPicture,
	checkText,
	dictAt,
	FieldWriter,
	NAME_MAX_BYTES,
	NotifyMode,
	readFlag,
	readInteger,
	readNotifyMode,
	readNumbers,
	readPicture,
	readSeconds,
	readText,
	toSeconds,
	truncateUtf8
} from './fields';
import type { Picture } from './fields';
import { idKey, recordsOf } from './records';

export const ExpiryMode = { None: 0, AfterSend: 1, AfterRead: 2 } as const;
export type ExpiryMode = (typeof ExpiryMode)[keyof typeof ExpiryMode];

export interface Contact {
	readonly id: AccountId;
	/** As they call themselves. Cut to 100 bytes when stored. */
	readonly name: string;
	/** As we call them, up to 100 bytes. */
	readonly nickname: string;
	readonly picture: Picture | undefined;
	/** Unix seconds of their profile, as they say; 0 when unknown. */
	readonly profileUpdated: number;
	readonly approved: boolean;
	readonly approvedMe: boolean;
	readonly blocked: boolean;
	/** Negative hidden, 0 normal, positive pinned, the higher the further up. */
	readonly priority: number;
	/** MentionsOnly means nothing between two people and counts as All. */
	readonly notifications: NotifyMode;
	/** Unix seconds; 0 for not muted. */
	readonly muteUntil: number;
	readonly expiryMode: ExpiryMode;
	/** Above 0 unless the mode is None. */
	readonly expirySeconds: number;
	/** Unix seconds; 0 when unknown. */
	readonly created: number;
	/** Numbers of the Pro features that their profile shows. */
	readonly proFeatures: readonly number[];
}

const RECORDS = 'c';

export class Contacts {
	/** Those whose Account ID is not known. */
	readonly blinded: BlindedContacts;

	constructor(readonly config: ConfigObject) {
		this.blinded = new BlindedContacts(config);
	}

	static open(account: Ed25519KeyPair, dump?: Bytes): Contacts {
		return new Contacts(openAccountConfig(CONTACTS, account, dump));
	}

	/** In the order of the ids. */
	all(): Contact[] {
		return recordsOf(this.config, RECORDS, parseAccountId).map(([id, record]) => readContact(id, record));
	}

	get(id: AccountId): Contact | undefined {
		const record = dictAt(this.config, [RECORDS, idKey(id)]);
		return record === undefined ? undefined : readContact(id, record);
	}

	/**
	 * Makes the contact when it is new. Throws ProtocolError 'too-large' or 'malformed' for what does not fit, and
	 * changes nothing.
	 */
	update(id: AccountId, changes: Partial<Omit<Contact, 'id'>>): void {
		const contact = { ...(this.get(id) ?? readContact(id, new Map())), ...changes };
		checkText(contact.nickname, NAME_MAX_BYTES);
		checkPicture(contact.picture);
		writeContact(new FieldWriter(this.config, [RECORDS, idKey(id)]), contact);
	}

	/** Forgets the contact altogether; hiding the conversation is a negative priority. */
	erase(id: AccountId): void {
		this.config.remove([RECORDS, idKey(id)]);
	}
}

function readContact(id: AccountId, record: ConfigDict): Contact {
	const expirySeconds = Math.max(0, readInteger(record, 'E') ?? 0);
	const mode = readInteger(record, 'e');
	const expiryMode = Object.values(ExpiryMode).find((known) => known === mode) ?? ExpiryMode.None;
	const expires = expiryMode !== ExpiryMode.None && expirySeconds > 0;
	return {
		id,
		name: readText(record, 'n'),
		nickname: readText(record, 'N'),
		picture: readPicture(record, 'p', 'q'),
		profileUpdated: readSeconds(record, 't'),
		approved: readFlag(record, 'a'),
		approvedMe: readFlag(record, 'A'),
		blocked: readFlag(record, 'b'),
		priority: readInteger(record, '+') ?? 0,
		notifications: betweenTwo(readNotifyMode(record, '@')),
		muteUntil: readSeconds(record, '!'),
		expiryMode: expires ? expiryMode : ExpiryMode.None,
		expirySeconds: expires ? expirySeconds : 0,
		created: readSeconds(record, 'j'),
		proFeatures: readNumbers(record, 'f')
	};
}

function writeContact(fields: FieldWriter, contact: Contact): void {
	const { expiryMode, expirySeconds } = contact;
	const expires = expiryMode !== ExpiryMode.None && expirySeconds > 0;
	fields.keptText('n', truncateUtf8(contact.name, NAME_MAX_BYTES));
	fields.text('N', contact.nickname);
	fields.picture('p', 'q', contact.picture);
	fields.positive('t', toSeconds(contact.profileUpdated));
	fields.flag('a', contact.approved);
	fields.flag('A', contact.approvedMe);
	fields.flag('b', contact.blocked);
	fields.nonzero('+', contact.priority);
	fields.positive('@', betweenTwo(contact.notifications));
	fields.positive('!', toSeconds(contact.muteUntil));
	fields.number('e', expires ? expiryMode : undefined);
	fields.number('E', expires ? expirySeconds : undefined);
	fields.positive('j', toSeconds(contact.created));
	fields.numbers('f', contact.proFeatures);
}

function betweenTwo(mode: NotifyMode): NotifyMode {
	return mode === NotifyMode.MentionsOnly ? NotifyMode.All : mode;
}

/** The configs of an account, with the operations and states of the files. */
import { Contacts } from '../../../src/protocol/config/documents/contacts';
import type { Contact } from '../../../src/protocol/config/documents/contacts';
import { NAME_MAX_BYTES, truncateUtf8 } from '../../../src/protocol/config/documents/fields';
import { UserProfile } from '../../../src/protocol/config/documents/user-profile';
import { parseAccountId } from '../../../src/protocol/identity';
import type { Ed25519KeyPair } from '../../../src/protocol/types';
import { changes, picture, rawOperations, run, showPicture } from './config-device';
import type { ConfigDevice, Operation, State } from './config-device';
import type { Fields } from './fields';

export function profileDevice(account: Ed25519KeyPair, profile = UserProfile.open(account)): ConfigDevice {
	const operations: Readonly<Record<string, Operation>> = {
		...rawOperations(profile.config),
		set_name: (op) => profile.setName(op.text('value')),
		set_name_truncated: (op) => profile.setName(truncateUtf8(op.text('value'), NAME_MAX_BYTES)),
		set_profile_pic: (op) => profile.setPicture(picture(op, 'value')),
		set_nts_priority: (op) => profile.setNotePriority(op.number('value')),
		set_nts_expiry: (op) => profile.setNoteExpiry(op.number('value')),
		set_blinded_msgreqs: (op) => {
			profile.setCommunityRequests(op.has('value') ? op.boolean('value') : undefined);
		}
	};
	return {
		config: profile.config,
		apply: (op, now) => run(operations, op, now),
		push: (now) => profile.config.push(now),
		reload: (dump) => profileDevice(account, UserProfile.open(account, dump)),
		state: () => ({
			name: profile.name === '' ? null : profile.name,
			profile_pic: showPicture(profile.picture),
			nts_priority: profile.notePriority,
			nts_expiry_s: profile.noteExpiry === 0 ? null : profile.noteExpiry,
			blinded_msgreqs: profile.communityRequests ?? null
		})
	};
}

export function contactsDevice(account: Ed25519KeyPair, contacts = Contacts.open(account)): ConfigDevice {
	const operations: Readonly<Record<string, Operation>> = {
		...rawOperations(contacts.config),
		set: (op) => contacts.update(parseAccountId(op.text('session_id')), contactChanges(op)),
		erase: (op) => contacts.erase(parseAccountId(op.text('session_id')))
	};
	return {
		config: contacts.config,
		apply: (op, now) => run(operations, op, now),
		push: (now) => contacts.config.push(now),
		reload: (dump) => contactsDevice(account, Contacts.open(account, dump)),
		state: () => ({ contacts: contacts.all().map(showContact) })
	};
}

function contactChanges(op: Fields): Partial<Omit<Contact, 'id'>> {
	return changes(op, {
		name: (from, name) => ({ name: from.text(name) }),
		nickname: (from, name) => ({ nickname: from.text(name) }),
		nickname_truncated: (from, name) => ({ nickname: truncateUtf8(from.text(name), NAME_MAX_BYTES) }),
		profile_pic: (from, name) => ({ picture: picture(from, name) }),
		approved: (from, name) => ({ approved: from.boolean(name) }),
		approved_me: (from, name) => ({ approvedMe: from.boolean(name) }),
		blocked: (from, name) => ({ blocked: from.boolean(name) }),
		priority: (from, name) => ({ priority: from.number(name) }),
		notifications: (from, name) => ({ notifications: from.number(name) }),
		mute_until: (from, name) => ({ muteUntil: from.number(name) }),
		exp_mode: (from, name) => ({ expiryMode: from.number(name) }),
		exp_seconds: (from, name) => ({ expirySeconds: from.number(name) }),
		created: (from, name) => ({ created: from.number(name) })
	});
}

function showContact(contact: Contact): State {
	return {
		session_id: contact.id,
		name: contact.name,
		nickname: contact.nickname,
		profile_pic: showPicture(contact.picture),
		approved: contact.approved,
		approved_me: contact.approvedMe,
		blocked: contact.blocked,
		priority: contact.priority,
		notifications: contact.notifications,
		mute_until: contact.muteUntil,
		exp_mode: contact.expiryMode,
		exp_seconds: contact.expirySeconds,
		created: contact.created
	};
}

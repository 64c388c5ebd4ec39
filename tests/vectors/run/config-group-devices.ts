/** The configs of a group, with the operations and states of the files. */
import {
	DESCRIPTION_MAX_BYTES,
	GroupInfo
} from '../../../src/protocol/config/documents/group-info';
import { GroupMembers, memberChanges } from '../../../src/protocol/config/documents/group-members';
import type { GroupMember, MemberStatus } from '../../../src/protocol/config/documents/group-members';
import { NAME_MAX_BYTES, truncateUtf8 } from '../../../src/protocol/config/documents/fields';
import type { SigningKeys } from '../../../src/protocol/config/message';
import { groupIdOf } from '../../../src/protocol/groups/group-id';
import { parseAccountId } from '../../../src/protocol/identity';
import type { Bytes } from '../../../src/protocol/types';
import { changes, picture, rawOperations, run, showPicture } from './config-device';
import type { ConfigDevice, Operation, State } from './config-device';
import type { Fields } from './fields';

/** Reads of times that were never set: the files show null. */
function orNull(time: number): number | null {
	return time === 0 ? null : time;
}

export function groupInfoDevice(
	keys: readonly Bytes[],
	signing: SigningKeys,
	info = GroupInfo.open(keys, signing)
): ConfigDevice {
	const operations: Readonly<Record<string, Operation>> = {
		...rawOperations(info.config),
		set_name: (op) => info.setName(op.text('value')),
		set_name_truncated: (op) => info.setName(truncateUtf8(op.text('value'), NAME_MAX_BYTES)),
		set_description: (op) => info.setDescription(op.text('value')),
		set_description_truncated: (op) => {
			info.setDescription(truncateUtf8(op.text('value'), DESCRIPTION_MAX_BYTES));
		},
		set_profile_pic: (op) => info.setPicture(picture(op, 'value')),
		set_created: (op) => info.setCreated(op.number('value')),
		set_expiry_timer: (op) => info.setExpirySeconds(op.number('value')),
		set_delete_before: (op) => info.setDeleteBefore(op.number('value')),
		set_delete_attach_before: (op) => info.setDeleteAttachmentsBefore(op.number('value')),
		destroy_group: () => info.destroy()
	};
	return {
		config: info.config,
		apply: (op, now) => run(operations, op, now),
		push: (now) => info.config.push(now),
		reload: (dump) => groupInfoDevice(keys, signing, GroupInfo.open(keys, signing, dump)),
		state: () => ({
			id: groupIdOf(signing.publicKey),
			name: info.name === '' ? null : info.name,
			description: info.description === '' ? null : info.description,
			profile_pic: showPicture(info.picture),
			created: orNull(info.created),
			expiry_timer_s: orNull(info.expirySeconds),
			delete_before: orNull(info.deleteBefore),
			delete_attach_before: orNull(info.deleteAttachmentsBefore),
			destroyed: info.isDestroyed
		})
	};
}

export function groupMembersDevice(
	keys: readonly Bytes[],
	signing: SigningKeys,
	members = GroupMembers.open(keys, signing)
): ConfigDevice {
	const operations: Readonly<Record<string, Operation>> = {
		...rawOperations(members.config),
		set: (op) => members.update(parseAccountId(op.text('session_id')), memberChangesOf(op)),
		erase: (op) => members.erase(parseAccountId(op.text('session_id')))
	};
	return {
		config: members.config,
		apply: (op, now) => run(operations, op, now),
		push: (now) => members.config.push(now),
		reload: (dump) => groupMembersDevice(keys, signing, GroupMembers.open(keys, signing, dump)),
		state: () => ({ members: members.all().map((member) => showMember(members, member)) })
	};
}

const CALLS: Readonly<Record<string, Partial<GroupMember>>> = {
	set_invite_sent: memberChanges.inviteSent,
	set_invite_not_sent: memberChanges.inviteNotSent,
	set_invite_failed: memberChanges.inviteFailed,
	set_invite_accepted: memberChanges.inviteAccepted,
	set_promoted: memberChanges.promoted,
	set_promotion_sent: memberChanges.promotionSent,
	set_promotion_failed: memberChanges.promotionFailed,
	set_promotion_accepted: memberChanges.promotionAccepted,
	set_removed: memberChanges.removed,
	set_removed_with_messages: memberChanges.removedWithMessages
};

function memberChangesOf(op: Fields): Partial<Omit<GroupMember, 'id'>> {
	return changes(op, {
		name: (from, name) => ({ name: from.text(name) }),
		name_truncated: (from, name) => ({ name: truncateUtf8(from.text(name), NAME_MAX_BYTES) }),
		profile_pic: (from, name) => ({ picture: picture(from, name) }),
		admin: (from, name) => ({ admin: from.boolean(name) }),
		supplement: (from, name) => ({ supplement: from.boolean(name) }),
		invite_status: (from, name) => ({ invite: from.number(name) }),
		promotion_status: (from, name) => ({ promotion: from.number(name) }),
		removed_status: (from, name) => ({ removal: from.number(name) }),
		call: (from, name) => {
			const called = CALLS[from.text(name)];
			if (called === undefined) throw new Error('unknown call');
			return called;
		}
	});
}

const STATUSES: readonly MemberStatus[] = [
	'invite-unknown',
	'invite-not-sent',
	'invite-sending',
	'invite-failed',
	'invite-sent',
	'invite-accepted',
	'promotion-unknown',
	'promotion-not-sent',
	'promotion-sending',
	'promotion-failed',
	'promotion-sent',
	'promotion-accepted',
	'removed-unknown',
	'removed',
	'removed-with-messages'
];

function showMember(members: GroupMembers, member: GroupMember): State {
	return {
		session_id: member.id,
		name: member.name,
		profile_pic: showPicture(member.picture),
		admin: member.admin,
		supplement: member.supplement,
		invite_status: member.invite,
		promotion_status: member.promotion,
		removed_status: member.removal,
		status: STATUSES.indexOf(members.statusOf(member))
	};
}

/** Read marks and memberships of an account, with the operations and states of the files. */
import { fromHex, toHex } from '../../../src/protocol/bytes';
import { communityUrl, canonicalRoom, parseCommunityUrl } from '../../../src/protocol/config/documents/community';
import type { CommunityAddress } from '../../../src/protocol/config/documents/community';
import { ConvoInfoVolatile } from '../../../src/protocol/config/documents/convo-info-volatile';
import type { Conversation, ConversationState } from '../../../src/protocol/config/documents/convo-info-volatile';
import type { JoinedCommunity } from '../../../src/protocol/config/documents/joined-communities';
import type { LegacyGroup } from '../../../src/protocol/config/documents/legacy-groups';
import type { Membership } from '../../../src/protocol/config/documents/membership';
import { UserGroups } from '../../../src/protocol/config/documents/user-groups';
import type { JoinedGroup } from '../../../src/protocol/config/documents/user-groups';
import { groupPair, parseGroupId, parseGroupSeed } from '../../../src/protocol/groups/group-id';
import { parseAccountId } from '../../../src/protocol/identity';
import { parseX25519PublicKey } from '../../../src/protocol/keys';
import type { AccountId, Ed25519KeyPair } from '../../../src/protocol/types';
import { changes, rawOperations, run } from './config-device';
import type { ConfigDevice, Operation, State } from './config-device';
import type { Fields } from './fields';

function addressOf(op: Fields): CommunityAddress {
	if (op.has('full_url')) return parseCommunityUrl(op.text('full_url'));
	// Nothing needs the server's key to take a room away.
	const publicKey = op.has('pubkey') ? op.hex('pubkey') : new Uint8Array(32);
	return { baseUrl: op.text('base_url'), room: op.text('room'), publicKey: parseX25519PublicKey(publicKey) };
}

function showAddress(address: CommunityAddress): State {
	return {
		kind: 'community',
		base_url: address.baseUrl,
		room: address.room,
		room_norm: canonicalRoom(address.room),
		pubkey: toHex(address.publicKey),
		full_url: communityUrl(address)
	};
}

export function volatileDevice(
	account: Ed25519KeyPair,
	volatile = ConvoInfoVolatile.open(account)
): ConfigDevice {
	const operations: Readonly<Record<string, Operation>> = {
		...rawOperations(volatile.config),
		set: (op, now) => {
			const marks = changes(op, {
				last_read: (from, name) => ({ lastRead: from.number(name) }),
				unread: (from, name) => ({ unread: from.boolean(name) })
			});
			volatile.update(conversationOf(op), marks, now);
		},
		erase: (op) => volatile.erase(conversationOf(op))
	};
	return {
		config: volatile.config,
		apply: (op, now) => run(operations, op, now),
		push: (now) => volatile.push(now),
		reload: (dump) => volatileDevice(account, ConvoInfoVolatile.open(account, dump)),
		state: () => ({ convos: volatile.all().map(showConversation) })
	};
}

function conversationOf(op: Fields): Conversation {
	const kind = op.text('kind');
	if (kind === 'community') return { kind, ...addressOf(op) };
	if (kind === 'group') return { kind, id: parseGroupId(op.text('id')) };
	if (kind === 'legacy_group') return { kind: 'legacy-group', id: parseAccountId(op.text('id')) };
	if (kind === '1to1') return { kind: 'one-to-one', id: parseAccountId(op.text('id')) };
	throw new Error(`unknown conversation ${kind}`);
}

function showConversation(conversation: ConversationState): State {
	const marks = { last_read: conversation.lastRead, unread: conversation.unread };
	if (conversation.kind === 'community') return { ...showAddress(conversation), ...marks };
	const kinds = { 'one-to-one': '1to1', group: 'group', 'legacy-group': 'legacy_group', blinded: 'blinded' };
	return { kind: kinds[conversation.kind], id: conversation.id, ...marks };
}

export function userGroupsDevice(account: Ed25519KeyPair, groups = UserGroups.open(account)): ConfigDevice {
	const operations: Readonly<Record<string, Operation>> = {
		...rawOperations(groups.config),
		set: (op) => setGroup(groups, op),
		erase: (op) => {
			const kind = op.text('kind');
			if (kind === 'community') groups.communities.erase(addressOf(op));
			else if (kind === 'group') groups.erase(parseGroupId(op.text('id')));
			else groups.legacy.erase(parseAccountId(op.text('id')));
		}
	};
	return {
		config: groups.config,
		apply: (op, now) => run(operations, op, now),
		push: (now) => groups.config.push(now),
		reload: (dump) => userGroupsDevice(account, UserGroups.open(account, dump)),
		state: () => ({
			groups: [
				...groups.all().map(showGroup),
				...groups.communities.all().map(showCommunity),
				...groups.legacy.all().map(showLegacy)
			]
		})
	};
}

function setGroup(groups: UserGroups, op: Fields): void {
	const kind = op.text('kind');
	if (kind === 'community') {
		groups.communities.update(addressOf(op), membershipChanges(op));
	} else if (kind === 'group') {
		const id = parseGroupId(op.text('id'));
		const given = changes(op, {
			name: (from, name) => ({ name: from.text(name) }),
			secretkey: (from, name) => ({ seed: parseGroupSeed(from.hex(name).subarray(0, 32)) }),
			// Data of another length counts for nothing.
			auth_data: (from, name) => ({ auth: from.hex(name).length === 100 ? from.hex(name) : undefined })
		});
		if (!op.has('mark')) groups.update(id, { ...membershipChanges(op), ...given });
		else if (op.text('mark') === 'kicked') groups.markKicked(id);
		else if (op.text('mark') === 'invited') groups.markInvited(id);
		else if (op.text('mark') === 'destroyed') groups.markDestroyed(id);
		else throw new Error('unknown mark');
	} else {
		setLegacyGroup(groups, op);
	}
}

function setLegacyGroup({ legacy }: UserGroups, op: Fields): void {
	const id = parseAccountId(op.text('id'));
	const members = new Map(legacy.get(id)?.members);
	if (op.has('insert_members')) {
		const inserted = op.raw('insert_members') as Record<string, boolean>;
		for (const [member, admin] of Object.entries(inserted)) members.set(parseAccountId(member), admin);
	}
	if (op.has('erase_members')) for (const member of op.texts('erase_members')) members.delete(member as AccountId);
	const keys = [op.has('enc_pubkey'), op.has('enc_seckey')];
	const given = changes(op, {
		name: (from, name) => ({ name: from.text(name) }),
		disappearing_timer_s: (from, name) => ({ expirySeconds: from.number(name) })
	});
	const encryption = keys.every(Boolean)
		? { encryption: { publicKey: op.hex('enc_pubkey'), secretKey: op.hex('enc_seckey') } }
		: {};
	// One half of the pair counts for nothing.
	op.skip('enc_pubkey', 'enc_seckey');
	legacy.update(id, { ...membershipChanges(op), ...given, ...encryption, members });
}

function membershipChanges(op: Fields): Partial<Membership> {
	return changes(op, {
		priority: (from, name) => ({ priority: from.number(name) }),
		joined_at: (from, name) => ({ joinedAt: from.number(name) }),
		notifications: (from, name) => ({ notifications: from.number(name) }),
		mute_until: (from, name) => ({ muteUntil: from.number(name) }),
		invited: (from, name) => ({ invited: from.boolean(name) })
	});
}

function showMembership(membership: Membership): State {
	return {
		priority: membership.priority,
		joined_at: membership.joinedAt,
		notifications: membership.notifications,
		mute_until: membership.muteUntil,
		invited: membership.invited
	};
}

function showGroup(group: JoinedGroup): State {
	return {
		kind: 'group',
		id: group.id,
		name: group.name,
		...showMembership(group),
		secretkey: group.seed === undefined ? '' : toHex(groupPair(group.seed).secretKey),
		auth_data: toHex(group.auth ?? fromHex('')),
		removed_status: group.removed
	};
}

function showCommunity(community: JoinedCommunity): State {
	return { ...showAddress(community), ...showMembership(community) };
}

function showLegacy(group: LegacyGroup): State {
	return {
		kind: 'legacy_group',
		id: group.id,
		name: group.name,
		...showMembership(group),
		enc_pubkey: toHex(group.encryption?.publicKey ?? fromHex('')),
		enc_seckey: toHex(group.encryption?.secretKey ?? fromHex('')),
		disappearing_timer_s: group.expirySeconds,
		members: Object.fromEntries(group.members)
	};
}

/** Who is in a group, signed by its admins: config.md §9.6. */
import { isBytes, isList } from '../../bt/value';
import type { BtValue } from '../../bt/value';
import { fromHex, toHex } from '../../bytes';
import { parseAccountId } from '../../identity';
import type { AccountId, Bytes } from '../../types';
import { GROUP_MEMBERS } from '../kinds';
import type { SigningKeys } from '../message';
import type { ConfigObject } from '../object';
import { openGroupConfig } from '../open';
import type { ConfigDict } from '../tree';
import {
	checkPicture,
	checkText,
	dictAt,
	FieldWriter,
	NAME_MAX_BYTES,
	readFlag,
	readInteger,
	readPicture,
	readSeconds,
	readText,
	toSeconds
} from './fields';
import type { Picture } from './fields';
import { idKey, recordsOf } from './records';

/** How far an invite or a promotion came. Numbers above 3 come from newer clients. */
export const SendStatus = { Accepted: 0, Sent: 1, Failed: 2, NotSent: 3 } as const;
export const RemovalStatus = { None: 0, Remove: 1, RemoveWithMessages: 2 } as const;

export interface GroupMember {
	readonly id: AccountId;
	/** Up to 100 bytes. */
	readonly name: string;
	readonly picture: Picture | undefined;
	/** Unix seconds of their profile; 0 when unknown. */
	readonly profileUpdated: number;
	/** Is an admin, or is being made one. */
	readonly admin: boolean;
	/** See SendStatus; always 0 for an admin. */
	readonly invite: number;
	/** See SendStatus. */
	readonly promotion: number;
	/** See RemovalStatus. */
	readonly removal: number;
	/** Was invited with the keys to older messages. */
	readonly supplement: boolean;
}

/** What to say of a member: removal before promotion before invite. */
export type MemberStatus =
	| `invite-${'unknown' | 'not-sent' | 'sending' | 'failed' | 'sent' | 'accepted'}`
	| `promotion-${'unknown' | 'not-sent' | 'sending' | 'failed' | 'sent' | 'accepted'}`
	| 'removed-unknown'
	| 'removed'
	| 'removed-with-messages';

/** What the calls of clients do to a member. */
export const memberChanges = {
	inviteNotSent: { invite: SendStatus.NotSent },
	inviteSent: { invite: SendStatus.Sent },
	inviteFailed: { invite: SendStatus.Failed },
	inviteAccepted: { invite: SendStatus.Accepted, supplement: false },
	promoted: { admin: true, invite: SendStatus.Accepted, promotion: SendStatus.NotSent },
	promotionSent: { admin: true, invite: SendStatus.Accepted, promotion: SendStatus.Sent },
	promotionFailed: { admin: true, invite: SendStatus.Accepted, promotion: SendStatus.Failed },
	promotionAccepted: { admin: true, invite: SendStatus.Accepted, promotion: SendStatus.Accepted },
	removed: { invite: SendStatus.Accepted, promotion: SendStatus.Accepted, removal: RemovalStatus.Remove },
	removedWithMessages: {
		invite: SendStatus.Accepted,
		promotion: SendStatus.Accepted,
		removal: RemovalStatus.RemoveWithMessages
	}
} as const satisfies Readonly<Record<string, Partial<Omit<GroupMember, 'id'>>>>;

const RECORDS = 'm';
const SENDING = 'sending';

/** Changes throw Error where the group's secret key is missing. */
export class GroupMembers {
	constructor(readonly config: ConfigObject) {}

	/** `keys` are the group's encryption keys, the newest first. */
	static open(keys: readonly Bytes[], signing: SigningKeys, dump?: Bytes): GroupMembers {
		return new GroupMembers(openGroupConfig(GROUP_MEMBERS, keys, signing, dump));
	}

	/** In the order of the ids. */
	all(): GroupMember[] {
		return recordsOf(this.config, RECORDS, parseAccountId).map(([id, record]) => readMember(id, record));
	}

	get(id: AccountId): GroupMember | undefined {
		const record = dictAt(this.config, [RECORDS, idKey(id)]);
		return record === undefined ? undefined : readMember(id, record);
	}

	/**
	 * Adds the member when it is new, with an invite that is not sent yet. Throws ProtocolError 'too-large' or
	 * 'malformed' for what does not fit, and changes nothing.
	 */
	update(id: AccountId, changes: Partial<Omit<GroupMember, 'id'>>): void {
		const fresh = { ...readMember(id, new Map()), ...memberChanges.inviteNotSent };
		const member = { ...(this.get(id) ?? fresh), ...changes };
		checkText(member.name, NAME_MAX_BYTES);
		checkPicture(member.picture);
		const fields = new FieldWriter(this.config, [RECORDS, idKey(id)]);
		fields.keptText('n', member.name);
		fields.picture('p', 'q', member.picture);
		fields.positive('t', toSeconds(member.profileUpdated));
		fields.flag('A', member.admin);
		fields.positive('P', member.promotion);
		fields.positive('I', member.admin ? 0 : member.invite);
		fields.flag('s', member.supplement);
		fields.positive('R', member.removal);
		this.setSending(id, (member.admin ? member.promotion : member.invite) === SendStatus.NotSent);
	}

	/** Gone without a trace. To keep them from reading on, mark them as removed first, and rotate the keys. */
	erase(id: AccountId): void {
		this.config.remove([RECORDS, idKey(id)]);
		this.setSending(id, false);
	}

	statusOf(member: GroupMember): MemberStatus {
		if (member.removal === RemovalStatus.RemoveWithMessages) return 'removed-with-messages';
		if (member.removal === RemovalStatus.Remove) return 'removed';
		if (member.removal > 0) return 'removed-unknown';
		const [what, status] = member.admin
			? (['promotion', member.promotion] as const)
			: (['invite', member.invite] as const);
		if (status === SendStatus.Accepted) return `${what}-accepted`;
		if (status === SendStatus.Sent) return `${what}-sent`;
		if (status === SendStatus.Failed) return `${what}-failed`;
		if (status !== SendStatus.NotSent) return `${what}-unknown`;
		return this.sending.has(member.id) ? `${what}-sending` : `${what}-not-sent`;
	}

	/**
	 * At start-up: what this device was sending when it stopped did not get through, and can be tried again. Other
	 * devices never knew of it.
	 */
	forgetSending(): void {
		if (this.sending.size > 0) this.saveSending(new Set());
	}

	/** Whose invite or promotion is under way from this device. */
	private get sending(): ReadonlySet<AccountId> {
		const ids = this.config.extra.get(SENDING);
		if (ids === undefined || !isList(ids)) return new Set();
		return new Set(ids.filter((id) => isBytes(id)).map((id) => parseAccountId(toHex(id))));
	}

	private setSending(id: AccountId, sending: boolean): void {
		if (this.sending.has(id) === sending) return;
		const ids = new Set(this.sending);
		if (sending) ids.add(id);
		else ids.delete(id);
		this.saveSending(ids);
	}

	private saveSending(ids: ReadonlySet<AccountId>): void {
		this.config.setExtra(new Map<string, BtValue>([[SENDING, [...ids].map(fromHex)]]));
	}
}

function readMember(id: AccountId, record: ConfigDict): GroupMember {
	const admin = readFlag(record, 'A');
	const invite = admin ? 0 : (readInteger(record, 'I') ?? 0);
	const promotion = readInteger(record, 'P') ?? 0;
	return {
		id,
		name: readText(record, 'n'),
		picture: readPicture(record, 'p', 'q'),
		profileUpdated: readSeconds(record, 't'),
		admin,
		invite,
		promotion,
		removal: readInteger(record, 'R') ?? 0,
		supplement: invite > 0 && !admin && promotion <= 0 && readFlag(record, 's')
	};
}

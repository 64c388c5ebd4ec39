/** Which groups and communities an account is in, and the secrets of that: config.md §9.4. */
import { ProtocolError } from '../../errors';
import { groupIdOf, groupPair, parseGroupId, parseGroupSeed } from '../../groups/group-id';
import type { Bytes, Ed25519KeyPair, GroupId, GroupSeed } from '../../types';
import { USER_GROUPS } from '../kinds';
import type { ConfigObject } from '../object';
import { openAccountConfig } from '../open';
import type { ConfigDict } from '../tree';
import {
	dictAt,
	FieldWriter,
	NAME_MAX_BYTES,
	readBytes,
	readInteger,
	readText,
	truncateUtf8
} from './fields';
import { JoinedCommunities } from './joined-communities';
import { LegacyGroups } from './legacy-groups';
import { readMembership, writeMembership } from './membership';
import type { Membership } from './membership';
import { idKey, recordsOf } from './records';

export const RemovedStatus = { No: 0, Kicked: 1, Destroyed: 2 } as const;

export interface JoinedGroup extends Membership {
	readonly id: GroupId;
	/** Shown until the group's own config is there. Cut to 100 bytes when stored. */
	readonly name: string;
	/** When we are an admin. */
	readonly seed: GroupSeed | undefined;
	/** When we are a member: 100 bytes, of which `parseMemberAuth` says whether they are any good. */
	readonly auth: Bytes | undefined;
	/** See RemovedStatus; other numbers come from newer clients. */
	readonly removed: number;
}

const RECORDS = 'g';
const SEED_BYTES = 32;
const AUTH_BYTES = 100;
const NO_SEED: Bytes = new Uint8Array(0);

export class UserGroups {
	readonly communities: JoinedCommunities;
	readonly legacy: LegacyGroups;

	constructor(readonly config: ConfigObject) {
		this.communities = new JoinedCommunities(config);
		this.legacy = new LegacyGroups(config);
	}

	static open(account: Ed25519KeyPair, dump?: Bytes): UserGroups {
		return new UserGroups(openAccountConfig(USER_GROUPS, account, dump));
	}

	/** In the order of the ids. */
	all(): JoinedGroup[] {
		return recordsOf(this.config, RECORDS, parseGroupId).map(([id, record]) => readGroup(id, record));
	}

	get(id: GroupId): JoinedGroup | undefined {
		const record = dictAt(this.config, [RECORDS, idKey(id)]);
		return record === undefined ? undefined : readGroup(id, record);
	}

	/**
	 * Makes the entry when it is new. A seed of another group is not stored. Throws ProtocolError 'malformed' for auth data
	 * of another length, and changes nothing.
	 */
	update(id: GroupId, changes: Partial<Omit<JoinedGroup, 'id'>>): void {
		const group = { ...(this.get(id) ?? readGroup(id, new Map())), ...changes };
		if (group.auth !== undefined && group.auth.length !== AUTH_BYTES) {
			throw new ProtocolError('malformed', 'auth data has the wrong length');
		}
		const fields = new FieldWriter(this.config, [RECORDS, idKey(id)]);
		writeMembership(fields, group);
		fields.text('n', truncateUtf8(group.name, NAME_MAX_BYTES));
		fields.positive('r', group.removed);
		if (group.seed !== undefined && isSeedOf(id, group.seed)) {
			// What a member had stays: it does no harm, and taking it out would be one more change to merge.
			fields.bytes('K', group.seed);
		} else {
			// Empty rather than missing, so that the entry does not vanish.
			fields.bytes('K', NO_SEED);
			fields.bytes('s', group.auth);
		}
	}

	/** Thrown out: the secrets are worth nothing any more. */
	markKicked(id: GroupId): void {
		const destroyed = this.get(id)?.removed === RemovedStatus.Destroyed;
		const removed = destroyed ? RemovedStatus.Destroyed : RemovedStatus.Kicked;
		this.update(id, { seed: undefined, auth: undefined, removed });
	}

	/** Invited again after having been thrown out. */
	markInvited(id: GroupId): void {
		const removed = this.get(id)?.removed ?? RemovedStatus.No;
		this.update(id, { removed: removed === RemovedStatus.Kicked ? RemovedStatus.No : removed });
	}

	/** An admin destroyed the group for everyone. */
	markDestroyed(id: GroupId): void {
		this.update(id, { seed: undefined, auth: undefined, removed: RemovedStatus.Destroyed });
	}

	/** Left. */
	erase(id: GroupId): void {
		this.config.remove([RECORDS, idKey(id)]);
	}
}

function readGroup(id: GroupId, record: ConfigDict): JoinedGroup {
	const seedBytes = readBytes(record, 'K', SEED_BYTES);
	const seed = seedBytes === undefined ? undefined : parseGroupSeed(seedBytes);
	return {
		...readMembership(record),
		id,
		name: readText(record, 'n'),
		seed: seed !== undefined && isSeedOf(id, seed) ? seed : undefined,
		auth: readBytes(record, 's', AUTH_BYTES),
		removed: readInteger(record, 'r') ?? RemovedStatus.No
	};
}

function isSeedOf(id: GroupId, seed: GroupSeed): boolean {
	return groupIdOf(groupPair(seed).publicKey) === id;
}

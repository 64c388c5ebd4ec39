/**
 * Groups of the time before 2025, which nobody can write to any more; kept so that they can still be read: config.md
 * §9.4.
 */
import { isBytes } from '../../bt/value';
import { fromHex, toHex } from '../../bytes';
import { ProtocolError } from '../../errors';
import { parseAccountId } from '../../identity';
import type { AccountId, Bytes } from '../../types';
import type { ConfigObject } from '../object';
import { isScalarSet, scalarSet } from '../tree';
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
import { readMembership, writeMembership } from './membership';
import type { Membership } from './membership';
import { idKey, parsedOrNothing, recordsOf } from './records';

export interface LegacyGroup extends Membership {
	/** Looks like an Account ID. */
	readonly id: AccountId;
	/** Cut to 100 bytes when stored. */
	readonly name: string;
	/** The key pair its messages were sealed for, 32 bytes each. */
	readonly encryption: { readonly publicKey: Bytes; readonly secretKey: Bytes } | undefined;
	/** Seconds; 0 when messages stay. */
	readonly expirySeconds: number;
	/** Whether each is an admin. */
	readonly members: ReadonlyMap<AccountId, boolean>;
}

const RECORDS = 'C';
const KEY_BYTES = 32;

export class LegacyGroups {
	constructor(private readonly config: ConfigObject) {}

	/** In the order of the ids. */
	all(): LegacyGroup[] {
		return recordsOf(this.config, RECORDS, parseAccountId).map(([id, record]) => read(id, record));
	}

	get(id: AccountId): LegacyGroup | undefined {
		const record = dictAt(this.config, [RECORDS, idKey(id)]);
		return record === undefined ? undefined : read(id, record);
	}

	/**
	 * Makes the entry when it is new. Throws ProtocolError 'malformed' for keys of another length, and changes nothing.
	 */
	update(id: AccountId, changes: Partial<Omit<LegacyGroup, 'id'>>): void {
		const group = { ...(this.get(id) ?? read(id, new Map())), ...changes };
		const { encryption } = group;
		const keys = encryption === undefined ? [] : [encryption.publicKey, encryption.secretKey];
		if (keys.some((key) => key.length !== KEY_BYTES)) {
			throw new ProtocolError('malformed', 'group key has the wrong length');
		}
		const path = [RECORDS, idKey(id)];
		const fields = new FieldWriter(this.config, path);
		writeMembership(fields, group);
		fields.keptText('n', truncateUtf8(group.name, NAME_MAX_BYTES));
		fields.bytes('k', encryption?.publicKey);
		fields.bytes('K', encryption?.secretKey);
		fields.positive('E', group.expirySeconds);
		this.config.set([...path, 'm'], idsOf(group, false));
		this.config.set([...path, 'a'], idsOf(group, true));
	}

	erase(id: AccountId): void {
		this.config.remove([RECORDS, idKey(id)]);
	}
}

function idsOf({ members }: LegacyGroup, admins: boolean): readonly Bytes[] {
	const ids = [...members].filter(([, admin]) => admin === admins).map(([id]) => fromHex(id));
	return scalarSet(ids).filter((id) => typeof id !== 'bigint');
}

function read(id: AccountId, record: ConfigDict): LegacyGroup {
	const publicKey = readBytes(record, 'k', KEY_BYTES);
	const secretKey = readBytes(record, 'K', KEY_BYTES);
	return {
		...readMembership(record),
		id,
		name: readText(record, 'n'),
		encryption: publicKey === undefined || secretKey === undefined ? undefined : { publicKey, secretKey },
		expirySeconds: Math.max(0, readInteger(record, 'E') ?? 0),
		// Who is in both sets is a member, as the reference has it.
		members: new Map([
			...readIds(record, 'a').map((admin) => [admin, true] as const),
			...readIds(record, 'm').map((member) => [member, false] as const)
		])
	};
}

function readIds(record: ConfigDict, key: string): AccountId[] {
	const value = record.get(key);
	if (!isScalarSet(value)) return [];
	return value
		.filter((member) => isBytes(member))
		.map((member) => parsedOrNothing(parseAccountId, toHex(member)))
		.filter((id) => id !== undefined);
}

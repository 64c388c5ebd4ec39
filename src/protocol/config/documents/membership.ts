/** What the entries of groups and communities have in common: config.md §9.4. */
import type { ConfigDict } from '../tree';
import { readFlag, readInteger, readNotifyMode, readSeconds, toSeconds } from './fields';
import type { FieldWriter, NotifyMode } from './fields';

export interface Membership {
	/** Negative hidden, 0 normal, positive pinned, the higher the further up. */
	readonly priority: number;
	/** Unix seconds; 0 when unknown. */
	readonly joinedAt: number;
	readonly notifications: NotifyMode;
	/** Unix seconds; 0 for not muted. */
	readonly muteUntil: number;
	/** An invite that was not accepted yet. */
	readonly invited: boolean;
}

export function readMembership(record: ConfigDict): Membership {
	return {
		priority: readInteger(record, '+') ?? 0,
		joinedAt: Math.max(0, readSeconds(record, 'j')),
		notifications: readNotifyMode(record, '@'),
		muteUntil: readSeconds(record, '!'),
		invited: readFlag(record, 'i')
	};
}

export function writeMembership(fields: FieldWriter, membership: Membership): void {
	fields.nonzero('+', membership.priority);
	fields.positive('j', toSeconds(membership.joinedAt));
	fields.positive('@', membership.notifications);
	fields.positive('!', toSeconds(membership.muteUntil));
	fields.flag('i', membership.invited);
}

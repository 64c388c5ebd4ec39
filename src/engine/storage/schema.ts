import type { Bytes } from '../../protocol/types';
import type { ConversationKey, MessageKey } from '../api';

/** What a migration may do with sealed rows. It must await nothing else: it runs inside the upgrade transaction. */
export interface MigrationRows {
	/** Opens, changes and seals every record of a table. Rows that cannot be opened stay as they are. */
	rewrite(table: string, change: (record: unknown) => unknown): Promise<void>;
}

/** One version of the account database. A released step is never changed: a new one is added below it. */
export interface SchemaStep {
	readonly version: number;
	/** Dexie's notation: primary key, then indexes; null drops a table. Only what changes. */
	readonly stores: Readonly<Record<string, string | null>>;
	/** Runs inside the upgrade transaction: if it fails, the old version stays as it was. */
	readonly migrate?: (rows: MigrationRows) => Promise<void>;
}

/**
 * k: key of the row (random, or a keyed hash) · v: schema version that the record was written with · b: sealed record ·
 * a: keyed hash of the account · c: conversation key · o: rank in the conversation · i: keyed hash of the message's
 * identity · m: keyed hash of the message key · n: order of arrival.
 */
export const SCHEMA: readonly SchemaStep[] = [
	{
		version: 1,
		stores: {
			conversations: 'k, a',
			messages: 'k, &i, [c+o]',
			outbox: '++n, c, m',
			cursors: 'k',
			seen: '++n, &k',
			aside: '++n, &k',
			meta: 'k'
		}
	},
	{ version: 2, stores: {}, migrate: addWhatIsSynced }
];

export interface SealedPart {
	readonly v: number;
	readonly b: Bytes;
}

export interface ConversationDiskRow extends SealedPart {
	readonly k: ConversationKey;
	readonly a: Bytes;
}

export interface MessageDiskRow extends SealedPart {
	readonly k: MessageKey;
	readonly c: ConversationKey;
	readonly o: string;
	readonly i: Bytes;
}

export interface OutboxDiskRow extends SealedPart {
	readonly n: number;
	readonly c: ConversationKey;
	readonly m?: Bytes;
}

export interface KeyedDiskRow extends SealedPart {
	readonly k: Bytes;
}

export interface MetaDiskRow extends SealedPart {
	readonly k: string;
}

export type TableName = 'conversations' | 'messages' | 'outbox' | 'cursors' | 'seen' | 'aside' | 'meta';

/** Version 2: what other devices of the account know too. Until then, hidden was a flag of its own. */
async function addWhatIsSynced(rows: MigrationRows): Promise<void> {
	await rows.rewrite('conversations', (record) => {
		const { hidden, ...rest } = record as { readonly hidden?: boolean };
		return {
			nickname: '',
			picture: null,
			priority: hidden === true ? -1 : 0,
			archived: false,
			notify: 'default',
			muteUntil: 0,
			markedUnread: false,
			...rest
		};
	});
	await rows.rewrite('meta', (record) => (isProfile(record) ? { picture: null, ...record } : record));
}

/** Among the records of `meta` only the profile has a display name. */
function isProfile(record: unknown): record is object {
	return typeof record === 'object' && record !== null && 'displayName' in record && 'noteToSelf' in record;
}

import { addKeptPictures } from './add-kept-pictures';
import { addWhatIsSynced } from './add-what-is-synced';
import type { Bytes } from '../../protocol/types';
import type { ConversationKey, MessageKey, PictureRef } from '../api';
import type { MigrationRows } from './migration-rows';

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
	{ version: 2, stores: {}, migrate: addWhatIsSynced },
	{ version: 3, stores: { pictures: 'k' }, migrate: addKeptPictures }
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

export interface PictureDiskRow extends SealedPart {
	readonly k: PictureRef;
}

export interface MetaDiskRow extends SealedPart {
	readonly k: string;
}

export type TableName =
	'conversations' | 'messages' | 'outbox' | 'cursors' | 'seen' | 'aside' | 'meta' | 'pictures';

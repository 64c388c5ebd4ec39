/**
 * The account database with its shared documents: after each commit both say the same. Whoever changes a conversation or
 * the own profile need not know that other devices hear of it.
 */
import type { AccountId } from '../../protocol/types';
import type { OwnProfile } from '../conversations/own-profile';
import type {
	AccountDatabase,
	AccountTransaction,
	ConversationRecord,
	ConversationTable
} from '../storage/types';
import { reflectConversation, reflectProfile } from './reflect';
import { DocumentStore } from './store';
import type { DocumentStoreOptions, OpenDocuments } from './store';

export interface SyncedDatabase extends AccountDatabase {
	/** A write that also works on the documents themselves. */
	writeDocuments<Value>(
		work: (tx: AccountTransaction, documents: OpenDocuments) => Promise<Value>
	): Promise<Value>;
}

/** What a transaction did to facts that are shared. */
interface Touched {
	/** The last state of each; null for those that were removed. */
	readonly conversations: Map<AccountId, ConversationRecord | null>;
	profile: OwnProfile | null;
}

export function syncedDatabase(
	db: AccountDatabase,
	self: AccountId,
	options: DocumentStoreOptions
): SyncedDatabase {
	const store = new DocumentStore(options);

	function write<Value>(
		work: (tx: AccountTransaction, documents: OpenDocuments) => Promise<Value>
	): Promise<Value> {
		return db.write(async (tx) => {
			const documents = store.open(tx);
			const touched: Touched = { conversations: new Map(), profile: null };
			const value = await work(watched(tx, touched), documents);
			for (const [account, record] of touched.conversations) {
				await reflectConversation(documents, self, account, record);
			}
			if (touched.profile !== null) await reflectProfile(documents, touched.profile);
			await documents.flush();
			return value;
		});
	}

	return {
		read: (work) => db.read(work),
		write: (work) => write((tx) => work(tx)),
		writeDocuments: write,
		onChange: (listener) => db.onChange(listener),
		close: () => db.close()
	};
}

function watched(tx: AccountTransaction, touched: Touched): AccountTransaction {
	return {
		...tx,
		conversations: watchedConversations(tx.conversations, touched),
		meta: {
			get: (name) => tx.meta.get(name),
			put: async (name, value) => {
				await tx.meta.put(name, value);
				if (name === 'profile') touched.profile = value as OwnProfile;
			}
		}
	};
}

function watchedConversations(table: ConversationTable, { conversations }: Touched): ConversationTable {
	return {
		get: (key) => table.get(key),
		byAccount: (account) => table.byAccount(account),
		damagedKey: (account) => table.damagedKey(account),
		all: () => table.all(),
		async put(record) {
			const before = conversations.has(record.accountId) ? null : await table.get(record.key);
			await table.put(record);
			if (before !== null && !isOfConcern(before, record)) return;
			conversations.set(record.accountId, record);
		},
		async remove(key) {
			const record = await table.get(key);
			await table.remove(key);
			if (record !== null) conversations.set(record.accountId, null);
		}
	};
}

const SHARED: readonly (keyof ConversationRecord)[] = [
	'displayName',
	'nickname',
	'picture',
	'profileUpdatedSeconds',
	'approved',
	'approvedMe',
	'blocked',
	'priority',
	'notify',
	'muteUntil',
	'lastReadAt',
	'markedUnread'
];

/** Most changes, like that of the newest message, are nothing to other devices. */
function isOfConcern(before: ConversationRecord, after: ConversationRecord): boolean {
	return SHARED.some((field) => before[field] !== after[field]);
}

/**
 * What the rest of the engine sees of the sealed account database. Every row is sealed before it is written;
 * indexes are keyed hashes and opaque ranks (docs/architecture.md, Storage).
 */
import type { AccountId, Bytes, MessageHash, SnodeId } from '../../protocol/types';
import type {
	ConversationKey,
	EngineErrorCode,
	IgnoredView,
	MessageKey,
	NotifyChoice,
	PictureRef,
	PictureType,
	QueueReason
} from '../api';

export interface ConversationRecord {
	readonly key: ConversationKey;
	readonly accountId: AccountId;
	/** What their messages say of them. */
	readonly displayName: string;
	/** As I call them; '' for no such name. */
	readonly nickname: string;
	/** Where their picture lies, encrypted, and its key. */
	readonly picture: ProfilePicture | null;
	/** What this browser has of it; only the keeper of pictures writes this. */
	readonly keptPicture: KeptPicture | null;
	/** `lastProfileUpdateSeconds` of the profile that gave the name. */
	readonly profileUpdatedSeconds: number;
	/** I accepted or wrote to them (behaviours.md §1). */
	readonly approved: boolean;
	/** They wrote to me or accepted. */
	readonly approvedMe: boolean;
	readonly blocked: boolean;
	/** Negative: not in the list until something new comes. Positive: pinned, the higher the further up. */
	readonly priority: number;
	/** Put away in this browser only. */
	readonly archived: boolean;
	readonly notify: NotifyChoice;
	/** Network seconds; 0 for not muted. */
	readonly muteUntil: number;
	readonly createdAt: number;
	/** Network ms: messages sent up to here are read. */
	readonly lastReadAt: number;
	readonly unread: number;
	/** By hand, whatever was read. */
	readonly markedUnread: boolean;
	readonly draft: string;
	/** The newest message's key facts for the list, kept in the same transaction as the message. */
	readonly newest: {
		readonly message: MessageKey;
		readonly sentAt: number;
		readonly mine: boolean;
		readonly preview: string;
		readonly state: StoredMessageState['kind'];
	} | null;
}

export interface ProfilePicture {
	readonly url: string;
	readonly key: Bytes;
}

export type { NotifyChoice };

export interface KeptPicture {
	/** Dealt with: downloaded, or given up for good. */
	readonly of: ProfilePicture;
	/** The last good one, of this or of an earlier profile. */
	readonly ref: PictureRef | null;
	/** Size of the last good one. */
	readonly bytes: number;
}

/** A picture in this browser. */
export interface StoredPicture {
	readonly ref: PictureRef;
	readonly type: PictureType;
	readonly bytes: Bytes;
	/** The file as it is on the server, to put it there again; only of my own. */
	readonly sealed: Bytes | null;
}

export type StoredMessageState =
	| { readonly kind: 'queued'; readonly reason: QueueReason; readonly nextTryAt: number | null }
	| { readonly kind: 'sending' }
	| { readonly kind: 'sent' }
	| { readonly kind: 'read' }
	| { readonly kind: 'failed'; readonly reason: EngineErrorCode }
	| { readonly kind: 'received' };

export interface MessageRecord {
	readonly key: MessageKey;
	readonly conversation: ConversationKey;
	readonly author: AccountId;
	readonly mine: boolean;
	/** Envelope timestamp, network ms: with the author it is the message's identity. */
	readonly sentAt: number;
	readonly receivedAt: number;
	readonly content:
		| { readonly kind: 'text'; readonly body: string }
		| { readonly kind: 'unsupported'; readonly what: string }
		| { readonly kind: 'request-accepted'; readonly byMe: boolean };
	readonly state: StoredMessageState;
	/** Hash in our own swarm (of the sync copy for sent ones), if known. */
	readonly hash: MessageHash | null;
	/** Content protobuf as it came, so that a later version can show what this one could not. */
	readonly raw: Bytes | null;
}

/** A stored message with the place that the database gave it. */
export interface PlacedMessage extends MessageRecord {
	/** Fractional rank among the conversation's messages: sorts as a string, leaks order only. */
	readonly order: string;
}

/** A row that could not be opened: shown as damaged, the rest goes on. */
export interface DamagedMessage {
	readonly key: MessageKey;
	readonly conversation: ConversationKey;
	readonly order: string;
	readonly damaged: true;
}

export type MessageRow = PlacedMessage | DamagedMessage;

/** A `receipt` goes to the recipient as well, beside the messages and of less weight than they. */
export type OutboxStage = 'to-recipient' | 'to-self' | 'receipt';

export interface OutboxJob {
	readonly id: number;
	readonly message: MessageKey | null;
	readonly conversation: ConversationKey;
	/** Whose swarm it goes to. */
	readonly destination: AccountId;
	readonly stage: OutboxStage;
	/** Exactly the bytes to store, so that each retry stores the same bytes and gets the same hash. */
	readonly data: Bytes;
	readonly namespace: number;
	readonly timestamp: number;
	readonly ttlMs: number;
	readonly attempts: number;
	/** Local ms; 0 = now. */
	readonly nextTryAt: number;
}

/** Where in a node's arrival order we are (storage-server.md, retrieve: per node). */
export interface CursorKey {
	readonly node: SnodeId;
	readonly account: AccountId;
	readonly namespace: number;
}

/** `clock`: the last timestamp given to a message of ours, so that no two in any tab share one. */
export type MetaName =
	| 'profile'
	| 'settings'
	| 'network'
	| 'ignored'
	| 'clock'
	| 'removals'
	| 'preferences'
	| 'own-picture'
	| 'file-server'
	| 'documents'
	| 'elsewhere'
	| 'restore'
	| 'early-receipts'
	| `document-${'profile' | 'contacts' | 'reading' | 'groups'}`;

export interface ConversationTable {
	get(key: ConversationKey): Promise<ConversationRecord | null>;
	byAccount(account: AccountId): Promise<ConversationRecord | null>;
	/**
	 * The key of a conversation with this person whose row is damaged: a new record put under it gets the messages back.
	 */
	damagedKey(account: AccountId): Promise<ConversationKey | null>;
	all(): Promise<readonly ConversationRecord[]>;
	put(record: ConversationRecord): Promise<void>;
	/** The conversation with its messages and outbox jobs. Of these, Changes names the conversation only. */
	remove(key: ConversationKey): Promise<void>;
}

export interface MessageTable {
	get(key: MessageKey): Promise<PlacedMessage | null>;
	byIdentity(conversation: ConversationKey, author: AccountId, sentAt: number): Promise<PlacedMessage | null>;
	/**
	 * Finds its place by `sentAt` among its neighbours (ties: after). Fails with 'internal' when a message of this
	 * identity is there; takes the place of its damaged row.
	 */
	insert(record: MessageRecord): Promise<PlacedMessage>;
	/** The same for many at once, quicker. Leaves out those that are there already, and returns the others. */
	insertMany(records: readonly MessageRecord[]): Promise<readonly PlacedMessage[]>;
	/** Changes facts, never the place. Fails with 'not-found'. */
	update(record: PlacedMessage): Promise<void>;
	remove(key: MessageKey): Promise<void>;
	/** Nearest first for `before` (descending), ascending for `after`; exclusive of `order`; null = from the end. */
	before(conversation: ConversationKey, order: string | null, limit: number): Promise<readonly MessageRow[]>;
	after(conversation: ConversationKey, order: string | null, limit: number): Promise<readonly MessageRow[]>;
	count(conversation: ConversationKey): Promise<number>;
}

export interface OutboxTable {
	add(job: Omit<OutboxJob, 'id'>): Promise<number>;
	get(id: number): Promise<OutboxJob | null>;
	/** In the order they were added. */
	all(): Promise<readonly OutboxJob[]>;
	forMessage(message: MessageKey): Promise<readonly OutboxJob[]>;
	put(job: OutboxJob): Promise<void>;
	remove(id: number): Promise<void>;
}

export interface AccountTransaction {
	readonly conversations: ConversationTable;
	readonly messages: MessageTable;
	readonly outbox: OutboxTable;
	readonly cursors: {
		get(key: CursorKey): Promise<MessageHash | null>;
		set(key: CursorKey, hash: MessageHash): Promise<void>;
	};
	/** Hashes already dealt with, also the undecryptable ones; kept past the longest swarm TTL. */
	readonly seen: {
		has(account: AccountId, namespace: number, hash: MessageHash): Promise<boolean>;
		add(account: AccountId, namespace: number, hash: MessageHash, at: number): Promise<void>;
		/** Forgets entries older than `before` (network ms). */
		prune(before: number): Promise<void>;
	};
	/** What cannot be decoded now but may be later (newer versions), as it came; never retried in a loop. */
	readonly aside: {
		add(item: { readonly hash: MessageHash; readonly reason: string; readonly data: Bytes }): Promise<void>;
		count(): Promise<number>;
	};
	readonly pictures: {
		get(ref: PictureRef): Promise<StoredPicture | null>;
		put(picture: StoredPicture): Promise<void>;
		remove(ref: PictureRef): Promise<void>;
		refs(): Promise<readonly PictureRef[]>;
	};
	readonly meta: {
		get<Value>(name: MetaName): Promise<Value | null>;
		put(name: MetaName, value: unknown): Promise<void>;
	};
	/** Adds to the counters of ignored things. */
	ignore(what: keyof IgnoredView, by?: number): Promise<void>;
}

/** What a commit changed, by topic; the same value reaches every tab. */
export interface Changes {
	readonly conversations: readonly ConversationKey[];
	readonly messages: readonly {
		readonly conversation: ConversationKey;
		readonly upserted: readonly MessageKey[];
		readonly removed: readonly MessageKey[];
	}[];
	readonly outbox: boolean;
	readonly meta: readonly MetaName[];
}

export interface AccountDatabase {
	read<Value>(work: (tx: AccountTransaction) => Promise<Value>): Promise<Value>;
	/**
	 * One logical operation. Everything or nothing; `onChange` fires after the commit, here and in other tabs.
	 * `work` must await only the transaction's own methods (IndexedDB commits at the first idle turn), and may run
	 * twice, when the browser took the connection away. Fails with what `work` threw, or `quota-exceeded`,
	 * `storage-failed`, `no-account` (deleted in another tab).
	 */
	write<Value>(work: (tx: AccountTransaction) => Promise<Value>): Promise<Value>;
	onChange(listener: (changes: Changes) => void): () => void;
	close(): void;
}

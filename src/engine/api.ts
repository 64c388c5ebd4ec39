/**
 * The types of the door between the page and the engine: plain data in, plain data out, and feeds for what
 * changes. The page holds nothing else of the engine. No secret passes, but for `revealRecovery`.
 */
import type { AccountId, Branded, SnodeId } from '../protocol/types';

export type { AccountId, SnodeId };

/** Names a conversation in addresses and calls: random, local to this browser, says nothing. */
export type ConversationKey = Branded<string, 'ConversationKey'>;
/** Names a message of this browser: random, local, says nothing. */
export type MessageKey = Branded<string, 'MessageKey'>;

export type EngineErrorCode =
	| 'offline'
	| 'gateway-unreachable'
	| 'swarm-unreachable'
	| 'clock-skew'
	| 'too-large'
	| 'empty'
	| 'invalid-name'
	| 'invalid-account-id'
	| 'unknown-name'
	| 'name-lookup-failed'
	| 'invalid-recovery'
	| 'no-account'
	| 'not-found'
	| 'storage-failed'
	| 'quota-exceeded'
	| 'network-changed'
	| 'invalid-gateway'
	| 'internal';

/** Fixed words and numbers that let the page say precisely what is wrong. */
export interface EngineErrorDetail {
	readonly reason?: string;
	readonly limit?: number;
	readonly actual?: number;
}

export interface BootOptions {
	/** What the page knows from its own, separate storage: an account was here. */
	readonly hadAccount: boolean;
	readonly visible: boolean;
	readonly online: boolean;
}

export type BootState =
	| { readonly kind: 'new' }
	| { readonly kind: 'ready' }
	/** The browser removed the data: an account was here and is gone. Never shown as a new person. */
	| { readonly kind: 'evicted' }
	/** The network this address serves is not the one the account was made on. */
	| ({ readonly kind: 'network-changed' } & NetworkChange)
	| { readonly kind: 'unusable'; readonly reason: UnusableReason };

/** What people call the account's network and the one that is offered instead. */
export interface NetworkChange {
	readonly pinned: string;
	readonly offered: string;
}

export type UnusableReason =
	'no-indexeddb' | 'storage-blocked' | 'no-webassembly' | 'newer-version' | 'database-damaged';

/** What of recovery words is wrong, so that the page can point at it. `index` counts from 0. */
export type RecoveryCheck =
	| { readonly ok: true }
	| {
			readonly ok: false;
			readonly reason: 'too-few' | 'too-many' | 'unknown-word' | 'checksum' | 'malformed';
			readonly index?: number;
			readonly word?: string;
			readonly count?: number;
	  };

export interface AccountView {
	readonly accountId: AccountId;
	/** '' while a restored account has none. */
	readonly displayName: string;
	/** 0–9: which avatar pair of the palette. */
	readonly colour: number;
	readonly recoverySeen: boolean;
	readonly createdHere: boolean;
	readonly noteToSelf: ConversationKey;
}

export interface PersonView {
	readonly accountId: AccountId;
	/** Nickname, else display name, else the shortened Account ID. */
	readonly name: string;
	/** False when `name` is only the shortened Account ID. */
	readonly named: boolean;
	readonly colour: number;
}

/**
 * `outgoing-request`: I wrote, they have not answered. `incoming-request`: they wrote, I have not accepted.
 */
export type ConversationStanding = 'contact' | 'outgoing-request' | 'incoming-request' | 'blocked' | 'note';

export interface ConversationRow {
	readonly key: ConversationKey;
	readonly person: PersonView;
	readonly standing: ConversationStanding;
	/** Local ms of the newest message; null when there is none yet. */
	readonly activeAt: number | null;
	readonly unread: number;
	readonly preview: {
		/** Empty for something real that this version cannot show. */
		readonly text: string;
		readonly mine: boolean;
		readonly state: MessageState['kind'];
	} | null;
	readonly draft: string;
}

export interface ConversationView extends ConversationRow {
	/** The first unread message when the conversation was opened, for the divider. */
	readonly firstUnread: MessageKey | null;
	/** Characters (code points) a message may have. */
	readonly bodyLimit: number;
}

export type MessageState =
	/** In the sealed database, waiting for the network. `nextTryAt` is local ms, null = being sent now. */
	| { readonly kind: 'queued'; readonly reason: QueueReason; readonly nextTryAt: number | null }
	| { readonly kind: 'sending' }
	| { readonly kind: 'sent' }
	| { readonly kind: 'read' }
	| { readonly kind: 'failed'; readonly reason: EngineErrorCode }
	| { readonly kind: 'received' };

export type QueueReason = 'new' | 'offline' | 'gateway-unreachable' | 'swarm-unreachable' | 'clock-skew';

export type MessageContent =
	| { readonly kind: 'text'; readonly body: string }
	/** Something real that this version cannot show yet. */
	| { readonly kind: 'unsupported'; readonly what: string }
	/** "Ada accepted your request", "You accepted". */
	| { readonly kind: 'request-accepted'; readonly byMe: boolean }
	/** The stored row cannot be opened; the rest of the conversation can. */
	| { readonly kind: 'damaged' };

export interface MessageView {
	readonly key: MessageKey;
	/** Sorts messages of one conversation, as plain strings. */
	readonly order: string;
	readonly mine: boolean;
	readonly author: PersonView;
	readonly content: MessageContent;
	/** Network ms when it was written. */
	readonly sentAt: number;
	readonly state: MessageState;
	readonly unread: boolean;
}

export interface MessageQuery {
	readonly conversation: ConversationKey;
	readonly limit: number;
	/**
	 * `latest`: the newest; `unread`: around the first unread, else the newest; `before`/`after`: the neighbours of a
	 * message, without it; `around`: both sides of a message, with it.
	 */
	readonly at:
		| { readonly kind: 'latest' }
		| { readonly kind: 'unread' }
		| { readonly kind: 'before' | 'after' | 'around'; readonly message: MessageKey };
}

export interface MessagePage {
	/** In order, oldest first. */
	readonly messages: readonly MessageView[];
	readonly moreBefore: boolean;
	readonly moreAfter: boolean;
}

export interface MessageChanges {
	readonly upserted: readonly MessageView[];
	readonly removed: readonly MessageKey[];
	/** Too much changed to list: read the page again. */
	readonly reload: boolean;
}

export interface HopView {
	readonly id: SnodeId;
	/** IPv4 address, or null where the list has none. */
	readonly ip: string | null;
}

export interface PathView {
	readonly hops: readonly HopView[];
	/** Only what is measured: the whole request, and how much of it was the gateway's own share. */
	readonly lastRequestMs: number | null;
	readonly gatewayMs: number | null;
	/** Median of the last requests on this path. */
	readonly medianMs: number | null;
	readonly requests: number;
}

export interface NetworkView {
	readonly state: 'ready' | 'connecting' | 'offline' | 'gateway-unreachable' | 'no-nodes';
	/** `mainnet`, `testnet`, `localnet`, or the name of a custom profile. */
	readonly network: string;
	/** Only for custom profiles: what was pinned at first use, as hex in groups. */
	readonly fingerprint: string | null;
	readonly gateway: string;
	readonly gateways: readonly string[];
	readonly paths: readonly PathView[];
	readonly nodeCount: number;
	/** Local ms of the last agreed refresh, or null while only the bundled list is known. */
	readonly nodesRefreshedAt: number | null;
	/** Network time minus local time, ms. */
	readonly clockOffsetMs: number;
	/** True in the tab whose worker polls and sends. */
	readonly leader: boolean;
	/** The gateway turned out to serve another network than the account's: nothing goes out any more. */
	readonly changed: NetworkChange | null;
}

/** Counts of what was ignored, so that nothing disappears in silence. */
export interface IgnoredView {
	readonly undecryptable: number;
	readonly malformed: number;
	readonly replayed: number;
	readonly forged: number;
	readonly timestamp: number;
	readonly unsupported: number;
	readonly damagedRows: number;
}

/** How far a restored account has come. */
export interface RestoreView {
	/** Contacts, groups and read marks come first, then messages; `done` when the network has no more. */
	readonly phase: 'documents' | 'messages' | 'done';
	readonly contacts: number;
	readonly groups: number;
	readonly messages: number;
}

/** What other devices of this account did; the protocol names none of them. Times are local ms. */
export interface ElsewhereView {
	/** Since when this browser has seen such changes; null when it never did. */
	readonly firstAt: number | null;
	readonly lastAt: number | null;
	readonly lastKind: 'profile' | 'contacts' | 'reading' | 'groups' | 'message' | null;
	/** To be said once: the first such change ever, or the first after 30 quiet days. */
	readonly toAnnounce: number | null;
	/** What another device stored is of a newer format, so that this part is not brought up to date here. */
	readonly unreadable: readonly ('profile' | 'contacts' | 'reading' | 'groups')[];
}

export interface StorageUse {
	readonly messages: number;
	readonly conversations: number;
}

/** Feeds: called once at once with the present value, then after every commit that changes it, in any tab. */
export interface Feeds {
	account: { args: null; value: AccountView };
	/** Accepted people, outgoing requests and note to self, in list order. */
	conversations: { args: null; value: readonly ConversationRow[] };
	requests: { args: null; value: readonly ConversationRow[] };
	conversation: { args: ConversationKey; value: ConversationView | null };
	/** Not called at once: watch first, then read a page, so that nothing falls between; the latest view of a key wins. */
	messages: { args: ConversationKey; value: MessageChanges };
	network: { args: null; value: NetworkView };
	ignored: { args: null; value: IgnoredView };
	/** Null for an account that was made here. */
	restore: { args: null; value: RestoreView | null };
	elsewhere: { args: null; value: ElsewhereView };
}

export type Unwatch = () => void;

export interface Engine {
	boot(options: BootOptions): Promise<BootState>;

	createAccount(displayName: string): Promise<AccountView>;
	/**
	 * `input`: 13 words in any spacing and case, or the 32 hex characters of a recovery QR. The name comes from the network,
	 * see the feed `restore`; where it has none, the person gives one by `setDisplayName`.
	 */
	restoreAccount(input: string): Promise<AccountView>;
	checkRecovery(input: string): Promise<RecoveryCheck>;
	/** Up to `limit` recovery words that begin with `prefix`. */
	suggestWords(prefix: string, limit: number): Promise<readonly string[]>;
	revealRecovery(): Promise<{ readonly words: readonly string[]; readonly qr: string }>;
	markRecoverySeen(): Promise<void>;
	setDisplayName(name: string): Promise<void>;
	/** The person was told of `ElsewhereView.toAnnounce`. */
	markElsewhereSeen(): Promise<void>;
	/** This device only: keys, database, everything of the account in this browser. */
	deleteAccount(): Promise<void>;

	watch<Name extends keyof Feeds>(
		feed: Name,
		args: Feeds[Name]['args'],
		listener: (value: Feeds[Name]['value']) => void
	): Promise<Unwatch>;

	/** An Account ID, or a Session name (resolved over the network). Own id leads to note to self. */
	openConversation(input: string): Promise<ConversationKey>;
	readMessages(query: MessageQuery): Promise<MessagePage>;
	send(conversation: ConversationKey, body: string): Promise<MessageKey>;
	/** Tries a queued or failed message again now. */
	retry(message: MessageKey): Promise<void>;
	/**
	 * Removes a queued or failed message of mine that never left. Once it may have left: `not-found` with the
	 * reason `may-have-left`.
	 */
	discard(message: MessageKey): Promise<void>;
	setDraft(conversation: ConversationKey, text: string): Promise<void>;
	markRead(conversation: ConversationKey, upTo: MessageKey): Promise<void>;
	/** Which conversation is on screen in this tab, so that polling may be quick. */
	setActive(conversation: ConversationKey | null): Promise<void>;

	acceptRequest(conversation: ConversationKey): Promise<void>;
	declineRequest(conversation: ConversationKey): Promise<void>;
	/** Declines, and silently drops what comes from this person until unblocked. */
	blockPerson(conversation: ConversationKey): Promise<void>;
	unblockPerson(conversation: ConversationKey): Promise<void>;
	/** Removes messages and the conversation from this browser. */
	deleteConversation(conversation: ConversationKey): Promise<void>;

	setVisible(visible: boolean): Promise<void>;
	/**
	 * The page is put away and may be kept frozen: everything that other tabs could wait for is let go of at once, in
	 * the middle of whatever was under way. A page that is shown again starts anew.
	 */
	close(): Promise<void>;
	setOnline(online: boolean): Promise<void>;
	rebuildPaths(): Promise<void>;
	/** Gateways besides the page's own origin, in order of preference; [] = own origin only. */
	setGateways(origins: readonly string[]): Promise<void>;
	storageUse(): Promise<StorageUse>;
	/** The scrubbed log of this session, one JSON object a line. */
	exportLog(): Promise<string>;
}

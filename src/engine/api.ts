/**
 * The types of the door between the page and the engine: plain data in, plain data out, and feeds for what
 * changes. The page holds nothing else of the engine. No secret passes, but for `revealRecovery`.
 */
import type { AccountId, Branded, SnodeId } from '../protocol/types';

export type { AccountId, SnodeId };

/** Names a conversation in addresses and calls: random, local to this browser, says nothing. */
export type ConversationKey = Branded<string, 'ConversationKey'>;
/** Names an account of this browser: random, local, says nothing. */
export type AccountKey = Branded<string, 'AccountKey'>;
/** Names a message of this browser: random, local, says nothing. */
export type MessageKey = Branded<string, 'MessageKey'>;

/** Names a picture kept in this browser: random, local, says nothing. Another picture has another name. */
export type PictureRef = Branded<string, 'PictureRef'>;

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
	| 'server-unreachable'
	| 'server-refused'
	| 'no-file-server'
	| 'invalid-file-server'
	| 'file-expired'
	| 'file-damaged'
	| 'invalid-picture'
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
	/** The one to show, in place of the one that was shown last. */
	readonly account?: AccountKey;
}

export type BootState =
	| { readonly kind: 'new' }
	| { readonly kind: 'ready' }
	/** The browser removed the data: an account was here and is gone. Never shown as a new person. */
	| { readonly kind: 'evicted' }
	/** The network this address serves is not the one the account was made on. */
	| ({ readonly kind: 'network-changed' } & NetworkChange)
	| { readonly kind: 'unusable'; readonly reason: UnusableReason };

/** How one of this browser's accounts stands; `opening`: not opened yet, or its network was not named yet. */
export type AccountStanding = { readonly kind: 'opening' } | Exclude<BootState, { readonly kind: 'new' }>;

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
	readonly picture: PictureRef | null;
	/** The picture is not on the file server yet. `reason`: why the last try failed, null before the first. */
	readonly pictureUpload: { readonly reason: EngineErrorCode | null } | null;
}

export type PictureType = 'image/png' | 'image/jpeg' | 'image/webp' | 'image/gif';

/** `type` is what the bytes themselves say. */
export interface PictureView {
	readonly bytes: Uint8Array<ArrayBuffer>;
	readonly type: PictureType;
}

/** Where files are sent. `chosen`: by the person, instead of the network's own. */
export interface FileServerView {
	readonly chosen: boolean;
	/** Scheme, host and port. */
	readonly url: string;
	/** Ed25519, 64 hex digits; null for the network's own, which is known by another. */
	readonly key: string | null;
}

/** One of the accounts of this browser, for choosing among them. */
export interface AccountSummary {
	readonly key: AccountKey;
	/** Null when its keys are lost, so that nobody can say whose it was. */
	readonly accountId: AccountId | null;
	/** Empty when it is not known. */
	readonly displayName: string;
	readonly colour: number;
	readonly picture: PictureRef | null;
	/** Unread messages of conversations that are not muted, hidden, archived or requests. */
	readonly unread: number;
	/** This tab shows it. */
	readonly shown: boolean;
	readonly standing: AccountStanding;
}

/** What deleting an account's messages and documents from its swarm came to. */
export interface NetworkDeletion {
	/** Nodes that proved by their signature that they deleted. */
	readonly confirmed: readonly HopView[];
	/** `silent`: said nothing or that they failed; `unproven`: what they said was not signed by them. */
	readonly unconfirmed: readonly { readonly node: HopView; readonly reason: 'silent' | 'unproven' }[];
}

export interface PersonView {
	readonly accountId: AccountId;
	/** Nickname, else display name, else the shortened Account ID. */
	readonly name: string;
	/** False when `name` is only the shortened Account ID. */
	readonly named: boolean;
	readonly colour: number;
	readonly picture: PictureRef | null;
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
	readonly pinned: boolean;
	/** Put away, in this browser only. */
	readonly archived: boolean;
	/** By hand; takes a dot, not a count. */
	readonly markedUnread: boolean;
	readonly notify: NotifyChoice;
	/** Local ms until when it rests; null when no time was set. The time may have passed. */
	readonly mutedUntil: number | null;
	/** As I call them; '' for no such name. Never sent to others. */
	readonly nickname: string;
	/** As they call themselves; '' when they have not said. */
	readonly displayName: string;
}

/** config.md §9: what a conversation notifies of. `mentions` means something in groups only. */
export type NotifyChoice = 'default' | 'all' | 'mentions' | 'none';

/** Somebody in a list of people, and where the talk with them is. */
export interface PersonRow {
	readonly key: ConversationKey;
	readonly person: PersonView;
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

/** How much of a message a notification tells whoever sees the screen. */
export type NotificationContent = 'name-and-text' | 'name' | 'none';

export interface NotificationPreferences {
	readonly on: boolean;
	readonly content: NotificationContent;
	readonly sound: boolean;
}

/** What holds on this device alone, and is told to no other. */
export interface Preferences {
	/** Both ways: who does not tell when they have read is not told either. */
	readonly readReceipts: boolean;
	/** Both ways as well. */
	readonly typingIndicators: boolean;
	readonly notifications: NotificationPreferences;
}

export interface PreferenceChange extends Partial<Omit<Preferences, 'notifications'>> {
	readonly notifications?: Partial<NotificationPreferences>;
}

/** Something that came while nobody looked, as the preferences of its account want it told. */
export interface Notice {
	readonly account: AccountKey;
	/** `request`: from a stranger, of whom nothing is shown. */
	readonly kind: 'message' | 'request';
	readonly conversation: ConversationKey;
	/** Who wrote; null where the person does not want it shown. */
	readonly title: string | null;
	/** What was written last; null where it is not to be shown, or cannot be. */
	readonly body: string | null;
	/** Unread messages of the conversation; for requests, how many there are. */
	readonly count: number;
	readonly sound: boolean;
}

/** What of an account is unread, so that a notification about it still stands. */
export interface WaitingView {
	readonly account: AccountKey;
	readonly conversations: readonly ConversationKey[];
	readonly requests: boolean;
}

/** Feeds: called once at once with the present value, then after every commit that changes it, in any tab. */
export interface Feeds {
	account: { args: null; value: AccountView };
	/** All of this browser, in the order they were made; like the next two it goes on when another account is shown. */
	accounts: { args: null; value: readonly AccountSummary[] };
	/** Of every account that is open. */
	waiting: { args: null; value: readonly WaitingView[] };
	/**
	 * Of every account. Not called at once. Told in the tab alone that leads the account, a batch for every poll that
	 * brought something.
	 */
	notices: { args: null; value: readonly Notice[] };
	/** Accepted people, outgoing requests and note to self, in list order; those put away among them. */
	conversations: { args: null; value: readonly ConversationRow[] };
	requests: { args: null; value: readonly ConversationRow[] };
	/** Everyone I talk with, also where the conversation is hidden; in no order. */
	contacts: { args: null; value: readonly PersonRow[] };
	blocked: { args: null; value: readonly PersonRow[] };
	conversation: { args: ConversationKey; value: ConversationView | null };
	/** Not called at once: watch first, then read a page, so that nothing falls between; the latest view of a key wins. */
	messages: { args: ConversationKey; value: MessageChanges };
	network: { args: null; value: NetworkView };
	ignored: { args: null; value: IgnoredView };
	/** Null for an account that was made here. */
	restore: { args: null; value: RestoreView | null };
	elsewhere: { args: null; value: ElsewhereView };
	preferences: { args: null; value: Preferences };
	/** The conversations whose person is typing just now. */
	typing: { args: null; value: readonly ConversationKey[] };
}

export type Unwatch = () => void;

export interface Engine {
	boot(options: BootOptions): Promise<BootState>;

	/** Beside the accounts that are there; shown in this tab from then on. */
	createAccount(displayName: string): Promise<AccountView>;
	/**
	 * `input`: 13 words in any spacing and case, or the 32 hex characters of a recovery QR. An account that is here
	 * already is shown as it is; one that is damaged is replaced. The name comes from the network, see the feed `restore`;
	 * where it has none, the person gives one by `setDisplayName`.
	 */
	restoreAccount(input: string): Promise<AccountView>;
	checkRecovery(input: string): Promise<RecoveryCheck>;
	/** Up to `limit` recovery words that begin with `prefix`. */
	suggestWords(prefix: string, limit: number): Promise<readonly string[]>;
	revealRecovery(): Promise<{ readonly words: readonly string[]; readonly qr: string }>;
	markRecoverySeen(): Promise<void>;
	setDisplayName(name: string): Promise<void>;
	/**
	 * PNG, JPEG, WebP or GIF of up to 1 MB, or null for none. Shown here at once; others see it when it has reached the
	 * file server, which goes on in the background. Fails with `invalid-picture`, `too-large` or `no-file-server`.
	 */
	setPicture(bytes: Uint8Array<ArrayBuffer> | null): Promise<void>;
	/** Of any account that is open. Null when it is no longer there. */
	readPicture(picture: PictureRef): Promise<PictureView | null>;
	/** Null where the network has none and none was chosen. */
	fileServer(): Promise<FileServerView | null>;
	/**
	 * Null goes back to the network's own. The server is asked first; fails with `invalid-file-server` (reason `url`,
	 * `key` or `not-a-file-server`) or `server-unreachable`, and then nothing changes.
	 */
	setFileServer(server: { readonly url: string; readonly key: string } | null): Promise<void>;
	/** The person was told of `ElsewhereView.toAnnounce`. */
	markElsewhereSeen(): Promise<void>;
	/** In this tab, and in tabs that are opened from now on. Says how it stands; fails with `no-account`. */
	switchAccount(account: AccountKey): Promise<BootState>;
	/**
	 * Everything that the swarm keeps of the shown account. Nothing local is touched; nothing is sent or fetched from
	 * this browser afterwards until `deleteAccount` or `keepAccount`. Fails when nobody could be asked.
	 */
	deleteFromNetwork(): Promise<NetworkDeletion>;
	/** The person thought better of it: work goes on. */
	keepAccount(): Promise<void>;
	/**
	 * This device only: keys, database, everything of the shown account in this browser. Shows the next account and
	 * says how that stands; `new` when there is none.
	 */
	deleteAccount(): Promise<BootState>;

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
	/** True at every press of a key, false when the text was sent or given up: contacts who may know are told. */
	setTyping(conversation: ConversationKey, typing: boolean): Promise<void>;
	markRead(conversation: ConversationKey, upTo: MessageKey): Promise<void>;
	/** Everything in it, whatever was on screen. */
	markAllRead(conversation: ConversationKey): Promise<void>;
	/** Marks it by hand, until it is opened or read. */
	markUnread(conversation: ConversationKey): Promise<void>;
	setPreferences(change: PreferenceChange): Promise<void>;
	/** Which conversation is on screen in this tab, so that polling may be quick. */
	setActive(conversation: ConversationKey | null): Promise<void>;

	acceptRequest(conversation: ConversationKey): Promise<void>;
	declineRequest(conversation: ConversationKey): Promise<void>;
	/** Declines, and silently drops what comes from this person until unblocked. */
	blockPerson(conversation: ConversationKey): Promise<void>;
	unblockPerson(conversation: ConversationKey): Promise<void>;
	/** Those that are no requests any more are left as they are. */
	declineRequests(conversations: readonly ConversationKey[]): Promise<void>;
	unblockPeople(conversations: readonly ConversationKey[]): Promise<void>;

	/** On all my devices. The newest pin stands on top. */
	setPinned(conversation: ConversationKey, pinned: boolean): Promise<void>;
	/** On all my devices, until something new is said. */
	setHidden(conversation: ConversationKey, hidden: boolean): Promise<void>;
	/** In this browser only, until I write there or take it back; what comes meanwhile is silent and not counted. */
	setArchived(conversation: ConversationKey, archived: boolean): Promise<void>;
	/** Also ends `mute`. */
	setNotify(conversation: ConversationKey, choice: NotifyChoice): Promise<void>;
	/** No notifications for so many seconds from now. */
	mute(conversation: ConversationKey, seconds: number): Promise<void>;
	/** '' takes it away. At most 100 bytes of UTF-8, else `invalid-name` with the reason `too-long`. */
	setNickname(conversation: ConversationKey, nickname: string): Promise<void>;
	/** Removes the messages from this browser; the conversation stays in the list. */
	clearMessages(conversation: ConversationKey): Promise<void>;
	/** Removes the messages from this browser, and the conversation from the list; a contact stays one. */
	deleteConversation(conversation: ConversationKey): Promise<void>;
	/** Removes the person with everything: what they write next is a request. Not for blocked people. */
	deleteContact(conversation: ConversationKey): Promise<void>;

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

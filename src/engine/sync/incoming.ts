/**
 * From an opened direct message to what it means for us: messages.md §3, §9 and §11. Pure; nothing is written here.
 */
import { parseAccountId } from '../../protocol/identity';
import { ProtocolError } from '../../protocol/errors';
import {
	CallType,
	EXPIRATION_TIMER_UPDATE,
	ReceiptType,
	TypingAction
} from '../../protocol/protobuf/content';
import type {
	Content,
	DataMessage,
	Profile,
	ReceiptMessage,
	TypingMessage
} from '../../protocol/protobuf/content';
import type { AccountId, Bytes, MessageHash } from '../../protocol/types';
import type { IgnoredView } from '../api';
import { receivedBody } from '../conversations/body';
import { saidName, saidPicture } from '../conversations/profiles';
import type { SaidProfile } from '../conversations/profiles';
import type { MessageRecord } from '../storage/types';

/** What `openDirectMessage` gives. */
export interface OpenedMessage {
	readonly senderId: AccountId;
	readonly timestamp: number;
	readonly content: Content;
	readonly raw: Bytes;
}

/** Where it came from and when the node says it is. */
export interface ArrivalContext {
	readonly self: AccountId;
	readonly hash: MessageHash;
	/** Network ms by our clock, and by the node that handed it over. */
	readonly now: number;
	readonly nodeTime: number;
}

/** Something to apply to the conversation with `peer`. */
export interface Arrival {
	readonly kind: 'message' | 'acceptance' | 'event';
	readonly peer: AccountId;
	readonly author: AccountId;
	readonly mine: boolean;
	readonly sentAt: number;
	readonly content: MessageRecord['content'];
	readonly hash: MessageHash;
	readonly raw: Bytes | null;
	readonly profile: SaidProfile | null;
}

/** What one person lets another know without a message: what they have read, or that they are writing. */
export type Signal =
	| { readonly kind: 'receipt'; readonly from: AccountId; readonly times: readonly number[] }
	| {
			readonly kind: 'typing';
			readonly from: AccountId;
			readonly started: boolean;
			readonly sentAt: number;
	  };

/** Nothing to show; `aside`: a later version can make something of it. */
export interface NotShown {
	readonly kind: 'ignored';
	readonly counter: keyof IgnoredView;
	readonly aside: string | null;
}

const DAY_MS = 86_400_000;
/** Swarms keep messages 14 days; beyond this slack, something old was put there again. */
const OLDEST_MS = 15 * DAY_MS;
/** Nodes accept stores up to 10 s ahead, so no honest message is further in the future than this. */
const FURTHEST_AHEAD_MS = 5 * 60_000;

/** No honest client gathers more; each costs a look into the database. */
const MOST_RECEIPTS = 5_000;

export function classify(opened: OpenedMessage, context: ArrivalContext): Arrival | Signal | NotShown {
	const { senderId, timestamp, content } = opened;
	const mine = senderId === context.self;
	if (isFarOff(timestamp, context)) return ignored('timestamp');
	const syncTarget = content.dataMessage?.syncTarget ?? '';
	if (syncTarget !== '' && !mine) return ignored('forged');

	const target = mine && syncTarget !== '' ? accountIdOrNull(syncTarget) : mine ? context.self : senderId;
	if (target === null) return ignored('unsupported', 'sync-target');
	const about = { peer: target, author: senderId, mine, sentAt: timestamp, hash: context.hash };

	if (content.dataMessage) return ofDataMessage(content.dataMessage, opened, about);
	if (mine) return ignored('unsupported');
	if (content.receiptMessage) return ofReceipt(content.receiptMessage, senderId);
	if (content.typingMessage) return ofTyping(content.typingMessage, opened);
	if (content.messageRequestResponse) {
		const { isApproved, profile, profileKey } = content.messageRequestResponse;
		if (!isApproved) return ignored('unsupported');
		const accepted = { kind: 'request-accepted', byMe: false } as const;
		return {
			...about,
			kind: 'acceptance',
			content: accepted,
			raw: null,
			profile: saidProfile(profile, profileKey)
		};
	}
	if (content.callMessage?.type === CallType.Offer) return shown(about, opened, 'event', 'call', null);
	if (content.unsendRequest) return ignored('unsupported', 'unsend');
	return ignored('unsupported');
}

type About = Pick<Arrival, 'peer' | 'author' | 'mine' | 'sentAt' | 'hash'>;

function ofDataMessage(data: DataMessage, opened: OpenedMessage, about: About): Arrival | NotShown {
	const profile = about.mine ? null : saidProfile(data.profile, data.profileKey);
	if (data.reaction) return ignored('unsupported', 'reaction');
	const body = receivedBody(data.body ?? '');
	const attached = (data.attachments ?? []).length > 0;
	const partial = attached || data.quote !== undefined || data.preview !== undefined;
	const timed = (opened.content.expirationTimer ?? 0) > 0;
	if (body.trim() !== '') {
		const raw = partial || timed ? opened.raw : null;
		return { ...about, kind: 'message', content: { kind: 'text', body }, raw, profile };
	}
	if (attached) return shown(about, opened, 'message', 'attachment', profile);
	if (data.openGroupInvitation) return shown(about, opened, 'message', 'community-invitation', profile);
	if (data.groupUpdateMessage?.inviteMessage)
		return shown(about, opened, 'event', 'group-invitation', profile);
	if (data.groupUpdateMessage) return ignored('unsupported', 'group-update');
	if (((data.flags ?? 0) & EXPIRATION_TIMER_UPDATE) !== 0)
		return shown(about, opened, 'event', 'timer', profile);
	return ignored('unsupported');
}

function ofReceipt({ type, timestamp = [] }: ReceiptMessage, from: AccountId): Signal | NotShown {
	if (type !== ReceiptType.Read) return ignored('unsupported');
	return { kind: 'receipt', from, times: [...new Set(timestamp)].slice(0, MOST_RECEIPTS) };
}

function ofTyping({ action, timestamp }: TypingMessage, opened: OpenedMessage): Signal | NotShown {
	if (timestamp !== opened.timestamp) return ignored('malformed');
	const started = action === TypingAction.Started;
	return { kind: 'typing', from: opened.senderId, started, sentAt: timestamp };
}

function shown(
	about: About,
	opened: OpenedMessage,
	kind: 'message' | 'event',
	what: string,
	profile: SaidProfile | null
): Arrival {
	return { ...about, kind, content: { kind: 'unsupported', what }, raw: opened.raw, profile };
}

function ignored(counter: keyof IgnoredView, aside: string | null = null): NotShown {
	return { kind: 'ignored', counter, aside };
}

/** Our clock may still be wrong, so both it and the node's must find the time impossible. */
function isFarOff(timestamp: number, { now, nodeTime }: ArrivalContext): boolean {
	const earlier = Math.min(now, nodeTime);
	const later = Math.max(now, nodeTime);
	return timestamp < earlier - OLDEST_MS || timestamp > later + FURTHEST_AHEAD_MS;
}

function accountIdOrNull(text: string): AccountId | null {
	try {
		return parseAccountId(text);
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	}
}

function saidProfile(profile: Profile | undefined, key: Bytes | undefined): SaidProfile | null {
	const displayName = saidName(profile?.displayName ?? '');
	if (displayName === null) return null;
	const picture = saidPicture(profile?.profilePicture ?? '', key ?? new Uint8Array());
	return { displayName, picture, updatedSeconds: profile?.lastUpdateSeconds ?? 0 };
}

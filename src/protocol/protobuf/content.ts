/** What a message says: messages.md §3 and §4. One action per Content. Absent fields are absent, never undefined. */
import type { Bytes } from '../types';
import { sotto } from './generated/session';
import { decodeMessage, encodeMessage } from './wire';

export const ExpirationType = { Unknown: 0, DeleteAfterRead: 1, DeleteAfterSend: 2 } as const;
export const ReceiptType = { Delivery: 0, Read: 1 } as const;
export const TypingAction = { Started: 0, Stopped: 1 } as const;
export const ReactionAction = { React: 0, Remove: 1 } as const;
export const DataExtractionType = { Screenshot: 1, MediaSaved: 2 } as const;
export const CallType = {
	Offer: 1,
	Answer: 2,
	ProvisionalAnswer: 3,
	IceCandidates: 4,
	EndCall: 5,
	PreOffer: 6
} as const;
export const GroupInfoChangeType = { Name: 1, Avatar: 2, DisappearingMessages: 3 } as const;
export const GroupMemberChangeType = { Added: 1, Removed: 2, Promoted: 3 } as const;
/** DataMessage.flags of a message that only changes the disappearing-messages timer. */
export const EXPIRATION_TIMER_UPDATE = 2;
/** AttachmentPointer.flags of a voice message. */
export const VOICE_MESSAGE = 1;

export interface Content {
	readonly dataMessage?: DataMessage;
	readonly callMessage?: CallMessage;
	readonly receiptMessage?: ReceiptMessage;
	readonly typingMessage?: TypingMessage;
	readonly dataExtractionNotification?: DataExtractionNotification;
	readonly unsendRequest?: UnsendRequest;
	readonly messageRequestResponse?: MessageRequestResponse;
	/** See ExpirationType. */
	readonly expirationType?: number;
	/** Seconds; 0 is off. */
	readonly expirationTimer?: number;
	/** Milliseconds; must equal the envelope's timestamp. Absent only from clients of long ago. */
	readonly sigTimestamp?: number;
	readonly proMessage?: ProMessage;
	readonly proSigForCommunityMessageOnly?: Bytes;
}

export interface DataMessage {
	readonly body?: string;
	readonly attachments?: AttachmentPointer[];
	/** EXPIRATION_TIMER_UPDATE or nothing. */
	readonly flags?: number;
	/** 32 bytes, or empty, which means absent. */
	readonly profileKey?: Bytes;
	readonly quote?: Quote;
	readonly preview?: Preview[];
	readonly reaction?: Reaction;
	readonly profile?: Profile;
	readonly openGroupInvitation?: CommunityInvitation;
	/** In copies of my own messages: the Account ID that the original went to. */
	readonly syncTarget?: string;
	readonly blocksCommunityMessageRequests?: boolean;
	readonly groupUpdateMessage?: GroupUpdateMessage;
}

export interface AttachmentPointer {
	/** 0 when the file has no numeric id. */
	readonly id: number;
	readonly contentType?: string;
	readonly key?: Bytes;
	/** Bytes of the plaintext. */
	readonly size?: number;
	/** SHA-256 of the ciphertext. */
	readonly digest?: Bytes;
	readonly fileName?: string;
	readonly flags?: number;
	readonly width?: number;
	readonly height?: number;
	readonly caption?: string;
	readonly url?: string;
}

export interface Quote {
	/** The quoted message's timestamp, milliseconds. */
	readonly id: number;
	readonly author: string;
	readonly text?: string;
}

export interface Preview {
	readonly url: string;
	readonly title?: string;
	readonly image?: AttachmentPointer;
}

export interface Reaction {
	/** The target's timestamp, milliseconds. */
	readonly id: number;
	/** Who wrote the target. */
	readonly author: string;
	readonly emoji?: string;
	readonly action: number;
}

export interface Profile {
	readonly displayName?: string;
	readonly profilePicture?: string;
	readonly lastUpdateSeconds?: number;
}

export interface CommunityInvitation {
	readonly url: string;
	readonly name: string;
}

export interface TypingMessage {
	readonly timestamp: number;
	readonly action: number;
}

export interface ReceiptMessage {
	readonly type: number;
	/** Timestamps of the messages that were read. */
	readonly timestamp?: number[];
}

export interface UnsendRequest {
	readonly timestamp: number;
	readonly author: string;
}

export interface MessageRequestResponse {
	readonly isApproved: boolean;
	readonly profileKey?: Bytes;
	readonly profile?: Profile;
}

export interface DataExtractionNotification {
	readonly type: number;
	readonly timestamp?: number;
}

export interface CallMessage {
	readonly type: number;
	readonly sdps?: string[];
	readonly sdpMLineIndexes?: number[];
	readonly sdpMids?: string[];
	readonly uuid: string;
}

/** One of these. */
export interface GroupUpdateMessage {
	readonly inviteMessage?: {
		readonly groupSessionId: string;
		readonly name: string;
		readonly memberAuthData: Bytes;
		readonly adminSignature: Bytes;
	};
	readonly infoChangeMessage?: {
		readonly type: number;
		readonly updatedName?: string;
		/** Seconds. */
		readonly updatedExpiration?: number;
		readonly adminSignature: Bytes;
	};
	readonly memberChangeMessage?: {
		readonly type: number;
		readonly memberSessionIds?: string[];
		readonly historyShared?: boolean;
		readonly adminSignature: Bytes;
	};
	readonly promoteMessage?: { readonly groupIdentitySeed: Bytes; readonly name: string };
	readonly memberLeftMessage?: Record<string, never>;
	readonly inviteResponse?: { readonly isApproved: boolean };
	readonly deleteMemberContent?: {
		readonly memberSessionIds?: string[];
		readonly messageHashes?: string[];
		readonly adminSignature?: Bytes;
	};
	readonly memberLeftNotificationMessage?: Record<string, never>;
}

/** Still changing on the network: never drop a message for what stands here. */
export interface ProMessage {
	readonly proof?: {
		readonly version?: number;
		readonly tag?: Bytes;
		readonly rotatingPublicKey?: Bytes;
		/** Milliseconds or seconds, depending on the client. */
		readonly expiry?: number;
		readonly sig?: Bytes;
	};
	readonly profileBitset?: number;
	readonly messageBitset?: number;
}

export function encodeContent(content: Content): Bytes {
	return encodeMessage(sotto.Content, content);
}

/** Throws ProtocolError 'malformed'. */
export function decodeContent(bytes: Uint8Array): Content {
	return decodeMessage(sotto.Content, bytes);
}

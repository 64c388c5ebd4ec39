/** What I send, as sealed bytes: messages.md §3, §6 and §9. */
import { sealDirectMessage } from '../../protocol/direct-message';
import type { Identity } from '../../protocol/identity';
import { ReceiptType, TypingAction } from '../../protocol/protobuf/content';
import type { Content, Profile } from '../../protocol/protobuf/content';
import type { AccountId, Bytes, NetworkTime, RandomBytes } from '../../protocol/types';
import type { OwnProfile } from '../conversations/own-profile';

export interface Sender {
	readonly identity: Identity;
	readonly random: RandomBytes;
}

/** The two fields that say who I am, of every message that says it. */
function saidOf(own: OwnProfile): { readonly profile: Profile; readonly profileKey?: Bytes } {
	const { displayName, picture, updatedSeconds } = own;
	const profile = { displayName, lastUpdateSeconds: updatedSeconds };
	if (picture === null) return { profile };
	return { profile: { ...profile, profilePicture: picture.url }, profileKey: picture.key };
}

export function sealText(
	sender: Sender,
	profile: OwnProfile,
	recipient: AccountId,
	body: string,
	timestamp: NetworkTime
): Bytes {
	const content = { dataMessage: { body, ...saidOf(profile) }, sigTimestamp: timestamp };
	return seal(sender, recipient, content, timestamp);
}

/** The copy for my other devices: the same message, without the profile, naming where it went. */
export function sealSyncCopy(
	sender: Sender,
	recipient: AccountId,
	body: string,
	timestamp: NetworkTime
): Bytes {
	const content = { dataMessage: { body, syncTarget: recipient }, sigTimestamp: timestamp };
	return seal(sender, sender.identity.accountId, content, timestamp);
}

/** "I accept your request": has no copy for my other devices, since it could not say whom it went to. */
export function sealAcceptance(
	sender: Sender,
	profile: OwnProfile,
	recipient: AccountId,
	timestamp: NetworkTime
): Bytes {
	const messageRequestResponse = { isApproved: true, ...saidOf(profile) };
	return seal(sender, recipient, { messageRequestResponse, sigTimestamp: timestamp }, timestamp);
}

/** "I have read these": the times when they were sent. */
export function sealReceipt(
	sender: Sender,
	recipient: AccountId,
	times: readonly number[],
	timestamp: NetworkTime
): Bytes {
	const receiptMessage = { type: ReceiptType.Read, timestamp: [...times] };
	return seal(sender, recipient, { receiptMessage, sigTimestamp: timestamp }, timestamp);
}

/** "I am typing", or no longer. Its own time has to be that of the envelope. */
export function sealTyping(
	sender: Sender,
	recipient: AccountId,
	started: boolean,
	timestamp: NetworkTime
): Bytes {
	const action = started ? TypingAction.Started : TypingAction.Stopped;
	const content = { typingMessage: { timestamp, action }, sigTimestamp: timestamp };
	return seal(sender, recipient, content, timestamp);
}

function seal(
	{ identity, random }: Sender,
	recipient: AccountId,
	content: Content,
	timestamp: NetworkTime
): Bytes {
	return sealDirectMessage({ content, timestamp, sender: identity, recipient, random });
}

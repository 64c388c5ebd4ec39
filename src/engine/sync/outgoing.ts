/** What I send, as sealed bytes: messages.md §3, §6 and §9. */
import { sealDirectMessage } from '../../protocol/direct-message';
import type { Identity } from '../../protocol/identity';
import type { Content, Profile } from '../../protocol/protobuf/content';
import type { AccountId, Bytes, NetworkTime, RandomBytes } from '../../protocol/types';
import type { OwnProfile } from '../conversations/own-profile';

export interface Sender {
	readonly identity: Identity;
	readonly random: RandomBytes;
}

function saidOf(profile: OwnProfile): Profile {
	return { displayName: profile.displayName, lastUpdateSeconds: profile.updatedSeconds };
}

export function sealText(
	sender: Sender,
	profile: OwnProfile,
	recipient: AccountId,
	body: string,
	timestamp: NetworkTime
): Bytes {
	const content = { dataMessage: { body, profile: saidOf(profile) }, sigTimestamp: timestamp };
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
	const messageRequestResponse = { isApproved: true, profile: saidOf(profile) };
	return seal(sender, recipient, { messageRequestResponse, sigTimestamp: timestamp }, timestamp);
}

function seal(
	{ identity, random }: Sender,
	recipient: AccountId,
	content: Content,
	timestamp: NetworkTime
): Bytes {
	return sealDirectMessage({ content, timestamp, sender: identity, recipient, random });
}

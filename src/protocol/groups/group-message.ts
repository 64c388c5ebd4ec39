/** A message of a group as it lies in namespace 11, every layer of it: groups-v2.md §6. */
import { checkedEnvelope, contentSentAt, decoySignature, MAX_STORED_BYTES } from '../envelope-checks';
import { ProtocolError } from '../errors';
import { encodeContent, type Content } from '../protobuf/content';
import { decodeEnvelope, encodeEnvelope, EnvelopeType } from '../protobuf/envelope';
import type {
	AccountId,
	Bytes,
	Ed25519KeyPair,
	Ed25519PublicKey,
	GroupId,
	GroupKey,
	NetworkTime,
	RandomBytes
} from '../types';
import { groupPublicKey } from './group-id';
import { decryptFromGroup, encryptForGroup } from './message-encryption';

export interface GroupMessage {
	readonly senderId: AccountId;
	readonly sender: Ed25519PublicKey;
	/** Milliseconds, authenticated unless the content is of a client too old to repeat it. */
	readonly timestamp: number;
	readonly content: Content;
	/** The content's bytes. */
	readonly raw: Bytes;
}

/**
 * The bytes to store. `content.sigTimestamp` is set to `timestamp`; `key` is the first of the group's list. Takes from
 * `random`: 64 and 64 bytes for the decoy signature, then 24 for the nonce. Throws ProtocolError 'too-large'.
 */
export function sealGroupMessage(message: {
	readonly content: Content;
	readonly timestamp: NetworkTime;
	readonly sender: Ed25519KeyPair;
	readonly group: GroupId;
	readonly key: GroupKey;
	readonly random: RandomBytes;
}): Bytes {
	const { timestamp, sender, group, key, random } = message;
	const envelope = encodeEnvelope({
		type: EnvelopeType.GroupMessage,
		timestamp,
		sourceDevice: 1,
		content: encodeContent({ ...message.content, sigTimestamp: timestamp }),
		proSig: decoySignature(random)
	});
	const stored = encryptForGroup(envelope, sender, groupPublicKey(group), key, random);
	if (stored.length > MAX_STORED_BYTES) throw new ProtocolError('too-large', 'message is too large');
	return stored;
}

/**
 * `keys`: the group's list. Throws ProtocolError as `decryptFromGroup` does, and 'malformed' or 'unauthenticated' when the
 * envelope inside is not as it must be, or says another time than its author signed.
 */
export function openGroupMessage(data: Uint8Array, group: GroupId, keys: readonly GroupKey[]): GroupMessage {
	const { message, sender, senderId } = decryptFromGroup(data, groupPublicKey(group), keys);
	const { timestamp, content: raw } = checkedEnvelope(decodeEnvelope(message));
	return { senderId, sender, timestamp, content: contentSentAt(timestamp, raw), raw };
}

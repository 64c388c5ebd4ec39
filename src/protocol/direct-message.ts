/** A one-to-one message as it lies in namespace 0, every layer of it: messages.md §1, §6, §8, §10 and §11. */
import { toBytes } from './bytes';
import { checkedEnvelope, contentSentAt, decoySignature, MAX_STORED_BYTES } from './envelope-checks';
import { ProtocolError } from './errors';
import { x25519Of, type Identity } from './identity';
import { pad160, unpad } from './padding';
import { encodeContent, type Content } from './protobuf/content';
import { decodeEnvelope, encodeEnvelope, EnvelopeType } from './protobuf/envelope';
import { decodeWebSocketMessage, encodeWebSocketMessage } from './protobuf/websocket';
import { decryptIncoming, encryptForRecipient } from './session-encryption';
import type { AccountId, Bytes, Ed25519PublicKey, NetworkTime, RandomBytes } from './types';

const VERSIONED_FORMAT = 0x00;

export interface DirectMessage {
	readonly senderId: AccountId;
	readonly sender: Ed25519PublicKey;
	/** Milliseconds, authenticated unless the content is of a client too old to repeat it. */
	readonly timestamp: number;
	readonly content: Content;
	/** The content's bytes without padding. */
	readonly raw: Bytes;
}

/**
 * The bytes to store. `content.sigTimestamp` is set to `timestamp`. Takes from `random`: 32 bytes for the ephemeral key,
 * then 64 and 64 for the decoy signature. Throws ProtocolError 'too-large', or 'malformed' for an unusable recipient.
 */
export function sealDirectMessage(message: {
	readonly content: Content;
	readonly timestamp: NetworkTime;
	readonly sender: Identity;
	readonly recipient: AccountId;
	readonly random: RandomBytes;
}): Bytes {
	const { timestamp, sender, recipient, random } = message;
	const content = encodeContent({ ...message.content, sigTimestamp: timestamp });
	const sealed = encryptForRecipient(pad160(content), sender.ed25519, x25519Of(recipient), random);
	const envelope = encodeEnvelope({
		type: EnvelopeType.SessionMessage,
		timestamp,
		sourceDevice: 1,
		content: sealed,
		proSig: decoySignature(random)
	});
	const stored = encodeWebSocketMessage(envelope);
	if (stored.length > MAX_STORED_BYTES) throw new ProtocolError('too-large', 'message is too large');
	return stored;
}

/**
 * Opens and checks what came out of namespace 0. Throws ProtocolError: 'malformed' when the layers are not as they must
 * be, 'unsupported-version' for a format of newer clients, 'unauthenticated' when it is not for us, was altered, or
 * claims another time or sender than its author signed.
 */
export function openDirectMessage(data: Uint8Array, own: Identity): DirectMessage {
	if (data.length === 0) throw new ProtocolError('malformed', 'message is empty');
	if (data[0] === VERSIONED_FORMAT) {
		throw new ProtocolError('unsupported-version', 'message is of a newer format');
	}
	const envelope = checkedEnvelope(decodeEnvelope(decodeWebSocketMessage(data)));
	const { message, sender, senderId } = decryptIncoming(envelope.content, own.x25519);
	const raw = unpad(message);
	const content = contentSentAt(envelope.timestamp, raw);
	return { senderId, sender, timestamp: envelope.timestamp, content, raw: toBytes(raw) };
}

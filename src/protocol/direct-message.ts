/** A one-to-one message as it lies in namespace 0, every layer of it: messages.md §1, §6, §8, §10 and §11. */
import { concat, toBytes } from './bytes';
import { ProtocolError } from './errors';
import { x25519Of, type Identity } from './identity';
import { pad160, unpad } from './padding';
import { decodeContent, encodeContent, type Content } from './protobuf/content';
import { decodeEnvelope, encodeEnvelope, EnvelopeType, type Envelope } from './protobuf/envelope';
import { decodeWebSocketMessage, encodeWebSocketMessage } from './protobuf/websocket';
import { decryptIncoming, encryptForRecipient } from './session-encryption';
import { sodium } from './sodium';
import type { AccountId, Bytes, Ed25519PublicKey, NetworkTime, RandomBytes } from './types';

/** What a storage node takes, decoded from base64. */
export const MAX_STORED_BYTES = 76_800;

const PRO_SIGNATURE_BYTES = 64;
const SCALAR_SAMPLE_BYTES = 64;
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

/** Looks like the signature that people with Session Pro add, so that envelopes do not tell who has it. */
function decoySignature(random: RandomBytes): Bytes {
	const r = sodium.crypto_core_ed25519_scalar_reduce(random(SCALAR_SAMPLE_BYTES));
	const s = sodium.crypto_core_ed25519_scalar_reduce(random(SCALAR_SAMPLE_BYTES));
	return concat(sodium.crypto_scalarmult_ed25519_base_noclamp(r), s);
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
	const content = decodeContent(raw);
	const signedAt = content.sigTimestamp ?? 0;
	if (signedAt !== 0 && signedAt !== envelope.timestamp) {
		throw new ProtocolError('unauthenticated', 'message was sent at another time than its envelope says');
	}
	return { senderId, sender, timestamp: envelope.timestamp, content, raw: toBytes(raw) };
}

function checkedEnvelope(envelope: Envelope): Envelope & { readonly content: Bytes } {
	const { content, source, proSig } = envelope;
	if (content === undefined) throw new ProtocolError('malformed', 'envelope is empty');
	if (source !== undefined && source !== '' && !/^[0-9a-f]{66}$/i.test(source)) {
		throw new ProtocolError('malformed', 'envelope names an impossible source');
	}
	if (proSig !== undefined && proSig.length !== PRO_SIGNATURE_BYTES) {
		throw new ProtocolError('malformed', 'envelope signature has the wrong length');
	}
	return { ...envelope, content };
}

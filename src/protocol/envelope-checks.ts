/** What holds for the envelope of every message, one-to-one or of a group: messages.md §2, §8, §10. */
import { concat } from './bytes';
import { ProtocolError } from './errors';
import { decodeContent, type Content } from './protobuf/content';
import type { Envelope } from './protobuf/envelope';
import { sodium } from './sodium';
import type { Bytes, RandomBytes } from './types';

/** What a storage node takes, decoded from base64. */
export const MAX_STORED_BYTES = 76_800;

const PRO_SIGNATURE_BYTES = 64;
const SCALAR_SAMPLE_BYTES = 64;

/**
 * Looks like the signature that people with Session Pro add, so that envelopes do not tell who has it. Takes 64 bytes of
 * `random` twice.
 */
export function decoySignature(random: RandomBytes): Bytes {
	const r = sodium.crypto_core_ed25519_scalar_reduce(random(SCALAR_SAMPLE_BYTES));
	const s = sodium.crypto_core_ed25519_scalar_reduce(random(SCALAR_SAMPLE_BYTES));
	return concat(sodium.crypto_scalarmult_ed25519_base_noclamp(r), s);
}

/** Throws ProtocolError 'malformed' when it is empty, names an impossible source or has a wrong signature length. */
export function checkedEnvelope(envelope: Envelope): Envelope & { readonly content: Bytes } {
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

/**
 * `raw`: without padding. `timestamp`: the envelope's. Throws ProtocolError 'malformed', or 'unauthenticated' when the
 * author signed another time than the envelope says.
 */
export function contentSentAt(timestamp: number, raw: Uint8Array): Content {
	const content = decodeContent(raw);
	const signedAt = content.sigTimestamp ?? 0;
	if (signedAt !== 0 && signedAt !== timestamp) {
		throw new ProtocolError('unauthenticated', 'message was sent at another time than its envelope says');
	}
	return content;
}

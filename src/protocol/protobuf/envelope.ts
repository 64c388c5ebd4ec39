/** The envelope around a message's ciphertext: messages.md §2. */
import type { Bytes } from '../types';
import { sotto } from './generated/session';
import { decodeMessage, encodeMessage } from './wire';

export const EnvelopeType = { SessionMessage: 6, GroupMessage: 7 } as const;

export interface Envelope {
	readonly type: number;
	/** Not sent by anyone today and never to be trusted: the author comes from the decrypted payload. */
	readonly source?: string;
	/** Milliseconds. */
	readonly timestamp: number;
	readonly sourceDevice?: number;
	readonly content?: Bytes;
	readonly serverTimestamp?: number;
	/** 64 bytes: a Session Pro signature or a decoy that looks like one. */
	readonly proSig?: Bytes;
}

export function encodeEnvelope(envelope: Envelope): Bytes {
	return encodeMessage(sotto.Envelope, envelope);
}

/** Throws ProtocolError 'malformed'. */
export function decodeEnvelope(bytes: Uint8Array): Envelope {
	return decodeMessage(sotto.Envelope, bytes);
}

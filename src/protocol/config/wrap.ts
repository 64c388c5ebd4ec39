/**
 * The protobuf wrapping in which the configs of an account are stored, as if they were messages to ourselves; a
 * leftover that all clients still write: config.md §6.
 */
import { concat, equal } from '../bytes';
import { ProtocolError } from '../errors';
import { x25519FromEd25519 } from '../identity';
import { decodeSharedConfig, encodeSharedConfig } from '../protobuf/shared-config';
import { decodeEnvelope, encodeEnvelope, EnvelopeType } from '../protobuf/envelope';
import { decodeWebSocketMessage, encodeWebSocketMessage } from '../protobuf/websocket';
import { decryptIncoming, encryptDeterministic } from '../session-encryption';
import { unpad } from '../padding';
import type { Bytes, Ed25519KeyPair } from '../types';

const MARKER = 0x80;
const TIMESTAMP = 1;

/** The same bytes on every device. `wrapKind` is the config's number from kinds.ts. */
export function wrapConfig(
	encrypted: Bytes,
	seqno: number,
	wrapKind: number,
	account: Ed25519KeyPair
): Bytes {
	const content = encodeSharedConfig({ kind: wrapKind, seqno, data: encrypted });
	const marked = concat(content, Uint8Array.of(MARKER));
	const sealed = encryptDeterministic(marked, account, x25519FromEd25519(account).publicKey);
	const envelope = { type: EnvelopeType.SessionMessage, timestamp: TIMESTAMP, content: sealed };
	return encodeWebSocketMessage(encodeEnvelope(envelope));
}

/**
 * The encrypted config. Throws ProtocolError: 'malformed' for anything that is not wrapped so or is of another kind,
 * 'unauthenticated' when it was not sealed by this account for itself.
 */
export function unwrapConfig(wrapped: Bytes, wrapKind: number, account: Ed25519KeyPair): Bytes {
	const { content } = decodeEnvelope(decodeWebSocketMessage(wrapped));
	if (content === undefined) throw new ProtocolError('malformed', 'envelope is empty');
	const { message, sender } = decryptIncoming(content, x25519FromEd25519(account));
	if (!equal(sender, account.publicKey)) {
		throw new ProtocolError('unauthenticated', 'config was sealed by another account');
	}
	// Older clients pad further, with zeros.
	const config = decodeSharedConfig(unpad(message));
	if (config.kind !== wrapKind) throw new ProtocolError('malformed', 'config is of another kind');
	return config.data;
}

/** The outermost wrapper of one-to-one messages, left over from a time of websockets: messages.md §2. */
import { ProtocolError } from '../errors';
import type { Bytes } from '../types';
import { sotto } from './generated/session';
import { decodeMessage, encodeMessage } from './wire';

const REQUEST = 1;

/** Wraps a serialised envelope; the empty fields are written as libsession writes them. */
export function encodeWebSocketMessage(body: Uint8Array): Bytes {
	const request = { verb: '', path: '', body, requestId: 0 };
	return encodeMessage(sotto.WebSocketMessage, { type: REQUEST, request });
}

/** The envelope inside. Only the body is looked at. Throws ProtocolError 'malformed'. */
export function decodeWebSocketMessage(bytes: Uint8Array): Bytes {
	const body = decodeMessage(sotto.WebSocketMessage, bytes).request?.body;
	if (body === undefined) throw new ProtocolError('malformed', 'message has no request body');
	return body;
}

/** What a push service carries to a device: nonce first, then the sealed payload padded with zeros. */
import { ProtocolError } from './errors';
import { withoutTrailingZeros } from './padding';
import type { Bytes } from './types';
import { XCHACHA_NONCE_BYTES, XCHACHA_TAG_BYTES, xchachaOpen } from './xchacha20';

const KEY_BYTES = 32;

/**
 * `key`: the 32 bytes that the device registered with. The padding is taken off. Throws ProtocolError 'malformed' for
 * wrong lengths, 'unauthenticated' when it does not open.
 */
export function decryptPushPayload(payload: Uint8Array, key: Uint8Array): Bytes {
	if (key.length !== KEY_BYTES) throw new ProtocolError('malformed', 'push key has the wrong length');
	if (payload.length < XCHACHA_NONCE_BYTES + XCHACHA_TAG_BYTES) {
		throw new ProtocolError('malformed', 'push payload is too short');
	}
	const nonce = payload.subarray(0, XCHACHA_NONCE_BYTES);
	const padded = xchachaOpen(payload.subarray(XCHACHA_NONCE_BYTES), nonce, key);
	if (padded === undefined) throw new ProtocolError('unauthenticated', 'push payload does not open');
	return withoutTrailingZeros(padded);
}

import { utf8 } from '../../../src/protocol/bytes';
import type { Bytes } from '../../../src/protocol/types';
import type { Fields } from './fields';

/** A recorded body, as text or as base64; null for none. */
export function bodyOf(message: Fields): Bytes | null {
	if (message.has('body_text')) return utf8(message.text('body_text'));
	return message.has('body_b64') ? message.base64('body_b64') : null;
}

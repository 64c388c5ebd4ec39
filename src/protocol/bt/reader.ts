/** Decoding a whole bt value, as lenient as the reference's value parser: bt-encoding.md §2. */
import { ProtocolError } from '../errors';
import { BtConsumer } from './consumer';
import type { BtValue } from './value';

/**
 * Accepts keys in any order, equal keys (the first counts) and leading zeros. Throws ProtocolError: 'malformed' for
 * anything else that is wrong, bytes after the value included; 'too-large' for nesting deeper than 100.
 */
export function readBt(bytes: Uint8Array): BtValue {
	const consumer = new BtConsumer(bytes);
	const value = consumer.value();
	if (consumer.position !== bytes.length) throw new ProtocolError('malformed', 'bytes follow the bt value');
	return value;
}

import { fromHex, toBase64NoPad, toBytes, utf8, concat } from '../../../src/protocol/bytes';
import { blake2b } from '../../../src/protocol/keys';
import { plain, type JsonObject } from './recorded';
import { namespaceText } from './signing';

/** Of a store request: BLAKE2b-256 over the 33 bytes of the id, the namespace and the data. */
export function messageHashOf(params: JsonObject): string {
	const account = fromHex(plain(params['pubkey'] ?? params['pubKey']));
	const data = toBytes(Buffer.from(plain(params['data']), 'base64'));
	return toBase64NoPad(blake2b(32, concat(account, utf8(namespaceText(params['namespace'])), data)));
}

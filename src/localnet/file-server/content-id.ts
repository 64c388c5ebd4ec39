/** What the server calls a file: file-server.md §3, "Ids". */
import { randomBytes } from 'node:crypto';
import { personalHash } from '../../protocol/attachments/sodium-memory';
import { utf8 } from '../../protocol/bytes';

const HASH_BYTES = 33;
const SALT = utf8('SessionFileSvr\0\0');
const NUMBER_BITS = 53n;

/** The same bytes have the same id: 44 characters. */
export async function contentId(content: Uint8Array): Promise<string> {
	const none = new Uint8Array();
	const hash = await personalHash(HASH_BYTES, none, new Uint8Array(16), [content], SALT);
	return Buffer.from(hash).toString('base64url');
}

/** As servers of before 2025 give them: the digits of a random number. */
export function numberId(): string {
	return String(BigInt.asUintN(Number(NUMBER_BITS), randomBytes(8).readBigUInt64LE()));
}

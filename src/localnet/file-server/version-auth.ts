/** The optional proof of who asks for the newest version: file-server.md §3, "Version check auth". */
import { concat, fromHex, utf8 } from '../../protocol/bytes';
import { ProtocolError } from '../../protocol/errors';
import { blake2b, parseEd25519PublicKey, verify } from '../../protocol/keys';
import { decodeBase64, isBase64, isHex } from '../encodings';
import { plain, type FileAnswer, type FileRequest } from './answer';

const TOLERANCE_SECONDS = 24 * 60 * 60;
const BODY_HASH_BYTES = 64;

/** null when the request is anonymous or signed rightly. */
export function refuseVersionAuth(request: FileRequest, nowMs: number): FileAnswer | null {
	const { headers } = request;
	const fields = [headers['x-fs-pubkey'], headers['x-fs-timestamp'], headers['x-fs-signature']] as const;
	if (fields.every((field) => field === undefined)) return null;
	const [pubkey, timestamp, signature] = fields;
	if (pubkey === undefined || timestamp === undefined || signature === undefined) {
		return invalid(400, 'one or more X-FS-* auth headers is missing');
	}
	if (pubkey.length !== 66 || !isHex(pubkey))
		return invalid(400, 'X-FS-Pubkey is not a valid 66-hex digit id');
	if (!pubkey.startsWith('07')) return invalid(400, 'X-FS-Pubkey must be 07- prefixed');
	if (!/^-?\d+$/.test(timestamp)) return invalid(400, 'X-FS-Timestamp is not a valid timestamp');
	if (Math.abs(Number(timestamp) - nowMs / 1000) > TOLERANCE_SECONDS) {
		return invalid(425, 'X-FS-Timestamp is too far from current time');
	}
	if (signature.length !== 88 || !isBase64(signature)) {
		return invalid(400, 'X-FS-Signature is not base64[88]');
	}
	return isSigned(request, pubkey, timestamp, signature)
		? null
		: invalid(401, 'X-FS-Signature verification failed');
}

function isSigned(request: FileRequest, pubkey: string, timestamp: string, signature: string): boolean {
	const { method, path, query, body } = request;
	const hash = body.length === 0 ? new Uint8Array() : blake2b(BODY_HASH_BYTES, body);
	const signed = concat(utf8(`${timestamp}${method}${path}${query}`), hash);
	try {
		return verify(decodeBase64(signature), signed, parseEd25519PublicKey(fromHex(pubkey.slice(2))));
	} catch (error) {
		if (error instanceof ProtocolError) return false;
		throw error;
	}
}

function invalid(status: number, why: string): FileAnswer {
	return plain(status, `Invalid authentication: ${why}`);
}

/**
 * What removed members find in namespace −11, the only one still open to them: groups-v2.md §8. It tells them the
 * generation in which they were removed, so that someone who was added again later can tell that it is old.
 */
import { concat, equal, fromUtf8, utf8 } from '../bytes';
import { ProtocolError } from '../errors';
import { x25519FromEd25519, x25519Of } from '../identity';
import { x25519FromEd25519Public } from '../keys';
import { decryptFromMany, encryptForMany } from '../multi-encrypt';
import type {
	AccountId,
	Bytes,
	Ed25519KeyPair,
	Ed25519PublicKey,
	RandomBytes,
	X25519KeyPair
} from '../types';
import { XCHACHA_NONCE_BYTES } from '../xchacha20';

const DOMAIN = 'SessionGroupKickedMessage';
const KEY_BYTES = 32;

/**
 * `generation`: the current one, before the rotation that follows. Takes 24 bytes of `random` for the nonce. Throws
 * ProtocolError 'malformed' when one of them is no usable curve point.
 */
export function sealKicked(
	group: Ed25519KeyPair,
	removed: readonly AccountId[],
	generation: number,
	random: RandomBytes
): Bytes {
	const messages = removed.map((member) => {
		const recipient = x25519Of(member);
		return { recipient, message: concat(recipient, utf8(String(generation))) };
	});
	return encryptForMany(messages, x25519FromEd25519(group), DOMAIN, random(XCHACHA_NONCE_BYTES));
}

/**
 * The generation in which we were removed: it counts when it is not below our current one. Throws ProtocolError:
 * 'unauthenticated' when it is not for us or not of the group, 'malformed' when it is built in another way.
 */
export function openKicked(data: Uint8Array, own: X25519KeyPair, group: Ed25519PublicKey): number {
	const plaintext = decryptFromMany(data, own, x25519FromEd25519Public(group), DOMAIN);
	if (!equal(plaintext.subarray(0, KEY_BYTES), own.publicKey)) {
		throw new ProtocolError('unauthenticated', 'removal is of somebody else');
	}
	const generation = fromUtf8(plaintext.subarray(KEY_BYTES));
	if (!/^\d{1,15}$/.test(generation)) throw new ProtocolError('malformed', 'removal names no generation');
	return Number(generation);
}

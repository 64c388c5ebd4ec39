/** Messages through a community's inbox, from one blinded id to another: communities.md §10, messages.md §7. */
import { concat, toBytes } from '../bytes';
import { multiply, multiplyPoint, secretScalar } from '../ed25519-scalars';
import { ProtocolError } from '../errors';
import { accountIdOf } from '../identity';
import { blake2b, parseEd25519PublicKey, x25519FromEd25519Public } from '../keys';
import { UnopenableError, type Decrypted } from '../session-encryption';
import type { BlindedId, Bytes, Ed25519KeyPair, RandomBytes, X25519PublicKey } from '../types';
import { XCHACHA_NONCE_BYTES, XCHACHA_TAG_BYTES, xchachaOpen, xchachaSeal } from '../xchacha20';
import { blind15KeyPair, blinded15IdOf } from './blind15';
import { blind25KeyPair, blinded25IdOf } from './blind25';
import { blindedPublicKey, matchesBlindedId } from './blinded-id';

const VERSION = 0x00;
const VERSION_BYTES = 1;
const KEY_BYTES = 32;
const SMALLEST = VERSION_BYTES + KEY_BYTES + XCHACHA_TAG_BYTES + XCHACHA_NONCE_BYTES;

/**
 * The message, padded by the caller, for someone known by a blinded id alone; the sender shows who they really are. Takes
 * 24 bytes of `random` for the nonce. Throws ProtocolError 'malformed' when the recipient's id is no usable curve point.
 */
export function encryptForBlinded(
	message: Uint8Array,
	own: Ed25519KeyPair,
	recipient: BlindedId,
	server: X25519PublicKey,
	random: RandomBytes
): Bytes {
	const key = sharedKey(own, ownBlindedId(own, recipient, server), recipient, server, 'sender');
	const nonce = random(XCHACHA_NONCE_BYTES);
	const box = xchachaSeal(concat(message, own.publicKey), nonce, key);
	return concat(Uint8Array.of(VERSION), box, nonce);
}

/**
 * Opens a message of the inbox, or one of our own out of the outbox: whose it is follows from `sender`. Throws
 * ProtocolError: 'unsupported-version' for formats of newer clients, 'malformed' when it is too short or names an
 * unusable key, 'unauthenticated' when it is not for us, was altered, or is of somebody else than `sender`.
 */
export function decryptBlinded(
	ciphertext: Uint8Array,
	own: Ed25519KeyPair,
	sender: BlindedId,
	recipient: BlindedId,
	server: X25519PublicKey
): Decrypted {
	if (ciphertext.length < SMALLEST) throw new ProtocolError('malformed', 'inbox message is too short');
	if (ciphertext[0] !== VERSION) {
		throw new ProtocolError('unsupported-version', 'inbox message is of a newer format');
	}
	if (sender.slice(0, 2) !== recipient.slice(0, 2)) {
		throw new ProtocolError('malformed', 'inbox message mixes two kinds of blinded ids');
	}
	const isOurs = ownBlindedId(own, recipient, server) === sender;
	const key = isOurs
		? sharedKey(own, sender, recipient, server, 'sender')
		: sharedKey(own, recipient, sender, server, 'recipient');
	const inner = open(ciphertext, key);
	const keyStart = inner.length - KEY_BYTES;
	const realSender = parseEd25519PublicKey(inner.subarray(keyStart));
	const senderId = accountIdOf(x25519FromEd25519Public(realSender));
	if (!matchesBlindedId(senderId, sender, server)) {
		throw new ProtocolError('unauthenticated', 'inbox message is of another sender than it says');
	}
	return { message: toBytes(inner.subarray(0, keyStart)), sender: realSender, senderId };
}

/** Our own id by the scheme that the other one has. */
function ownBlindedId(own: Ed25519KeyPair, other: BlindedId, server: X25519PublicKey): BlindedId {
	return other.startsWith('25')
		? blinded25IdOf(blind25KeyPair(own, server).publicKey)
		: blinded15IdOf(blind15KeyPair(own, server).publicKey);
}

/** Both sides come to the same point: in the first scheme they share one factor, in the second each multiplies by theirs. */
function sharedKey(
	own: Ed25519KeyPair,
	ownId: BlindedId,
	otherId: BlindedId,
	server: X25519PublicKey,
	role: 'sender' | 'recipient'
): Bytes {
	const scalar = secretScalar(own.secretKey);
	const factored = otherId.startsWith('25') ? multiply(scalar, blind25KeyPair(own, server).factor) : scalar;
	const ours = blindedPublicKey(ownId);
	const theirs = blindedPublicKey(otherId);
	const point = multiplyPoint(factored, theirs);
	return blake2b(32, role === 'sender' ? concat(point, ours, theirs) : concat(point, theirs, ours));
}

function open(ciphertext: Uint8Array, key: Bytes): Bytes {
	const nonceStart = ciphertext.length - XCHACHA_NONCE_BYTES;
	const box = ciphertext.subarray(VERSION_BYTES, nonceStart);
	const inner = xchachaOpen(box, ciphertext.subarray(nonceStart), key);
	if (inner === undefined) throw new UnopenableError();
	return inner;
}

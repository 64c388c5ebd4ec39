/** The "Session protocol" of one-to-one messages: sign, then seal for the recipient. messages.md §6. */
import { concat, toBytes, utf8 } from './bytes';
import { ProtocolError } from './errors';
import { accountIdOf } from './identity';
import { blake2b, parseEd25519PublicKey, sign, verify, x25519FromEd25519Public, x25519KeyPair } from './keys';
import { sodium } from './sodium';
import type {
	AccountId,
	Bytes,
	Ed25519KeyPair,
	Ed25519PublicKey,
	RandomBytes,
	X25519KeyPair,
	X25519PublicKey
} from './types';

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const SEAL_OVERHEAD = 48;
const SMALLEST = SEAL_OVERHEAD + KEY_BYTES + SIGNATURE_BYTES;

/** Takes 32 bytes of `random` for the ephemeral key. The caller pads the message before. */
export function encryptForRecipient(
	message: Uint8Array,
	sender: Ed25519KeyPair,
	recipient: X25519PublicKey,
	random: RandomBytes
): Bytes {
	return seal(signed(message, sender, recipient), x25519KeyPair(random(KEY_BYTES)), recipient);
}

/** The same with an ephemeral key that follows from the message, for documents that every device must seal alike. */
export function encryptDeterministic(
	message: Uint8Array,
	sender: Ed25519KeyPair,
	recipient: X25519PublicKey
): Bytes {
	const senderSeed = sender.secretKey.subarray(0, KEY_BYTES);
	const seed = blake2b(32, concat(senderSeed, recipient, message), utf8('SessionBoxEphemeralHashKey'));
	const ephemeral = sodium.crypto_box_seed_keypair(seed);
	return seal(signed(message, sender, recipient), x25519KeyPair(ephemeral.privateKey), recipient);
}

function signed(message: Uint8Array, sender: Ed25519KeyPair, recipient: X25519PublicKey): Bytes {
	const signature = sign(concat(message, sender.publicKey, recipient), sender.secretKey);
	return concat(message, sender.publicKey, signature);
}

/** libsodium's sealed box, put together by hand so that the ephemeral key is ours to choose. */
function seal(plaintext: Uint8Array, ephemeral: X25519KeyPair, recipient: X25519PublicKey): Bytes {
	const nonce = blake2b(24, concat(ephemeral.publicKey, recipient));
	try {
		const box = sodium.crypto_box_easy(plaintext, nonce, recipient, ephemeral.secretKey);
		return concat(ephemeral.publicKey, box);
	} catch (cause) {
		throw new ProtocolError('malformed', 'recipient key is of small order', { cause });
	}
}

/** Not sealed for this key, or damaged on the way: nothing is known of its author. */
export class UnopenableError extends ProtocolError {
	constructor(options?: ErrorOptions) {
		super('unauthenticated', 'sealed message does not open', options);
	}
}

export interface Decrypted {
	/** Still padded. */
	readonly message: Bytes;
	readonly sender: Ed25519PublicKey;
	readonly senderId: AccountId;
}

/**
 * Throws ProtocolError: 'malformed' when too short or with an unusable sender key, 'unauthenticated' when it is not for
 * this key, was altered, or is not signed by the sender it names.
 */
export function decryptIncoming(ciphertext: Uint8Array, own: X25519KeyPair): Decrypted {
	if (ciphertext.length < SMALLEST) throw new ProtocolError('malformed', 'sealed message is too short');
	const plaintext = openSeal(ciphertext, own);
	const signatureStart = plaintext.length - SIGNATURE_BYTES;
	const keyStart = signatureStart - KEY_BYTES;
	const message = toBytes(plaintext.subarray(0, keyStart));
	const sender = parseEd25519PublicKey(plaintext.subarray(keyStart, signatureStart));
	const signature = plaintext.subarray(signatureStart);
	if (!verify(signature, concat(message, sender, own.publicKey), sender)) {
		throw new ProtocolError('unauthenticated', 'sender signature does not verify');
	}
	return { message, sender, senderId: accountIdOf(x25519FromEd25519Public(sender)) };
}

function openSeal(ciphertext: Uint8Array, own: X25519KeyPair): Bytes {
	try {
		return toBytes(sodium.crypto_box_seal_open(ciphertext, own.publicKey, own.secretKey));
	} catch (cause) {
		throw new UnopenableError({ cause });
	}
}

/** One nonce, many recipients: each gets an entry of its own and finds it by trying all of them. groups-v2.md §4. */
import { BtConsumer } from './bt/consumer';
import type { BtValue } from './bt/value';
import { writeBt } from './bt/writer';
import { concat, utf8 } from './bytes';
import { ProtocolError } from './errors';
import { blake2b, sharedSecret } from './keys';
import { UnopenableError } from './session-encryption';
import type { Bytes, X25519KeyPair, X25519PublicKey } from './types';
import { XCHACHA_NONCE_BYTES, xchachaOpen, xchachaSeal } from './xchacha20';

const MAX_DOMAIN_BYTES = 64;

/** Who gets what. */
export interface Addressed {
	readonly recipient: X25519PublicKey;
	readonly message: Uint8Array;
}

/** One recipient's entry. `domain` parts uses from one another. Throws ProtocolError 'malformed' for an unusable key. */
export function sealEntry(
	{ recipient, message }: Addressed,
	sender: X25519KeyPair,
	domain: string,
	nonce: Uint8Array
): Bytes {
	const shared = sharedSecret(sender.secretKey, recipient);
	return xchachaSeal(message, nonce, entryKey(shared, sender.publicKey, recipient, domain));
}

/**
 * Opens entries of one sender and one nonce: the result takes one and gives its plaintext, or undefined when it is not
 * for us. Throws ProtocolError 'malformed' for an unusable sender key.
 */
export function entryOpener(
	own: X25519KeyPair,
	sender: X25519PublicKey,
	domain: string,
	nonce: Uint8Array
): (entry: Uint8Array) => Bytes | undefined {
	const key = entryKey(sharedSecret(own.secretKey, sender), sender, own.publicKey, domain);
	return (entry) => xchachaOpen(entry, nonce, key);
}

/** The whole blob, `{#: nonce, e: [entries]}`. Throws ProtocolError 'malformed' for an unusable key or nonce. */
export function encryptForMany(
	messages: readonly Addressed[],
	sender: X25519KeyPair,
	domain: string,
	nonce: Bytes
): Bytes {
	expectNonce(nonce);
	const entries = messages.map((message) => sealEntry(message, sender, domain, nonce));
	return writeBt(
		new Map<string, BtValue>([
			['#', nonce],
			['e', entries]
		])
	);
}

/** Throws ProtocolError: 'malformed' when it is no such blob, 'unauthenticated' when nothing in it is for us. */
export function decryptFromMany(
	blob: Uint8Array,
	own: X25519KeyPair,
	sender: X25519PublicKey,
	domain: string
): Bytes {
	const consumer = new BtConsumer(blob);
	consumer.enterDict();
	consumer.require('#');
	const nonce = expectNonce(consumer.bytes());
	consumer.require('e');
	consumer.enterList();
	const open = entryOpener(own, sender, domain, nonce);
	while (!consumer.atEnd()) {
		const plaintext = open(consumer.bytes());
		if (plaintext !== undefined) return plaintext;
	}
	throw new UnopenableError();
}

/** Sender before recipient, on both sides. The hash takes no more of the domain than its key has room for. */
function entryKey(
	shared: Uint8Array,
	sender: X25519PublicKey,
	recipient: X25519PublicKey,
	domain: string
): Bytes {
	return blake2b(32, concat(shared, sender, recipient), utf8(domain).subarray(0, MAX_DOMAIN_BYTES));
}

function expectNonce(nonce: Bytes): Bytes {
	if (nonce.length !== XCHACHA_NONCE_BYTES) {
		throw new ProtocolError('malformed', 'nonce has the wrong length');
	}
	return nonce;
}

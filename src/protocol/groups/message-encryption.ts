/** Encryption of what lies in a group's namespace 11: groups-v2.md §6.2. The author is whoever signed it. */
import { BtConsumer } from '../bt/consumer';
import type { BtValue } from '../bt/value';
import { writeBt } from '../bt/writer';
import { concat } from '../bytes';
import { ProtocolError } from '../errors';
import { accountIdOf } from '../identity';
import { parseEd25519PublicKey, sign, verify, x25519FromEd25519Public } from '../keys';
import { withoutTrailingZeros } from '../padding';
import { UnopenableError, type Decrypted } from '../session-encryption';
import type { Bytes, Ed25519KeyPair, Ed25519PublicKey, GroupKey, RandomBytes } from '../types';
import { XCHACHA_NONCE_BYTES, XCHACHA_TAG_BYTES, xchachaOpen, xchachaSeal } from '../xchacha20';
import { compress, decompress } from '../zstd';

/** Before compression. */
const MAX_GROUP_PLAINTEXT_BYTES = 1_000_000;

const VERSION = 1n;
const OVERHEAD = XCHACHA_NONCE_BYTES + XCHACHA_TAG_BYTES;
const PADDING = 256;
const DICT = 0x64;
const END = 0x65;

export interface EncryptionOptions {
	readonly compress: boolean;
	/** Sizes are rounded up to a multiple of this many bytes; 0 for none. */
	readonly padding: number;
}

const STANDARD: EncryptionOptions = { compress: true, padding: PADDING };

/**
 * `key`: the first of the group's list. Takes 24 bytes of `random` for the nonce. Throws ProtocolError 'too-large' above
 * 1,000,000 bytes.
 */
export function encryptForGroup(
	payload: Uint8Array,
	sender: Ed25519KeyPair,
	group: Ed25519PublicKey,
	key: GroupKey,
	random: RandomBytes,
	options = STANDARD
): Bytes {
	if (payload.length > MAX_GROUP_PLAINTEXT_BYTES) {
		throw new ProtocolError('too-large', 'group message is too large');
	}
	const compressed = options.compress ? compress(payload) : payload;
	const isSmaller = compressed.length < payload.length;
	const carried = new Uint8Array(isSmaller ? compressed : payload);
	const dict = writeBt(
		new Map<string, BtValue>([
			['', VERSION],
			['a', sender.publicKey],
			['s', sign(concat(carried, group), sender.secretKey)],
			[isSmaller ? 'z' : 'd', carried]
		])
	);
	const nonce = random(XCHACHA_NONCE_BYTES);
	return concat(nonce, xchachaSeal(padded(dict, options.padding), nonce, key));
}

/** Zeros up to the next multiple, counted with what encryption adds. */
function padded(dict: Bytes, multiple: number): Bytes {
	if (multiple <= 1) return dict;
	const size = Math.ceil((dict.length + OVERHEAD) / multiple) * multiple;
	return concat(dict, new Uint8Array(size - OVERHEAD - dict.length));
}

/**
 * `keys`: the group's list, the likeliest first. Throws ProtocolError: 'malformed' when it is not built as it must be,
 * 'unauthenticated' when no key opens it or the author did not sign it, 'unsupported-version' for formats of newer
 * clients, 'too-large' when it decompresses to more than 1,000,000 bytes.
 */
export function decryptFromGroup(
	ciphertext: Uint8Array,
	group: Ed25519PublicKey,
	keys: readonly GroupKey[]
): Decrypted {
	if (ciphertext.length < OVERHEAD) throw new ProtocolError('malformed', 'group message is too short');
	const dict = withoutTrailingZeros(openWithAny(ciphertext, keys));
	if (dict[0] !== DICT || dict.at(-1) !== END) {
		throw new ProtocolError('malformed', 'group message is no dict');
	}
	const { sender, signature, carried, isCompressed } = readDict(dict);
	const senderId = accountIdOf(x25519FromEd25519Public(sender));
	if (!verify(signature, concat(carried, group), sender)) {
		throw new ProtocolError('unauthenticated', 'group message is not signed by its author');
	}
	const message = isCompressed ? decompress(carried, MAX_GROUP_PLAINTEXT_BYTES) : carried;
	return { message, sender, senderId };
}

function openWithAny(ciphertext: Uint8Array, keys: readonly GroupKey[]): Bytes {
	const nonce = ciphertext.subarray(0, XCHACHA_NONCE_BYTES);
	const box = ciphertext.subarray(XCHACHA_NONCE_BYTES);
	for (const key of keys) {
		const plaintext = xchachaOpen(box, nonce, key);
		if (plaintext !== undefined) return plaintext;
	}
	throw new UnopenableError();
}

interface Carried {
	readonly sender: Ed25519PublicKey;
	readonly signature: Bytes;
	/** What is signed: compressed, or as it is. Never empty. */
	readonly carried: Bytes;
	readonly isCompressed: boolean;
}

function readDict(dict: Uint8Array): Carried {
	const consumer = new BtConsumer(dict);
	consumer.enterDict();
	consumer.require('');
	if (consumer.integer() !== VERSION) {
		throw new ProtocolError('unsupported-version', 'group message is of a newer format');
	}
	consumer.require('a');
	const sender = parseEd25519PublicKey(consumer.bytes());
	const plain = consumer.skipTo('d') ? consumer.bytes() : undefined;
	consumer.require('s');
	const signature = consumer.bytes();
	const compressed = consumer.skipTo('z') ? consumer.bytes() : undefined;
	const carried = plain ?? compressed;
	if (carried === undefined || carried.length === 0 || (plain !== undefined && compressed !== undefined)) {
		throw new ProtocolError('malformed', 'group message must carry one content');
	}
	return { sender, signature, carried, isCompressed: compressed !== undefined };
}

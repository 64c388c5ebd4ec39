import sodium from 'libsodium-wrappers-sumo';
import { decoySignature } from '../src/protocol/envelope-checks';
import { groupIdOf, groupPair, parseGroupKey, parseGroupSeed } from '../src/protocol/groups/group-id';
import { openGroupMessage, sealGroupMessage } from '../src/protocol/groups/group-message';
import { identityFromSeed, newSeed } from '../src/protocol/identity';
import type { NetworkTime } from '../src/protocol/types';
import { compress, decompress } from '../src/protocol/zstd';
import { compare, type Row } from './measure';
import { random } from './random';

const BODY =
	'The ferry leaves at a quarter past nine; I will wait at the ticket office with the others. '.repeat(3);
const CARRIED_BYTES = 400;
const LIMIT = 1_000_000;

/** A group message of about 300 bytes with every check, against the cryptography it cannot do without. */
export async function groupRows(): Promise<Row[]> {
	const ada = identityFromSeed(newSeed(random));
	const group = groupPair(parseGroupSeed(random(32)));
	const key = parseGroupKey(random(32));
	const message = {
		content: { dataMessage: { body: BODY, profile: { displayName: 'Ada' } } },
		timestamp: Date.now() as NetworkTime,
		sender: ada.ed25519,
		group: groupIdOf(group.publicKey),
		key,
		random
	};
	const stored = sealGroupMessage(message);
	const plaintext = new TextEncoder().encode(BODY.repeat(2).slice(0, CARRIED_BYTES));
	const compressed = compress(plaintext);
	const signature = sodium.crypto_sign_detached(compressed, ada.ed25519.secretKey);
	const nonce = random(24);
	const box = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, null, null, nonce, key);

	return [
		await compare(
			['seal a group message', () => sealGroupMessage(message)],
			[
				'zstd + Ed25519 sign + decoy signature + XChaCha20',
				() => {
					decoySignature(random);
					compress(plaintext);
					sodium.crypto_sign_detached(compressed, ada.ed25519.secretKey);
					sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, null, null, random(24), key);
				}
			]
		),
		await compare(
			['open a group message', () => openGroupMessage(stored, message.group, [key])],
			[
				"XChaCha20 + verify + zstd + sender's Account ID",
				() => {
					sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, box, null, nonce, key);
					sodium.crypto_sign_verify_detached(signature, compressed, ada.ed25519.publicKey);
					sodium.crypto_sign_ed25519_pk_to_curve25519(ada.ed25519.publicKey);
					decompress(compressed, LIMIT);
				}
			]
		)
	];
}

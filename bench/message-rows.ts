import sodium from 'libsodium-wrappers-sumo';
import { openDirectMessage, sealDirectMessage } from '../src/protocol/direct-message';
import { identityFromSeed, newSeed } from '../src/protocol/identity';
import type { NetworkTime } from '../src/protocol/types';
import { measure, type Row } from './measure';

const BODY =
	'The ferry leaves at a quarter past nine; I will wait at the ticket office with the others. '.repeat(3);
const SEALED_BYTES = 480;

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

/** Sealing and opening a message of about 300 bytes with every check, against the same work in bare libsodium. */
export async function messageRows(): Promise<Row[]> {
	const [ada, ben] = [identityFromSeed(newSeed(random)), identityFromSeed(newSeed(random))];
	const message = {
		content: { dataMessage: { body: BODY, profile: { displayName: 'Ada' } } },
		timestamp: Date.now() as NetworkTime,
		sender: ada,
		recipient: ben.accountId,
		random
	};
	const stored = sealDirectMessage(message);
	const plaintext = random(SEALED_BYTES);
	const signature = sodium.crypto_sign_detached(plaintext, ada.ed25519.secretKey);
	const box = sodium.crypto_box_seal(plaintext, ben.x25519.publicKey);

	const seal = await measure(() => sealDirectMessage(message));
	const bareSeal = await measure(() => {
		sodium.crypto_sign_detached(plaintext, ada.ed25519.secretKey);
		sodium.crypto_box_seal(plaintext, ben.x25519.publicKey);
	});
	const open = await measure(() => openDirectMessage(stored, ben));
	const bareOpen = await measure(() => {
		sodium.crypto_box_seal_open(box, ben.x25519.publicKey, ben.x25519.secretKey);
		sodium.crypto_sign_verify_detached(signature, plaintext, ada.ed25519.publicKey);
		sodium.crypto_sign_ed25519_pk_to_curve25519(ada.ed25519.publicKey);
	});
	return [
		{
			name: 'seal a message',
			measured: seal,
			against: { name: 'Ed25519 sign + box_seal', measured: bareSeal }
		},
		{
			name: 'open a message',
			measured: open,
			against: { name: "box_seal_open + verify + sender's Account ID", measured: bareOpen }
		}
	];
}

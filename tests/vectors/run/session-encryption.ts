/** session_protocol: what a one-to-one message is sealed with, and names. */
import { toHex } from '../../../src/protocol/bytes';
import { parseAccountId, x25519FromEd25519, x25519Of } from '../../../src/protocol/identity';
import { x25519KeyPair } from '../../../src/protocol/keys';
import { decryptOns } from '../../../src/protocol/ons';
import {
	decryptIncoming,
	encryptDeterministic,
	encryptForRecipient
} from '../../../src/protocol/session-encryption';
import type { AccountId, Bytes, X25519KeyPair } from '../../../src/protocol/types';
import { seededRandom } from '../../protocol/setup';
import type { Handlers } from './handler';
import { pairOf } from './keys';

const KEY_HEX = 64;

/** With or without the leading `05`. */
function recipientOf(text: string) {
	return x25519Of(text.length === KEY_HEX ? (`05${text}` as AccountId) : parseAccountId(text));
}

function opened(ciphertext: Bytes, own: X25519KeyPair) {
	const { message, sender, senderId } = decryptIncoming(ciphertext, own);
	return { plaintext: toHex(message), sender_ed25519_pk: toHex(sender), sender_session_id: senderId };
}

export const handlers: Handlers = {
	async encrypt(one, check) {
		const sender = pairOf(one.hex('ed25519_sk'), check);
		const [recipient, plaintext] = [one.text('recipient'), one.hex('plaintext')];
		if (one.has('deterministic') && one.boolean('deterministic')) {
			await check.outcome(one, () => {
				return { ciphertext: toHex(encryptDeterministic(plaintext, sender, recipientOf(recipient))) };
			});
			return;
		}
		const seal = () => encryptForRecipient(plaintext, sender, recipientOf(recipient), seededRandom('seal'));
		const expected = one.fields('expect');
		if (expected.has('error')) {
			expected.skip('error');
			await check.refused(seal, 'expect.error');
			return;
		}
		// The recorded ephemeral key is not known, so the bytes differ; the matching decrypt case opens the recorded ones.
		const recorded = expected.hex('ciphertext');
		check.same(seal().length, recorded.length, 'length of the ciphertext');
		check.holds(toHex(seal()) !== toHex(recorded), 'another ephemeral key than the recorded one');
	},

	async decrypt(one, check) {
		const own = x25519FromEd25519(pairOf(one.hex('ed25519_sk'), check));
		const ciphertext = one.hex('ciphertext');
		if (one.has('expect_sender')) {
			check.same(opened(ciphertext, own).sender_session_id, one.text('expect_sender'), 'expect_sender');
		}
		await check.outcome(one, () => opened(ciphertext, own));
	},

	async decrypt_x25519(one, check) {
		const own = x25519KeyPair(one.hex('x25519_sk'));
		check.bytes(own.publicKey, one.hex('x25519_pk'), 'x25519_pk');
		const ciphertext = one.hex('ciphertext');
		await check.outcome(one, () => opened(ciphertext, own));
	},

	async decrypt_ons(one, check) {
		const [name, ciphertext] = [one.text('ons_name'), one.hex('ciphertext')];
		const nonce = one.has('nonce') ? one.hex('nonce') : null;
		await check.outcome(one, () => ({ session_id: decryptOns(name, ciphertext, nonce) }));
	}
};

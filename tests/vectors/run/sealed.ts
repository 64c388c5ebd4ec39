/** What is sealed through a community's inbox, for a push service, and for many at once. */
import { readBt } from '../../../src/protocol/bt/reader';
import { isDict, isList } from '../../../src/protocol/bt/value';
import { writeBt } from '../../../src/protocol/bt/writer';
import { toHex } from '../../../src/protocol/bytes';
import { parseBlindedId } from '../../../src/protocol/blinding/blinded-id';
import { decryptBlinded, encryptForBlinded } from '../../../src/protocol/blinding/inbox-encryption';
import { x25519FromEd25519 } from '../../../src/protocol/identity';
import {
	parseEd25519PublicKey,
	parseX25519PublicKey,
	x25519FromEd25519Public
} from '../../../src/protocol/keys';
import { decryptFromMany, encryptForMany } from '../../../src/protocol/multi-encrypt';
import { decryptPushPayload } from '../../../src/protocol/push-payload';
import type { Bytes } from '../../../src/protocol/types';
import { seededRandom } from '../../protocol/setup';
import type { Check } from './check';
import type { Handlers } from './handler';
import { pairOf } from './keys';

function isFresh(ours: Uint8Array, recorded: Uint8Array, check: Check): void {
	check.same(ours.length, recorded.length, 'length');
	check.holds(toHex(ours) !== toHex(recorded), 'the random part differs');
}

/** What remains when the junk is taken off the end, which must be as much as fills the last block. */
function withoutJunk(blob: Bytes, entries: number, pad: number, check: Check): Bytes {
	const value = readBt(blob);
	const list = isDict(value) ? value.get('e') : undefined;
	if (!isDict(value) || list === undefined || !isList(list)) throw new Error('recorded blob is no blob');
	const expected = pad > 1 ? Math.ceil(entries / pad) * pad : entries;
	check.same(list.length, expected, 'number of entries with junk');
	return writeBt(new Map(value).set('e', list.slice(0, entries)));
}

export const handlers: Handlers = {
	async encrypt_blinded(one, check) {
		const own = pairOf(one.hex('ed25519_sk'), check);
		const server = parseX25519PublicKey(one.hex('server_pk'));
		const [recipient, plaintext] = [one.text('recipient'), one.hex('plaintext')];
		if ('error' in one.fields('expect').peek()) {
			await check.outcome(one, () => ({
				ciphertext: encryptForBlinded(
					plaintext,
					own,
					parseBlindedId(recipient),
					server,
					seededRandom('inbox')
				)
			}));
			return;
		}
		const to = parseBlindedId(recipient);
		const from = parseBlindedId(one.text('sender_blinded_id'));
		const recorded = one.fields('expect').hex('ciphertext');
		const ours = encryptForBlinded(plaintext, own, to, server, seededRandom('inbox'));
		isFresh(ours, recorded, check);
		for (const ciphertext of [ours, recorded]) {
			const { message } = decryptBlinded(ciphertext, own, from, to, server);
			check.bytes(message, plaintext, 'opened by its sender');
		}
	},

	async decrypt_blinded(one, check) {
		const [own, serverKey, ciphertext] = [
			pairOf(one.hex('ed25519_sk'), check),
			one.hex('server_pk'),
			one.hex('ciphertext')
		];
		const [sender, recipient] = [one.text('sender'), one.text('recipient')];
		await check.outcome(one, () => {
			const server = parseX25519PublicKey(serverKey);
			const [from, to] = [parseBlindedId(sender), parseBlindedId(recipient)];
			const { message, senderId } = decryptBlinded(ciphertext, own, from, to, server);
			return { plaintext: toHex(message), sender_session_id: senderId };
		});
	},

	async decrypt_push_notification(one, check) {
		const [payload, key] = [one.hex('payload'), one.hex('enc_key')];
		await check.outcome(one, () => ({ plaintext: toHex(decryptPushPayload(payload, key)) }));
	},

	async multi_encrypt(one, check) {
		const sender = x25519FromEd25519(pairOf(one.hex('ed25519_sk'), check));
		const [recipients, messages] = [one.hexes('recipients'), one.hexes('messages')];
		const [domain, nonce, pad] = [one.text('domain'), one.hex('nonce'), one.number('pad')];
		const encode = () => {
			const addressed = recipients.map((key, index) => ({
				recipient: parseX25519PublicKey(key),
				message: messages[messages.length === 1 ? 0 : index] ?? new Uint8Array()
			}));
			return encryptForMany(addressed, sender, domain, nonce);
		};
		const expected = one.fields('expect');
		if ('error' in expected.peek()) {
			await check.outcome(one, () => ({ encoded: toHex(encode()) }));
			return;
		}
		const recorded = expected.hex('encoded');
		check.bytes(encode(), withoutJunk(recorded, recipients.length, pad, check), 'encoded');
	},

	async multi_decrypt(one, check) {
		const own = x25519FromEd25519(pairOf(one.hex('ed25519_sk'), check));
		const [encoded, senderKey, domain] = [
			one.hex('encoded'),
			one.hex('sender_ed25519_pk'),
			one.text('domain')
		];
		const open = () => {
			const sender = x25519FromEd25519Public(parseEd25519PublicKey(senderKey));
			return { plaintext: toHex(decryptFromMany(encoded, own, sender, domain)) };
		};
		const expected = one.fields('expect');
		// The library gives nothing where this code says why.
		if (expected.peek()['plaintext'] === null) {
			check.same(expected.raw('plaintext'), null, 'plaintext');
			await check.refused(open, 'multi_decrypt');
		} else await check.outcome(one, open);
	}
};

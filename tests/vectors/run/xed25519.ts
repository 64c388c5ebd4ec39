/** xed25519: signatures by X25519 keys. */
import { toHex } from '../../../src/protocol/bytes';
import { positive } from '../../../src/protocol/ed25519-scalars';
import {
	parseEd25519PublicKey,
	parseX25519PublicKey,
	x25519FromEd25519Public,
	x25519KeyPair
} from '../../../src/protocol/keys';
import { positiveEd25519, xed25519Sign, xed25519Verify } from '../../../src/protocol/xed25519';
import { seededRandom } from '../../protocol/setup';
import type { Handlers } from './handler';

export const handlers: Handlers = {
	xed25519_sign(one, check) {
		check.same(one.raw('randomised'), true, 'randomised');
		const own = x25519KeyPair(one.hex('x25519_sk'));
		check.bytes(own.publicKey, one.hex('x25519_pk'), 'x25519_pk');
		const message = one.hex('message');
		const recorded = one.fields('expect').hex('signature');
		check.holds(xed25519Verify(recorded, message, own.publicKey), 'the recorded signature verifies');
		const ours = xed25519Sign(message, own.secretKey, seededRandom('xed25519'));
		check.holds(xed25519Verify(ours, message, own.publicKey), 'our signature verifies');
		check.holds(toHex(ours) !== toHex(recorded), 'another nonce than the recorded one');
	},

	async xed25519_verify(one, check) {
		const [signature, message, key] = [one.hex('signature'), one.hex('message'), one.hex('x25519_pk')];
		await check.outcome(one, () => {
			return { valid: xed25519Verify(signature, message, parseX25519PublicKey(key)) };
		});
	},

	async xed25519_pubkey(one, check) {
		const key = one.hex('x25519_pk');
		await check.outcome(one, () => ({ ed25519_pk: toHex(positiveEd25519(parseX25519PublicKey(key))) }));
		if (!one.has('true_ed25519_pk')) return;
		const real = parseEd25519PublicKey(one.hex('true_ed25519_pk'));
		check.bytes(positiveEd25519(x25519FromEd25519Public(real)), positive(real), 'true_ed25519_pk');
	}
};

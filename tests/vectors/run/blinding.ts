/** Blinded ids, their keys and signatures, the key of version checks. */
import { toHex } from '../../../src/protocol/bytes';
import {
	blind15Factor,
	blind15IdFromEd25519,
	blind15Ids,
	blind15KeyPair,
	blind15Sign,
	type BlindedKeyPair
} from '../../../src/protocol/blinding/blind15';
import {
	blind25Factor,
	blind25Id,
	blind25IdFromEd25519,
	blind25KeyPair,
	blind25Sign
} from '../../../src/protocol/blinding/blind25';
import { matchesBlindedId, parseBlindedId } from '../../../src/protocol/blinding/blinded-id';
import { signVersionCheck, signVersionRequest, versionKeyPair } from '../../../src/protocol/blinding/version';
import { accountIdOf, parseAccountId, x25519FromEd25519 } from '../../../src/protocol/identity';
import { parseX25519PublicKey, verify } from '../../../src/protocol/keys';
import type { Handlers } from './handler';
import { pairOf } from './keys';

const PLATFORMS = ['android', 'desktop', 'ios'] as const;

function hexOf(pair: BlindedKeyPair) {
	return { pubkey: toHex(pair.publicKey), seckey: toHex(pair.scalar), factor: toHex(pair.factor) };
}

export const handlers: Handlers = {
	async blind_ids(one, check) {
		const [id, serverKey] = [one.text('session_id'), one.hex('server_pk')];
		await check.outcome(one, () => {
			const account = parseAccountId(id);
			const server = parseX25519PublicKey(serverKey);
			return {
				blinded15_ids: [...blind15Ids(account, server)],
				blinded25_id: blind25Id(account, server),
				blind15_factor: toHex(blind15Factor(server)),
				blind25_factor: toHex(blind25Factor(account, server))
			};
		});
	},

	async blind_keys(one, check) {
		const [secretKey, serverKey] = [one.hex('ed25519_sk'), one.hex('server_pk')];
		const own = pairOf(secretKey, check);
		check.same(accountIdOf(x25519FromEd25519(own).publicKey), one.text('session_id'), 'session_id');
		await check.outcome(one, () => {
			const server = parseX25519PublicKey(serverKey);
			return {
				blind15: hexOf(blind15KeyPair(own, server)),
				blind25: hexOf(blind25KeyPair(own, server)),
				blinded15_id_from_ed: blind15IdFromEd25519(own.publicKey, server),
				blinded25_id_from_ed: blind25IdFromEd25519(own.publicKey, server)
			};
		});
	},

	async blind_sign(one, check) {
		const [secretKey, serverKey, message] = [one.hex('ed25519_sk'), one.hex('server_pk'), one.hex('message')];
		await check.outcome(one, () => {
			const own = pairOf(secretKey, check);
			const server = parseX25519PublicKey(serverKey);
			const by15 = blind15Sign(message, own, server);
			const by25 = blind25Sign(message, own, server);
			check.holds(verify(by15, message, blind15KeyPair(own, server).publicKey), '15 verifies');
			check.holds(verify(by25, message, blind25KeyPair(own, server).publicKey), '25 verifies');
			return { blind15_signature: toHex(by15), blind25_signature: toHex(by25) };
		});
	},

	async blind_version(one, check) {
		const [secretKey, timestamp] = [one.hex('ed25519_sk'), one.number('timestamp')];
		const method = one.has('method') ? one.text('method') : undefined;
		const path = one.has('path') ? one.text('path') : '';
		const body = one.has('body') ? one.hex('body') : undefined;
		await check.outcome(one, () => {
			const own = pairOf(secretKey, check);
			const pair = versionKeyPair(own);
			const signatures = PLATFORMS.map((platform) => [
				platform,
				toHex(signVersionCheck(own, timestamp, platform))
			]);
			return {
				pubkey: toHex(pair.publicKey),
				seckey: toHex(pair.secretKey),
				signature: Object.fromEntries(signatures) as object,
				...(method !== undefined && {
					request_signature: toHex(signVersionRequest(own, timestamp, method, path, body))
				})
			};
		});
	},

	async session_id_matches_blinded_id(one, check) {
		const [id, blinded, serverKey] = [one.text('session_id'), one.text('blinded_id'), one.hex('server_pk')];
		await check.outcome(one, () => ({
			matches: matchesBlindedId(parseAccountId(id), parseBlindedId(blinded), parseX25519PublicKey(serverKey))
		}));
	}
};

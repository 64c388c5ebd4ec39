/** identity, hash, ed25519 and curve25519: seeds, key pairs, signatures and hashes. */
import { toHex } from '../../../src/protocol/bytes';
import { accountIdOf, identityFromSeed, parseSeed, x25519FromEd25519 } from '../../../src/protocol/identity';
import {
	blake2b,
	ed25519FromSeed,
	parseEd25519PublicKey,
	sign,
	verify,
	x25519FromEd25519Public,
	x25519FromEd25519Secret
} from '../../../src/protocol/keys';
import { messageHash } from '../../../src/protocol/storage-rpc';
import type { Bytes, Ed25519KeyPair, Ed25519SecretKey, X25519KeyPair } from '../../../src/protocol/types';
import type { Check } from './check';
import type { Fields } from './fields';
import type { Handlers } from './handler';

const SEED_BYTES = 32;

/** Vectors give 64-byte secret keys, now and then the 32-byte seed; the public half must belong to the seed. */
export function pairOf(secretKey: Bytes, check: Check): Ed25519KeyPair {
	const pair = ed25519FromSeed(secretKey.slice(0, SEED_BYTES));
	check.bytes(pair.secretKey.slice(0, secretKey.length), secretKey, 'secret key from its seed');
	return pair;
}

/** All keys of a 32-byte seed, as several files give them, each compared. */
export function keysOf(one: Fields, check: Check): { ed25519: Ed25519KeyPair; x25519: X25519KeyPair } {
	const ed25519 = ed25519FromSeed(one.hex('seed'));
	const x25519 = x25519FromEd25519(ed25519);
	check.bytes(ed25519.publicKey, one.hex('ed25519_pk'), 'ed25519_pk');
	check.bytes(ed25519.secretKey, one.hex('ed25519_sk'), 'ed25519_sk');
	check.bytes(x25519.publicKey, one.hex('x25519_pk'), 'x25519_pk');
	check.bytes(x25519.secretKey, one.hex('x25519_sk'), 'x25519_sk');
	check.same(accountIdOf(x25519.publicKey), one.text('session_id'), 'session_id');
	return { ed25519, x25519 };
}

/** Somebody's keys, all from their seed. */
export function identity(one: Fields, check: Check): void {
	const { ed25519, x25519 } = keysOf(one, check);
	const accountId = accountIdOf(x25519.publicKey);
	if (!one.has('seed16')) return;
	const seed = one.hex('seed16');
	check.same(identityFromSeed(parseSeed(seed)), { seed, ed25519, x25519, accountId }, 'identity of seed16');
}

export const handlers: Handlers = {
	'kind:seed16_zero_padded': identity,
	'kind:seed32': identity,
	'kind:all_zero_seed': identity,

	async hash(one, check) {
		const [size, message, key] = [one.number('size'), one.hex('message'), one.has('key') && one.hex('key')];
		await check.outcome(one, () => ({ hash: toHex(blake2b(size, message, key === false ? null : key)) }));
	},

	async message_hash(one, check) {
		const [account, namespace] = [one.text('pubkey'), one.number('namespace')];
		const data = one.base64('data_base64');
		await check.outcome(one, () => ({ hash: messageHash(account, namespace, data) }));
	},

	async ed25519_sign(one, check) {
		const [secretKey, message] = [one.hex('ed25519_sk'), one.hex('message')];
		await check.outcome(one, () => {
			return { signature: toHex(sign(message, pairOf(secretKey, check).secretKey)) };
		});
	},

	async ed25519_verify(one, check) {
		const [signature, message, key] = [one.hex('signature'), one.hex('message'), one.hex('ed25519_pk')];
		await check.outcome(one, () => ({ valid: verify(signature, message, key) }));
	},

	async to_x25519_pk(one, check) {
		const key = one.hex('ed25519_pk');
		await check.outcome(one, () => {
			return { x25519_pk: toHex(x25519FromEd25519Public(parseEd25519PublicKey(key))) };
		});
	},

	async to_x25519_sk(one, check) {
		const key = one.hex('ed25519_sk') as Ed25519SecretKey;
		await check.outcome(one, () => ({ x25519_sk: toHex(x25519FromEd25519Secret(key)) }));
	}
};

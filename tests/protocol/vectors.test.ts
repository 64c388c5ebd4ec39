import { beforeAll, describe, expect, it } from 'vitest';
import { fromBase64, fromHex, toHex } from '../../src/protocol/bytes';
import {
	accountIdOf,
	identityFromSeed,
	parseAccountId,
	parseSeed,
	x25519FromEd25519,
	x25519Of
} from '../../src/protocol/identity';
import {
	blake2b,
	ed25519FromSeed,
	parseEd25519PublicKey,
	sign,
	verify,
	x25519FromEd25519Public,
	x25519FromEd25519Secret,
	x25519KeyPair
} from '../../src/protocol/keys';
import { decryptOns } from '../../src/protocol/ons';
import {
	decryptIncoming,
	encryptDeterministic,
	encryptForRecipient
} from '../../src/protocol/session-encryption';
import { messageHash } from '../../src/protocol/storage-rpc';
import type { AccountId, Ed25519KeyPair, Ed25519SecretKey } from '../../src/protocol/types';
import { load } from '../vectors/load';
import { seededRandom, sodiumReady } from './setup';

interface File<Case> {
	cases: Case[];
}
type Expect<Success> = { error: string } | (Success & { error?: undefined });

beforeAll(() => sodiumReady);

const malformed = expect.objectContaining({ name: 'ProtocolError', kind: 'malformed' }) as Error;
const anyProtocolError = expect.objectContaining({ name: 'ProtocolError' }) as Error;

/** Vectors give 64-byte secret keys, now and then the 32-byte seed; going through the seed also checks that the public half belongs to it. */
function pairOf(secretKey: string): Ed25519KeyPair {
	const pair = ed25519FromSeed(fromHex(secretKey.slice(0, 64)));
	expect(toHex(pair.secretKey).slice(0, secretKey.length)).toBe(secretKey);
	return pair;
}

describe('identity.json', () => {
	interface Case {
		seed: string;
		seed16?: string;
		ed25519_pk: string;
		ed25519_sk: string;
		x25519_pk: string;
		x25519_sk: string;
		session_id: string;
	}
	const { cases } = load<File<Case>>('identity');

	it.each(cases)('$session_id', (one) => {
		const ed25519 = ed25519FromSeed(fromHex(one.seed));
		const x25519 = x25519FromEd25519(ed25519);
		expect(toHex(ed25519.publicKey)).toBe(one.ed25519_pk);
		expect(toHex(ed25519.secretKey)).toBe(one.ed25519_sk);
		expect(toHex(x25519.publicKey)).toBe(one.x25519_pk);
		expect(toHex(x25519.secretKey)).toBe(one.x25519_sk);
		expect(accountIdOf(x25519.publicKey)).toBe(one.session_id);
		if (one.seed16 === undefined) return;
		const identity = identityFromSeed(parseSeed(fromHex(one.seed16)));
		expect(identity).toMatchObject({ ed25519, x25519, accountId: one.session_id });
	});

	it('refuses seeds of another length', () => {
		expect(() => parseSeed(new Uint8Array(32))).toThrowError(malformed);
	});
});

describe('hash.json', () => {
	type Case =
		| {
				name: string;
				cmd: 'hash';
				size: number;
				message: string;
				key: string | null;
				expect: Expect<{ hash: string }>;
		  }
		| {
				name: string;
				cmd: 'message_hash';
				pubkey: string;
				namespace: number;
				data_base64: string;
				expect: { hash: string; error?: undefined };
		  };

	it.each(load<File<Case>>('hash').cases)('$name', (one) => {
		if (one.cmd === 'message_hash') {
			const hash = messageHash(one.pubkey, one.namespace, fromBase64(one.data_base64));
			expect(hash).toBe(one.expect.hash);
			return;
		}
		const hash = () => blake2b(one.size, fromHex(one.message), one.key === null ? null : fromHex(one.key));
		if (one.expect.error === undefined) expect(toHex(hash())).toBe(one.expect.hash);
		else expect(hash).toThrowError(malformed);
	});
});

describe('ed25519.json', () => {
	type Case =
		| {
				name: string;
				cmd: 'ed25519_sign';
				ed25519_sk: string;
				message: string;
				expect: Expect<{ signature: string }>;
		  }
		| {
				name: string;
				cmd: 'ed25519_verify';
				signature: string;
				ed25519_pk: string;
				message: string;
				expect: { valid: boolean };
		  };

	it.each(load<File<Case>>('ed25519').cases)('$name', (one) => {
		const message = fromHex(one.message);
		if (one.cmd === 'ed25519_verify') {
			const valid = verify(fromHex(one.signature), message, fromHex(one.ed25519_pk));
			expect(valid).toBe(one.expect.valid);
			return;
		}
		const seed = fromHex(one.ed25519_sk.slice(0, 64));
		if (one.expect.error !== undefined) {
			expect(() => ed25519FromSeed(seed)).toThrowError(malformed);
			return;
		}
		expect(toHex(sign(message, ed25519FromSeed(seed).secretKey))).toBe(one.expect.signature);
	});
});

describe('curve25519.json', () => {
	type Case =
		| { name: string; cmd: 'to_x25519_pk'; ed25519_pk: string; expect: Expect<{ x25519_pk: string }> }
		| { name: string; cmd: 'to_x25519_sk'; ed25519_sk: string; expect: { x25519_sk: string } };

	it.each(load<File<Case>>('curve25519').cases)('$name', (one) => {
		if (one.cmd === 'to_x25519_sk') {
			const secret = x25519FromEd25519Secret(fromHex(one.ed25519_sk) as Ed25519SecretKey);
			expect(toHex(secret)).toBe(one.expect.x25519_sk);
			return;
		}
		const convert = () => x25519FromEd25519Public(parseEd25519PublicKey(fromHex(one.ed25519_pk)));
		if (one.expect.error === undefined) expect(toHex(convert())).toBe(one.expect.x25519_pk);
		else expect(convert).toThrowError(malformed);
	});
});

describe('session_protocol.json', () => {
	interface Common {
		name: string;
	}
	interface Opened {
		plaintext: string;
		sender_ed25519_pk: string;
		sender_session_id: string;
	}
	type Case = Common &
		(
			| {
					cmd: 'encrypt';
					ed25519_sk: string;
					recipient: string;
					plaintext: string;
					deterministic?: true;
					expect: Expect<{ ciphertext: string }>;
			  }
			| { cmd: 'decrypt'; ed25519_sk: string; ciphertext: string; expect: Expect<Opened> }
			| {
					cmd: 'decrypt_x25519';
					x25519_pk: string;
					x25519_sk: string;
					ciphertext: string;
					expect: Expect<Opened>;
			  }
			| {
					cmd: 'decrypt_ons';
					ons_name: string;
					ciphertext: string;
					nonce: string | null;
					expect: Expect<{ session_id: string }>;
			  }
		);
	const { cases } = load<File<Case>>('session_protocol');
	const of = <Cmd extends Case['cmd']>(cmd: Cmd) =>
		cases.filter((one): one is Extract<Case, { cmd: Cmd }> => one.cmd === cmd);

	const recipientOf = (text: string) =>
		x25519Of(text.length === 64 ? (`05${text}` as AccountId) : parseAccountId(text));

	it.each(of('encrypt'))('$name', (one) => {
		const sender = pairOf(one.ed25519_sk);
		const plaintext = fromHex(one.plaintext);
		if (one.expect.error !== undefined) {
			expect(() => recipientOf(one.recipient)).toThrowError(malformed);
			return;
		}
		const recipient = recipientOf(one.recipient);
		if (one.deterministic) {
			expect(toHex(encryptDeterministic(plaintext, sender, recipient))).toBe(one.expect.ciphertext);
			return;
		}
		// The recorded bytes have an ephemeral key that nobody kept: ours differ in content, never in length.
		const ours = encryptForRecipient(plaintext, sender, recipient, seededRandom(one.name));
		expect(ours.length).toBe(one.expect.ciphertext.length / 2);
		expect(toHex(ours)).not.toBe(one.expect.ciphertext);
	});

	const expectOpened = (opened: () => ReturnType<typeof decryptIncoming>, result: Expect<Opened>) => {
		if (result.error !== undefined) {
			expect(opened).toThrowError(anyProtocolError);
			return;
		}
		const { message, sender, senderId } = opened();
		expect(toHex(message)).toBe(result.plaintext);
		expect(toHex(sender)).toBe(result.sender_ed25519_pk);
		expect(senderId).toBe(result.sender_session_id);
	};

	it.each(of('decrypt'))('$name', (one) => {
		const own = x25519FromEd25519(pairOf(one.ed25519_sk));
		expectOpened(() => decryptIncoming(fromHex(one.ciphertext), own), one.expect);
	});

	it.each(of('decrypt_x25519'))('$name', (one) => {
		const own = x25519KeyPair(fromHex(one.x25519_sk));
		expect(toHex(own.publicKey)).toBe(one.x25519_pk);
		expectOpened(() => decryptIncoming(fromHex(one.ciphertext), own), one.expect);
	});

	it.each(of('decrypt_ons'))('$name', (one) => {
		const open = () => {
			const nonce = one.nonce === null ? null : fromHex(one.nonce);
			return decryptOns(one.ons_name, fromHex(one.ciphertext), nonce);
		};
		if (one.expect.error === undefined) expect(open()).toBe(one.expect.session_id);
		else expect(open).toThrowError(anyProtocolError);
	});
});

describe('the files themselves', () => {
	it('are the reference vectors, each with all of its cases', () => {
		const counts = ['identity', 'hash', 'ed25519', 'curve25519', 'messages', 'onion', 'session_protocol'].map(
			(name) => load<File<unknown>>(name).cases.length
		);
		expect(counts).toEqual([13, 43, 26, 30, 56, 66, 118]);
	});
});

import { beforeAll, describe, expect, it } from 'vitest';
import { concat, fromHex, toHex, utf8 } from '../../../src/protocol/bytes';
import { decryptConfig, encryptConfig } from '../../../src/protocol/config/encrypt';
import { CONTACTS, USER_PROFILE } from '../../../src/protocol/config/kinds';
import { openAccountConfig } from '../../../src/protocol/config/open';
import { pack, unpack, unpadded } from '../../../src/protocol/config/pack';
import { unwrapConfig, wrapConfig } from '../../../src/protocol/config/wrap';
import { x25519FromEd25519 } from '../../../src/protocol/identity';
import { ed25519FromSeed } from '../../../src/protocol/keys';
import { encodeEnvelope, EnvelopeType } from '../../../src/protocol/protobuf/envelope';
import { encodeWebSocketMessage } from '../../../src/protocol/protobuf/websocket';
import { encryptForRecipient } from '../../../src/protocol/session-encryption';
import type { Bytes, MessageHash } from '../../../src/protocol/types';
import { compress, startZstd } from '../../../src/protocol/zstd';
import { seededRandom, sodiumReady } from '../setup';
import { now } from './world';

beforeAll(() => Promise.all([sodiumReady, startZstd()]));

const malformed = expect.objectContaining({ name: 'ProtocolError', kind: 'malformed' }) as Error;
const unauthenticated = expect.objectContaining({ name: 'ProtocolError', kind: 'unauthenticated' }) as Error;
const tooLarge = expect.objectContaining({ name: 'ProtocolError', kind: 'too-large' }) as Error;

const account = () => ed25519FromSeed(new Uint8Array(32).fill(7));
const seed = new Uint8Array(32).fill(7);
const random = seededRandom('transport');

describe('encryption', () => {
	it('gives the bytes that libsession-util documents', () => {
		const key = fromHex('abcdef0123456789'.repeat(4));
		expect(toHex(encryptConfig(utf8('some message 1'), key, 'test-suite1'))).toBe(
			'f14f242a26638f3305707d1035e734577f943cd7d28af58e32637e0966dcaf2f' +
				'4860cb4d0f8ba7e09d29e31f5e4a18f65847287a54a0'
		);
	});

	it('opens with the same key and domain only', () => {
		const encrypted = encryptConfig(utf8('content'), seed, 'Contacts');
		expect(toHex(decryptConfig(encrypted, seed, 'Contacts'))).toBe(toHex(utf8('content')));
		expect(() => decryptConfig(encrypted, seed, 'UserGroups')).toThrow(unauthenticated);
		expect(() => decryptConfig(encrypted, random(32), 'Contacts')).toThrow(unauthenticated);
		expect(() => decryptConfig(encrypted.subarray(1), seed, 'Contacts')).toThrow(unauthenticated);
		expect(() => decryptConfig(encrypted.subarray(0, 39), seed, 'Contacts')).toThrow(malformed);
		expect(() => encryptConfig(utf8('x'), seed.subarray(1), 'Contacts')).toThrow(malformed);
		expect(() => encryptConfig(utf8('x'), seed, '')).toThrow(malformed);
	});
});

describe('packing', () => {
	it('compresses what gets smaller, and only that', () => {
		const repeated = concat(utf8('d'), utf8('aaaa'.repeat(100)));
		expect(unpadded(pack(repeated))[0]).toBe('z'.charCodeAt(0));
		expect(toHex(unpack(unpadded(pack(repeated))))).toBe(toHex(repeated));
		const dense = concat(utf8('d'), random(300));
		expect(toHex(unpadded(pack(dense)))).toBe(toHex(dense));
	});

	it('has a limit', () => {
		expect(() => pack(random(5_000_001))).toThrow(tooLarge);
	});

	it('is not undone for what is no config', () => {
		expect(unpadded(new Uint8Array(100))).toHaveLength(0);
		expect(() => unpack(new Uint8Array(0))).toThrow(malformed);
		expect(() => unpack(utf8('le'))).toThrow(malformed);
		expect(() => unpack(concat(utf8('z'), compress(utf8('le'))))).toThrow(malformed);
		expect(() => unpack(concat(utf8('z'), utf8('de')))).toThrow(malformed);
	});

	it('is not undone for a bomb', () => {
		const bomb = compress(new Uint8Array(30_000_000).fill(0x64));
		expect(bomb.length).toBeLessThan(5_000);
		expect(() => unpack(concat(utf8('z'), bomb))).toThrow(tooLarge);
	});
});

describe('the wrapping', () => {
	it('opens for its account and its kind', () => {
		const wrapped = wrapConfig(utf8('config'), 3, 1, account());
		expect(toHex(unwrapConfig(wrapped, 1, account()))).toBe(toHex(utf8('config')));
		expect(() => unwrapConfig(wrapped, 2, account())).toThrow(malformed);
		expect(() => unwrapConfig(wrapped, 1, ed25519FromSeed(random(32)))).toThrow(unauthenticated);
	});

	it('has to come from the account itself', () => {
		const own = account();
		const recipient = x25519FromEd25519(own).publicKey;
		const content = concat(fromHex('5a0b080110031a06636f6e666967'), Uint8Array.of(0x80));
		const seal = (sender: typeof own) => {
			const sealed = encryptForRecipient(content, sender, recipient, random);
			const envelope = { type: EnvelopeType.SessionMessage, timestamp: 1, content: sealed };
			return encodeWebSocketMessage(encodeEnvelope(envelope));
		};
		expect(() => unwrapConfig(seal(ed25519FromSeed(random(32))), 1, own)).toThrow(unauthenticated);
	});

	it('has to hold a config', () => {
		const own = account();
		const recipient = x25519FromEd25519(own).publicKey;
		const sealed = encryptForRecipient(utf8(''), own, recipient, random);
		const envelope = { type: EnvelopeType.SessionMessage, timestamp: 1 };
		const empty = encodeWebSocketMessage(encodeEnvelope(envelope));
		const nothing = encodeWebSocketMessage(encodeEnvelope({ ...envelope, content: sealed }));
		expect(() => unwrapConfig(empty, 1, own)).toThrow(malformed);
		expect(() => unwrapConfig(nothing, 1, own)).toThrow(malformed);
	});
});

describe('stored messages', () => {
	const profile = () => openAccountConfig(USER_PROFILE, account());

	function merge(...data: Bytes[]): { accepted: number; name: unknown } {
		const config = profile();
		const stored = data.map((bytes, index) => ({ hash: `h${index}` as MessageHash, data: bytes }));
		return { accepted: config.merge(stored, now).size, name: config.data.get('n') };
	}

	function named(name: string): Bytes {
		const config = profile();
		config.set(['n'], utf8(name));
		return config.push(now).messages[0]!;
	}

	it('are taken wrapped, wrapped twice, and raw', () => {
		const wrapped = named('a');
		const raw = unwrapConfig(wrapped, 1, account());
		const twice = wrapConfig(wrapped, 1, 1, account());
		for (const message of [wrapped, raw, twice]) {
			expect(merge(message)).toEqual({ accepted: 1, name: utf8('a') });
		}
		expect(merge(wrapConfig(twice, 1, 1, account())).accepted).toBe(0);
	});

	it('that make no sense are passed over', () => {
		const encrypt = (plaintext: Uint8Array) => encryptConfig(plaintext, seed, USER_PROFILE.domain);
		const junk = [
			new Uint8Array(0),
			random(10),
			random(500),
			encrypt(new Uint8Array(0)),
			encrypt(new Uint8Array(200)),
			encrypt(utf8('le')),
			encrypt(utf8('zzzz')),
			encrypt(utf8('m')),
			encryptConfig(utf8('d1:#i1e1:&de1:<le1:=dee'), seed, CONTACTS.domain)
		];
		expect(merge(...junk)).toEqual({ accepted: 0, name: undefined });
		expect(merge(...junk, named('a'))).toEqual({ accepted: 1, name: utf8('a') });
	});

	it('that are no configs do not make a new one', () => {
		const broken = encryptConfig(utf8('d1:#i1e1:&d1:adee1:<le1:=dee'), seed, USER_PROFILE.domain);
		expect(() => merge(broken)).toThrow(malformed);
		expect(merge(broken, named('a'))).toEqual({ accepted: 1, name: utf8('a') });
	});
});

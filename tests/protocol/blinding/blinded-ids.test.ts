import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '../../../src/protocol/bytes';
import {
	blind15IdFromEd25519,
	blind15Ids,
	blind15KeyPair,
	blind15Sign,
	blinded15IdOf
} from '../../../src/protocol/blinding/blind15';
import {
	blind25Id,
	blind25IdFromEd25519,
	blind25KeyPair,
	blind25Sign,
	blinded25IdOf
} from '../../../src/protocol/blinding/blind25';
import {
	blindedPublicKey,
	matchesBlindedId,
	parseBlindedId
} from '../../../src/protocol/blinding/blinded-id';
import { signVersionRequest, versionId, versionKeyPair } from '../../../src/protocol/blinding/version';
import { isNegative } from '../../../src/protocol/ed25519-scalars';
import { parseAccountId } from '../../../src/protocol/identity';
import { parseEd25519PublicKey } from '../../../src/protocol/keys';
import { anybody, anyBytes, BAD_X25519_KEYS, errorOf, nodeVerifies, person } from '../people';
import { sodiumReady } from '../setup';

beforeAll(() => sodiumReady);

describe('a blinded id of the first scheme', () => {
	it('is the first candidate for a positive key and the second for a negative one', () => {
		fc.assert(
			fc.property(anybody, anybody, ({ ed25519, accountId }, { x25519: server }) => {
				const candidates = blind15Ids(accountId, server.publicKey);
				const real = blinded15IdOf(blind15KeyPair(ed25519, server.publicKey).publicKey);
				expect(real).toBe(candidates[isNegative(ed25519.publicKey) ? 1 : 0]);
				expect(blind15IdFromEd25519(ed25519.publicKey, server.publicKey)).toBe(real);
				expect(matchesBlindedId(accountId, real, server.publicKey)).toBe(true);
			})
		);
	});

	it('signs so that anybody can verify it with the id alone, from either source of nonces', () => {
		fc.assert(
			fc.property(anybody, anybody, anyBytes(), ({ ed25519 }, { x25519: server }, message) => {
				const { publicKey } = blind15KeyPair(ed25519, server.publicKey);
				for (const source of ['secret-key', 'seed'] as const) {
					const signature = blind15Sign(message, ed25519, server.publicKey, source);
					expect(nodeVerifies(signature, message, publicKey)).toBe(true);
				}
			})
		);
	});
});

describe('a blinded id of the second scheme', () => {
	it('is one alone, whatever the sign of the key', () => {
		fc.assert(
			fc.property(anybody, anybody, ({ ed25519, accountId }, { x25519: server }) => {
				const id = blind25Id(accountId, server.publicKey);
				expect(blinded25IdOf(blind25KeyPair(ed25519, server.publicKey).publicKey)).toBe(id);
				expect(blind25IdFromEd25519(ed25519.publicKey, server.publicKey)).toBe(id);
				expect(matchesBlindedId(accountId, id, server.publicKey)).toBe(true);
			})
		);
	});

	it('signs so that anybody can verify it with the id alone', () => {
		fc.assert(
			fc.property(anybody, anybody, anyBytes(), ({ ed25519, accountId }, { x25519: server }, message) => {
				const signature = blind25Sign(message, ed25519, server.publicKey);
				const publicKey = blindedPublicKey(blind25Id(accountId, server.publicKey));
				expect(nodeVerifies(signature, message, publicKey)).toBe(true);
			})
		);
	});
});

describe('blinded ids', () => {
	it('do not match somebody else, or another server', () => {
		const [ada, eve] = [person('ada'), person('eve')];
		const [here, there] = [person('here').x25519.publicKey, person('there').x25519.publicKey];
		for (const id of [...blind15Ids(ada.accountId, here), blind25Id(ada.accountId, here)]) {
			expect(matchesBlindedId(ada.accountId, id, here)).toBe(true);
			expect(matchesBlindedId(eve.accountId, id, here)).toBe(false);
			expect(matchesBlindedId(ada.accountId, id, there)).toBe(false);
		}
	});

	it('cannot be made of ids that are no usable points', () => {
		const server = person('server').x25519.publicKey;
		for (const key of BAD_X25519_KEYS) {
			const account = parseAccountId(`05${key}`);
			expect(() => blind15Ids(account, server)).toThrowError(errorOf('malformed'));
			expect(() => blind25Id(account, server)).toThrowError(errorOf('malformed'));
		}
		const zero = parseEd25519PublicKey(new Uint8Array(32));
		expect(() => blind15IdFromEd25519(zero, server)).toThrowError(errorOf('malformed'));
		expect(() => blind25IdFromEd25519(zero, server)).toThrowError(errorOf('malformed'));
	});

	it('are 66 hex digits, of either case', () => {
		const [id] = blind15Ids(person('ada').accountId, person('server').x25519.publicKey);
		expect(parseBlindedId(id.toUpperCase())).toBe(id);
		expect(toHex(blindedPublicKey(id))).toBe(id.slice(2));
		const wrong = [
			'',
			'15',
			id.slice(1),
			`${id}00`,
			`05${id.slice(2)}`,
			`35${id.slice(2)}`,
			`15${'g'.repeat(64)}`
		];
		for (const text of wrong) expect(() => parseBlindedId(text)).toThrowError(errorOf('malformed'));
	});
});

describe('the key of version checks', () => {
	it('is the same for one account and different for every other', () => {
		const [ada, eve] = [person('ada'), person('eve')];
		const key = versionKeyPair(ada.ed25519).publicKey;
		expect(versionKeyPair(ada.ed25519).publicKey).toEqual(key);
		expect(versionKeyPair(eve.ed25519).publicKey).not.toEqual(key);
		expect(versionId(key)).toMatch(/^07[0-9a-f]{64}$/);
	});

	it('signs time, method, path and body', () => {
		fc.assert(
			fc.property(anybody, fc.nat(), anyBytes(), ({ ed25519 }, timestamp, body) => {
				const signature = signVersionRequest(ed25519, timestamp, 'POST', '/a?b=c', body);
				const signed = Buffer.concat([Buffer.from(`${timestamp}POST/a?b=c`), body]);
				expect(nodeVerifies(signature, signed, versionKeyPair(ed25519).publicKey)).toBe(true);
			})
		);
	});
});

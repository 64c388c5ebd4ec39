import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BtValue } from '../../src/protocol/bt/value';
import { writeBt } from '../../src/protocol/bt/writer';
import { fromHex, utf8 } from '../../src/protocol/bytes';
import { parseX25519PublicKey } from '../../src/protocol/keys';
import { decryptFromMany, encryptForMany, entryOpener, sealEntry } from '../../src/protocol/multi-encrypt';
import { anybody, anyBytes, anyProtocolError, BAD_X25519_KEYS, damaged, errorOf, person } from './people';
import { seededRandom, sodiumReady } from './setup';

beforeAll(() => sodiumReady);

const nonce = () => seededRandom('nonce')(24);
const blobOf = (...entries: [string, BtValue][]) => writeBt(new Map(entries));

describe('what is sealed for many', () => {
	it('gives each recipient their own message, and nobody else any', () => {
		const people = fc.uniqueArray(anybody, { minLength: 1, maxLength: 6, selector: (one) => one.accountId });
		fc.assert(
			fc.property(anybody, people, fc.string(), (sender, recipients, domain) => {
				const messages = recipients.map(({ x25519, accountId }) => ({
					recipient: x25519.publicKey,
					message: utf8(accountId)
				}));
				const blob = encryptForMany(messages, sender.x25519, domain, nonce());
				for (const { x25519, accountId } of recipients) {
					const opened = decryptFromMany(blob, x25519, sender.x25519.publicKey, domain);
					expect(opened).toEqual(utf8(accountId));
				}
				const stranger = person('a stranger').x25519;
				expect(() => decryptFromMany(blob, stranger, sender.x25519.publicKey, domain)).toThrowError(
					errorOf('unauthenticated')
				);
			})
		);
	});

	it('is bound to its sender and to its domain', () => {
		const [ada, bob, eve] = [person('ada').x25519, person('bob').x25519, person('eve').x25519];
		const messages = [{ recipient: bob.publicKey, message: utf8('hi') }];
		const blob = encryptForMany(messages, ada, 'one', nonce());
		expect(() => decryptFromMany(blob, bob, eve.publicKey, 'one')).toThrowError(errorOf('unauthenticated'));
		expect(() => decryptFromMany(blob, bob, ada.publicKey, 'two')).toThrowError(errorOf('unauthenticated'));
	});

	it('takes the first 64 bytes of its domain', () => {
		const [ada, bob] = [person('ada').x25519, person('bob').x25519];
		const messages = [{ recipient: bob.publicKey, message: utf8('hi') }];
		const blob = encryptForMany(messages, ada, 'x'.repeat(65), nonce());
		expect(decryptFromMany(blob, bob, ada.publicKey, 'x'.repeat(64))).toEqual(utf8('hi'));
		expect(() => decryptFromMany(blob, bob, ada.publicKey, 'x'.repeat(63))).toThrowError(
			errorOf('unauthenticated')
		);
	});

	it('is refused when it was damaged', () => {
		const [ada, bob] = [person('ada').x25519, person('bob').x25519];
		const blob = encryptForMany([{ recipient: bob.publicKey, message: utf8('hi') }], ada, 'd', nonce());
		fc.assert(
			// What follows the last entry does not matter to whom it opens for.
			fc.property(damaged(blob.subarray(0, -2)), (other) => {
				expect(() => decryptFromMany(other, bob, ada.publicKey, 'd')).toThrowError(anyProtocolError);
			})
		);
	});

	it('is passed over by entries that are too short, junk, or for others', () => {
		const [ada, bob, eve] = [person('ada').x25519, person('bob').x25519, person('eve').x25519];
		const entries = [
			new Uint8Array(),
			new Uint8Array(15),
			new Uint8Array(40),
			sealEntry({ recipient: eve.publicKey, message: utf8('not you') }, ada, 'd', nonce()),
			sealEntry({ recipient: bob.publicKey, message: utf8('you') }, ada, 'd', nonce())
		];
		const blob = blobOf(['#', nonce()], ['e', entries]);
		expect(decryptFromMany(blob, bob, ada.publicKey, 'd')).toEqual(utf8('you'));
	});

	it('is refused in another form', () => {
		const [ada, bob] = [person('ada').x25519, person('bob').x25519];
		const wrong = [
			new Uint8Array(),
			utf8('le'),
			utf8('de'),
			blobOf(['#', nonce()]),
			blobOf(['e', []]),
			blobOf(['#', new Uint8Array(23)], ['e', []]),
			blobOf(['#', 1n], ['e', []]),
			blobOf(['#', nonce()], ['e', nonce()]),
			blobOf(['#', nonce()], ['e', [1n]])
		];
		for (const blob of wrong) {
			expect(() => decryptFromMany(blob, bob, ada.publicKey, 'd')).toThrowError(errorOf('malformed'));
		}
		fc.assert(
			fc.property(anyBytes(), (blob) => {
				expect(() => decryptFromMany(blob, bob, ada.publicKey, 'd')).toThrowError(anyProtocolError);
			})
		);
	});

	it('cannot be made for, or come from, keys of small order, nor with another nonce', () => {
		const ada = person('ada').x25519;
		for (const key of BAD_X25519_KEYS.map((text) => parseX25519PublicKey(fromHex(text)))) {
			const messages = [{ recipient: key, message: utf8('hi') }];
			expect(() => encryptForMany(messages, ada, 'd', nonce())).toThrowError(errorOf('malformed'));
			expect(() => entryOpener(ada, key, 'd', nonce())).toThrowError(errorOf('malformed'));
		}
		expect(() => encryptForMany([], ada, 'd', new Uint8Array(12))).toThrowError(errorOf('malformed'));
	});
});

import { beforeAll, describe, expect, it } from 'vitest';
import { concat, utf8 } from '../../src/protocol/bytes';
import { blake2b } from '../../src/protocol/keys';
import { decryptOns, isName, nameHash } from '../../src/protocol/ons';
import { sodium } from '../../src/protocol/sodium';
import { sodiumReady } from './setup';

beforeAll(() => sodiumReady);

const of = (kind: string) => expect.objectContaining({ name: 'ProtocolError', kind }) as Error;
const id = concat(Uint8Array.of(5), new Uint8Array(32).fill(7));
const nonce = new Uint8Array(24).fill(1);

function sealFor(name: string, plaintext: Uint8Array): Uint8Array {
	const key = blake2b(32, utf8(name), blake2b(32, utf8(name)));
	return sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, null, null, nonce, key);
}

describe('names', () => {
	it('open whatever case they are typed in, and hash alike', () => {
		const record = sealFor('ada', id);
		expect(decryptOns(' Ada ', record, nonce)).toBe(`05${'07'.repeat(32)}`);
		expect(nameHash('ADA ')).toBe(nameHash('ada'));
	});

	it('do not open for another name, another nonce, or with a nonce of another length', () => {
		const record = sealFor('ada', id);
		expect(() => decryptOns('ben', record, nonce)).toThrowError(of('unauthenticated'));
		expect(() => decryptOns('ada', record, new Uint8Array(24))).toThrowError(of('unauthenticated'));
		expect(() => decryptOns('ada', record, new Uint8Array(12))).toThrowError(of('malformed'));
	});

	it('must hold an Account ID', () => {
		expect(() => decryptOns('ada', sealFor('ada', id.slice(1)), nonce)).toThrowError(of('malformed'));
		const group = concat(Uint8Array.of(3), id.slice(1));
		expect(() => decryptOns('ada', sealFor('ada', group), nonce)).toThrowError(of('malformed'));
	});

	it('of the old form cost no work unless their length is right, and do not open when they were altered', () => {
		expect(() => decryptOns('ada', new Uint8Array(48), null)).toThrowError(of('malformed'));
		expect(() => decryptOns('ada', new Uint8Array(49), null)).toThrowError(of('unauthenticated'));
	});

	it('begin and end with a letter, a digit or an underscore', () => {
		for (const name of ['a', 'my-name', 'a_b', ' padded ']) expect(isName(name)).toBe(true);
		for (const name of ['', '-a', 'a-', 'é', 'a b']) expect(isName(name)).toBe(false);
	});
});

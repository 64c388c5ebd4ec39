import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readBt } from '../../../src/protocol/bt/reader';
import { isDict, type BtValue } from '../../../src/protocol/bt/value';
import { writeBt } from '../../../src/protocol/bt/writer';
import { concat, utf8 } from '../../../src/protocol/bytes';
import { groupIdOf, parseGroupKey } from '../../../src/protocol/groups/group-id';
import { openGroupMessage, sealGroupMessage } from '../../../src/protocol/groups/group-message';
import { decryptFromGroup, encryptForGroup } from '../../../src/protocol/groups/message-encryption';
import { sign } from '../../../src/protocol/keys';
import { withoutTrailingZeros } from '../../../src/protocol/padding';
import { encodeContent, type Content } from '../../../src/protocol/protobuf/content';
import { decodeEnvelope, encodeEnvelope, type Envelope } from '../../../src/protocol/protobuf/envelope';
import { xchachaOpen, xchachaSeal } from '../../../src/protocol/xchacha20';
import { compress, startZstd } from '../../../src/protocol/zstd';
import { anybody, anyBytes, anyProtocolError, damaged, errorOf, person } from '../people';
import { at, scripted, seededRandom, sodiumReady } from '../setup';

const NOW = 1_760_000_000_123;

beforeAll(() => Promise.all([sodiumReady, startZstd()]));

const random = seededRandom('group messages');
const [key, otherKey] = [parseGroupKey(random(32)), parseGroupKey(random(32))];
const groupKey = () => person('the group').ed25519.publicKey;
const encrypt = (payload: Uint8Array, name = 'ada') =>
	encryptForGroup(payload, person(name).ed25519, groupKey(), key, random);
const decrypt = (ciphertext: Uint8Array) => decryptFromGroup(ciphertext, groupKey(), [key]);

function inside(ciphertext: Uint8Array) {
	const plaintext = xchachaOpen(ciphertext.subarray(24), ciphertext.subarray(0, 24), key)!;
	const dict = readBt(withoutTrailingZeros(plaintext));
	if (!isDict(dict)) throw new Error('no dict');
	return { plaintext, dict };
}

function sealed(plaintext: Uint8Array): Uint8Array {
	const nonce = random(24);
	return concat(nonce, xchachaSeal(plaintext, nonce, key));
}

/** As Ada would send it, with some keys changed or taken out; signed anew when the content is one of the changes. */
function changed(changes: Readonly<Record<string, BtValue | null>>, signedBytes?: Uint8Array): Uint8Array {
	const dict = new Map(inside(encrypt(utf8('hello'))).dict);
	for (const [name, value] of Object.entries(changes)) {
		if (value === null) dict.delete(name);
		else dict.set(name, value);
	}
	if (signedBytes !== undefined) {
		dict.set('s', sign(concat(signedBytes, groupKey()), person('ada').ed25519.secretKey));
	}
	return sealed(writeBt(dict));
}

describe('an encrypted group message', () => {
	it('opens with its content and its author', () => {
		const payloads = fc.oneof(
			fc.uint8Array({ minLength: 1, maxLength: 300 }),
			fc.string({ minLength: 1, maxLength: 20 }).map((text) => utf8(text.repeat(50)))
		);
		fc.assert(
			fc.property(anybody, payloads, ({ ed25519, accountId }, payload) => {
				const ciphertext = encryptForGroup(payload, ed25519, groupKey(), key, random);
				expect(ciphertext.length % 256).toBe(0);
				const opened = decryptFromGroup(ciphertext, groupKey(), [otherKey, key]);
				expect(opened.message).toEqual(new Uint8Array(payload));
				expect(opened.sender).toEqual(ed25519.publicKey);
				expect(opened.senderId).toBe(accountId);
			})
		);
	});

	it('is compressed only where that makes it smaller', () => {
		expect([...inside(encrypt(utf8('a'.repeat(500)))).dict.keys()]).toEqual(['', 'a', 's', 'z']);
		expect([...inside(encrypt(utf8('a'))).dict.keys()]).toEqual(['', 'a', 'd', 's']);
		const plain = encryptForGroup(utf8('a'.repeat(500)), person('ada').ed25519, groupKey(), key, random, {
			compress: false,
			padding: 0
		});
		expect([...inside(plain).dict.keys()]).toEqual(['', 'a', 'd', 's']);
		expect(plain.length).toBe(40 + writeBt(inside(plain).dict).length);
	});

	it('is never padded by a whole block', () => {
		for (let length = 1; length < 300; length++) {
			const options = { compress: false, padding: 256 };
			const ciphertext = encryptForGroup(
				new Uint8Array(length).fill(1),
				person('ada').ed25519,
				groupKey(),
				key,
				random,
				options
			);
			const size = 40 + writeBt(inside(ciphertext).dict).length;
			expect(ciphertext.length).toBe(Math.ceil(size / 256) * 256);
		}
	});

	it('has its nonce first', () => {
		const nonce = new Uint8Array(24).fill(9);
		const { ed25519 } = person('ada');
		const ciphertext = encryptForGroup(utf8('a'), ed25519, groupKey(), key, scripted(nonce));
		expect(ciphertext.slice(0, 24)).toEqual(nonce);
	});

	it('does not open when it was damaged, with other keys, or in another group', () => {
		const ciphertext = encrypt(utf8('hello'));
		fc.assert(
			fc.property(damaged(ciphertext), (other) => {
				expect(() => decrypt(other)).toThrowError(anyProtocolError);
			})
		);
		const unauthenticated = errorOf('unauthenticated');
		expect(() => decryptFromGroup(ciphertext, groupKey(), [])).toThrowError(unauthenticated);
		expect(() => decryptFromGroup(ciphertext, groupKey(), [otherKey])).toThrowError(unauthenticated);
		const elsewhere = person('another group').ed25519.publicKey;
		expect(() => decryptFromGroup(ciphertext, elsewhere, [key])).toThrowError(unauthenticated);
	});

	it('is refused when another member signed it than it names', () => {
		const forged = changed({ a: person('bob').ed25519.publicKey });
		expect(() => decrypt(forged)).toThrowError(errorOf('unauthenticated'));
		expect(() => decrypt(changed({ s: new Uint8Array(64) }))).toThrowError(errorOf('unauthenticated'));
		expect(() => decrypt(changed({ s: new Uint8Array(63) }))).toThrowError(errorOf('unauthenticated'));
		expect(() => decrypt(changed({ d: utf8('bye') }))).toThrowError(errorOf('unauthenticated'));
	});

	it('is refused in another form, though its author signed it', () => {
		const [empty, hello] = [new Uint8Array(), utf8('hello')];
		const wrong = [
			changed({ '': null }),
			changed({ '': utf8('1') }),
			changed({ a: null }),
			changed({ a: new Uint8Array(31) }),
			changed({ a: new Uint8Array(32) }),
			changed({ s: null }),
			changed({ d: null }),
			changed({ d: empty }, empty),
			changed({ d: null, z: empty }, empty),
			changed({ z: compress(hello) }),
			changed({ d: null, z: hello }, hello),
			sealed(new Uint8Array(100)),
			sealed(new Uint8Array()),
			sealed(utf8('le')),
			sealed(concat(writeBt(inside(encrypt(hello)).dict), utf8('x'))),
			new Uint8Array(39)
		];
		for (const ciphertext of wrong) expect(() => decrypt(ciphertext)).toThrowError(errorOf('malformed'));
	});

	it('may carry what newer clients add, but not be of a newer format', () => {
		const { message } = decrypt(changed({ '!': 1n, b: [], x: new Map() }));
		expect(message).toEqual(utf8('hello'));
		for (const version of [0n, 2n]) {
			expect(() => decrypt(changed({ '': version }))).toThrowError(errorOf('unsupported-version'));
		}
	});

	it('is refused when it is larger than a message may be, packed or unpacked', () => {
		const most = new Uint8Array(1_000_000);
		expect(decrypt(encrypt(most)).message.length).toBe(1_000_000);
		const larger = new Uint8Array(1_000_001);
		expect(() => encrypt(larger)).toThrowError(errorOf('too-large'));
		const bomb = compress(larger);
		expect(() => decrypt(changed({ d: null, z: bomb }, bomb))).toThrowError(errorOf('too-large'));
	});
});

describe('a group message', () => {
	const group = () => groupIdOf(groupKey());
	const text = (body: string): Content => ({ dataMessage: { body } });
	const send = (content: Content) =>
		sealGroupMessage({
			content,
			timestamp: at(NOW),
			sender: person('ada').ed25519,
			group: group(),
			key,
			random
		});
	const enveloped = (change: Partial<Envelope>, content: Content = { ...text('hi'), sigTimestamp: NOW }) =>
		encrypt(encodeEnvelope({ type: 7, timestamp: NOW, content: encodeContent(content), ...change }));
	const open = (data: Uint8Array) => openGroupMessage(data, group(), [key]);

	it('arrives as it was sent, with its author and time', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), (body) => {
				const opened = open(send(text(body)));
				expect(opened).toMatchObject({ senderId: person('ada').accountId, timestamp: NOW });
				expect(opened.sender).toEqual(person('ada').ed25519.publicKey);
				expect(opened.content).toStrictEqual({ ...text(body), sigTimestamp: NOW });
				expect(opened.raw).toEqual(encodeContent(opened.content));
			})
		);
	});

	it('has an envelope that looks like everybody’s', () => {
		const envelope = decodeEnvelope(decrypt(send(text('hi'))).message);
		expect(envelope).toMatchObject({ type: 7, sourceDevice: 1, timestamp: NOW });
		expect(envelope.proSig).toHaveLength(64);
		expect(envelope.source).toBeUndefined();
	});

	it('may come from older clients: of any type, without signature, without its time repeated', () => {
		expect(open(enveloped({})).timestamp).toBe(NOW);
		expect(open(enveloped({ type: 6, source: '' }, text('hi'))).content).toEqual(text('hi'));
	});

	it('is refused when its envelope is not as it must be, or of another time than it says', () => {
		const wrong = [{ source: '05' }, { proSig: new Uint8Array(63) }] as const;
		for (const change of wrong) expect(() => open(enveloped(change))).toThrowError(errorOf('malformed'));
		const bare = encrypt(encodeEnvelope({ type: 7, timestamp: NOW }));
		expect(() => open(bare)).toThrowError(errorOf('malformed'));
		expect(() => open(encrypt(utf8('no envelope')))).toThrowError(errorOf('malformed'));
		expect(() => open(enveloped({ timestamp: NOW + 1 }))).toThrowError(errorOf('unauthenticated'));
	});

	it('is refused when a storage node would not take it', () => {
		const noise = Buffer.from(random(120_000)).toString('base64');
		expect(() => send(text(noise))).toThrowError(errorOf('too-large'));
		expect(send(text('a'.repeat(900_000))).length).toBeLessThan(76_800);
	});

	it('never is anything but a message or a ProtocolError', () => {
		fc.assert(
			fc.property(anyBytes(500), (bytes) => {
				if (bytes.length === 0) return;
				expect(() => open(encrypt(bytes))).toThrowError(anyProtocolError);
				expect(() => open(bytes)).toThrowError(anyProtocolError);
				expect(() => open(sealed(bytes))).toThrowError(anyProtocolError);
			})
		);
	});
});

import { beforeAll, describe, expect, it } from 'vitest';
import { blindedPublicKey, parseBlindedId } from '../../../src/protocol/blinding/blinded-id';
import { fromBase64, fromHex, fromUtf8, utf8 } from '../../../src/protocol/bytes';
import { batchRequest, parseBatchResults } from '../../../src/protocol/communities/batch';
import { verifyPost } from '../../../src/protocol/communities/post-signature';
import {
	blindedSigner,
	signedRequest,
	signRequest,
	unblindedSigner
} from '../../../src/protocol/communities/request-signing';
import { accountIdOf, x25519FromEd25519 } from '../../../src/protocol/identity';
import { blake2b, ed25519FromSeed, verify, x25519KeyPair } from '../../../src/protocol/keys';
import type { V4Request } from '../../../src/protocol/onion-v4';
import type { Ed25519KeyPair, X25519PublicKey } from '../../../src/protocol/types';
import { xed25519Sign } from '../../../src/protocol/xed25519';
import { seededRandom, sodiumReady } from '../setup';

let own: Ed25519KeyPair;
let server: X25519PublicKey;
beforeAll(async () => {
	await sodiumReady;
	own = ed25519FromSeed(new Uint8Array(32).fill(1));
	server = x25519KeyPair(new Uint8Array(32).fill(2)).publicKey;
});

const malformed = expect.objectContaining({ name: 'ProtocolError', kind: 'malformed' }) as Error;
const get = (endpoint: string): V4Request => ({ method: 'GET', endpoint, headers: {}, body: null });
const signedText = (endpoint: string) =>
	fromUtf8(signedRequest(server, new Uint8Array(16), 5, get(endpoint)).subarray(48));

describe('requests to a community', () => {
	it('are signed over the path as the server reads it, and the query as it is written', () => {
		expect(signedText('/room/x')).toBe('5GET/room/x');
		expect(signedText('/reaction/%F0%9F%8E%82')).toBe('5GET/reaction/🎂');
		expect(signedText('/reaction/🎂?a=%20b')).toBe('5GET/reaction/🎂?a=%20b');
		expect(signedText('/rooms?')).toBe('5GET/rooms');
		expect(() => signedText('/%zz')).toThrowError(malformed);
	});

	it('are signed over the hash of their body, when there is one', () => {
		const nonce = new Uint8Array(16).fill(9);
		const bare = signedRequest(server, nonce, 5, get('/'));
		expect(signedRequest(server, nonce, 5, { ...get('/'), body: new Uint8Array() })).toEqual(bare);
		const body = utf8('{}');
		const signed = signedRequest(server, nonce, 5, { ...get('/'), body });
		expect(signed.slice(0, bare.length)).toEqual(bare);
		expect(signed.slice(bare.length)).toEqual(blake2b(64, body));
	});

	it('carry a key that says who asks, and a fresh nonce each', () => {
		const random = seededRandom('nonces');
		for (const signer of [blindedSigner(own, server), unblindedSigner(own)]) {
			const request = { ...get('/x'), headers: { 'Content-Type': 'application/json' } };
			const signed = [0, 1].map(() => signRequest(request, server, signer, 5, random));
			const [first, second] = signed.map(({ headers }) => headers);
			expect(first!['X-SOGS-Nonce']).not.toBe(second!['X-SOGS-Nonce']);
			expect(first).toMatchObject({ 'X-SOGS-Timestamp': '5', 'Content-Type': 'application/json' });
			const nonce = fromBase64(first!['X-SOGS-Nonce']!);
			const key = fromHex(first!['X-SOGS-Pubkey']!.slice(2));
			const message = signedRequest(server, nonce, 5, request);
			expect(verify(fromBase64(first!['X-SOGS-Signature']!), message, key)).toBe(true);
		}
		expect(blindedSigner(own, server).id).toMatch(/^15/);
		expect(unblindedSigner(own).id).toMatch(/^00/);
	});
});

describe('posts', () => {
	const content = utf8('content');

	it('are of the author whose key signed them', () => {
		const signer = blindedSigner(own, server);
		const signature = signer.sign(content);
		expect(verifyPost(signer.id, content, signature)).toBe(true);
		expect(verifyPost(signer.id, utf8('other'), signature)).toBe(false);
		expect(verifyPost(signer.id, content, new Uint8Array(64))).toBe(false);
		expect(blindedPublicKey(parseBlindedId(signer.id)).length).toBe(32);
	});

	it('of servers without blinding are signed by the X25519 key', () => {
		const x25519 = x25519FromEd25519(own);
		const signature = xed25519Sign(content, x25519.secretKey, seededRandom('signature'));
		const author = accountIdOf(x25519.publicKey);
		expect(verifyPost(author, content, signature)).toBe(true);
		expect(verifyPost(author, utf8('other'), signature)).toBe(false);
	});

	it('of an author that is none are refused', () => {
		for (const author of ['', '05ab', `03${'ab'.repeat(32)}`, `00${'ab'.repeat(32)}`]) {
			expect(() => verifyPost(author, content, new Uint8Array(64))).toThrowError(malformed);
		}
	});
});

describe('many requests in one', () => {
	it('are written in order, with JSON as it is and bytes as base64', () => {
		const { endpoint, body, headers } = batchRequest('sequence', [
			{ method: 'GET', path: '/capabilities' },
			{ method: 'PUT', path: '/x/👍', body: { json: {} } },
			{ method: 'POST', path: '/file', body: { bytes: utf8('hi') }, headers: { 'Content-Type': 'a/b' } }
		]);
		expect(endpoint).toBe('/sequence');
		expect(headers).toEqual({ 'Content-Type': 'application/json' });
		expect(fromUtf8(body!)).toBe(
			'[{"method":"GET","path":"/capabilities"},{"method":"PUT","path":"/x/👍","json":{}},' +
				'{"method":"POST","path":"/file","b64":"aGk=","headers":{"Content-Type":"a/b"}}]'
		);
	});

	it('are answered one by one, in JSON or in bytes', () => {
		const json = { 'content-type': 'application/json' };
		expect(
			parseBatchResults([
				{ code: 200, headers: json, body: { a: 1 } },
				{ code: 200, headers: { 'content-type': 'image/webp' }, body: 'aGk=' },
				{ code: 304, headers: {}, body: '' },
				{ code: 404, body: '' }
			])
		).toEqual([
			{ status: 200, body: { a: 1 } },
			{ status: 200, body: utf8('hi') },
			{ status: 304, body: new Uint8Array() },
			{ status: 404, body: new Uint8Array() }
		]);
	});

	it.each([
		null,
		{},
		[null],
		[{}],
		[{ code: '200', body: '' }],
		[{ code: 200 }],
		[{ code: 200, body: 5 }],
		[{ code: 200, body: '?' }],
		[{ code: 200, headers: [], body: '' }]
	])('are not answered by %j', (body) => {
		expect(() => parseBatchResults(body)).toThrowError(malformed);
	});
});

import { openAvatar, sealAvatar } from '../src/protocol/attachments/avatar';
import { parseFileUrl } from '../src/protocol/attachments/download-url';
import { openLegacy, sealLegacy } from '../src/protocol/attachments/legacy';
import { readWhole, sourceOf } from '../src/protocol/attachments/source';
import { openStream, sealStream } from '../src/protocol/attachments/stream';
import { fromUtf8, toHex, utf8 } from '../src/protocol/bytes';
import { parseBatchResults } from '../src/protocol/communities/batch';
import { verifyPost } from '../src/protocol/communities/post-signature';
import { blindedSigner, signedRequest } from '../src/protocol/communities/request-signing';
import { parseFileInfo, parseUploadReply, parseVersionReply } from '../src/protocol/file-server';
import type { V4Reply } from '../src/protocol/onion-v4';
import { sodium } from '../src/protocol/sodium';
import type { Bytes } from '../src/protocol/types';
import { createHash, createHmac } from 'node:crypto';
import { between, repeated, zeros } from './hostile';
import { jsonTarget } from './json-target';
import { keys, random } from './keys';
import type { Target } from './target';

const STREAM_HEAD = 25;

/** A stream of one sealed chunk, so that its padding is read. */
function sealedStream(plaintext: Bytes, key: Bytes): Bytes {
	const nonce = new Uint8Array(24);
	const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(nonce, key);
	const chunk = sodium.crypto_secretstream_xchacha20poly1305_push(
		state,
		plaintext.subarray(0, 32_768),
		null,
		3
	);
	const blob = new Uint8Array(STREAM_HEAD + chunk.length);
	blob[0] = 0x53;
	blob.set(nonce, 1);
	blob.set(chunk, STREAM_HEAD);
	return blob;
}

/** Altered IV and ciphertext under a MAC and a digest that are right. */
function authenticated(input: Bytes, key: Bytes): { blob: Bytes; digest: Bytes } {
	const mac = createHmac('sha256', key.subarray(32)).update(input).digest();
	const blob = new Uint8Array(Buffer.concat([input, mac]));
	return { blob, digest: new Uint8Array(createHash('sha256').update(blob).digest()) };
}

export async function mediaTargets(): Promise<readonly Target[]> {
	const { ada, server } = keys();
	const plaintext = utf8('an attachment');
	const legacy = await sealLegacy(sourceOf(plaintext), random);
	const stream = await sealStream(sourceOf(plaintext), ada.ed25519.secretKey, 'attachment');
	const pictureKey = random(32);
	const picture = await sealAvatar(plaintext, pictureKey, random);
	const own = { host: 'filev2.getsession.org', port: 80, protocol: 'http', x25519: server } as const;
	const signer = blindedSigner(ada.ed25519, server);
	const signature = signer.sign(plaintext);
	const reply = (body: unknown): V4Reply => ({ status: 200, headers: {}, body: utf8(JSON.stringify(body)) });
	return [
		{
			name: 'attachment, older form',
			seeds: [legacy.blob],
			decode: async (input) => readWhole(await openLegacy(input, legacy)),
			hostile: [zeros]
		},
		{
			name: 'attachment, older form, signed',
			seeds: [legacy.blob.slice(0, -32)],
			async decode(input) {
				const { blob, digest } = authenticated(input, legacy.key);
				return readWhole(await openLegacy(blob, { key: legacy.key, digest, size: 5 }));
			},
			hostile: [(size) => zeros(Math.floor(size / 16) * 16)]
		},
		{
			name: 'attachment, newer form',
			seeds: [stream.blob],
			decode: (input) => readWhole(openStream(input, stream.key)),
			hostile: [zeros]
		},
		{
			name: 'attachment, newer form, opened',
			seeds: [utf8('\u0000\u0000\u0001data')],
			decode: (input) => readWhole(openStream(sealedStream(input, stream.key), stream.key)),
			hostile: [
				zeros,
				(size) => Uint8Array.from({ length: size }, (_, index) => (index === size - 1 ? 1 : 0))
			],
			largest: 32_768
		},
		{
			name: 'picture',
			seeds: [picture],
			decode: (input) => openAvatar(input, pictureKey),
			hostile: [zeros]
		},
		{
			name: 'file URL',
			seeds: [
				utf8('http://filev2.getsession.org/file/abc#d'),
				utf8(`https://files.example:8443/file/7#p=${toHex(ada.ed25519.publicKey)}&d=&x=1`)
			],
			decode: (input) => parseFileUrl(fromUtf8(input), own),
			hostile: [
				between('http://', 'a.', '/file/7'),
				between('http://a/file/', '7', ''),
				between('http://a/file/7#', '&', ''),
				repeated('http://')
			]
		},
		jsonTarget('reply: upload', (body) => parseUploadReply(reply(body)), [
			{ id: 'abc', expires: 5.5 },
			{ id: 77 }
		]),
		jsonTarget('reply: file', (body) => parseFileInfo(reply(body)), [{ size: 5, uploaded: 1.5, expires: 2 }]),
		jsonTarget('reply: version', (body) => parseVersionReply(reply(body)), [{ result: '1.2.3' }]),
		jsonTarget(
			'reply: community batch',
			parseBatchResults,
			[
				[
					{ code: 200, headers: { 'content-type': 'application/json' }, body: { a: 1 } },
					{ code: 404, headers: {}, body: 'aGk=' }
				]
			],
			[between('[', '{"code":200,"body":""},', '{}]'), between('[{"code":200,"body":"', 'AAAA', '"}]')]
		),
		{
			name: 'post',
			seeds: [utf8(`${signer.id}`)],
			decode: (input) => verifyPost(fromUtf8(input), plaintext, signature),
			hostile: [repeated('15')]
		},
		{
			name: 'endpoint to sign',
			seeds: [utf8('/room/x/reaction/1/%F0%9F%8E%82?a=%20')],
			decode: (input) =>
				signedRequest(server, new Uint8Array(16), 5, {
					method: 'GET',
					endpoint: fromUtf8(input),
					body: null
				}),
			hostile: [between('/', '%41', ''), repeated('?')]
		}
	];
}

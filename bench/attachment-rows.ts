import sodium from 'libsodium-wrappers-sumo';
import { openLegacy, sealLegacy } from '../src/protocol/attachments/legacy';
import { legacyPaddedSize } from '../src/protocol/attachments/legacy-padding';
import { sourceOf, type OpenedAttachment } from '../src/protocol/attachments/source';
import { openStream, sealStream } from '../src/protocol/attachments/stream';
import { streamPadding } from '../src/protocol/attachments/stream-padding';
import { ed25519FromSeed } from '../src/protocol/keys';
import type { Bytes } from '../src/protocol/types';
import { compare, type Row } from './measure';
import { random } from './random';

const LARGE = 9_999_951;
const SMALL = 10_000;
const CHUNK = 32_768;
const LONG = { batches: 9, batchMs: 300 };

/** Reads the plaintext as it is used, piece by piece, and keeps nothing of it. */
async function drain({ pieces }: OpenedAttachment): Promise<void> {
	for await (const piece of pieces) if (piece.length === 0) throw new RangeError('an empty piece');
}

const HMAC = { name: 'HMAC', hash: 'SHA-256' };

/** Of the padded size, so that both sides encrypt the same amount; with fresh keys, which every attachment has. */
async function bareLegacy(size: number) {
	const plaintext = random(legacyPaddedSize(size));
	const [iv, aesKey, hmacKey] = [random(16), random(32), random(32)];
	const aes = () => crypto.subtle.importKey('raw', aesKey, 'AES-CBC', false, ['encrypt', 'decrypt']);
	const hmac = () => crypto.subtle.importKey('raw', hmacKey, HMAC, false, ['sign', 'verify']);
	const seal = async () => {
		const sealed = await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, await aes(), plaintext);
		const mac = await crypto.subtle.sign('HMAC', await hmac(), sealed);
		await crypto.subtle.digest('SHA-256', sealed);
		return { sealed, mac };
	};
	const { sealed, mac } = await seal();
	const open = async () => {
		await crypto.subtle.verify('HMAC', await hmac(), mac, sealed);
		await crypto.subtle.digest('SHA-256', sealed);
		await crypto.subtle.decrypt({ name: 'AES-CBC', iv }, await aes(), sealed);
	};
	return { seal, open };
}

function bareStream(size: number) {
	const plaintext = random(size);
	const stream = random(size + streamPadding(size));
	const [header, key] = [random(24), random(32)];
	const chunks: Bytes[] = [];
	for (let start = 0; start < stream.length; start += CHUNK)
		chunks.push(stream.subarray(start, start + CHUNK));
	const push = () => {
		const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(header, key);
		return chunks.map((chunk) => sodium.crypto_secretstream_xchacha20poly1305_push(state, chunk, null, 0));
	};
	const sealed = push();
	return {
		seal: () => {
			sodium.crypto_generichash(56, plaintext, key);
			push();
		},
		open: () => {
			const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(header, key);
			for (const chunk of sealed) sodium.crypto_secretstream_xchacha20poly1305_pull(state, chunk, null);
		}
	};
}

async function legacyRows(size: number, name: string): Promise<Row[]> {
	const source = sourceOf(random(size));
	const sealed = await sealLegacy(source, random);
	const bare = await bareLegacy(size);
	return [
		await compare(
			[`seal an attachment of ${name}`, () => sealLegacy(source, random)],
			['AES-CBC + HMAC + SHA-256', bare.seal],
			LONG
		),
		await compare(
			[`open an attachment of ${name}`, async () => drain(await openLegacy(sealed.blob, sealed))],
			['HMAC + SHA-256 + AES-CBC', bare.open],
			LONG
		)
	];
}

async function streamRows(size: number, name: string): Promise<Row[]> {
	const { secretKey } = ed25519FromSeed(random(32));
	const source = sourceOf(random(size));
	const sealed = await sealStream(source, secretKey, 'attachment');
	const bare = bareStream(size);
	return [
		await compare(
			[`seal a newer attachment of ${name}`, () => sealStream(source, secretKey, 'attachment')],
			['BLAKE2b + secretstream', bare.seal],
			LONG
		),
		await compare(
			[`open a newer attachment of ${name}`, () => drain(openStream(sealed.blob, sealed.key))],
			['secretstream', bare.open],
			LONG
		)
	];
}

/** Both forms of attachments, the largest that is sent and a small one, against their primitives alone. */
export async function attachmentRows(): Promise<Row[]> {
	return [
		...(await legacyRows(LARGE, '10 MB')),
		...(await legacyRows(SMALL, '10 kB')),
		...(await streamRows(LARGE, '10 MB')),
		...(await streamRows(SMALL, '10 kB'))
	];
}

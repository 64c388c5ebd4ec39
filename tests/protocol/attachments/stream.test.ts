import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { readWhole, sourceOf, type PlaintextSource } from '../../../src/protocol/attachments/source';
import { openStream, sealStream } from '../../../src/protocol/attachments/stream';
import { streamBlobSize, streamPadding } from '../../../src/protocol/attachments/stream-padding';
import { fromHex, toHex } from '../../../src/protocol/bytes';
import { ed25519FromSeed } from '../../../src/protocol/keys';
import { sodium } from '../../../src/protocol/sodium';
import type { Bytes, Ed25519SecretKey } from '../../../src/protocol/types';
import { seededRandom, sodiumReady } from '../setup';

let sender: Ed25519SecretKey;
beforeAll(async () => {
	await sodiumReady;
	sender = ed25519FromSeed(fromHex('0123456789abcdef'.repeat(4))).secretKey;
});

const sevens = (size: number) => Uint8Array.from({ length: size }, (_, index) => 7 * index);

describe('sizes', () => {
	it.each([
		[0, 4096],
		[4053, 4096],
		[4054, 8192],
		[8149, 8192],
		[8150, 12_288],
		[33_333, 36_864],
		[261_982, 262_144],
		[261_983, 270_336],
		[523_990, 524_288],
		[523_991, 540_672],
		[6_543_210, 6_553_600],
		[10_000_000, 10_223_616],
		[10_218_286, 10_223_616]
	])('%i bytes make a blob of %i', (size, blob) => {
		expect(streamBlobSize(size, streamPadding(size))).toBe(blob);
	});

	it('hit their step exactly, for any size', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 10_218_286 }), (size) => {
				const padding = streamPadding(size);
				const blob = streamBlobSize(size, padding);
				const scale = Math.max(131_072, 2 ** Math.floor(Math.log2(blob)));
				expect(padding).toBeGreaterThanOrEqual(1);
				// A blob that comes out at a power of two was measured by the steps below it.
				expect(Math.min(blob % (scale / 32), blob % (scale / 64))).toBe(0);
			}),
			{ numRuns: 2000 }
		);
		expect(() => streamPadding(10_218_287)).toThrowError(
			expect.objectContaining({ kind: 'too-large' }) as Error
		);
	});
});

describe('attachments of the newer form', () => {
	it.each([
		[
			0,
			'c811e82fa9a353e0e9814faaa362e3563af2ba3300d31d6e7ea8319b4b17b8d5',
			'28ca9a9e248a6bb759a44e4a9921d463'
		],
		[
			1000,
			'5da9c5ed3500da3cd279839bacc4166c25f92f6d3f472a92ce691ca93eabdd78',
			'e16271abc9a9139b680201a393bbeb92'
		],
		[
			33_333,
			'4ce68ba1f085312eae658f147058210a9c05771ece2c8ced686d54544be1e945',
			'672f3bc44b2b1915b527d6429c86dd0b'
		]
	])('of %i bytes are those of the specification', async (size, key, hash) => {
		const sealed = await sealStream(sourceOf(sevens(size)), sender, 'attachment');
		expect(toHex(sealed.key)).toBe(key);
		expect(createHash('sha256').update(sealed.blob).digest('hex').slice(0, 32)).toBe(hash);
	});

	it('do not depend on the pieces in which a file is read', async () => {
		const plaintext = sevens(100_000);
		const whole = await sealStream(sourceOf(plaintext), sender, 'attachment');
		const source: PlaintextSource = {
			size: plaintext.length,
			*read() {
				for (let start = 0; start < plaintext.length; start += 7777)
					yield plaintext.subarray(start, start + 7777);
			}
		};
		const inPieces = await sealStream(source, sender, 'attachment');
		expect(Buffer.compare(inPieces.blob, whole.blob)).toBe(0);
		expect(inPieces.key).toEqual(whole.key);
	});

	it('come back whatever their size, and are other bytes as a picture', async () => {
		for (const size of [0, 1, 4054, 32_767, 32_768, 32_769, 65_536, 262_000]) {
			const plaintext = sevens(size);
			const [file, picture] = await Promise.all([
				sealStream(sourceOf(plaintext), sender, 'attachment'),
				sealStream(sourceOf(plaintext), sender, 'picture')
			]);
			for (const { blob, key } of [file, picture]) {
				const opened = openStream(blob, key);
				expect(opened.size).toBe(size);
				expect(Buffer.compare(await readWhole(opened), plaintext)).toBe(0);
			}
			expect(toHex(file.key)).not.toBe(toHex(picture.key));
		}
	});
});

describe('attachments of the newer form that are wrong', () => {
	const unauthenticated = expect.objectContaining({
		name: 'ProtocolError',
		kind: 'unauthenticated'
	}) as Error;
	const malformed = expect.objectContaining({ name: 'ProtocolError', kind: 'malformed' }) as Error;

	const opened = (blob: Uint8Array, key: Uint8Array) => readWhole(openStream(blob, key));

	it('do not open when a bit was turned, wherever it is', async () => {
		const { blob, key } = await sealStream(sourceOf(sevens(70_000)), sender, 'attachment');
		await fc.assert(
			fc.asyncProperty(fc.integer({ min: 1, max: blob.length - 1 }), async (at) => {
				const altered = blob.slice();
				altered[at]! ^= 0x10;
				await expect(Promise.resolve().then(() => opened(altered, key))).rejects.toEqual(unauthenticated);
			}),
			{ numRuns: 50 }
		);
	});

	it('do not open when the end is missing, even at the end of a chunk', async () => {
		const { blob, key } = await sealStream(sourceOf(sevens(70_000)), sender, 'attachment');
		for (const end of [blob.length - 1, 25 + 32_785, 25 + 2 * 32_785]) {
			await expect(Promise.resolve().then(() => opened(blob.slice(0, end), key))).rejects.toEqual(
				unauthenticated
			);
		}
		for (const end of [25 + 32_785 + 5, 41, 1]) {
			await expect(Promise.resolve().then(() => opened(blob.slice(0, end), key))).rejects.toEqual(malformed);
		}
	});

	it('are of a form that is not known, or have a key of another length', async () => {
		const { blob, key } = await sealStream(sourceOf(sevens(10)), sender, 'attachment');
		const other = blob.slice();
		other[0] = 0x54;
		const unsupported = expect.objectContaining({ kind: 'unsupported-version' }) as Error;
		expect(() => openStream(other, key)).toThrowError(unsupported);
		expect(() => openStream(new Uint8Array(), key)).toThrowError(unsupported);
		expect(() => openStream(blob, key.slice(1))).toThrowError(malformed);
	});

	it('are padded by something else than zeros, or hold nothing but zeros', () => {
		const key = seededRandom('stream')(32);
		const sealRaw = (...chunks: Bytes[]) => {
			const header = new Uint8Array(24);
			const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(header, key);
			const sealed = chunks.map((chunk, index) =>
				sodium.crypto_secretstream_xchacha20poly1305_push(
					state,
					chunk,
					null,
					index === chunks.length - 1 ? 3 : 0
				)
			);
			return new Uint8Array(Buffer.concat([Uint8Array.of(0x53), header, ...sealed]));
		};
		expect(() => openStream(sealRaw(Uint8Array.of(0, 0, 2, 1)), key)).toThrowError(malformed);
		expect(() => openStream(sealRaw(new Uint8Array(32_768), new Uint8Array(3)), key)).toThrowError(malformed);
		expect(() => openStream(sealRaw(new Uint8Array()), key)).toThrowError(malformed);
		expect(openStream(sealRaw(Uint8Array.of(1)), key).size).toBe(0);
	});
});

import fc from 'fast-check';
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openLegacy, sealLegacy } from '../../../src/protocol/attachments/legacy';
import {
	largestLegacyPlaintext,
	legacyBlobSize,
	legacyPaddedSize,
	MAX_FILE_BYTES
} from '../../../src/protocol/attachments/legacy-padding';
import { readWhole, sourceOf, type PlaintextSource } from '../../../src/protocol/attachments/source';
import { scripted, seededRandom } from '../setup';
import { openLegacyByNode, paddedSizeBySearch, sealLegacyByNode } from './reference';

const PIECE = 2 ** 21;
const LARGEST = 9_999_951;
const random = seededRandom('legacy attachments');
const key = random(64);
const iv = random(16);

function bytes(size: number): Uint8Array<ArrayBuffer> {
	const whole = new Uint8Array(size);
	for (let index = 0; index < size; index++) whole[index] = (index * 31 + (index >> 7)) & 0xff;
	return whole;
}

const sealed = (plaintext: Uint8Array, maxBlobBytes?: number) =>
	sealLegacy(sourceOf(plaintext), scripted(key, iv), maxBlobBytes);

describe('the padding ladder', () => {
	it.each([
		[0, 541],
		[1, 541],
		[541, 541],
		[542, 568],
		[568, 568],
		[569, 596]
	])('pads %i bytes to %i', (size, padded) => {
		expect(legacyPaddedSize(size)).toBe(padded);
	});

	it('has the same rungs as a plain search, and never one below the size', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: LARGEST }), (size) => {
				const padded = legacyPaddedSize(size);
				expect(padded).toBe(paddedSizeBySearch(size, LARGEST));
				expect(padded).toBeGreaterThanOrEqual(size);
			}),
			{ numRuns: 500 }
		);
	});

	it('ends where the blob is what a server takes', () => {
		expect(largestLegacyPlaintext(MAX_FILE_BYTES)).toBe(LARGEST);
		expect(legacyBlobSize(LARGEST)).toBe(MAX_FILE_BYTES);
		expect(legacyPaddedSize(LARGEST)).toBe(LARGEST);
		expect(legacyPaddedSize(9_900_000)).toBe(LARGEST);
		expect(() => legacyPaddedSize(LARGEST + 1)).toThrowError(
			expect.objectContaining({ name: 'ProtocolError', kind: 'too-large' }) as Error
		);
		expect(legacyPaddedSize(940, 1000)).toBe(largestLegacyPlaintext(1000));
	});
});

describe('attachments of the older form', () => {
	const sizes = [0, 1, 15, 16, 17, 540, 541, 542, 65_535, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 5];

	it.each(sizes)('of %i bytes are the bytes that Node makes', async (size) => {
		const plaintext = bytes(size);
		const padded = paddedSizeBySearch(size, LARGEST);
		const theirs = sealLegacyByNode(plaintext, padded, key, iv);
		const ours = await sealed(plaintext);
		expect(Buffer.compare(ours.blob, theirs.blob)).toBe(0);
		expect(Buffer.compare(ours.digest, theirs.digest)).toBe(0);
		expect(ours.size).toBe(size);
		const opened = await readWhole(await openLegacy(ours.blob, { ...ours, size }));
		// A pointer without a size keeps the padding.
		expect(opened.length).toBe(size === 0 ? padded : size);
		if (size > 0) expect(Buffer.compare(opened, plaintext)).toBe(0);
		expect(Buffer.compare(openLegacyByNode(ours.blob, key, ours.digest, size), plaintext)).toBe(0);
	});

	it('of the largest size fill the limit, and come back', async () => {
		const plaintext = bytes(LARGEST);
		const ours = await sealed(plaintext);
		expect(ours.blob.length).toBe(MAX_FILE_BYTES);
		expect(Buffer.compare(await readWhole(await openLegacy(ours.blob, ours)), plaintext)).toBe(0);
		await expect(sealed(bytes(LARGEST + 1))).rejects.toMatchObject({ kind: 'too-large' });
	});

	it('do not depend on the pieces in which a file is read', async () => {
		const plaintext = bytes(2 * PIECE + 77);
		const whole = await sealed(plaintext);
		await fc.assert(
			fc.asyncProperty(fc.array(fc.integer({ min: 0, max: PIECE }), { maxLength: 6 }), async (lengths) => {
				const parts: Uint8Array[] = [];
				let start = 0;
				for (const length of lengths) {
					parts.push(plaintext.subarray(start, start + length));
					start = Math.min(start + length, plaintext.length);
				}
				const source: PlaintextSource = {
					size: plaintext.length,
					read: () => [...parts, plaintext.subarray(start)]
				};
				const ours = await sealLegacy(source, scripted(key, iv));
				expect(Buffer.compare(ours.digest, whole.digest)).toBe(0);
			}),
			{ numRuns: 10 }
		);
	});

	it('are refused when the file changes while it is read', async () => {
		for (const size of [9, 11]) {
			const source = { size, read: () => [bytes(10)] };
			await expect(sealLegacy(source, scripted(key, iv))).rejects.toMatchObject({ kind: 'malformed' });
		}
	});

	it('ask for the file piece by piece, and are opened without a second copy of the plaintext', async () => {
		let handedOut = 0;
		const source: PlaintextSource = {
			size: 4 * PIECE,
			*read() {
				for (let index = 0; index < 4; index++) {
					handedOut++;
					yield bytes(PIECE);
				}
			}
		};
		const ours = await sealLegacy(source, scripted(key, iv));
		expect(handedOut).toBe(4);
		const opened = await openLegacy(ours.blob, ours);
		const [only] = opened.pieces as readonly Uint8Array[];
		expect(await readWhole(opened)).toBe(only);
	});
});

describe('attachments of the older form that are wrong', () => {
	const plaintext = bytes(700);
	const unauthenticated = { name: 'ProtocolError', kind: 'unauthenticated' };
	const malformed = { name: 'ProtocolError', kind: 'malformed' };
	const digestOf = (blob: Uint8Array) => new Uint8Array(createHash('sha256').update(blob).digest());

	it('do not open when a bit was turned, wherever it is', async () => {
		const { blob } = await sealed(plaintext);
		await fc.assert(
			fc.asyncProperty(fc.nat(blob.length - 1), fc.nat(7), async (at, bit) => {
				const altered = blob.slice();
				altered[at]! ^= 1 << bit;
				const pointer = { key, digest: digestOf(altered), size: 700 };
				await expect(openLegacy(altered, pointer)).rejects.toMatchObject(unauthenticated);
			}),
			{ numRuns: 50 }
		);
	});

	it('do not open with another digest or key, nor cut off', async () => {
		const { blob, digest } = await sealed(plaintext);
		const pointer = { key, digest, size: 700 };
		await expect(openLegacy(blob, { ...pointer, digest: new Uint8Array(32) })).rejects.toMatchObject(
			unauthenticated
		);
		await expect(openLegacy(blob, { ...pointer, key: random(64) })).rejects.toMatchObject(unauthenticated);
		await expect(openLegacy(blob.slice(16), pointer)).rejects.toMatchObject(unauthenticated);
		await expect(openLegacy(blob.slice(1), pointer)).rejects.toMatchObject(malformed);
		await expect(openLegacy(blob.slice(0, 48), pointer)).rejects.toMatchObject(malformed);
		await expect(openLegacy(blob, { ...pointer, key: random(32) })).rejects.toMatchObject(malformed);
		await expect(openLegacy(blob, { ...pointer, digest: random(31) })).rejects.toMatchObject(malformed);
	});

	it('are shorter than their pointer says', async () => {
		const { blob, digest } = await sealed(plaintext);
		const padded = legacyPaddedSize(700);
		await expect(openLegacy(blob, { key, digest, size: padded + 1 })).rejects.toMatchObject(malformed);
		expect((await openLegacy(blob, { key, digest, size: padded })).size).toBe(padded);
	});

	it('have no cipher padding, by a sender who signed it nevertheless', async () => {
		const { blob } = sealLegacyByNode(plaintext, 800, key, iv);
		// Without the last block of ciphertext, the one before it ends in plain zeros.
		const cut = blob.subarray(0, blob.length - 48);
		const mac = createHmac('sha256', key.subarray(32)).update(cut).digest();
		const signed = new Uint8Array(Buffer.concat([cut, mac]));
		const pointer = { key, digest: digestOf(signed), size: 700 };
		await expect(openLegacy(signed, pointer)).rejects.toMatchObject(malformed);
	});
});

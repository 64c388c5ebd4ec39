import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openAvatar, sealAvatar } from '../../../src/protocol/attachments/avatar';
import { scripted, seededRandom } from '../setup';
import { sealPictureByNode } from './reference';

const random = seededRandom('pictures');

describe('pictures', () => {
	it('are the bytes that Node makes, and come back', async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (content) => {
				const plaintext = new Uint8Array(content);
				const [key, iv] = [random(32), random(12)];
				const sealed = await sealAvatar(plaintext, key, scripted(iv));
				expect(Buffer.compare(sealed, sealPictureByNode(plaintext, key, iv))).toBe(0);
				expect(Buffer.compare(await openAvatar(sealed, key), plaintext)).toBe(0);
			}),
			{ numRuns: 60 }
		);
	});

	it('do not open when altered, of another key, or cut off', async () => {
		const key = random(32);
		const sealed = await sealAvatar(random(100), key, random);
		const unauthenticated = { name: 'ProtocolError', kind: 'unauthenticated' };
		const malformed = { name: 'ProtocolError', kind: 'malformed' };
		for (const at of [0, 12, 60, sealed.length - 1]) {
			const altered = sealed.slice();
			altered[at]! ^= 1;
			await expect(openAvatar(altered, key)).rejects.toMatchObject(unauthenticated);
		}
		await expect(openAvatar(sealed, random(32))).rejects.toMatchObject(unauthenticated);
		await expect(openAvatar(sealed.slice(0, -1), key)).rejects.toMatchObject(unauthenticated);
		await expect(openAvatar(sealed.slice(0, 27), key)).rejects.toMatchObject(malformed);
		await expect(openAvatar(sealed, random(31))).rejects.toMatchObject(malformed);
		await expect(sealAvatar(random(5), new Uint8Array(), random)).rejects.toMatchObject(malformed);
	});
});

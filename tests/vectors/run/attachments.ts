/** attachments: the newer, deterministic form. */
import { createHash } from 'node:crypto';
import { toHex } from '../../../src/protocol/bytes';
import { ed25519FromSeed } from '../../../src/protocol/keys';
import { readWhole, sourceOf } from '../../../src/protocol/attachments/source';
import { openStream, sealStream } from '../../../src/protocol/attachments/stream';
import { streamPadding } from '../../../src/protocol/attachments/stream-padding';
import type { Handlers } from './handler';

/** The files' formula for a plaintext of any size. */
function plaintextOf(size: number, mul: number, add: number) {
	return Uint8Array.from({ length: size }, (_, index) => mul * index + add + (index >> 8));
}

export const handlers: Handlers = {
	async 'kind:encrypt'(one, check) {
		const sender = ed25519FromSeed(one.hex('seed')).secretKey;
		const plaintext = plaintextOf(one.number('size'), one.number('mul'), one.number('add'));
		const domain = one.text('domain');
		check.holds(domain === 'attachment' || domain === 'profile_pic', 'domain');
		check.same(streamPadding(plaintext.length), one.number('padding'), 'padding');
		const sealed = await sealStream(
			sourceOf(plaintext),
			sender,
			domain === 'attachment' ? 'attachment' : 'picture'
		);
		check.bytes(sealed.key, one.hex('key'), 'key');
		check.same(sealed.size, plaintext.length, 'size');
		check.same(sealed.blob.length, one.number('encrypted_size'), 'encrypted_size');
		const digest = createHash('sha256').update(sealed.blob).digest();
		check.bytes(digest, one.hex('encrypted_sha256'), 'encrypted_sha256');
		if (one.has('encrypted')) check.bytes(sealed.blob, one.hex('encrypted'), 'encrypted');
		const opened = await readWhole(openStream(sealed.blob, sealed.key));
		check.holds(Buffer.compare(opened, plaintext) === 0, 'the opened blob');
	},

	async 'kind:decrypt'(one, check) {
		const [blob, key] = [one.hex('encrypted'), one.hex('key')];
		await check.outcome(one, async () => ({ plaintext: toHex(await readWhole(openStream(blob, key))) }));
	}
};

import { concat, utf8 } from '../../../src/protocol/bytes';
import type { Bytes } from '../../../src/protocol/types';

/** The head of a PNG of that size, and something that tells one from another behind it. */
export function png(width: number, height: number, what = 'picture'): Bytes {
	const head = new Uint8Array(33);
	head.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
	head.set(utf8('IHDR'), 12);
	const view = new DataView(head.buffer);
	view.setUint32(16, width);
	view.setUint32(20, height);
	return concat(head, utf8(what));
}

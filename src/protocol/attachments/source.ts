/** Plaintexts of attachments as they are read and handed on: in pieces, so that 10 MB need not lie in memory thrice. */
import { toBytes } from '../bytes';
import { ProtocolError } from '../errors';
import type { Bytes } from '../types';

/** A file's bytes, readable from the start as often as needed. */
export interface PlaintextSource {
	readonly size: number;
	/** In pieces of any size. */
	read(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** An attachment that was opened. */
export interface OpenedAttachment {
	readonly size: number;
	/** The plaintext in order, to be read once. When reading throws, what came before must be thrown away too. */
	readonly pieces: Iterable<Bytes> | AsyncIterable<Bytes>;
}

export function sourceOf(bytes: Uint8Array): PlaintextSource {
	return { size: bytes.length, read: () => [bytes] };
}

/** The whole plaintext in one array, without a copy where it comes in one piece. */
export async function readWhole(opened: OpenedAttachment): Promise<Bytes> {
	let whole = new Uint8Array();
	let offset = 0;
	for await (const piece of opened.pieces) {
		if (piece.length === opened.size) return piece;
		if (whole.length === 0) whole = new Uint8Array(opened.size);
		whole.set(piece, offset);
		offset += piece.length;
	}
	return whole;
}

/**
 * `before`, the source and `after` as one stream in pieces of exactly `length` bytes, the last one shorter. Pieces are
 * views where they can be. Throws ProtocolError 'malformed' when the source has not the size that it says.
 */
export async function* pieces(
	source: PlaintextSource,
	length: number,
	{ before = new Uint8Array(), after = new Uint8Array() }: { before?: Uint8Array; after?: Uint8Array } = {}
): AsyncGenerator<Bytes> {
	let left = before.length + source.size + after.length;
	let held: Bytes | undefined;
	let filled = 0;
	for await (const part of joined(source, before, after)) {
		let offset = 0;
		while (offset < part.length) {
			const wanted = Math.min(length, left);
			const take = Math.min(wanted - filled, part.length - offset);
			const taken = part.subarray(offset, offset + take);
			offset += take;
			filled += take;
			if (take < wanted) {
				held ??= new Uint8Array(wanted);
				held.set(taken, filled - take);
			}
			if (filled < wanted) continue;
			yield held ?? toBytes(taken);
			left -= wanted;
			held = undefined;
			filled = 0;
		}
	}
}

async function* joined(
	source: PlaintextSource,
	before: Uint8Array,
	after: Uint8Array
): AsyncGenerator<Uint8Array> {
	yield before;
	let read = 0;
	for await (const part of source.read()) {
		read += part.length;
		if (read > source.size) break;
		yield part;
	}
	if (read !== source.size) throw new ProtocolError('malformed', 'file changed while it was read');
	yield after;
}

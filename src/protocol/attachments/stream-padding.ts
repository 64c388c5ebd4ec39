/** Sizes of the newer form of attachments: attachments.md §5. */
import { ProtocolError } from '../errors';

/** Plaintext of a chunk; the last one may have less. */
export const CHUNK_BYTES = 32_768;
export const STREAM_TAG_BYTES = 17;
export const SEALED_CHUNK_BYTES = CHUNK_BYTES + STREAM_TAG_BYTES;
/** `S` and the nonce. */
export const STREAM_HEAD_BYTES = 25;
/** Ends the padding, which is zeros in front of the data. */
export const MARKER = 0x01;

const LARGEST_PLAINTEXT = 10_218_286;
const SMALLEST_SCALE = 131_072;
const STEPS_PER_DOUBLING = 32;

/** Of a blob with `padding` bytes, the marker among them, in front of `size` bytes. */
export function streamBlobSize(size: number, padding: number): number {
	const chunks = Math.ceil((size + padding) / CHUNK_BYTES);
	return STREAM_HEAD_BYTES + size + padding + STREAM_TAG_BYTES * chunks;
}

/**
 * How many bytes go in front, one at least, so that blobs have one of 32 sizes for each doubling, 4096 bytes apart at
 * least. Throws ProtocolError 'too-large'.
 */
export function streamPadding(size: number): number {
	if (size > LARGEST_PLAINTEXT) throw new ProtocolError('too-large', 'attachment is too large');
	const chunks = Math.ceil(size / CHUNK_BYTES);
	const smallest = STREAM_HEAD_BYTES + size + 1 + STREAM_TAG_BYTES * chunks;
	const scale = 2 ** Math.floor(Math.log2(Math.max(smallest, SMALLEST_SCALE)));
	const step = scale / STEPS_PER_DOUBLING;
	const room = Math.ceil(smallest / step) * step - smallest + 1;
	// What goes in front can fill chunks of its own, and each of them takes a tag out of the room.
	const ownChunks = Math.floor(room / SEALED_CHUNK_BYTES);
	const spillsOver = room % SEALED_CHUNK_BYTES > chunks * CHUNK_BYTES - size;
	return room - STREAM_TAG_BYTES * (ownChunks + (spillsOver ? 1 : 0));
}

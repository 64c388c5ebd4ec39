/**
 * Sizes that records are padded to, so that the size of a row says little of what is in it.
 * Up to 4 KiB in steps of 256 bytes; above, Padmé's steps (at most 12 % more), which go on from 256 at 4 KiB.
 */
const STEP = 256;
const STEPS_UNTIL = 4096;
const LENGTH_BYTES = 4;

export function bucketOf(size: number): number {
	if (size <= STEPS_UNTIL) return Math.max(1, Math.ceil(size / STEP)) * STEP;
	const exponent = Math.floor(Math.log2(size));
	const significant = Math.floor(Math.log2(exponent)) + 1;
	const step = 2 ** (exponent - significant);
	return Math.ceil(size / step) * step;
}

/** Length, content, zeros. `bucket` is the least size of the result: small rows of one kind may all share it. */
export function padToBucket(content: Uint8Array, bucket?: number): Uint8Array {
	const size = LENGTH_BYTES + content.length;
	const padded = new Uint8Array(bucket !== undefined && size <= bucket ? bucket : bucketOf(size));
	new DataView(padded.buffer).setUint32(0, content.length);
	padded.set(content, LENGTH_BYTES);
	return padded;
}

/** The content, as a view. Throws RangeError when there is none. */
export function fromBucket(padded: Uint8Array): Uint8Array {
	const length = new DataView(padded.buffer, padded.byteOffset, padded.byteLength).getUint32(0);
	if (LENGTH_BYTES + length > padded.length) throw new RangeError('padded record is cut off');
	return padded.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
}

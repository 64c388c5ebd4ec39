const SMALLEST = 2_048;
const LARGEST_POWER = 131_072;

/**
 * The size to which a request of this many bytes is filled up: powers of two to 128 KiB, then multiples of that.
 * A poll, a receipt and a short message all have the smallest, so that the gateway cannot tell them apart by size.
 */
export function requestSize(length: number): number {
	let size = SMALLEST;
	while (size < length && size < LARGEST_POWER) size *= 2;
	return size >= length ? size : Math.ceil(length / LARGEST_POWER) * LARGEST_POWER;
}

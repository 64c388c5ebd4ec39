import { createHash } from 'node:crypto';
import { sodiumReady } from '../../src/protocol/sodium';
import type { Bytes, NetworkTime, RandomBytes } from '../../src/protocol/types';

export { sodiumReady };

/** Hands out exactly these values, in order, and fails when another length is asked for or when they run out. */
export function scripted(...values: readonly Bytes[]): RandomBytes & { left(): number } {
	const queue = [...values];
	const random = (length: number): Bytes => {
		const next = queue.shift();
		if (next?.length !== length) {
			throw new Error(`asked for ${length} random bytes, scripted are ${next?.length ?? 'no more'}`);
		}
		return next;
	};
	return Object.assign(random, { left: () => queue.length });
}

/** A reproducible stream of bytes for tests; never the same bytes twice. */
export function seededRandom(seed: string): RandomBytes {
	let counter = 0;
	return (length) => {
		const bytes = new Uint8Array(length);
		for (let offset = 0; offset < length; offset += 32) {
			const block = createHash('sha256').update(`${seed}-${counter++}`).digest();
			bytes.set(block.subarray(0, Math.min(32, length - offset)), offset);
		}
		return bytes;
	};
}

export function at(milliseconds: number): NetworkTime {
	return milliseconds as NetworkTime;
}

/** What can be made to go wrong at one node, and the numbers that say how much. */

export interface NodeFaults {
	/** ms that every request waits before it is looked at. */
	slowMs: number;
	/** 0…1: the share of replies that never leave. */
	dropRate: number;
	/** A lost reply leaves the caller waiting, or cuts the connection. */
	dropHow: 'silence' | 'reset';
	/** 0…1: the share of replies with a flipped bit. */
	corruptRate: number;
	/** ms that are added to the node's clock. */
	skewMs: number;
	/** Copies from swarm members are ignored, as if they had been lost on the way. */
	ignoresCopies: boolean;
	/** The node can keep no further message. */
	diskFull: boolean;
}

export function noFaults(): NodeFaults {
	return {
		slowMs: 0,
		dropRate: 0,
		dropHow: 'silence',
		corruptRate: 0,
		skewMs: 0,
		ignoresCopies: false,
		diskFull: false
	};
}

export function happens(rate: number): boolean {
	return rate > 0 && Math.random() < rate;
}

/** A copy with one bit of the middle byte flipped. */
export function corrupted(body: Uint8Array): Uint8Array {
	const damaged = Uint8Array.from(body);
	const middle = damaged.length >> 1;
	const byte = damaged[middle];
	if (byte !== undefined) damaged[middle] = byte ^ 1;
	return damaged;
}

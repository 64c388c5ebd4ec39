/** How far a signed time may be from a node's clock: storage-server.md §3, "Clock windows". */

export const TOLERANCE_MS = 60_000;
/** A copy may have been on its way for a while. */
const FORWARDED_TOLERANCE_MS = 70_000;

export function tolerance(forwarded: boolean): number {
	return forwarded ? FORWARDED_TOLERANCE_MS : TOLERANCE_MS;
}

/** ms both. */
export function isFresh(signedAt: number, now: number, forwarded: boolean): boolean {
	return Math.abs(signedAt - now) <= tolerance(forwarded);
}

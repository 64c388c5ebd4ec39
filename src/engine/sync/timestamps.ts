import type { NetworkTime } from '../../protocol/types';
import type { NetworkClock } from '../network/types';
import type { AccountTransaction } from '../storage/types';

/** After a correction of the clock backwards: rather take the true time again than write from the future. */
const LARGEST_LEAD_MS = 5_000;

interface LastTimestamp {
	readonly last: number;
}

/**
 * The time of a new message of ours. No two may share a millisecond, whoever they go to (messages.md §8), in
 * whichever tab they are written: that is why the last one is kept in the database. `room`: ms kept free after it.
 */
export async function takeTimestamp(
	tx: AccountTransaction,
	clock: Pick<NetworkClock, 'now'>,
	room = 0
): Promise<NetworkTime> {
	const now = clock.now();
	const last = (await tx.meta.get<LastTimestamp>('clock'))?.last ?? 0;
	const time = last >= now && last <= now + LARGEST_LEAD_MS ? last + 1 : now;
	await tx.meta.put('clock', { last: time + room } satisfies LastTimestamp);
	return time as NetworkTime;
}

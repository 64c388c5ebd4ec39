/**
 * What came from a device that this browser does not know. The protocol names no devices: all that can be said is when
 * something was changed elsewhere, and of what kind it was.
 */
import type { StoredMessage } from '../../protocol/storage-rpc';
import type { AccountDatabase, AccountTransaction } from '../storage/types';
import type { DocumentName } from './state';

export type ForeignChange = DocumentName | 'message';

/** Meta row `elsewhere`. Times in network ms. */
export interface Elsewhere {
	/** Changes before this were made before this browser had the account. */
	readonly knownFrom: number;
	readonly firstAt: number | null;
	readonly lastAt: number | null;
	readonly lastKind: ForeignChange | null;
	/** When something came after 30 quiet days, or ever for the first time, and the person was not told yet. */
	readonly toAnnounce: number | null;
}

const DAY_MS = 86_400_000;
const QUIET_MS = 30 * DAY_MS;

export function noElsewhere(knownFrom: number): Elsewhere {
	return { knownFrom, firstAt: null, lastAt: null, lastKind: null, toAnnounce: null };
}

/** Called after the first answer of the network: before that nobody can say what time it is. */
export async function noticeFromNow(tx: AccountTransaction, now: number): Promise<void> {
	if ((await tx.meta.get<Elsewhere>('elsewhere')) === null) await tx.meta.put('elsewhere', noElsewhere(now));
}

/** `changes`: stored messages of this kind that this browser did not write. */
export async function noteForeignChange(
	tx: AccountTransaction,
	kind: ForeignChange,
	changes: readonly Pick<StoredMessage, 'timestamp'>[],
	now: number
): Promise<void> {
	const known = (await tx.meta.get<Elsewhere>('elsewhere')) ?? noElsewhere(now);
	// Nobody can have written in the future: a wrong clock there must not silence what comes after it.
	const at = Math.min(now, Math.max(...changes.map(({ timestamp }) => timestamp)));
	await tx.meta.put('elsewhere', withForeignChange(known, kind, at));
}

export function markElsewhereSeen(db: AccountDatabase): Promise<void> {
	return db.write(async (tx) => {
		const known = await tx.meta.get<Elsewhere>('elsewhere');
		if (known !== null) await tx.meta.put('elsewhere', { ...known, toAnnounce: null });
	});
}

export function withForeignChange(known: Elsewhere, kind: ForeignChange, at: number): Elsewhere {
	if (at <= known.knownFrom) return known;
	const isNews = known.lastAt === null || at - known.lastAt > QUIET_MS;
	const isLatest = known.lastAt === null || at > known.lastAt;
	return {
		...known,
		firstAt: Math.min(known.firstAt ?? at, at),
		lastAt: isLatest ? at : known.lastAt,
		lastKind: isLatest ? kind : known.lastKind,
		toAnnounce: isNews ? at : known.toAnnounce
	};
}

/**
 * What was removed here may still lie in the swarm as the copy that another device of mine made, and that copy would
 * bring the conversation back. So it is kept, under the meta name `removals`, until when it is gone for good. What
 * others wrote needs no such mark: `seen` knows every message of theirs that was here.
 */
import type { AccountId } from '../../protocol/types';
import type { AccountTransaction } from '../storage/types';

/** Network ms by Account ID. */
type Removals = Readonly<Record<AccountId, number>>;

/** Older messages are not believed when they arrive (sync/incoming.ts), so marks need not last longer. */
const KEPT_MS = 16 * 86_400_000;

/** `at`: network ms; later than everything that was removed. */
export async function noteRemoval(tx: AccountTransaction, account: AccountId, at: number): Promise<void> {
	const known = (await tx.meta.get<Removals>('removals')) ?? {};
	const kept = Object.entries(known).filter(([, earlier]) => earlier > at - KEPT_MS);
	await tx.meta.put('removals', { ...Object.fromEntries(kept), [account]: at } satisfies Removals);
}

/** Until when what I wrote to someone is removed; 0 for never. */
export async function readRemovals(tx: AccountTransaction): Promise<(account: AccountId) => number> {
	const removals: Removals = (await tx.meta.get<Removals>('removals')) ?? {};
	return (account) => removals[account] ?? 0;
}

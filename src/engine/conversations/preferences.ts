import type { AccountId } from '../../protocol/types';
import type { PreferenceChange, Preferences } from '../api';
import type { AccountDatabase, AccountTransaction, ConversationRecord } from '../storage/types';
import { standingOf } from './standing';

/**
 * Receipts and typing indicators tell others something, so both wait to be switched on (behaviours.md §8). What a
 * notification says is kept by the system and shown on locked screens, so it says nothing of its own accord.
 */
const DEFAULTS: Preferences = {
	readReceipts: false,
	typingIndicators: false,
	notifications: { on: true, content: 'none', sound: true }
};

/** What was never chosen, or was lost with a damaged row, is as it was in the beginning. */
export async function preferencesOf(tx: AccountTransaction): Promise<Preferences> {
	return withChange(DEFAULTS, (await tx.meta.get<PreferenceChange>('preferences')) ?? {});
}

/** Whether this person may learn when I read or write: contacts only, and only if I wish so (behaviours.md §8). */
export async function sharesWith(
	tx: AccountTransaction,
	record: ConversationRecord | null,
	self: AccountId,
	what: 'readReceipts' | 'typingIndicators'
): Promise<boolean> {
	if (record === null || standingOf(record, self) !== 'contact') return false;
	return (await preferencesOf(tx))[what];
}

export function changePreferences(db: AccountDatabase, change: PreferenceChange): Promise<void> {
	return db.write(async (tx) => {
		await tx.meta.put('preferences', withChange(await preferencesOf(tx), change));
	});
}

function withChange(preferences: Preferences, change: PreferenceChange): Preferences {
	return {
		...preferences,
		...change,
		notifications: { ...preferences.notifications, ...change.notifications }
	};
}

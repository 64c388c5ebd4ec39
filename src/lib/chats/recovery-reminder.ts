import type { AccountView, ConversationRow } from '../../engine/api';
import { PutAway } from './put-away.svelte';

/** With so many people written to there is something to lose. */
const fromConversations = 3;

/** Offers to save the recovery password, once it makes sense and until it is put away. */
export class RecoveryReminder {
	/** The accounts for which it was put away, by their notes to self. */
	readonly #put = new PutAway('sotto:recovery-reminder');

	isDue(
		account: Pick<AccountView, 'createdHere' | 'recoverySeen' | 'noteToSelf'> | undefined,
		rows: readonly Pick<ConversationRow, 'standing' | 'activeAt'>[]
	): boolean {
		if (account === undefined || !account.createdHere || account.recoverySeen) return false;
		if (this.#put.has(account.noteToSelf)) return false;
		const begun = rows.filter(({ standing, activeAt }) => standing !== 'note' && activeAt !== null);
		return begun.length >= fromConversations;
	}

	putAway(account: Pick<AccountView, 'noteToSelf'>): void {
		this.#put.add([account.noteToSelf]);
	}
}

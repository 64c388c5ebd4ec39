import type { AccountView, ConversationRow } from '../../engine/api';

/** With so many people written to there is something to lose. */
const fromConversations = 3;
const key = 'sotto:recovery-reminder';

/** Offers to save the recovery password, once it makes sense and until it is put away. */
export class RecoveryReminder {
	/** The account for which it was put away, by a local key that says nothing of it. */
	#putAway = $state<string | null>(read());

	isDue(
		account: Pick<AccountView, 'createdHere' | 'recoverySeen' | 'noteToSelf'> | undefined,
		rows: readonly Pick<ConversationRow, 'standing' | 'activeAt'>[]
	): boolean {
		if (account === undefined || !account.createdHere || account.recoverySeen) return false;
		if (account.noteToSelf === this.#putAway) return false;
		const begun = rows.filter(({ standing, activeAt }) => standing !== 'note' && activeAt !== null);
		return begun.length >= fromConversations;
	}

	putAway(account: Pick<AccountView, 'noteToSelf'>): void {
		this.#putAway = account.noteToSelf;
		try {
			localStorage.setItem(key, account.noteToSelf);
		} catch {
			// Without storage it comes back with the next visit.
		}
	}
}

function read(): string | null {
	try {
		return localStorage.getItem(key);
	} catch {
		return null;
	}
}

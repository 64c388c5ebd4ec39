import type { AccountView, ConversationRow } from '../../engine/api';

/** With so many people written to there is something to lose. */
const fromConversations = 3;
const key = 'sotto:recovery-reminder';

/** Offers to save the recovery password, once it makes sense and until it is put away. */
export class RecoveryReminder {
	/** The accounts for which it was put away, by local keys that say nothing of them. */
	#putAway = $state.raw<readonly string[]>(read());

	isDue(
		account: Pick<AccountView, 'createdHere' | 'recoverySeen' | 'noteToSelf'> | undefined,
		rows: readonly Pick<ConversationRow, 'standing' | 'activeAt'>[]
	): boolean {
		if (account === undefined || !account.createdHere || account.recoverySeen) return false;
		if (this.#putAway.includes(account.noteToSelf)) return false;
		const begun = rows.filter(({ standing, activeAt }) => standing !== 'note' && activeAt !== null);
		return begun.length >= fromConversations;
	}

	putAway(account: Pick<AccountView, 'noteToSelf'>): void {
		// Another tab may have put away that of another account.
		this.#putAway = [...read().filter((other) => other !== account.noteToSelf), account.noteToSelf];
		try {
			localStorage.setItem(key, this.#putAway.join(' '));
		} catch {
			// Without storage it comes back with the next visit.
		}
	}
}

function read(): readonly string[] {
	try {
		return localStorage.getItem(key)?.split(' ') ?? [];
	} catch {
		return [];
	}
}

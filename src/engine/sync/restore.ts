/** The first look of a restored account: identity.md §7. */
import type { AccountTransaction } from '../storage/types';

/** Meta row `restore`; missing for accounts that were made here. */
export interface RestoreState {
	/** Shared documents come first, from every node of the swarm; then what lies in the inbox. */
	readonly phase: 'documents' | 'messages' | 'done';
	readonly contacts: number;
	/** Groups and communities. */
	readonly groups: number;
	readonly messages: number;
}

export const RESTORE_BEGINS: RestoreState = { phase: 'documents', contacts: 0, groups: 0, messages: 0 };

export function restoreState(tx: AccountTransaction): Promise<RestoreState | null> {
	return tx.meta.get<RestoreState>('restore');
}

/** Counts messages while the restore goes on; `done`: the swarm has no more. */
export async function noteRestored(
	tx: AccountTransaction,
	news: { readonly messages: number; readonly done: boolean }
): Promise<void> {
	const state = await restoreState(tx);
	if (state?.phase !== 'messages') return;
	const messages = state.messages + news.messages;
	if (news.messages === 0 && !news.done) return;
	await tx.meta.put('restore', { ...state, messages, phase: news.done ? 'done' : 'messages' });
}

/** Documents of an account that has none in this browser yet. */
import type { AccountId } from '../../protocol/types';
import type { OwnProfile } from '../conversations/own-profile';
import { restoreState } from '../sync/restore';
import { reflectConversation, reflectProfile } from './reflect';
import type { SyncedDatabase } from './synced-database';

/**
 * Puts what this browser knows into them. Not while an account is being restored: the swarm has them already, and next to
 * nothing of ours must not be merged over them.
 */
export function ensureDocuments(db: SyncedDatabase, self: AccountId): Promise<void> {
	return db.writeDocuments(async (tx, documents) => {
		if (await documents.areKnown()) return;
		if ((await restoreState(tx))?.phase === 'documents') return;
		const profile = await tx.meta.get<OwnProfile>('profile');
		if (profile !== null) await reflectProfile(documents, profile);
		for (const record of await tx.conversations.all()) {
			await reflectConversation(documents, self, record.accountId, record);
		}
	});
}

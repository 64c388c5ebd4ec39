/**
 * Before anything else a restored account asks every node of its swarm for the shared documents: one of them may lack what
 * another has, and a name that is not found would be asked for.
 */
import { mergeDocument } from '../documents/merge';
import type { MergeContext } from '../documents/merge';
import { DOCUMENT_NAMES } from '../documents/state';
import { EngineError } from '../errors';
import type { Network } from '../network/types';
import { fetchFrom } from './fetch';
import type { FetchParts } from './fetch';
import { restoreState } from './restore';

/** For one node; the others' answers do not wait longer for it. */
const PATIENCE_MS = 10_000;

export interface FirstLookParts extends FetchParts, MergeContext {
	readonly db: MergeContext['db'];
	readonly network: Pick<Network, 'swarmRequest' | 'swarmOf' | 'clock'>;
}

/** Does nothing when there is nothing to restore, or no more. Fails with EngineError when no node answers. */
export async function lookFirst(parts: FirstLookParts): Promise<void> {
	const state = await parts.db.read(restoreState);
	if (state?.phase !== 'documents') return;
	const swarm = await parts.network.swarmOf(parts.self);
	const answers = await Promise.allSettled(
		swarm.map((node) =>
			fetchFrom(parts, {
				inbox: false,
				documents: DOCUMENT_NAMES,
				avoid: swarm.filter((other) => other !== node),
				timeoutMs: PATIENCE_MS
			})
		)
	);
	const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
	if (found.length === 0) throw new EngineError('swarm-unreachable');
	for (const name of DOCUMENT_NAMES) {
		const fetched = found.flatMap(({ documents }) => documents).filter((document) => document.name === name);
		await mergeDocument(parts, fetched);
	}
	await parts.db.writeDocuments(async (tx, documents) => {
		const groups = await documents.get('groups');
		const contacts = (await documents.get('contacts')).all().length;
		const joined = groups.all().length + groups.communities.all().length;
		// From now on, what is changed here belongs into the documents.
		await documents.setState('profile', {});
		await tx.meta.put('restore', { ...state, phase: 'messages', contacts, groups: joined });
	});
}

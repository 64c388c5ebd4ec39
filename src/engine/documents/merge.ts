/** Takes in what other devices pushed: document, records, cursor and what was seen, in one transaction. */
import { ProtocolError } from '../../protocol/errors';
import { messageHash } from '../../protocol/storage-rpc';
import type { StoredMessage } from '../../protocol/storage-rpc';
import type { AccountId, MessageHash, RandomBytes, SnodeId } from '../../protocol/types';
import type { AccountTransaction } from '../storage/types';
import { adoptContacts, adoptProfile, adoptReading } from './adopt';
import type { AdoptContext } from './adopt';
import { noteForeignChange } from './elsewhere';
import { KINDS } from './state';
import type { DocumentName } from './state';
import type { OpenDocuments } from './store';
import type { SyncedDatabase } from './synced-database';

export interface MergeContext {
	readonly db: SyncedDatabase;
	readonly self: AccountId;
	readonly random: RandomBytes;
	readonly codec: () => Promise<void>;
}

/** What one node handed over of one document, complete. */
export interface FetchedDocument {
	readonly name: DocumentName;
	readonly stored: readonly StoredMessage[];
	readonly node: SnodeId;
}

/** How many stored messages were news. `fetched`: of one document, from one or several nodes; merged in one go. */
export async function mergeDocument(
	context: MergeContext,
	fetched: readonly FetchedDocument[]
): Promise<number> {
	const name = fetched[0]?.name;
	if (name === undefined || fetched.every(({ stored }) => stored.length === 0)) return 0;
	await context.codec();
	return context.db.writeDocuments(async (tx, documents) => {
		const { lost } = (await documents.states())[name];
		const news = await honest(tx, context.self, name, fetched, lost);
		if (news.length > 0) await takeIn(tx, documents, name, news, context);
		for (const { node, stored } of fetched) {
			const last = stored.at(-1);
			const { namespace } = KINDS[name];
			if (last !== undefined) await tx.cursors.set({ node, account: context.self, namespace }, last.hash);
		}
		return news.length;
	});
}

/**
 * Each once, and not what was merged before, unless that was lost. A hash that is not that of the bytes is the node's
 * invention and must not count as seen.
 */
async function honest(
	tx: AccountTransaction,
	self: AccountId,
	name: DocumentName,
	fetched: readonly FetchedDocument[],
	again: boolean
): Promise<StoredMessage[]> {
	const { namespace } = KINDS[name];
	const byHash = new Map<MessageHash, StoredMessage>();
	for (const item of fetched.flatMap(({ stored }) => stored)) {
		if (messageHash(self, namespace, item.data) === item.hash) byHash.set(item.hash, item);
		else await tx.ignore('malformed');
	}
	const items = [...byHash.values()];
	if (again) return items;
	const seen = await Promise.all(items.map(({ hash }) => tx.seen.has(self, namespace, hash)));
	return items.filter((_, at) => seen[at] === false);
}

async function takeIn(
	tx: AccountTransaction,
	documents: OpenDocuments,
	name: DocumentName,
	news: readonly StoredMessage[],
	context: MergeContext
): Promise<void> {
	const { self, random } = context;
	const document = await documents.get(name);
	const before = name === 'contacts' ? await contactIds(documents) : new Set<AccountId>();
	const own = document.config.currentHashes;
	const accepted = merged(document.config, news, documents.now);
	for (const item of news) {
		await tx.seen.add(self, KINDS[name].namespace, item.hash, documents.now);
		if (accepted?.has(item.hash) === true) continue;
		await tx.ignore('undecryptable');
		await tx.aside.add({ hash: item.hash, reason: `document-${name}`, data: item.data });
	}
	const understood = news.filter(({ hash }) => accepted?.has(hash) === true);
	const state = (await documents.states())[name];
	// The node says when: a time ahead of ours must not make everything that comes later look deleted.
	const times = understood.map(({ timestamp }) => Math.min(timestamp, documents.now));
	const nothing = understood.length === 0;
	await documents.setState(name, {
		mergedAt: Math.max(state.mergedAt, ...times),
		unreadable: nothing && (state.unreadable || accepted === null),
		lost: nothing && state.lost
	});
	if (nothing) return;
	const foreign = understood.filter(({ hash }) => !own.has(hash));
	if (foreign.length > 0) await noteForeignChange(tx, name, foreign, documents.now);
	await adopt(tx, documents, name, before, { self, random, now: documents.now });
}

/** Null when what the swarm holds is a document that makes no sense here, and we have nothing to merge it with. */
function merged(
	config: Awaited<ReturnType<OpenDocuments['get']>>['config'],
	news: readonly StoredMessage[],
	now: OpenDocuments['now']
): ReadonlySet<MessageHash> | null {
	try {
		return config.merge(news, now);
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	}
}

async function contactIds(documents: OpenDocuments): Promise<ReadonlySet<AccountId>> {
	return new Set((await documents.get('contacts')).all().map(({ id }) => id));
}

async function adopt(
	tx: AccountTransaction,
	documents: OpenDocuments,
	name: DocumentName,
	before: ReadonlySet<AccountId>,
	context: AdoptContext
): Promise<void> {
	switch (name) {
		case 'profile':
			return adoptProfile(tx, documents, context);
		case 'contacts':
			// Marks of conversations that this document names only now came before them.
			await adoptContacts(tx, documents, before, context);
			return adoptReading(tx, documents);
		case 'reading':
			return adoptReading(tx, documents);
		case 'groups':
			return;
	}
}

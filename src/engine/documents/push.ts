/** One push of the shared documents: what is to be stored and deleted, and what a push that went well leaves behind. */
import { messageHash } from '../../protocol/storage-rpc';
import type { AccountId, Bytes, MessageHash } from '../../protocol/types';
import type { AccountTransaction } from '../storage/types';
import { DOCUMENT_NAMES, KINDS } from './state';
import type { DocumentName } from './state';
import type { OpenDocuments } from './store';
import type { SyncedDatabase } from './synced-database';

export interface PushedMessage {
	readonly name: DocumentName;
	readonly namespace: number;
	readonly data: Bytes;
	readonly hash: MessageHash;
}

export interface Push {
	readonly messages: readonly PushedMessage[];
	readonly obsolete: readonly MessageHash[];
	/** Which version of each document the messages hold. */
	readonly versions: ReadonlyMap<DocumentName, number>;
}

/** Hashes that are kept to be deleted; the swarm forgets the rest by itself. */
const MOST_OBSOLETE = 400;

/** Null when there is nothing to push. What it names is remembered until `finishPush`, also over a restart. */
export function beginPush(db: SyncedDatabase, self: AccountId): Promise<Push | null> {
	return db.writeDocuments(async (tx, documents) => {
		const messages: PushedMessage[] = [];
		const obsolete: MessageHash[] = [];
		const versions = new Map<DocumentName, number>();
		for (const name of DOCUMENT_NAMES) {
			const { config } = await documents.get(name);
			const state = (await documents.states())[name];
			obsolete.push(...state.obsolete);
			if (!config.needsPush || state.unreadable || state.lost) continue;
			const pushed = await pushOne(tx, documents, self, name);
			messages.push(...pushed.messages);
			obsolete.push(...pushed.obsolete);
			versions.set(name, pushed.seqno);
		}
		const stored = new Set(messages.map(({ hash }) => hash));
		const unneeded = [...new Set(obsolete)].filter((hash) => !stored.has(hash));
		return messages.length + unneeded.length === 0 ? null : { messages, obsolete: unneeded, versions };
	});
}

async function pushOne(
	tx: AccountTransaction,
	documents: OpenDocuments,
	self: AccountId,
	name: DocumentName
): Promise<Omit<Push, 'versions'> & { readonly seqno: number }> {
	const { namespace } = KINDS[name];
	const document = name === 'reading' ? await documents.get(name) : (await documents.get(name)).config;
	const { seqno, messages, obsolete } = document.push(documents.now);
	const before = (await documents.states())[name].obsolete;
	if (obsolete.length > 0) {
		const all = [...new Set([...before, ...obsolete])];
		await documents.setState(name, { obsolete: all.slice(-MOST_OBSOLETE) });
	}
	const pushed = messages.map((data) => ({
		name,
		namespace,
		data,
		hash: messageHash(self, namespace, data)
	}));
	// Our own poll will bring them back: they are dealt with.
	for (const { hash } of pushed) await tx.seen.add(self, namespace, hash, documents.now);
	return { seqno, messages: pushed, obsolete };
}

/** `stored`: what the swarm has now; `deleted`: whether it deleted the obsolete. */
export function finishPush(
	db: SyncedDatabase,
	push: Push,
	{ stored, deleted }: { readonly stored: ReadonlySet<MessageHash>; readonly deleted: boolean }
): Promise<void> {
	return db.writeDocuments(async (_tx, documents) => {
		for (const [name, seqno] of push.versions) {
			const hashes = push.messages.filter((message) => message.name === name).map(({ hash }) => hash);
			if (!hashes.every((hash) => stored.has(hash))) continue;
			const { config } = await documents.get(name);
			config.confirm(seqno, hashes);
		}
		if (!deleted) return;
		const gone = new Set(push.obsolete);
		for (const name of DOCUMENT_NAMES) {
			const { obsolete } = (await documents.states())[name];
			const left = obsolete.filter((hash) => !gone.has(hash));
			if (left.length < obsolete.length) await documents.setState(name, { obsolete: left });
		}
	});
}

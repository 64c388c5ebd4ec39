/** What a node of our swarm has for us: the inbox and the shared documents, asked for in one request. */
import type { Identity } from '../../protocol/identity';
import {
	accountAuth,
	batchCall,
	expireCall,
	parseBatchReply,
	parseRetrieveReply,
	replyTime,
	retrieveCall
} from '../../protocol/storage-rpc';
import type { BatchPart, RetrieveReply, StorageCall, StoredMessage } from '../../protocol/storage-rpc';
import { ProtocolError } from '../../protocol/errors';
import type { MessageHash, NetworkTime, SnodeId } from '../../protocol/types';
import type { FetchedDocument } from '../documents/merge';
import { DOCUMENT_NAMES, KINDS } from '../documents/state';
import type { DocumentName, DocumentStates } from '../documents/state';
import { EngineError } from '../errors';
import type { Log } from '../log';
import type { Network, RpcReply } from '../network/types';
import type { AccountDatabase, AccountTransaction } from '../storage/types';
import { INBOX } from './open-batch';

/** Shares of what a reply may hold (behaviours.md §18): half, and an eighth for each document. */
const INBOX_SHARE = -2;
const DOCUMENT_SHARE = -8;
/** A document has at most 255 parts of a stored message each; no honest node needs more rounds. */
const MOST_DOCUMENT_ROUNDS = 40;
const DAY_MS = 86_400_000;
/** How long the swarm is asked to keep documents: config.md §8. */
const KEEP_MS = 30 * DAY_MS;

export interface FetchParts {
	readonly db: AccountDatabase;
	readonly network: Pick<Network, 'swarmRequest' | 'clock'>;
	readonly identity: Identity;
	readonly log: Log;
}

export interface Fetched {
	readonly node: SnodeId;
	/** By the node's clock. */
	readonly nodeTime: number;
	readonly inbox: RetrieveReply;
	readonly documents: readonly FetchedDocument[];
}

interface Wanted {
	readonly inbox: boolean;
	readonly documents: readonly DocumentName[];
	/** Hashes of stored documents whose life is to be extended with the same request. */
	readonly keep?: readonly MessageHash[];
	/** Other nodes than the one that is meant. */
	readonly avoid: readonly SnodeId[];
	readonly timeoutMs?: number;
}

export const EVERYTHING = { inbox: true, documents: DOCUMENT_NAMES } as const;

/** Fails with EngineError. */
export async function fetchFrom(parts: FetchParts, wanted: Wanted): Promise<Fetched> {
	const namespaces = [
		...wanted.documents.map((name) => KINDS[name].namespace),
		...(wanted.inbox ? [INBOX] : [])
	];
	const reply = await ask(parts, namespaces, wanted, () => null);
	const answers = partsOf(parts, reply);
	const documents: FetchedDocument[] = [];
	for (const [at, name] of wanted.documents.entries()) {
		const found = retrieved(parts, answers[at]);
		if (found === null) continue;
		const stored = found.more ? await restOf(parts, name, reply.node, found, wanted) : found.messages;
		documents.push({ name, stored, node: reply.node });
	}
	const nodeTime = replyTime(reply.body) ?? parts.network.clock.now();
	if (!wanted.inbox) return { node: reply.node, nodeTime, inbox: NOTHING, documents };
	const inbox = retrieved(parts, answers[wanted.documents.length]);
	if (inbox === null) throw new EngineError('swarm-unreachable');
	return { node: reply.node, nodeTime, inbox, documents };
}

const NOTHING: RetrieveReply = { messages: [], more: false };

function ask(
	{ db, network, identity }: FetchParts,
	namespaces: readonly number[],
	{ avoid, keep = [], timeoutMs }: Pick<Wanted, 'avoid' | 'keep' | 'timeoutMs'>,
	after: (node: SnodeId) => MessageHash | null
): Promise<RpcReply> {
	const account = identity.accountId;
	const auth = accountAuth(identity.ed25519);
	const calls = async (timestamp: NetworkTime, node: SnodeId): Promise<StorageCall[]> => {
		const cursors = await db.read(async (tx) => {
			const lost = await lostNamespaces(tx);
			const cursorOf = async (namespace: number) =>
				lost.includes(namespace) ? null : tx.cursors.get({ node, account, namespace });
			return Promise.all(namespaces.map(cursorOf));
		});
		const retrieves = namespaces.map((namespace, at) => {
			const maxSize = namespace === INBOX ? INBOX_SHARE : DOCUMENT_SHARE;
			const lastHash = after(node) ?? cursors[at] ?? null;
			return retrieveCall({ account, namespace, lastHash, maxSize, timestamp, auth });
		});
		if (keep.length === 0) return retrieves;
		return [...retrieves, expireCall({ account, messages: keep, expiry: timestamp + KEEP_MS, auth })];
	};
	const options = { avoid, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
	return network.swarmRequest(account, async (now, node) => batchCall(await calls(now, node)), options);
}

/** Documents that have to be fetched from their start. */
async function lostNamespaces(tx: AccountTransaction): Promise<readonly number[]> {
	const states = await tx.meta.get<DocumentStates>('documents');
	if (states === null) return [];
	return DOCUMENT_NAMES.filter((name) => states[name].lost).map((name) => KINDS[name].namespace);
}

/** A document in many parts may not fit into one reply. */
async function restOf(
	parts: FetchParts,
	name: DocumentName,
	node: SnodeId,
	begun: RetrieveReply,
	{ avoid }: Wanted
): Promise<readonly StoredMessage[]> {
	const all = [...begun.messages];
	let more = begun.more;
	for (let round = 0; more && round < MOST_DOCUMENT_ROUNDS; round += 1) {
		const last = all.at(-1)?.hash ?? null;
		const reply = await ask(parts, [KINDS[name].namespace], { avoid }, (asked) =>
			asked === node ? last : null
		);
		const next = reply.node === node ? retrieved(parts, partsOf(parts, reply)[0]) : null;
		if (next === null || next.messages.length === 0) break;
		all.push(...next.messages);
		more = next.more;
	}
	return all;
}

function partsOf({ log }: FetchParts, reply: RpcReply): readonly BatchPart[] {
	if (reply.status === 200) {
		try {
			return parseBatchReply(reply.body);
		} catch (error) {
			if (!(error instanceof ProtocolError)) throw error;
		}
	}
	log.add('poll-failed', { numbers: { status: reply.status } });
	throw new EngineError('swarm-unreachable');
}

/** Null for a part that was refused or makes no sense: the others are as good as they were. */
function retrieved({ log }: FetchParts, part: BatchPart | undefined): RetrieveReply | null {
	if (part?.status !== 200) {
		log.add('poll-failed', { numbers: { status: part?.status ?? 0 } });
		return null;
	}
	try {
		return parseRetrieveReply(part.body);
	} catch (error) {
		if (!(error instanceof ProtocolError)) throw error;
		log.add('poll-failed', { word: error.kind });
		return null;
	}
}

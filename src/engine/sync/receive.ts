import type { Identity } from '../../protocol/identity';
import type { StoredMessage } from '../../protocol/storage-rpc';
import type { MessageHash, SnodeId } from '../../protocol/types';
import type { IgnoredView } from '../api';
import { noteForeignChange, noticeFromNow } from '../documents/elsewhere';
import { mergeDocument } from '../documents/merge';
import type { FetchedDocument } from '../documents/merge';
import type { SyncedDatabase } from '../documents/synced-database';
import { EngineError } from '../errors';
import type { Log } from '../log';
import type { Network } from '../network/types';
import type { PollResult } from '../network/poller';
import type { Platform } from '../platform';
import type { AccountTransaction, MessageRecord } from '../storage/types';
import { applyArrivals } from './apply';
import { EVERYTHING, fetchFrom } from './fetch';
import { lookFirst } from './first-look';
import type { Signal } from './incoming';
import { KeepAlive } from './keep-alive';
import { INBOX, openItem } from './open-batch';
import type { OpenedItem } from './open-batch';
import { applyReceipts } from './receipts';
import { noteRestored } from './restore';
import { SwarmTurns } from './swarm-turns';

/** Messages a transaction: large enough to be quick, small enough to let the page breathe. */
const CHUNK = 200;
/** Full replies taken in one poll before others get their turn. */
const MOST_ROUNDS = 20;
const DAY_MS = 86_400_000;
/** Longer than any swarm keeps anything. */
const SEEN_FOR_MS = 31 * DAY_MS;
const PRUNE_EVERY_MS = DAY_MS;
/** Unreadable bytes kept for later versions, at most. */
const MOST_ASIDE = 2_000;

export interface ReceiverParts {
	readonly db: SyncedDatabase;
	readonly network: Pick<Network, 'swarmRequest' | 'swarmOf' | 'clock'>;
	readonly identity: Identity;
	readonly platform: Pick<Platform, 'random' | 'monotonic' | 'setTimeout'>;
	readonly log: Log;
	/** Loads what decompresses documents. */
	readonly codec: () => Promise<void>;
	/** Called after a poll that brought something, when it is safely stored. */
	readonly onNews?: (news: PollNews) => void;
}

/** What one poll brought. */
export interface PollNews {
	readonly inserted: readonly MessageRecord[];
	readonly signals: readonly Signal[];
	/** Nothing had ever been fetched before: what comes now may lie there for long. */
	readonly first: boolean;
}

export interface Receiver {
	/** Asks one node of our swarm for what is new and applies it. Fails with EngineError. */
	poll(): Promise<PollResult>;
}

export function createReceiver(parts: ReceiverParts): Receiver {
	const { db, network, identity, platform, log } = parts;
	const self = identity.accountId;
	const fetching = { db, network, identity, log };
	const merging = { db, self, codec: parts.codec, random: (length: number) => platform.random(length) };
	const turns = new SwarmTurns();
	const keepAlive = new KeepAlive(db, platform);
	let prunedAt = -Infinity;

	const cursorAt = (node: SnodeId) => ({ node, account: self, namespace: INBOX });

	async function poll(): Promise<PollResult> {
		const started = platform.monotonic();
		await lookFirst({ ...fetching, ...merging, network });
		const swarm = await network.swarmOf(self);
		const begun = await nodesWithCursor(swarm);
		const meant = turns.next(swarm, begun, platform.random);
		const inserted: MessageRecord[] = [];
		const signals: Signal[] = [];
		let more = true;
		let documents = 0;
		try {
			for (let round = 0; more && round < MOST_ROUNDS; round += 1) {
				const keep = round === 0 ? await keepAlive.due() : [];
				const wanted = round === 0 ? EVERYTHING : { inbox: true, documents: [] };
				const avoid = swarm.filter((node) => node !== meant);
				const answer = await fetchFrom(fetching, { ...wanted, keep, avoid });
				if (meant !== null) turns.answered(meant, answer.node);
				if (keep.length > 0) keepAlive.asked();
				// Before the messages: they may concern people whom a document names only now.
				for (const document of answer.documents) documents += await takeIn(document);
				const { messages } = answer.inbox;
				const ingested = await ingest(messages, answer.node, answer.nodeTime);
				inserted.push(...ingested.inserted);
				signals.push(...ingested.signals);
				more = answer.inbox.more && messages.length > 0;
			}
			await db.write(async (tx) => {
				await noteRestored(tx, { messages: 0, done: !more });
				await noticeFromNow(tx, network.clock.now());
			});
		} finally {
			const any = inserted.length + signals.length > 0;
			if (any) parts.onNews?.({ inserted, signals, first: begun.size === 0 });
		}
		const applied = inserted.length + documents;
		await pruneSometimes();
		if (applied > 0) {
			const ms = Math.round(platform.monotonic() - started);
			log.add('poll', { numbers: { applied, ms } });
		}
		// Who types is about to write.
		if (applied + signals.length === 0) return 'quiet';
		return more ? 'more' : 'active';
	}

	/** A document that cannot be taken in now is fetched again; the messages need not wait for it. */
	async function takeIn(document: FetchedDocument): Promise<number> {
		try {
			return await mergeDocument(merging, [document]);
		} catch (error) {
			if (error instanceof EngineError) throw error;
			log.failure('merge-failed', error);
			return 0;
		}
	}

	async function nodesWithCursor(swarm: readonly SnodeId[]): Promise<Set<SnodeId>> {
		return db.read(async (tx) => {
			const begun = new Set<SnodeId>();
			for (const node of swarm) if ((await tx.cursors.get(cursorAt(node))) !== null) begun.add(node);
			return begun;
		});
	}

	/** The cursor moves only in the transaction that stores what it passes. */
	async function ingest(
		messages: readonly StoredMessage[],
		node: SnodeId,
		nodeTime: number
	): Promise<Ingested> {
		const inserted: MessageRecord[] = [];
		const signals: Signal[] = [];
		for (let start = 0; start < messages.length; start += CHUNK) {
			const chunk = messages.slice(start, start + CHUNK);
			const unseen = await unseenOf(chunk);
			const times = { now: network.clock.now(), nodeTime };
			const items = unseen.map((stored) => openItem(stored, identity, times, log));
			inserted.push(...(await commit(items, chunk, node)));
			signals.push(...signalsOf(items));
			if (start + CHUNK < messages.length) await breathe();
		}
		return { inserted, signals };
	}

	/** Each once, though a node may name a hash twice. */
	async function unseenOf(chunk: readonly StoredMessage[]): Promise<StoredMessage[]> {
		const byHash = [...new Map(chunk.map((item) => [item.hash, item])).values()];
		return db.read((tx) => unseenIn(tx, byHash, ({ hash }) => hash));
	}

	/** Side by side: a question after the other would wait for the disk a thousand times. */
	async function unseenIn<Item>(
		tx: AccountTransaction,
		items: readonly Item[],
		hashOf: (item: Item) => MessageHash
	): Promise<Item[]> {
		const seen = await Promise.all(items.map((item) => tx.seen.has(self, INBOX, hashOf(item))));
		return items.filter((_, at) => seen[at] === false);
	}

	async function commit(
		items: readonly OpenedItem[],
		chunk: readonly StoredMessage[],
		node: SnodeId
	): Promise<readonly MessageRecord[]> {
		const last = chunk.at(-1);
		const moveCursor = async (tx: AccountTransaction) => {
			if (last !== undefined) await tx.cursors.set(cursorAt(node), last.hash);
		};
		try {
			return await db.write(async (tx) => {
				const inserted = await writeItems(tx, items);
				await moveCursor(tx);
				return inserted;
			});
		} catch (error) {
			// The database failed: nothing was written and the cursor stands, so the next poll brings it again.
			if (error instanceof EngineError) throw error;
			log.failure('apply-failed', error);
		}
		// Some item trips over a fault of ours. Alone, it costs only itself.
		const inserted: MessageRecord[] = [];
		for (const item of items) inserted.push(...(await commitAlone(item)));
		await db.write(moveCursor);
		return inserted;
	}

	async function commitAlone(item: OpenedItem): Promise<readonly MessageRecord[]> {
		try {
			return await db.write((tx) => writeItems(tx, [item]));
		} catch (error) {
			if (error instanceof EngineError) throw error;
			log.failure('apply-failed', error);
			const unusable: OpenedItem = {
				...item,
				arrival: null,
				signal: null,
				counter: 'malformed',
				aside: 'failed'
			};
			return db.write((tx) => writeItems(tx, [unusable]));
		}
	}

	async function writeItems(
		tx: AccountTransaction,
		opened: readonly OpenedItem[]
	): Promise<readonly MessageRecord[]> {
		const now = network.clock.now();
		// A tab that led before may have written them since they were looked up.
		const items = await unseenIn(tx, opened, ({ stored }) => stored.hash);
		const arrivals = items.flatMap(({ arrival }) => (arrival === null ? [] : [arrival]));
		const inserted = await applyArrivals(tx, arrivals, { self, random: merging.random, now });
		await applyReceipts(tx, signalsOf(items), inserted, self);
		const elsewhere = inserted.filter(({ mine }) => mine).map(({ sentAt }) => ({ timestamp: sentAt }));
		if (elsewhere.length > 0) await noteForeignChange(tx, 'message', elsewhere, now);
		await noteRestored(tx, { messages: inserted.length, done: false });
		for (const [counter, count] of countersOf(items)) await tx.ignore(counter, count);
		for (const { stored, aside } of items) {
			if (aside !== null && (await tx.aside.count()) < MOST_ASIDE) {
				await tx.aside.add({ hash: stored.hash, reason: aside, data: stored.data });
			}
		}
		const dealtWith = items.filter(({ honest }) => honest);
		await Promise.all(dealtWith.map(({ stored }) => tx.seen.add(self, INBOX, stored.hash, now)));
		return inserted;
	}

	async function pruneSometimes(): Promise<void> {
		if (platform.monotonic() - prunedAt < PRUNE_EVERY_MS) return;
		prunedAt = platform.monotonic();
		await db.write((tx) => tx.seen.prune(network.clock.now() - SEEN_FOR_MS));
	}

	/** A turn of the event loop for calls of the page between two chunks. */
	function breathe(): Promise<void> {
		return new Promise((resolve) => void platform.setTimeout(resolve, 0));
	}

	return { poll };
}

interface Ingested {
	readonly inserted: readonly MessageRecord[];
	readonly signals: readonly Signal[];
}

function signalsOf(items: readonly OpenedItem[]): readonly Signal[] {
	return items.flatMap(({ signal }) => (signal === null ? [] : [signal]));
}

function countersOf(items: readonly OpenedItem[]): Map<keyof IgnoredView, number> {
	const counts = new Map<keyof IgnoredView, number>();
	for (const { counter } of items) if (counter !== null) counts.set(counter, (counts.get(counter) ?? 0) + 1);
	return counts;
}

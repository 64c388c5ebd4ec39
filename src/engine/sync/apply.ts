/**
 * Applies what arrived to the database, inside one transaction. The same arrivals in any order, any number of times,
 * end in the same conversations: flags only rise, names follow their own time, messages are known by author and time.
 */
import type { AccountId, RandomBytes } from '../../protocol/types';
import { findOrMake } from '../conversations/find';
import { readRemovals } from '../conversations/removals';
import { isHidden, isSpoken, isUnread, withNewest } from '../conversations/records';
import { withProfile } from '../conversations/profiles';
import { broughtBack, iApproved, theyApproved } from '../conversations/transitions';
import { countUnread } from '../conversations/unread';
import { NO_DOCUMENTS } from '../documents/state';
import type { DocumentState, DocumentStates } from '../documents/state';
import { newMessageKey } from '../storage/local-keys';
import type { AccountTransaction, ConversationRecord, MessageRecord } from '../storage/types';
import type { Arrival } from './incoming';

/** Another device may have had the contact's last message before it pushed: identity.md §7. */
const SLACK_MS = 120_000;

export interface ApplyContext {
	readonly self: AccountId;
	readonly random: RandomBytes;
	/** Network ms. */
	readonly now: number;
}

/** The messages that were new. Arrivals of blocked people leave no trace. */
export async function applyArrivals(
	tx: AccountTransaction,
	arrivals: readonly Arrival[],
	context: ApplyContext
): Promise<readonly MessageRecord[]> {
	const documents = (await tx.meta.get<DocumentStates>('documents')) ?? NO_DOCUMENTS;
	const byPeer = new Map<AccountId, Arrival[]>();
	for (const arrival of [...arrivals].sort((a, b) => a.sentAt - b.sentAt)) {
		const list = byPeer.get(arrival.peer) ?? [];
		list.push(arrival);
		byPeer.set(arrival.peer, list);
	}
	const removedUntil = await readRemovals(tx);
	const ignored: Ignored = { unsupported: 0, replayed: 0 };
	// Side by side, since each has rows of its own: one after the other they would wait for the disk hundreds of times.
	const inserted = await Promise.all(
		[...byPeer].map(async ([peer, all]) => {
			const list = all.filter((arrival) => !arrival.mine || arrival.sentAt > removedUntil(peer));
			const known = await tx.conversations.byAccount(peer);
			const document = peer === context.self ? documents.profile : documents.contacts;
			const current = withoutDeleted(known, list, document);
			if (current.length === 0) return [];
			const before = known ?? (await findOrMake(tx, peer, context));
			return applyToConversation(tx, before, current, context, ignored);
		})
	);
	for (const what of ['unsupported', 'replayed'] as const) {
		if (ignored[what] > 0) await tx.ignore(what, ignored[what]);
	}
	return inserted.flat();
}

/** Counted by those who work side by side, and written when all are done. */
type Ignored = Record<'unsupported' | 'replayed', number>;

/**
 * What was written before another device said that there is no such conversation was deleted there (identity.md §7). Without
 * this, restoring an account would bring it back.
 */
function withoutDeleted(
	known: ConversationRecord | null,
	arrivals: readonly Arrival[],
	{ mergedAt }: DocumentState
): readonly Arrival[] {
	if (mergedAt === 0 || (known !== null && !isHidden(known))) return arrivals;
	return arrivals.filter(({ sentAt }) => sentAt >= mergedAt - SLACK_MS);
}

async function applyToConversation(
	tx: AccountTransaction,
	before: ConversationRecord,
	arrivals: readonly Arrival[],
	context: ApplyContext,
	ignored: Ignored
): Promise<readonly MessageRecord[]> {
	let record = before;
	const accepted: Arrival[] = [];
	for (const arrival of arrivals) {
		if (record.blocked && !arrival.mine) continue;
		if (isOutOfPlace(record, arrival)) {
			ignored.unsupported += 1;
			continue;
		}
		record = withArrival(record, arrival);
		accepted.push(arrival);
	}
	if (accepted.length === 0) return [];
	const inserted = await insertNew(tx, record, accepted, context, ignored);
	for (const message of inserted) record = withNewest(record, message);
	// What was read already, on another device, brings nothing back.
	const news = inserted.filter((message) => isSpoken(message) && message.sentAt > before.lastReadAt);
	if (news.length > 0)
		record = broughtBack(
			record,
			news.some(({ mine }) => mine)
		);
	await tx.conversations.put({ ...record, unread: await unreadAfter(tx, before, record, inserted) });
	return inserted;
}

/** Calls, invitations and timers mean something between contacts only (behaviours.md §1). */
function isOutOfPlace(record: ConversationRecord, arrival: Arrival): boolean {
	return arrival.kind === 'event' && !arrival.mine && !(record.approved && record.approvedMe);
}

/** What an arrival says about the two people and their names, whether or not its message is new. */
function withArrival(record: ConversationRecord, arrival: Arrival): ConversationRecord {
	const named = arrival.profile === null ? record : withProfile(record, arrival.profile);
	if (arrival.mine) {
		// Whoever writes in a conversation has read it up to there.
		return { ...iApproved(named), lastReadAt: Math.max(named.lastReadAt, arrival.sentAt) };
	}
	return theyApproved(named);
}

/** Those that were new. Others are the same message again, under the same hash or another. */
async function insertNew(
	tx: AccountTransaction,
	record: ConversationRecord,
	arrivals: readonly Arrival[],
	context: ApplyContext,
	ignored: Ignored
): Promise<readonly MessageRecord[]> {
	const records = arrivals.map((arrival) => messageOf(arrival, record, context));
	const inserted: MessageRecord[] = [...(await tx.messages.insertMany(records))];
	const keys = new Set(inserted.map((message) => message.key));
	for (const again of records.filter((message) => !keys.has(message.key))) {
		const known = await tx.messages.byIdentity(record.key, again.author, again.sentAt);
		if (known === null) inserted.push(await tx.messages.insert(again));
		else if (known.hash === null) await tx.messages.update({ ...known, hash: again.hash });
		else if (known.hash !== again.hash) ignored.replayed += 1;
	}
	return inserted;
}

function messageOf(arrival: Arrival, record: ConversationRecord, context: ApplyContext): MessageRecord {
	return {
		key: newMessageKey(context.random),
		conversation: record.key,
		author: arrival.author,
		mine: arrival.mine,
		sentAt: arrival.sentAt,
		receivedAt: context.now,
		content: arrival.content,
		state: arrival.mine ? { kind: 'sent' } : { kind: 'received' },
		hash: arrival.hash,
		raw: arrival.raw
	};
}

/** Counted anew only when the read mark moved; a growing backlog is otherwise added up. */
async function unreadAfter(
	tx: AccountTransaction,
	before: ConversationRecord,
	record: ConversationRecord,
	inserted: readonly MessageRecord[]
): Promise<number> {
	if (record.blocked) return 0;
	if (record.lastReadAt !== before.lastReadAt) return countUnread(tx, record);
	return before.unread + inserted.filter((message) => isUnread(message, record.lastReadAt)).length;
}

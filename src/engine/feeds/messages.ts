import type { ConversationKey, MessageChanges, MessageKey, MessageView } from '../api';
import { nameOf } from '../conversations/records';
import type { ConversationRecord, MessageRow } from '../storage/types';
import { ownLook } from './own-look';
import type { OwnLook } from './own-look';
import type { LoadedSource } from './source';
import { messageViews } from './views';
import type { News, Watcher } from './watcher';

/** More than this in one frame is not worth listing: the page reads again. */
const MOST_LISTED = 300;

const RELOAD: MessageChanges = { upserted: [], removed: [], reload: true };

/** Changes of one conversation's messages. Keeps what came since the last flush, so that nothing is lost. */
export class MessagesWatcher implements Watcher {
	readonly #key: ConversationKey;
	readonly #tell: (changes: MessageChanges) => void;
	#upserted = new Set<MessageKey>();
	#removed = new Set<MessageKey>();
	/** The conversation as it was at the last flush. */
	#seen: ConversationRecord | null = null;
	/** As whom my own messages were shown at the last flush. */
	#author: OwnLook | null = null;
	/** A flush failed after its changes were taken. */
	#missed = false;

	constructor(key: ConversationKey, tell: (changes: MessageChanges) => void) {
		this.#key = key;
		this.#tell = tell;
	}

	note(news: News): boolean {
		if (typeof news === 'string') return news === 'everything';
		let concerned =
			news.conversations.includes(this.#key) ||
			news.meta.includes('profile') ||
			news.meta.includes('own-picture');
		for (const change of news.messages) {
			if (change.conversation !== this.#key) continue;
			concerned = true;
			for (const key of change.removed) {
				this.#upserted.delete(key);
				this.#removed.add(key);
			}
			for (const key of change.upserted) {
				this.#removed.delete(key);
				this.#upserted.add(key);
			}
		}
		return concerned;
	}

	async flush(source: LoadedSource): Promise<void> {
		const upserted = this.#upserted;
		const removed = this.#removed;
		this.#upserted = new Set();
		this.#removed = new Set();
		try {
			const record = (await source.conversations.records()).get(this.#key) ?? null;
			const before = this.#seen;
			// While another account is shown, there is nothing to read again.
			if (record === null && before === null) return;
			const author = await source.db.read(ownLook);
			const changes = looksOther(this.#author, author)
				? RELOAD
				: await changesOf(source, author, record, before, upserted, removed);
			this.#seen = record;
			this.#author = author;
			if (changes !== null || this.#missed) this.#tell(this.#missed || changes === null ? RELOAD : changes);
			this.#missed = false;
		} catch (error) {
			this.#missed ||= upserted.size > 0 || removed.size > 0;
			throw error;
		}
	}

	reset(): void {
		this.#upserted.clear();
		this.#removed.clear();
		// What comes while another account is shown is not noted one by one.
		this.#missed ||= this.#seen !== null;
		this.#seen = null;
		this.#author = null;
	}
}

/** False for the first look: the page reads what is there by itself. */
function looksOther(before: OwnLook | null, now: OwnLook): boolean {
	return before !== null && (before.ownName !== now.ownName || before.ownPicture !== now.ownPicture);
}

/** Null when there is nothing to tell. */
async function changesOf(
	source: LoadedSource,
	author: OwnLook,
	record: ConversationRecord | null,
	before: ConversationRecord | null,
	upserted: ReadonlySet<MessageKey>,
	removed: ReadonlySet<MessageKey>
): Promise<MessageChanges | null> {
	if (record === null) return before === null ? null : RELOAD;
	if (upserted.size > MOST_LISTED || (before !== null && looksDifferent(before, record))) return RELOAD;
	const changed = await readChanged(
		source,
		author,
		record,
		upserted,
		before?.lastReadAt ?? record.lastReadAt
	);
	if (changed === null) return RELOAD;
	if (changed.length + removed.size === 0) return null;
	return { upserted: changed, removed: [...removed], reload: false };
}

/** Whether messages that no commit names are shown differently now, or are gone with the history. */
function looksDifferent(before: ConversationRecord, record: ConversationRecord): boolean {
	return (
		nameOf(before) !== nameOf(record) ||
		before.keptPicture?.ref !== record.keptPicture?.ref ||
		before.approved !== record.approved ||
		(before.newest !== null && record.newest === null)
	);
}

/** Null when they are too many. */
async function readChanged(
	{ db, self }: LoadedSource,
	author: OwnLook,
	record: ConversationRecord,
	keys: ReadonlySet<MessageKey>,
	readFrom: number
): Promise<MessageView[] | null> {
	return db.read(async (tx) => {
		const rows = new Map<MessageKey, MessageRow>();
		if (record.lastReadAt > readFrom) {
			// Messages between the two read marks are no longer unread though nobody wrote their rows.
			const recent = await tx.messages.before(record.key, null, MOST_LISTED);
			let reached = recent.length < MOST_LISTED;
			for (const row of recent) {
				if ('damaged' in row) continue;
				if (row.sentAt <= readFrom) reached = true;
				else if (row.sentAt <= record.lastReadAt && !row.mine) rows.set(row.key, row);
			}
			if (!reached) return null;
		}
		for (const key of keys) {
			const row = await tx.messages.get(key);
			if (row !== null) rows.set(key, row);
		}
		const ordered = [...rows.values()].sort((a, b) => (a.order < b.order ? -1 : 1));
		return messageViews(ordered, { record, self, ...author });
	});
}

import type { ConversationKey } from '../api';
import type { ChangeCollector } from './changes';
import type { MessageRows } from './message-rows';
import { LONGEST_RANK, probeBetween, ranksBetween } from './rank';
import type { MessageDiskRow } from './schema';

/** The two neighbours between which a message belongs. Null = the end of the conversation on that side. */
export interface Gap {
	readonly lower: string | null;
	readonly upper: string | null;
	/** `sentAt` of the upper neighbour: everything sent before it, and after this message, fits into the same gap. */
	readonly upperSentAt: number | null;
}

const ONLY: Gap = { lower: null, upper: null, upperSentAt: null };
/** Messages mostly come nearly in order, so the last few rows are looked at before searching. */
const WALK = 16;
const LOOK = 8;
const FIRST_REACH = 128;

/** Finds the places of messages by the time they were sent, without walking a long conversation. */
export class Placement {
	readonly #rows: MessageRows;
	readonly #changes: ChangeCollector;
	/** The newest of each conversation that this transaction placed: nobody else writes meanwhile. */
	readonly #newest = new Map<ConversationKey, { readonly rank: string; readonly sentAt: number }>();

	constructor(rows: MessageRows, changes: ChangeCollector) {
		this.#rows = rows;
		this.#changes = changes;
	}

	/** After everything sent up to `sentAt`, before the rest. Damaged rows decide nothing. */
	async gap(conversation: ConversationKey, sentAt: number): Promise<Gap> {
		const newest = this.#newest.get(conversation);
		if (newest && sentAt >= newest.sentAt) return { ...ONLY, lower: newest.rank };

		const tail = (await this.#rows.before(conversation, null, WALK)).reverse();
		const oldest = tail[0];
		if (!oldest) return ONLY;
		const later = this.#firstLater(sentAt, tail);
		if (later === null) return { ...ONLY, lower: tail.at(-1)?.o ?? null };
		const certain =
			tail.length < WALK || tail.slice(0, later.at).some((row) => this.#rows.open(row) !== null);
		return certain ? later.gapFrom(null) : this.#search(conversation, sentAt, later.rank);
	}

	/** Ranks for `count` messages in a gap; makes room first where the ranks would grow too long. */
	async ranks(conversation: ConversationKey, gap: Gap, count: number): Promise<readonly string[]> {
		const ranks = ranksBetween(gap.lower, gap.upper, count);
		if (ranks.every((rank) => rank.length <= LONGEST_RANK)) return ranks;
		const room = await this.#makeRoom(conversation, gap.lower);
		return ranksBetween(room.lower, room.upper, count);
	}

	/** Tells of the last message put into a gap. */
	placed(conversation: ConversationKey, gap: Gap, rank: string, sentAt: number): void {
		if (gap.upper === null) this.#newest.set(conversation, { rank, sentAt });
	}

	/** After whatever makes doubtful which message is the newest. */
	forget(conversation: ConversationKey): void {
		this.#newest.delete(conversation);
	}

	/** Halves the ranks between the oldest row and `bound`, the rank of a row that was sent later than `sentAt`. */
	async #search(conversation: ConversationKey, sentAt: number, bound: string): Promise<Gap> {
		const [first] = await this.#rows.after(conversation, null, 1);
		if (!first) return ONLY;
		const start = this.#firstLater(sentAt, [first]);
		if (start) return start.gapFrom(null);
		for (let low = first.o, high = bound; ;) {
			const near = await this.#rows.after(conversation, low, LOOK);
			const later = this.#firstLater(sentAt, near);
			if (later) return later.gapFrom(low);
			low = near.at(-1)?.o ?? low;
			// Only a run of damaged rows leads past `high`; step on through it.
			if (low >= high) continue;
			const probe = probeBetween(low, high);
			const ahead = await this.#rows.between(conversation, probe, high, LOOK);
			const readable = ahead.find((row) => this.#rows.open(row) !== null);
			if (readable && !this.#firstLater(sentAt, [readable])) low = readable.o;
			else high = probe;
		}
	}

	/** The first of some rows in a line that was sent later than `sentAt`, and the gap below it. */
	#firstLater(sentAt: number, rows: readonly MessageDiskRow[]) {
		for (const [at, row] of rows.entries()) {
			const record = this.#rows.open(row);
			if (record === null || record.sentAt <= sentAt) continue;
			const gapFrom = (lower: string | null): Gap => ({
				lower: rows[at - 1]?.o ?? lower,
				upper: row.o,
				upperSentAt: record.sentAt
			});
			return { at, rank: row.o, gapFrom };
		}
		return null;
	}

	/**
	 * Evens out the ranks around a gap, in a neighbourhood as wide as it takes for them to become short again. Those
	 * messages count as changed, since their order strings did. Gives the same gap with its new ranks.
	 */
	async #makeRoom(conversation: ConversationKey, lower: string | null) {
		this.forget(conversation);
		for (let reach = FIRST_REACH; ; reach *= 4) {
			// '!' sorts before every digit: this is the first string after `lower` itself.
			const below = lower === null ? [] : await this.#rows.before(conversation, `${lower}!`, reach + 1);
			const above = await this.#rows.after(conversation, lower, reach + 1);
			const left = below.length > reach ? (below.pop()?.o ?? null) : null;
			const right = above.length > reach ? (above.pop()?.o ?? null) : null;
			const rows = [...below.reverse(), ...above];
			const ranks = ranksBetween(left, right, rows.length);
			const roomy = ranks.every((rank) => rank.length <= LONGEST_RANK / 2);
			if (!roomy && (left !== null || right !== null)) continue;
			await this.#rows.table.bulkPut(rows.map((row, at) => ({ ...row, o: ranks[at] ?? row.o })));
			for (const row of rows) this.#changes.upserted(conversation, row.k);
			return { lower: ranks[below.length - 1] ?? left, upper: ranks[below.length] ?? right };
		}
	}
}

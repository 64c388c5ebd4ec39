import Dexie from 'dexie';
import type { AccountId } from '../../protocol/types';
import type { ConversationKey, MessageKey } from '../api';
import { EngineError } from '../errors';
import type { TransactionContext } from './context';
import { MessageRows } from './message-rows';
import { Placement } from './placement';
import type { MessageDiskRow } from './schema';
import type { MessageRecord, MessageRow, MessageTable, PlacedMessage } from './types';

export class Messages implements MessageTable {
	readonly #context: TransactionContext;
	readonly #rows: MessageRows;
	readonly #placement: Placement;

	constructor(context: TransactionContext) {
		this.#context = context;
		this.#rows = new MessageRows(context);
		this.#placement = new Placement(this.#rows, context.changes);
	}

	async get(key: MessageKey): Promise<PlacedMessage | null> {
		const row = await this.#rows.table.get(key);
		return row ? this.#rows.open(row) : null;
	}

	async byIdentity(
		conversation: ConversationKey,
		author: AccountId,
		sentAt: number
	): Promise<PlacedMessage | null> {
		const row = await this.#rowByIdentity({ conversation, author, sentAt });
		return row ? this.#rows.open(row) : null;
	}

	async insert(record: MessageRecord): Promise<PlacedMessage> {
		const [placed] = await this.#insertInTime(record.conversation, [record]);
		if (placed) return placed;
		const known = await this.#rowByIdentity(record);
		if (!known || this.#rows.open(known)) throw new EngineError('internal', { reason: 'message-exists' });
		return this.#replaceDamaged(known, record);
	}

	async insertMany(records: readonly MessageRecord[]): Promise<readonly PlacedMessage[]> {
		const placed: PlacedMessage[] = [];
		for (const conversation of new Set(records.map((record) => record.conversation))) {
			const ofOne = records.filter((record) => record.conversation === conversation);
			const inTime = ofOne.sort((a, b) => a.sentAt - b.sentAt);
			placed.push(...(await this.#insertInTime(conversation, inTime)));
		}
		return placed;
	}

	async update(record: PlacedMessage): Promise<void> {
		const row = await this.#rows.table.get(record.key);
		if (!row) throw new EngineError('not-found');
		const { order: _order, ...facts } = record;
		await this.#rows.table.put(this.#rows.sealed(facts, row.o));
		this.#context.changes.upserted(record.conversation, record.key);
	}

	async remove(key: MessageKey): Promise<void> {
		const row = await this.#rows.table.get(key);
		if (!row) return;
		await this.#rows.table.delete(key);
		this.#placement.forget(row.c);
		this.#context.changes.removed(row.c, key);
	}

	async before(
		conversation: ConversationKey,
		order: string | null,
		limit: number
	): Promise<readonly MessageRow[]> {
		const rows = await this.#rows.before(conversation, order, limit);
		return rows.map((row) => this.#rows.openOrDamaged(row));
	}

	async after(
		conversation: ConversationKey,
		order: string | null,
		limit: number
	): Promise<readonly MessageRow[]> {
		const rows = await this.#rows.after(conversation, order, limit);
		return rows.map((row) => this.#rows.openOrDamaged(row));
	}

	count(conversation: ConversationKey): Promise<number> {
		return this.#rows.count(conversation);
	}

	/** A message that comes again takes the place of its damaged row. */
	async #replaceDamaged(damaged: MessageDiskRow, record: MessageRecord): Promise<PlacedMessage> {
		await this.#rows.table.delete(damaged.k);
		this.#context.changes.removed(damaged.c, damaged.k);
		await this.#rows.table.add(this.#rows.sealed(record, damaged.o));
		this.#context.changes.upserted(record.conversation, record.key);
		return { ...record, order: damaged.o };
	}

	/**
	 * Runs of messages that fall between the same two neighbours are placed and written together. Leaves out those whose
	 * identity is there already: the unique index says so, which is quicker than asking first.
	 */
	async #insertInTime(
		conversation: ConversationKey,
		records: readonly MessageRecord[]
	): Promise<readonly PlacedMessage[]> {
		const placed: PlacedMessage[] = [];
		for (let at = 0; at < records.length;) {
			const first = records[at];
			if (!first) break;
			const gap = await this.#placement.gap(conversation, first.sentAt);
			const { upperSentAt } = gap;
			const rest = records.slice(at);
			const ends = upperSentAt === null ? -1 : rest.findIndex((record) => record.sentAt >= upperSentAt);
			const run = ends === -1 ? rest : rest.slice(0, ends);
			const ranks = await this.#placement.ranks(conversation, gap, run.length);
			const candidates = run.map((record, index) => ({ ...record, order: ranks[index] ?? '' }));
			const added = await this.#add(candidates);
			const last = added.at(-1);
			if (last) this.#placement.placed(conversation, gap, last.order, last.sentAt);
			placed.push(...added);
			at += run.length;
		}
		return placed;
	}

	/** Those that could be added; the others are there already. */
	async #add(candidates: readonly PlacedMessage[]): Promise<readonly PlacedMessage[]> {
		const rows = candidates.map(({ order, ...record }) => this.#rows.sealed(record, order));
		const known = await this.#rows.table.bulkAdd(rows).then(
			() => new Set<number>(),
			(error: unknown) => refusedAsKnown(error)
		);
		const added = candidates.filter((_, at) => !known.has(at));
		for (const { conversation, key } of added) this.#context.changes.upserted(conversation, key);
		return added;
	}

	#rowByIdentity(record: Pick<MessageRecord, 'conversation' | 'author' | 'sentAt'>) {
		return this.#rows.table.get({ i: this.#identity(record) });
	}

	#identity({ conversation, author, sentAt }: Pick<MessageRecord, 'conversation' | 'author' | 'sentAt'>) {
		return this.#context.hashes.identity(conversation, author, sentAt);
	}
}

/** Positions of rows that a unique index refused. Throws the error when anything else went wrong. */
function refusedAsKnown(error: unknown): Set<number> {
	if (!(error instanceof Dexie.BulkError)) throw error;
	const failures = Object.entries(error.failuresByPos);
	const other = failures.find(([, failure]) => failure.name !== 'ConstraintError');
	if (other) throw other[1];
	return new Set(failures.map(([at]) => Number(at)));
}

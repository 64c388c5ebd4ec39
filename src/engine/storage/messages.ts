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
		const known = await this.#rowByIdentity(record);
		if (known && this.#rows.open(known)) {
			throw new EngineError('internal', { reason: 'message-exists' });
		}
		if (known) return this.#replaceDamaged(known, record);
		const gap = await this.#placement.gap(record.conversation, record.sentAt);
		const [rank] = await this.#placement.ranks(record.conversation, gap, 1);
		if (rank === undefined) throw new EngineError('internal', { reason: 'no-rank' });
		this.#placement.placed(record.conversation, gap, rank, record.sentAt);
		await this.#rows.table.add(this.#rows.sealed(record, rank));
		this.#context.changes.upserted(record.conversation, record.key);
		return { ...record, order: rank };
	}

	async insertMany(records: readonly MessageRecord[]): Promise<readonly PlacedMessage[]> {
		const fresh = await this.#unknownOnly(records);
		const placed: PlacedMessage[] = [];
		for (const conversation of new Set(fresh.map((record) => record.conversation))) {
			const ofOne = fresh.filter((record) => record.conversation === conversation);
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

	/** Leaves out what is there already, and what comes twice. */
	async #unknownOnly(records: readonly MessageRecord[]): Promise<readonly MessageRecord[]> {
		const byIdentity = new Map<string, MessageRecord>();
		for (const record of records) {
			const identity = `${record.conversation} ${record.author} ${record.sentAt}`;
			if (!byIdentity.has(identity)) byIdentity.set(identity, record);
		}
		const unique = [...byIdentity.values()];
		const rows = await Promise.all(unique.map((record) => this.#rowByIdentity(record)));
		return unique.filter((_, at) => rows[at] === undefined);
	}

	/** Runs of messages that fall between the same two neighbours are placed and written together. */
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
			const rows = run.map((record, index) => ({ ...record, order: ranks[index] ?? '' }));
			await this.#rows.table.bulkAdd(rows.map(({ order, ...record }) => this.#rows.sealed(record, order)));
			for (const row of rows) this.#context.changes.upserted(conversation, row.key);
			const last = rows.at(-1);
			if (last) this.#placement.placed(conversation, gap, last.order, last.sentAt);
			placed.push(...rows);
			at += run.length;
		}
		return placed;
	}

	#rowByIdentity(record: Pick<MessageRecord, 'conversation' | 'author' | 'sentAt'>) {
		return this.#rows.table.get({ i: this.#identity(record) });
	}

	#identity({ conversation, author, sentAt }: Pick<MessageRecord, 'conversation' | 'author' | 'sentAt'>) {
		return this.#context.hashes.identity(conversation, author, sentAt);
	}
}

import type { Table } from 'dexie';
import type { MessageKey } from '../api';
import type { TransactionContext } from './context';
import type { OutboxDiskRow } from './schema';
import type { OutboxJob, OutboxTable } from './types';

export class Outbox implements OutboxTable {
	readonly #context: TransactionContext;
	readonly #rows: Table<OutboxDiskRow, number, Omit<OutboxDiskRow, 'n'>>;

	constructor(context: TransactionContext) {
		this.#context = context;
		this.#rows = context.table('outbox');
	}

	async add(job: Omit<OutboxJob, 'id'>): Promise<number> {
		// The seal binds the record to its number, which only the database can give: so an empty row comes first.
		const id = await this.#rows.add({ c: job.conversation, v: 0, b: new Uint8Array(0) });
		await this.put({ ...job, id });
		return id;
	}

	async get(id: number): Promise<OutboxJob | null> {
		const row = await this.#rows.get(id);
		return row ? this.#open(row) : null;
	}

	async all(): Promise<readonly OutboxJob[]> {
		const rows = await this.#rows.toArray();
		return rows.flatMap((row) => this.#open(row) ?? []);
	}

	async forMessage(message: MessageKey): Promise<readonly OutboxJob[]> {
		const rows = await this.#rows.where('m').equals(this.#context.hashes.outboxMessage(message)).toArray();
		return rows.flatMap((row) => this.#open(row) ?? []);
	}

	async put(job: OutboxJob): Promise<void> {
		const message = job.message === null ? {} : { m: this.#context.hashes.outboxMessage(job.message) };
		const row: OutboxDiskRow = {
			n: job.id,
			c: job.conversation,
			...message,
			...this.#context.seal('outbox', job.id, job)
		};
		await this.#rows.put(row);
		this.#context.changes.outbox();
	}

	async remove(id: number): Promise<void> {
		await this.#rows.delete(id);
		this.#context.changes.outbox();
	}

	#open(row: OutboxDiskRow): OutboxJob | null {
		return this.#context.open<OutboxDiskRow, OutboxJob>('outbox', row.n, row);
	}
}

import type { Table, Transaction } from 'dexie';
import type { ChangeCollector } from './changes';
import type { IndexHashes } from './index-hashes';
import type { SealedPart, TableName } from './schema';
import type { RowKey, Sealer } from './seal';

/** What the tables of one transaction share. */
export class TransactionContext {
	readonly #transaction: Transaction;
	readonly #sealer: Sealer;
	readonly #version: number;
	readonly #onDamaged: (table: TableName, key: RowKey) => void;

	constructor(
		transaction: Transaction,
		readonly hashes: IndexHashes,
		readonly changes: ChangeCollector,
		sealing: { readonly sealer: Sealer; readonly version: number },
		onDamaged: (table: TableName, key: RowKey) => void
	) {
		this.#transaction = transaction;
		this.#sealer = sealing.sealer;
		this.#version = sealing.version;
		this.#onDamaged = onDamaged;
	}

	table<Row, Key extends RowKey>(name: TableName): Table<Row, Key, Omit<Row, 'n'>> {
		return this.#transaction.table<Row, Key, Omit<Row, 'n'>>(name);
	}

	seal(table: TableName, key: RowKey, record: unknown, bucket?: number): SealedPart {
		return { v: this.#version, b: this.#sealer.seal(table, key, this.#version, record, bucket) };
	}

	/**
	 * The record of a row, or null for a damaged row, which is counted. The seal proves that this code wrote the record
	 * as this table's, so its type is taken for granted; `belongs` checks it against the row's unsealed columns.
	 */
	open<Row extends SealedPart, Value>(
		table: TableName,
		key: RowKey,
		row: Row,
		belongs?: (record: Value) => boolean
	): Value | null {
		try {
			const record = this.#sealer.open(table, key, row.v, row.b) as Value;
			if (belongs === undefined || belongs(record)) return record;
		} catch {
			// Counted below, with the rows that stand in the wrong place.
		}
		this.#onDamaged(table, key);
		return null;
	}
}

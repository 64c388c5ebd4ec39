import type { Table } from 'dexie';
import type { MigrationRows } from './migration-rows';
import type { SealedPart } from './schema';
import type { RowKey, Sealer } from './seal';

const BATCH = 500;

/** Rows are read in batches, so that a big table fits into memory. `version`: what the records are sealed as. */
export function migrationRows(
	tableOf: (name: string) => Table<SealedPart, RowKey>,
	sealer: Sealer,
	version: number
): MigrationRows {
	return {
		rewrite: async (name, change) => {
			const table = tableOf(name);
			const keyPath = String(table.schema.primKey.keyPath);
			// Rows of arrival-ordered tables are sealed under their own hash, if they have one.
			const identity = table.schema.idxByName['k'] ? 'k' : keyPath;
			for (let after: RowKey | null = null; ;) {
				const rows: SealedPart[] = await (
					after === null ? table.orderBy(':id') : table.where(':id').above(after)
				)
					.limit(BATCH)
					.toArray();
				const last = rows.at(-1);
				if (!last) return;
				after = Reflect.get(last, keyPath) as RowKey;
				await table.bulkPut(rows.flatMap((row) => reseal(row, name, identity, change, sealer, version)));
			}
		}
	};
}

function reseal(
	row: SealedPart,
	table: string,
	identity: string,
	change: (record: unknown) => unknown,
	sealer: Sealer,
	version: number
): SealedPart[] {
	const key = Reflect.get(row, identity) as RowKey;
	let record: unknown;
	try {
		record = sealer.open(table, key, row.v, row.b);
	} catch {
		// Damaged already: the migration is no reason to lose it.
		return [];
	}
	return [{ ...row, v: version, b: sealer.seal(table, key, version, change(record)) }];
}

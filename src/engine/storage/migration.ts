import type { Table } from 'dexie';
import type { SealedPart } from './schema';
import type { RowKey, Sealer } from './seal';

/** What a migration may do with sealed rows. It must await nothing else: it runs inside the upgrade transaction. */
export interface MigrationRows {
	/** Opens, changes and seals every record of a table. Rows that cannot be opened stay as they are. */
	rewrite(table: string, change: (record: unknown) => unknown): Promise<void>;
}

const BATCH = 500;

/** `identity`: the column that rows of the table are sealed under, by default the primary key's. */
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

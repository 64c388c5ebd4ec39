/** The content of a database as plain JSON and back: fixtures of old versions are kept like this. */
import { fromBase64, toBase64 } from '../../../src/protocol/bytes';
import { rawOpen, settled } from './fixture';

export interface DatabaseDump {
	/** IndexedDB's own number. */
	readonly version: number;
	readonly tables: Readonly<Record<string, TableDump>>;
}

interface TableDump {
	readonly keyPath: string;
	readonly autoIncrement: boolean;
	readonly indexes: readonly {
		readonly name: string;
		readonly keyPath: string | string[];
		readonly unique: boolean;
	}[];
	/** Bytes as `{ "bytes": base64 }`. */
	readonly rows: readonly unknown[];
}

export async function dump(disk: IDBFactory, name: string): Promise<DatabaseDump> {
	const database = await rawOpen(disk, name);
	const tables: Record<string, TableDump> = {};
	for (const table of database.objectStoreNames) {
		const store = database.transaction(table).objectStore(table);
		const rows = await settled<object[]>(store.getAll());
		tables[table] = {
			keyPath: store.keyPath as string,
			autoIncrement: store.autoIncrement,
			indexes: [...store.indexNames].map((index) => {
				const { keyPath, unique } = store.index(index);
				return { name: index, keyPath, unique };
			}),
			rows: rows.map((row) =>
				Object.fromEntries(
					Object.entries(row).map(([column, value]: [string, unknown]) => [
						column,
						value instanceof Uint8Array ? { bytes: toBase64(value) } : value
					])
				)
			)
		};
	}
	const { version } = database;
	database.close();
	return { version, tables };
}

export function load(disk: IDBFactory, name: string, from: DatabaseDump): Promise<void> {
	return new Promise((resolve, reject) => {
		const request = disk.open(name, from.version);
		request.onupgradeneeded = () => {
			for (const [table, { keyPath, autoIncrement, indexes, rows }] of Object.entries(from.tables)) {
				const store = request.result.createObjectStore(table, { keyPath, autoIncrement });
				for (const { name: index, keyPath: path, unique } of indexes)
					store.createIndex(index, path, { unique });
				for (const row of rows) store.add(withBytes(row as object));
			}
		};
		request.onsuccess = () => {
			request.result.close();
			resolve();
		};
		request.onerror = () => reject(request.error ?? new Error('load failed'));
	});
}

function withBytes(row: object): object {
	return Object.fromEntries(
		Object.entries(row).map(([column, value]: [string, unknown]) => [
			column,
			typeof value === 'object' && value !== null && 'bytes' in value
				? fromBase64((value as { bytes: string }).bytes)
				: value
		])
	);
}

import { forceCloseDatabase } from 'fake-indexeddb';
import { leavingIndexedDB } from '../../src/engine/storage/leaving-indexeddb';

export interface TabIndexedDB {
	readonly factory: IDBFactory;
	/** What browsers do when storage is cleared or its process dies: transactions abort, connections get `close`. */
	cut(): void;
	/** The same, and nothing opens any more. */
	kill(): void;
}

/** One tab's view of the browser's IndexedDB, which dies with the tab: open transactions abort, connections close. */
export function tabIndexedDB(disk: IDBFactory): TabIndexedDB {
	const { factory, connections, abortAll, leave } = leavingIndexedDB(disk);
	return {
		factory,
		cut: () => {
			abortAll();
			for (const database of [...connections]) forceCloseDatabase(database as never);
		},
		kill: leave
	};
}

import { forceCloseDatabase } from 'fake-indexeddb';

export interface TabIndexedDB {
	readonly factory: IDBFactory;
	/** What browsers do when storage is cleared or its process dies: transactions abort, connections get `close`. */
	cut(): void;
	/** The same, and nothing opens any more. */
	kill(): void;
}

/** One tab's view of the browser's IndexedDB, which dies with the tab: open transactions abort, connections close. */
export function tabIndexedDB(disk: IDBFactory): TabIndexedDB {
	const connections = new Set<IDBDatabase>();
	const running = new Set<IDBTransaction>();
	let alive = true;

	const watch = (database: IDBDatabase) => {
		connections.add(database);
		const transaction = database.transaction.bind(database);
		database.transaction = (...args: Parameters<IDBDatabase['transaction']>) => {
			const started = transaction(...args);
			running.add(started);
			const over = () => running.delete(started);
			started.addEventListener('complete', over);
			started.addEventListener('abort', over);
			return started;
		};
	};

	const assertAlive = () => {
		if (!alive) throw new DOMException('The tab is gone', 'InvalidStateError');
	};

	const factory: IDBFactory = {
		open: (name, version) => {
			assertAlive();
			const request = version === undefined ? disk.open(name) : disk.open(name, version);
			// Before the caller's own listeners, so that nothing is opened unwatched.
			request.addEventListener('upgradeneeded', () => {
				if (request.transaction) running.add(request.transaction);
				connections.add(request.result);
				if (!alive) request.transaction?.abort();
			});
			request.addEventListener('success', () => {
				if (alive) watch(request.result);
				else request.result.close();
			});
			return request;
		},
		deleteDatabase: (name) => {
			assertAlive();
			return disk.deleteDatabase(name);
		},
		databases: () => {
			assertAlive();
			return disk.databases();
		},
		cmp: (a, b) => disk.cmp(a, b)
	};

	const abortAll = () => {
		for (const transaction of running) {
			try {
				transaction.abort();
			} catch {
				// It was over already.
			}
		}
	};

	return {
		factory,
		cut: () => {
			abortAll();
			for (const database of connections) forceCloseDatabase(database as never);
			connections.clear();
		},
		kill: () => {
			alive = false;
			abortAll();
			for (const database of connections) database.close();
		}
	};
}

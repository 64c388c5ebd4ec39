/** IndexedDB that can be let go of at once: WebKit freezes left pages as they are, and every other tab would wait. */
export interface LeavingIndexedDB {
	readonly factory: IDBFactory;
	/** Those that are open now. */
	readonly connections: ReadonlySet<IDBDatabase>;
	/** Aborts every transaction that runs. */
	readonly abortAll: () => void;
	/** Aborts what runs, closes what is open, and opens nothing any more. */
	readonly leave: () => void;
}

export function leavingIndexedDB(disk: IDBFactory): LeavingIndexedDB {
	const connections = new Set<IDBDatabase>();
	const running = new Set<IDBTransaction>();
	let left = false;

	const follow = (transaction: IDBTransaction): IDBTransaction => {
		running.add(transaction);
		const over = () => running.delete(transaction);
		transaction.addEventListener('complete', over);
		transaction.addEventListener('abort', over);
		return transaction;
	};

	const watch = (database: IDBDatabase): void => {
		connections.add(database);
		const begin = database.transaction.bind(database);
		database.transaction = (...args: Parameters<IDBDatabase['transaction']>) => follow(begin(...args));
		database.addEventListener('close', () => connections.delete(database));
	};

	const stillHere = (): void => {
		if (left) throw new DOMException('The page was left', 'InvalidStateError');
	};

	const factory: IDBFactory = {
		open: (name, version) => {
			stillHere();
			const request = version === undefined ? disk.open(name) : disk.open(name, version);
			// Before the caller's own listeners, so that nothing is opened unwatched.
			request.addEventListener('upgradeneeded', () => {
				if (request.transaction !== null) follow(request.transaction);
				if (left) request.transaction?.abort();
			});
			request.addEventListener('success', () => {
				if (left) request.result.close();
				else watch(request.result);
			});
			return request;
		},
		deleteDatabase: (name) => {
			stillHere();
			return disk.deleteDatabase(name);
		},
		databases: () => {
			stillHere();
			return disk.databases();
		},
		cmp: (a, b) => disk.cmp(a, b)
	};

	const abortAll = (): void => {
		for (const transaction of running) abort(transaction);
	};

	return {
		factory,
		connections,
		abortAll,
		leave: () => {
			left = true;
			abortAll();
			for (const database of connections) database.close();
			connections.clear();
		}
	};
}

function abort(transaction: IDBTransaction): void {
	try {
		transaction.abort();
	} catch {
		// It was over already.
	}
}

import { IDBFactory as FakeFactory } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import { leavingLocks } from '../../src/engine/leaving-locks';
import { leavingIndexedDB } from '../../src/engine/storage/leaving-indexeddb';
import { LockManager } from './node-locks';

const never = new Promise<void>(() => undefined);

function opened(factory: IDBFactory): Promise<IDBDatabase> {
	return new Promise((resolve, reject) => {
		const request = factory.open('rows', 1);
		request.onupgradeneeded = () => request.result.createObjectStore('rows');
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error ?? new Error('open failed'));
	});
}

function written(database: IDBDatabase, value: number): Promise<void> {
	return new Promise((resolve, reject) => {
		const transaction = database.transaction('rows', 'readwrite');
		transaction.objectStore('rows').put(value, 1);
		transaction.oncomplete = () => resolve();
		transaction.onabort = () => reject(new Error('aborted'));
	});
}

/** As a frozen worker leaves it: begun, and never ended. */
function heldOpen(database: IDBDatabase): IDBTransaction {
	const transaction = database.transaction('rows', 'readwrite');
	const again = (): void => {
		transaction.objectStore('rows').get(1).onsuccess = again;
	};
	again();
	return transaction;
}

test('a page that is left in the middle of a transaction keeps nobody waiting', async () => {
	const disk = new FakeFactory();
	const leaving = leavingIndexedDB(disk);
	const held = heldOpen(await opened(leaving.factory));
	const other = await opened(disk);
	let done = false;
	const waiting = written(other, 2).then(() => (done = true));
	await new Promise((resolve) => setTimeout(resolve, 50));
	expect(done).toBe(false);

	leaving.leave();
	await waiting;
	expect(() => held.objectStore('rows')).toThrow();
	expect(() => leaving.factory.open('rows')).toThrow('left');
	other.close();
	await new Promise<void>((resolve, reject) => {
		const removal = disk.deleteDatabase('rows');
		removal.onsuccess = () => resolve();
		removal.onblocked = () => reject(new Error('a connection is still open'));
	});
});

test('a database that was opening while the page was left is closed again', async () => {
	const disk = new FakeFactory();
	(await opened(disk)).close();
	const leaving = leavingIndexedDB(disk);
	const late = opened(leaving.factory);
	leaving.leave();
	await expect(written(await late, 1)).rejects.toThrow();
});

test('locks that are held, waited for or asked for later are not had by a page that was left', async () => {
	const manager = new LockManager();
	const { locks, leave } = leavingLocks(manager.tab());
	const other = manager.tab();
	const order: string[] = [];
	const held = locks.request('lead', {}, () => never);
	const waiting = locks.request('store', {}, () => {
		order.push('left page');
		return never;
	});
	const store = other.request('store', {}, () => Promise.resolve());
	await expect(Promise.race([store, Promise.resolve('waits')])).resolves.toBe('waits');
	leave();
	await Promise.all([held, waiting, store]);
	await other.request('lead', {}, () => {
		order.push('other page');
		return Promise.resolve();
	});
	await expect(locks.request('lead', {}, () => never)).rejects.toMatchObject({ name: 'AbortError' });
	expect(order).toEqual(['left page', 'other page']);
});

test('a lock that is waited for is given up on leaving, and by its own signal', async () => {
	const manager = new LockManager();
	const { locks, leave } = leavingLocks(manager.tab());
	const other = manager.tab();
	let free = (): void => undefined;
	const holding = other.request('lead', {}, () => new Promise<void>((resolve) => (free = resolve)));
	const mine = new AbortController();
	const dropped = locks.request('lead', { signal: mine.signal }, () => never);
	mine.abort();
	await expect(dropped).rejects.toMatchObject({ name: 'AbortError' });
	const waiting = locks.request('lead', {}, () => never);
	leave();
	await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
	free();
	await holding;
	await other.request('lead', {}, () => Promise.resolve());
});

test('a lock that is granted while the page is left is given back unused', async () => {
	let grant = (): void => undefined;
	const { locks, leave } = leavingLocks({
		request: (_, __, held) =>
			new Promise((resolve, reject) => {
				grant = () => void held({}).then(resolve, reject);
			})
	});
	let used = false;
	const request = locks.request('lead', {}, () => {
		used = true;
		return never;
	});
	leave();
	grant();
	await request;
	expect(used).toBe(false);
});

test('a held lock ends with the work that it was taken for, as without leaving', async () => {
	const { locks } = leavingLocks(new LockManager().tab());
	await expect(locks.request('a', {}, () => Promise.reject(new Error('work failed')))).rejects.toThrow(
		'work failed'
	);
	const order: number[] = [];
	await locks.request('a', { ifAvailable: true }, () => Promise.resolve(void order.push(1)));
	expect(order).toEqual([1]);
});

import { IDBObjectStore as FakeObjectStore } from 'fake-indexeddb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openAccountDatabase } from '../../../src/engine/storage/database';
import { EvictedError, UnusableError } from '../../../src/engine/storage/errors';
import { conversation, location, message, openFresh, rawOpen, settle, TALK } from './fixture';

afterEach(() => vi.restoreAllMocks());

function upgradeTo(disk: IDBFactory, version: number): Promise<void> {
	return new Promise((resolve, reject) => {
		const request = disk.open(location().name, version);
		request.onsuccess = () => {
			request.result.close();
			resolve();
		};
		request.onerror = () => reject(request.error ?? new Error('upgrade failed'));
	});
}

function remove(disk: IDBFactory): Promise<void> {
	return new Promise((resolve) => {
		disk.deleteDatabase(location().name).onsuccess = () => resolve();
	});
}

describe('connection', () => {
	it('comes back after the browser closed it', async () => {
		const { db, tab } = await openFresh();
		await db.write((tx) => tx.messages.insert(message(1)));
		tab.cutDatabase();
		await settle();
		await db.write((tx) => tx.messages.insert(message(2)));
		expect(await db.read((tx) => tx.messages.count(TALK))).toBe(2);
	});

	it('runs a write again that the browser cut off, and writes and tells it once', async () => {
		const { db, tab, changes } = await openFresh();
		let runs = 0;
		await db.write(async (tx) => {
			runs++;
			await tx.messages.insert(message(1));
			if (runs === 1) tab.cutDatabase();
			await tx.conversations.put(conversation());
		});
		expect(runs).toBe(2);
		await settle();
		expect(changes).toHaveLength(1);
		expect(await db.read((tx) => tx.messages.count(TALK))).toBe(1);
	});

	it('gives up after the second cut, with a typed error', async () => {
		const { db, tab } = await openFresh();
		const cut = db.write(async (tx) => {
			tab.cutDatabase();
			await tx.messages.insert(message(1));
		});
		await expect(cut).rejects.toMatchObject({ name: 'EngineError', code: 'storage-failed' });
		expect(await db.read((tx) => tx.messages.count(TALK))).toBe(0);
	});

	it('makes way for a newer version in another tab, and then says so', async () => {
		const { db, browser, platform } = await openFresh();
		await db.write((tx) => tx.messages.insert(message(1)));
		await upgradeTo(browser.indexedDB, 990);
		const newer = { code: 'storage-failed', reason: 'newer-version' };
		await expect(db.read((tx) => tx.messages.count(TALK))).rejects.toMatchObject(newer);
		await expect(openAccountDatabase(platform, location())).rejects.toBeInstanceOf(UnusableError);
		expect(await browser.indexedDB.databases()).toEqual([{ name: location().name, version: 990 }]);
	});

	it('stays usable when another tab only wanted to look', async () => {
		const { db, browser } = await openFresh();
		const raw = await rawOpen(browser.indexedDB, location().name);
		await db.write((tx) => tx.messages.insert(message(1)));
		raw.close();
		expect(await db.read((tx) => tx.messages.count(TALK))).toBe(1);
	});

	it('never makes anew what was deleted in another tab, or evicted', async () => {
		const { db, browser, platform } = await openFresh();
		await remove(browser.indexedDB);
		await expect(db.read((tx) => tx.messages.count(TALK))).rejects.toMatchObject({ code: 'no-account' });
		await expect(db.write((tx) => tx.messages.insert(message(1)))).rejects.toMatchObject({
			code: 'no-account'
		});
		await expect(openAccountDatabase(platform, location())).rejects.toBeInstanceOf(EvictedError);
		expect(await browser.indexedDB.databases()).toEqual([]);
	});

	it('says evicted when the data vanished under a cut connection', async () => {
		const { db, tab, browser } = await openFresh();
		await db.write((tx) => tx.messages.insert(message(1)));
		tab.cutDatabase();
		await settle();
		await remove(browser.indexedDB);
		await expect(db.read((tx) => tx.messages.count(TALK))).rejects.toBeInstanceOf(EvictedError);
	});

	it('says when the disk is full, and keeps what was there', async () => {
		const { db, changes } = await openFresh();
		await db.write((tx) => tx.messages.insert(message(1)));
		await settle();
		const full = vi.spyOn(FakeObjectStore.prototype, 'put').mockImplementation(() => {
			throw new DOMException('full', 'QuotaExceededError');
		});
		const write = db.write(async (tx) => {
			await tx.messages.insert(message(2));
			await tx.conversations.put(conversation());
		});
		await expect(write).rejects.toMatchObject({ name: 'EngineError', code: 'quota-exceeded' });
		full.mockRestore();
		expect(await db.read((tx) => tx.messages.count(TALK))).toBe(1);
		expect(changes).toHaveLength(1);
	});

	it('names other failures of the storage', async () => {
		const { db } = await openFresh();
		vi.spyOn(FakeObjectStore.prototype, 'put').mockImplementation(() => {
			throw new DOMException('no', 'DataError');
		});
		await expect(db.write((tx) => tx.conversations.put(conversation()))).rejects.toMatchObject({
			name: 'EngineError',
			code: 'storage-failed',
			detail: { reason: 'DataError' }
		});
	});

	it('refuses work after it was closed', async () => {
		const { db } = await openFresh();
		db.close();
		await expect(db.read((tx) => tx.messages.count(TALK))).rejects.toMatchObject({
			code: 'storage-failed',
			detail: { reason: 'closed' }
		});
	});
});

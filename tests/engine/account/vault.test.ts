import { IDBDatabase as FakeDatabase, IDBObjectStore as FakeObjectStore } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import { openVault, type NewAccount, type Vault, type VaultChange } from '../../../src/engine/account/vault';
import { bootStateOf } from '../../../src/engine/storage/errors';
import { identityFromSeed, parseSeed } from '../../../src/protocol/identity';
import { sodiumReady } from '../../../src/protocol/sodium';
import type { Platform } from '../../../src/engine/platform';
import { testBrowser, type TestBrowser } from '../node-platform';
import { rawOpen, settle, settled } from '../storage/fixture';

const SEED = parseSeed(new Uint8Array(16).fill(7));
const ACCOUNT: NewAccount = {
	seed: SEED,
	displayName: 'Ada',
	network: { name: 'localnet', fingerprint: null },
	createdHere: true
};
const ID_OF_DATABASE = /^[0-9a-f]{32}$/;

async function databases(browser: TestBrowser): Promise<string[]> {
	return (await browser.indexedDB.databases()).map(({ name }) => name ?? '').sort();
}

async function rows(browser: TestBrowser, table: string): Promise<Record<string, unknown>[]> {
	const database = await rawOpen(browser.indexedDB, 'sotto');
	const all = await settled<Record<string, unknown>[]>(
		database.transaction(table).objectStore(table).getAll()
	);
	database.close();
	return all;
}

async function change(browser: TestBrowser, table: string, work: (store: IDBObjectStore) => void) {
	const database = await rawOpen(browser.indexedDB, 'sotto');
	const store = database.transaction(table, 'readwrite').objectStore(table);
	work(store);
	await new Promise((resolve) => store.transaction.addEventListener('complete', resolve));
	database.close();
}

function remove(browser: TestBrowser, name: string): Promise<void> {
	return new Promise((resolve) => {
		browser.indexedDB.deleteDatabase(name).onsuccess = () => resolve();
	});
}

const stateOf = (work: Promise<unknown>) => work.then(() => null, bootStateOf);

describe('vault', () => {
	it('keeps an account over a restart of the browser', async () => {
		const browser = testBrowser();
		const vault = await openVault(browser.openTab().platform);
		expect(await vault.accounts()).toEqual([]);
		const created = await vault.createAccount(ACCOUNT);
		expect(created.identity).toEqual(identityFromSeed(SEED));
		await created.db.write((tx) => tx.meta.put('profile', { name: 'Ada L.' }));
		browser.close();

		const again = await openVault(browser.openTab().platform);
		const facts = {
			accountId: identityFromSeed(SEED).accountId,
			displayName: 'Ada',
			network: ACCOUNT.network,
			createdHere: true
		};
		expect(await again.accounts()).toEqual([{ id: created.id, facts }]);
		const opened = await again.openAccount(created.id);
		expect(opened).toMatchObject({ id: created.id, facts, identity: identityFromSeed(SEED) });
		expect(await opened.db.read((tx) => tx.meta.get('profile'))).toEqual({ name: 'Ada L.' });
	});

	it('keeps its device key unreadable, and gives every account keys of its own', async () => {
		const browser = testBrowser();
		const vault = await openVault(browser.openTab().platform);
		const first = await vault.createAccount(ACCOUNT);
		const second = await vault.createAccount({ ...ACCOUNT, displayName: 'Ada again' });
		expect(first.id).not.toBe(second.id);
		const [device] = await rows(browser, 'device');
		expect((device!.key as CryptoKey).extractable).toBe(false);
		await expect(crypto.subtle.exportKey('raw', device!.key as CryptoKey)).rejects.toThrow();
		expect(await databases(browser)).toEqual([first.id, second.id, 'sotto'].sort());
		expect(first.id).toMatch(ID_OF_DATABASE);
	});

	it('makes one device key when two tabs start at once', async () => {
		const browser = testBrowser();
		const [a, b] = await Promise.all([
			openVault(browser.openTab().platform),
			openVault(browser.openTab().platform)
		]);
		const { id } = await a.createAccount(ACCOUNT);
		expect((await b.openAccount(id)).facts.displayName).toBe('Ada');
		const { id: other } = await b.createAccount({ ...ACCOUNT, displayName: 'Bob' });
		expect((await a.openAccount(other)).facts.displayName).toBe('Bob');
	});

	it('deletes keys and database, also under other tabs, and tells them', async () => {
		const browser = testBrowser();
		const vault = await openVault(browser.openTab().platform);
		const { id, db } = await vault.createAccount(ACCOUNT);
		const elsewhere = await openVault(browser.openTab().platform);
		const opened = await elsewhere.openAccount(id);
		const heard: VaultChange[] = [];
		elsewhere.onChange((what) => heard.push(what));
		await vault.deleteAccount(id);
		expect(await databases(browser)).toEqual(['sotto']);
		expect(await rows(browser, 'accounts')).toEqual([]);
		expect(await vault.accounts()).toEqual([]);
		await settle();
		expect(heard).toEqual([{ kind: 'deleted', id }]);
		for (const database of [db, opened.db]) {
			await expect(database.read((tx) => tx.conversations.all())).rejects.toMatchObject({
				code: 'no-account'
			});
		}
		expect(await databases(browser)).toEqual(['sotto']);
		await expect(elsewhere.openAccount(id)).rejects.toMatchObject({ code: 'no-account' });
		expect((await openVault(browser.openTab().platform)).lostAccount).toBe(false);
	});

	it('waits for no tab that will not let go of the database, and finishes at the next start', async () => {
		const browser = testBrowser();
		const { platform } = browser.openTab();
		const impatient: Platform = {
			...platform,
			indexedDB: platform.indexedDB,
			setTimeout: (callback) => platform.setTimeout(callback, 1)
		};
		const vault = await openVault(impatient);
		const { id } = await vault.createAccount(ACCOUNT);
		const stubborn = await rawOpen(browser.indexedDB, id);
		stubborn.onversionchange = null;
		await vault.deleteAccount(id);
		expect(await vault.accounts()).toEqual([]);
		expect(await rows(browser, 'accounts')).toEqual([{ k: id, state: 'deleting' }]);
		stubborn.close();
		await openVault(browser.openTab().platform);
		expect(await rows(browser, 'accounts')).toEqual([]);
		expect(await databases(browser)).toEqual(['sotto']);
	});

	it('tells other tabs of a new account', async () => {
		const browser = testBrowser();
		const vault = await openVault(browser.openTab().platform);
		const elsewhere = await openVault(browser.openTab().platform);
		const heard: VaultChange[] = [];
		elsewhere.onChange((what) => heard.push(what));
		const { id } = await vault.createAccount(ACCOUNT);
		await settle();
		expect(heard).toEqual([{ kind: 'created', id }]);
	});
});

describe('vault, when a tab dies at any step', () => {
	/** Kills the tab at the n-th opening, deletion or transaction of any database. */
	async function dyingAt(
		browser: TestBrowser,
		step: number,
		work: (vault: Vault) => Promise<unknown>
	): Promise<boolean> {
		const tab = browser.openTab();
		const vault = await openVault(tab.platform);
		let steps = 0;
		let died = false;
		const die = () => {
			if (++steps !== step) return;
			died = true;
			tab.kill();
		};
		const factory = tab.platform.indexedDB!;
		const spies = [
			spy(factory, 'open', die),
			spy(factory, 'deleteDatabase', die),
			spy(FakeDatabase.prototype, 'transaction', die)
		];
		const finished = work(vault).then(
			() => true,
			() => false
		);
		await Promise.race([finished, waitUntil(() => died).then(() => settle())]);
		for (const undo of spies) undo();
		tab.kill();
		await settle();
		return died;
	}

	it('leaves a whole account or none', async () => {
		let step = 1;
		for (let died = true; died; step++) {
			const browser = testBrowser();
			died = await dyingAt(browser, step, (vault) => vault.createAccount(ACCOUNT));
			const vault = await openVault(browser.openTab().platform);
			const accounts = await vault.accounts();
			for (const { id, facts } of accounts) {
				expect(facts).not.toBeNull();
				const { db } = await vault.openAccount(id);
				await db.write((tx) => tx.meta.put('profile', {}));
			}
			expect(await databases(browser)).toEqual([...accounts.map(({ id }) => id), 'sotto'].sort());
			expect(vault.lostAccount).toBe(false);
			browser.close();
		}
		expect(step).toBeGreaterThan(4);
	});

	it('finishes deleting, and never keeps a key of what it began to delete', async () => {
		let step = 1;
		for (let died = true; died; step++) {
			const browser = testBrowser();
			const first = await openVault(browser.openTab().platform);
			const { id } = await first.createAccount(ACCOUNT);
			browser.close();
			died = await dyingAt(browser, step, (vault) => vault.deleteAccount(id));
			const left = await rows(browser, 'accounts');
			expect(left.every((row) => row.state === 'ready' || row.wraps === undefined)).toBe(true);
			const vault = await openVault(browser.openTab().platform);
			const accounts = await vault.accounts();
			expect(await databases(browser)).toEqual([...accounts.map((account) => account.id), 'sotto'].sort());
			expect(accounts.length).toBe(left.filter((row) => row.state === 'ready').length);
			browser.close();
		}
		expect(step).toBeGreaterThan(2);
	});

	it('does not take another tab at work for a dead one', async () => {
		const browser = testBrowser();
		const vault = await openVault(browser.openTab().platform);
		const creating = vault.createAccount(ACCOUNT);
		const meanwhile = await Promise.all([1, 2, 3].map(() => openVault(browser.openTab().platform)));
		const { id } = await creating;
		expect((await meanwhile[0]!.accounts()).map((account) => account.id)).toEqual([id]);
		expect((await meanwhile[0]!.openAccount(id)).facts.displayName).toBe('Ada');
	});
});

describe('vault, when the browser took something away', () => {
	async function withAccount(): Promise<{ browser: TestBrowser; id: string }> {
		const browser = testBrowser();
		const { id } = await (await openVault(browser.openTab().platform)).createAccount(ACCOUNT);
		browser.close();
		return { browser, id };
	}

	it('says evicted when the account’s database is gone, and does not make an empty one', async () => {
		const { browser, id } = await withAccount();
		await remove(browser, id);
		const vault = await openVault(browser.openTab().platform);
		expect((await vault.accounts())[0]?.facts?.displayName).toBe('Ada');
		expect(await stateOf(vault.openAccount(id))).toEqual({ kind: 'evicted' });
		expect(await databases(browser)).toEqual(['sotto']);
		await vault.deleteAccount(id);
		expect(await vault.accounts()).toEqual([]);
	});

	it('says that an account was lost when the vault is gone, until a new one is made', async () => {
		const { browser, id } = await withAccount();
		await remove(browser, 'sotto');
		const vault = await openVault(browser.openTab().platform);
		expect(await vault.accounts()).toEqual([]);
		expect(vault.lostAccount).toBe(true);
		const created = await vault.createAccount(ACCOUNT);
		expect(await databases(browser)).toEqual([created.id, 'sotto'].sort());
		expect(created.id).not.toBe(id);
	});

	it('says evicted when the device key is gone, also at the next start', async () => {
		const { browser, id } = await withAccount();
		await change(browser, 'device', (store) => store.clear());
		for (let start = 0; start < 2; start++) {
			const vault = await openVault(browser.openTab().platform);
			expect(await vault.accounts()).toEqual([{ id, facts: null }]);
			expect(await stateOf(vault.openAccount(id))).toEqual({ kind: 'evicted' });
		}
	});

	it('says damaged when an entry or a wrapped key was changed, and opens the others', async () => {
		const { browser, id } = await withAccount();
		const vault = await openVault(browser.openTab().platform);
		const other = await vault.createAccount({ ...ACCOUNT, displayName: 'Bob' });
		const [row] = (await rows(browser, 'accounts')).filter(({ k }) => k === id);
		const [theirs] = (await rows(browser, 'accounts')).filter(({ k }) => k === other.id);
		const flipped = (row!.b as Uint8Array).map((byte, at) => (at === 40 ? byte ^ 1 : byte));
		for (const wrong of [
			{ ...row, b: flipped },
			{ ...row, wraps: theirs!.wraps },
			{ ...theirs, k: id },
			{ ...row, wraps: [] }
		]) {
			await change(browser, 'accounts', (store) => store.put(wrong));
			expect(await stateOf(vault.openAccount(id))).toEqual({ kind: 'unusable', reason: 'database-damaged' });
			const facts = (await vault.accounts()).map((account) => account.facts?.displayName ?? null).sort();
			expect(facts).toEqual(['Bob', null].sort());
			expect((await vault.openAccount(other.id)).facts.displayName).toBe('Bob');
		}
	});
});

describe('vault, in browsers that cannot', () => {
	const start = (platform: Platform) => stateOf(openVault(platform));

	it('names what is missing', async () => {
		await sodiumReady;
		const browser = testBrowser();
		const without = (what: 'indexedDB' | 'webAssembly' | 'storage') =>
			browser.openTab({ without: [what] }).platform;
		expect(await start(without('webAssembly'))).toEqual({ kind: 'unusable', reason: 'no-webassembly' });
		expect(await start(without('indexedDB'))).toEqual({ kind: 'unusable', reason: 'no-indexeddb' });
		expect(await start(without('storage'))).toEqual({ kind: 'unusable', reason: 'storage-blocked' });
	});

	it.each([
		['SecurityError', 'storage-blocked'],
		['InvalidStateError', 'storage-blocked'],
		['UnknownError', 'database-damaged']
	])('takes %s at opening for %s', async (name, reason) => {
		const { platform } = testBrowser().openTab();
		spy(platform.indexedDB!, 'open', () => {
			throw new DOMException('no', name);
		});
		expect(await start(platform)).toEqual({ kind: 'unusable', reason });
	});

	it('is blocked where nothing may be written', async () => {
		const { platform } = testBrowser().openTab();
		const undo = spy(FakeObjectStore.prototype, 'put', () => {
			throw new DOMException('no', 'QuotaExceededError');
		});
		expect(await start(platform)).toEqual({ kind: 'unusable', reason: 'storage-blocked' });
		undo();
	});

	it('leaves the vault of a newer version alone', async () => {
		const browser = testBrowser();
		await new Promise<void>((resolve) => {
			const request = browser.indexedDB.open('sotto', 990);
			request.onsuccess = () => {
				request.result.close();
				resolve();
			};
		});
		expect(await start(browser.openTab().platform)).toEqual({ kind: 'unusable', reason: 'newer-version' });
		expect(await browser.indexedDB.databases()).toEqual([{ name: 'sotto', version: 990 }]);
	});
});

/** Calls `before` ahead of each call of a method; returns what undoes that. */
function spy<Target extends object>(
	target: Target,
	name: keyof Target & string,
	before: () => void
): () => void {
	const original = Reflect.get(target, name) as (...args: unknown[]) => unknown;
	Reflect.set(target, name, function (this: unknown, ...args: unknown[]) {
		before();
		return Reflect.apply(original, this, args);
	});
	return () => Reflect.set(target, name, original);
}

async function waitUntil(condition: () => boolean): Promise<void> {
	while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

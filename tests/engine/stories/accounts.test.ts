import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startGateway } from '../../../src/gateway/gateway';
import type { AccountSummary, AccountView, Engine, Feeds } from '../../../src/engine/api';
import { testBrowser, type TestBrowser } from '../node-platform';
import { png } from '../media/samples';
import { rawOpen } from '../storage/fixture';
import {
	conversationRow,
	eventually,
	newPerson,
	now,
	openTab,
	openWorld,
	pause,
	reveal,
	talk,
	until,
	type World
} from './world';

const FACE = png(64, 64, 'a face');

let world: World;
beforeEach(async () => {
	world = await openWorld();
});
afterEach(() => world.close());

async function summaries(engine: Engine): Promise<readonly AccountSummary[]> {
	return now(engine, 'accounts', null);
}

/** As soon as it is known whose it is. */
async function keyOf(engine: Engine, account: Pick<AccountView, 'accountId'>) {
	const all = await until(engine, 'accounts', null, (accounts) =>
		accounts.some(({ accountId }) => accountId === account.accountId)
	);
	return all.find(({ accountId }) => accountId === account.accountId)!.key;
}

const allReady = (accounts: readonly AccountSummary[]) =>
	accounts.every(({ standing }) => standing.kind === 'ready');

async function damage(browser: TestBrowser, table: 'accounts', id: string): Promise<void> {
	const database = await rawOpen(browser.indexedDB, 'sotto');
	const store = database.transaction(table, 'readwrite').objectStore(table);
	const request = store.get(id);
	await new Promise((resolve) => request.addEventListener('success', resolve));
	const row = request.result as { b: Uint8Array };
	row.b[5]! ^= 1;
	store.put(row);
	await new Promise((resolve) => store.transaction.addEventListener('complete', resolve));
	database.close();
}

describe('two accounts of one browser', () => {
	test('talk to each other and to a third person, whichever is shown', async () => {
		const ada = await newPerson(world, 'Ada');
		const { engine } = ada;
		const work = await engine.createAccount('Ada at work');
		expect(work.accountId).not.toBe(ada.account.accountId);
		expect(await now(engine, 'account', null)).toEqual(work);
		expect(await summaries(engine)).toMatchObject([
			{ displayName: 'Ada', shown: false, unread: 0, standing: { kind: 'ready' } },
			{ displayName: 'Ada at work', shown: true, unread: 0, standing: { kind: 'ready' } }
		]);

		// From the one to the other, without anything being shown twice or in the wrong account.
		const toAda = await engine.openConversation(ada.account.accountId);
		await engine.send(toAda, 'from work');
		await until(engine, 'conversation', toAda, (view) => view?.preview?.state === 'sent');
		await engine.switchAccount(await keyOf(engine, ada.account));
		const request = await conversationRow(engine, (row) => row.person.name === 'Ada at work', 'requests');
		expect(await talk(engine, request.key)).toEqual(['they: from work']);
		await engine.acceptRequest(request.key);

		// A third person writes to both, and both hear it though one is shown.
		const bob = await newPerson(world, 'Bob');
		const toBob = await engine.openConversation(bob.account.accountId);
		await engine.send(toBob, 'it is Ada');
		const atBob = await conversationRow(bob.engine, (row) => row.person.name === 'Ada', 'requests');
		await bob.engine.send(atBob.key, 'hello Ada');
		await until(engine, 'conversation', toBob, (view) => view?.standing === 'contact');
		await engine.switchAccount(await keyOf(engine, work));
		await expect(
			engine.readMessages({ conversation: toBob, limit: 5, at: { kind: 'latest' } })
		).rejects.toMatchObject({ code: 'not-found' });
		await bob.engine.send(atBob.key, 'and again');
		const all = await until(engine, 'accounts', null, ([first]) => first?.unread === 3);
		expect(all[1]).toMatchObject({ shown: true });

		await engine.switchAccount(await keyOf(engine, ada.account));
		expect((await talk(engine, toBob)).slice(-2)).toEqual(['they: hello Ada', 'they: and again']);
	});

	test('come back with their browser, the one that was shown last first', async () => {
		const ada = await newPerson(world, 'Ada');
		const second = await ada.engine.createAccount('Second');
		const third = await ada.engine.createAccount('Third');
		await ada.engine.switchAccount(await keyOf(ada.engine, second));
		ada.browser.close();

		const again = await openTab(ada.browser, { hadAccount: true });
		expect(again.booted).toEqual({ kind: 'ready' });
		expect(await now(again.engine, 'account', null)).toEqual(second);
		const all = await until(again.engine, 'accounts', null, allReady);
		expect(all.map(({ displayName, shown }) => [displayName, shown])).toEqual([
			['Ada', false],
			['Second', true],
			['Third', false]
		]);

		// Each tab shows its own; the choice is for tabs to come.
		const other = await openTab(ada.browser, { hadAccount: true });
		await other.engine.switchAccount(await keyOf(other.engine, third));
		expect(await now(other.engine, 'account', null)).toEqual(third);
		expect(await now(again.engine, 'account', null)).toEqual(second);
		const newest = await openTab(ada.browser, { hadAccount: true });
		expect(await now(newest.engine, 'account', null)).toEqual(third);
	});

	test('are led each by one tab, and go over to the next one', async () => {
		const ada = await newPerson(world, 'Ada');
		const second = await ada.engine.createAccount('Second');
		const tab = await openTab(ada.browser, { hadAccount: true });
		await until(tab.engine, 'accounts', null, allReady);
		expect((await now(ada.engine, 'network', null)).leader).toBe(true);
		expect((await now(tab.engine, 'network', null)).leader).toBe(false);
		ada.tab.kill();
		await until(tab.engine, 'network', null, ({ leader }) => leader);
		await tab.engine.switchAccount(await keyOf(tab.engine, ada.account));
		await until(tab.engine, 'network', null, ({ leader }) => leader);
		const bob = await newPerson(world, 'Bob');
		const toSecond = await bob.engine.openConversation(second.accountId);
		await bob.engine.send(toSecond, 'are you there?');
		await tab.engine.switchAccount(await keyOf(tab.engine, second));
		await conversationRow(tab.engine, (row) => row.person.name === 'Bob', 'requests');
	});

	test('each ask over paths of their own, through other guards', async () => {
		const ada = await newPerson(world, 'Ada');
		const pathsOf = async () => {
			const { paths } = await until(ada.engine, 'network', null, ({ state }) => state === 'ready');
			return paths.map(({ hops }) => hops.map(({ id }) => id));
		};
		const first = await pathsOf();
		await ada.engine.createAccount('Second');
		const second = await pathsOf();
		await ada.engine.createAccount('Third');
		const guards = [...first, ...second, ...(await pathsOf())].map(([guard]) => guard);
		expect(new Set(guards).size).toBe(6);
	});

	test('stand among the others with their own names and pictures', async () => {
		const ada = await newPerson(world, 'Ada');
		const { engine } = ada;
		await engine.setPicture(FACE);
		const { picture } = await until(engine, 'account', null, (account) => account.picture !== null);
		await engine.createAccount('Second');
		const [first, second] = await until(engine, 'accounts', null, (all) => all.length === 2 && allReady(all));
		expect([first!.picture, second!.picture]).toEqual([picture, null]);
		expect(await engine.readPicture(picture!)).toEqual({ bytes: FACE, type: 'image/png' });
	});

	test('of which one is restored again is shown as it is', async () => {
		const ada = await newPerson(world, 'Ada');
		const words = await reveal(ada);
		const second = await ada.engine.createAccount('Second');
		const restored = await ada.engine.restoreAccount(words);
		expect(restored).toEqual(ada.account);
		expect(await summaries(ada.engine)).toMatchObject([{ shown: true }, { accountId: second.accountId }]);
	});
});

describe('switching', () => {
	test('tells no watcher anything of the account before it', async () => {
		const ada = await newPerson(world, 'Ada');
		const { engine } = ada;
		const notes = { ada: ada.account.noteToSelf, second: ada.account.noteToSelf };
		await engine.send(notes.ada, 'of Ada');
		await engine.setDraft(notes.ada, 'of Ada');
		const second = await engine.createAccount('Second');
		notes.second = second.noteToSelf;
		await engine.send(notes.second, 'of Second');
		await engine.setDraft(notes.second, 'of Second');
		const keys = { ada: await keyOf(engine, ada.account), second: await keyOf(engine, second) };

		let shown: 'Ada' | 'Second' = 'Second';
		const leaks: unknown[] = [];
		const heard = { Ada: 0, Second: 0 };
		const listen = (value: unknown): void => {
			const said = JSON.stringify(value);
			const other = shown === 'Ada' ? 'of Second' : 'of Ada';
			const id = shown === 'Ada' ? second.accountId : ada.account.accountId;
			if (said.includes(other) || said.includes(id)) leaks.push(value);
			heard[shown] += 1;
		};
		const feeds = ['account', 'conversations', 'requests', 'network', 'ignored'] as const;
		for (const feed of feeds) await engine.watch(feed, null, listen);
		for (const key of [notes.ada, notes.second]) {
			await engine.watch('conversation', key, listen);
			await engine.watch('messages', key, listen);
		}
		for (let round = 0; round < 12; round += 1) {
			const [to, note] =
				round % 2 === 0 ? (['Ada', notes.second] as const) : (['Second', notes.ada] as const);
			// Writes of the account that is being left are under way while another one is shown.
			const left = [engine.setDraft(note, `of ${shown} ${round}`), engine.send(note, `of ${shown} ${round}`)];
			const switched = engine.switchAccount(to === 'Ada' ? keys.ada : keys.second);
			await pause(round % 3);
			await switched;
			shown = to;
			await Promise.all(left);
			await pause(40);
		}
		expect(leaks).toEqual([]);
		expect(heard.Ada).toBeGreaterThan(10);
		expect(heard.Second).toBeGreaterThan(10);
	});

	test('back tells the present values again', async () => {
		const ada = await newPerson(world, 'Ada');
		const { engine } = ada;
		const first = await keyOf(engine, ada.account);
		const second = await keyOf(engine, await engine.createAccount('Second'));
		const told: Feeds['account']['value'][] = [];
		await engine.watch('account', null, (value) => told.push(value));
		await engine.switchAccount(first);
		await engine.switchAccount(second);
		await engine.switchAccount(first);
		await eventually(
			() => told.at(-1)?.displayName,
			(name) => name === 'Ada'
		);
	});

	test('to an account that is not there fails, and nothing changes', async () => {
		const ada = await newPerson(world, 'Ada');
		await expect(ada.engine.switchAccount('0'.repeat(32) as never)).rejects.toMatchObject({
			code: 'no-account'
		});
		expect(await now(ada.engine, 'account', null)).toEqual(ada.account);
	});
});

describe('deleting', () => {
	test('one shows the next, in every tab, and the last one leaves nothing', async () => {
		const ada = await newPerson(world, 'Ada');
		const second = await ada.engine.createAccount('Second');
		const other = await openTab(ada.browser, { hadAccount: true });
		await until(other.engine, 'accounts', null, allReady);
		expect(await now(other.engine, 'account', null)).toEqual(second);

		expect(await ada.engine.deleteAccount()).toEqual({ kind: 'ready' });
		expect(await now(ada.engine, 'account', null)).toEqual(ada.account);
		await until(other.engine, 'accounts', null, (all) => all.length === 1 && all[0]!.shown);
		expect(await now(other.engine, 'account', null)).toEqual(ada.account);
		expect((await ada.browser.indexedDB.databases()).length).toBe(2);

		expect(await other.engine.deleteAccount()).toEqual({ kind: 'new' });
		await until(ada.engine, 'accounts', null, (all) => all.length === 0);
		await expect(ada.engine.storageUse()).rejects.toMatchObject({ code: 'no-account' });
		expect((await ada.browser.indexedDB.databases()).length).toBe(1);
	});

	test('one that another tab does not show leaves that tab where it is', async () => {
		const ada = await newPerson(world, 'Ada');
		const other = await openTab(ada.browser, { hadAccount: true });
		await ada.engine.createAccount('Second');
		await until(other.engine, 'accounts', null, (all) => all.length === 2 && allReady(all));
		const told: AccountView[] = [];
		await other.engine.watch('account', null, (account) => told.push(account));
		await ada.engine.deleteAccount();
		await until(other.engine, 'accounts', null, (all) => all.length === 1);
		await pause(50);
		expect(told).toEqual([ada.account]);
	});
});

describe('an account that cannot be used', () => {
	test('because it is damaged stands beside a good one, and is replaced when restored', async () => {
		const ada = await newPerson(world, 'Ada');
		const adaKey = await keyOf(ada.engine, ada.account);
		const second = await ada.engine.createAccount('Second');
		ada.browser.close();
		await damage(ada.browser, 'accounts', adaKey);

		const { engine, booted } = await openTab(ada.browser, { hadAccount: true });
		expect(booted).toEqual({ kind: 'ready' });
		const all = await until(engine, 'accounts', null, ([first]) => first?.standing.kind === 'unusable');
		expect(all).toMatchObject([
			{ key: adaKey, accountId: null, standing: { reason: 'database-damaged' }, shown: false },
			{ accountId: second.accountId, standing: { kind: 'ready' }, shown: true }
		]);
		expect(await engine.switchAccount(adaKey)).toEqual({ kind: 'unusable', reason: 'database-damaged' });
		await expect(engine.storageUse()).rejects.toMatchObject({ code: 'no-account' });
		// What is shown and cannot be used can be removed.
		expect(await engine.deleteAccount()).toEqual({ kind: 'ready' });
		expect(await now(engine, 'account', null)).toEqual(second);
	});

	test('because its data was removed is made anew from its recovery password', async () => {
		const ada = await newPerson(world, 'Ada');
		const words = await reveal(ada);
		const key = await keyOf(ada.engine, ada.account);
		const second = await ada.engine.createAccount('Second');
		ada.browser.close();
		await new Promise((resolve) => {
			ada.browser.indexedDB.deleteDatabase(key).onsuccess = resolve;
		});
		const { engine } = await openTab(ada.browser, { hadAccount: true });
		await until(engine, 'accounts', null, ([first]) => first?.standing.kind === 'evicted');
		const restored = await engine.restoreAccount(words);
		expect(restored.accountId).toBe(ada.account.accountId);
		expect(await summaries(engine)).toMatchObject([
			{ accountId: second.accountId, shown: false },
			{ accountId: ada.account.accountId, shown: true }
		]);
	});

	test('because its network is not served here does not hinder the others', async () => {
		const other = await openWorld({ seed: 'another-network' });
		const ada = await newPerson(world, 'Ada');
		const adaKey = await keyOf(ada.engine, ada.account);
		ada.browser.close();
		const elsewhere = await startGateway({ profile: other.localnet.profile(), port: 0 });
		const moved = testBrowser({ origin: elsewhere.url, indexedDB: ada.browser.indexedDB });
		const tab = await openTab(moved, { hadAccount: true });
		expect(tab.booted.kind).toBe('network-changed');
		const there = await tab.engine.createAccount('Ada elsewhere');
		await until(tab.engine, 'network', null, ({ state }) => state === 'ready');
		expect(await summaries(tab.engine)).toMatchObject([
			{ key: adaKey, standing: { kind: 'network-changed' } },
			{ accountId: there.accountId, standing: { kind: 'ready' }, shown: true }
		]);
		moved.close();

		// And the other way round.
		const home = await openTab(ada.browser, { hadAccount: true });
		expect(home.booted.kind).toBe('network-changed');
		expect(await home.engine.switchAccount(adaKey)).toEqual({ kind: 'ready' });
		expect(await now(home.engine, 'account', null)).toEqual(ada.account);
		await until(home.engine, 'network', null, ({ state }) => state === 'ready');
		await elsewhere.close();
		await other.close();
	});
});

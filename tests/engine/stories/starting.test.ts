import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startGateway } from '../../../src/gateway/gateway';
import { testBrowser } from '../node-platform';
import { createEngine } from '../../../src/engine/engine';
import {
	conversationRow,
	eventually,
	messages,
	newPerson,
	now,
	openTab,
	openWorld,
	reveal,
	talk,
	until,
	type World
} from './world';

let world: World;
beforeEach(async () => {
	world = await openWorld();
});
afterEach(() => world.close());

const noNetwork: typeof fetch = () => Promise.reject(new TypeError('fetch failed'));

describe('a start', () => {
	test('without an account waits for one, also while no gateway answers', async () => {
		const browser = world.browser();
		let reachable = false;
		const flaky: typeof fetch = (input, init) => (reachable ? fetch(input, init) : noNetwork(input, init));
		const { engine, booted } = await openTab(browser, { fetch: flaky });
		expect(booted).toEqual({ kind: 'new' });
		await expect(engine.createAccount('Ada')).rejects.toMatchObject({ code: 'gateway-unreachable' });
		await engine.setOnline(false);
		await expect(engine.createAccount('Ada')).rejects.toMatchObject({ code: 'offline' });
		reachable = true;
		await engine.setOnline(true);
		expect(await engine.createAccount('Ada')).toMatchObject({ displayName: 'Ada' });
	});

	test('offline opens everything, and what is written then goes out later', async () => {
		const ada = await newPerson(world, 'Ada');
		const bob = await newPerson(world, 'Bob');
		const toBob = await ada.engine.openConversation(bob.account.accountId);
		await ada.engine.send(toBob, 'hello');
		await ada.engine.setDraft(toBob, 'and another th');
		await until(ada.engine, 'conversation', toBob, (view) => view?.preview?.state === 'sent');
		ada.browser.close();

		let reachable = false;
		const cut: typeof fetch = (input, init) => (reachable ? fetch(input, init) : noNetwork(input, init));
		const again = await openTab(ada.browser, { hadAccount: true, online: false, fetch: cut });
		expect(again.booted).toEqual({ kind: 'ready' });
		expect(await now(again.engine, 'account', null)).toEqual(ada.account);
		expect(await now(again.engine, 'conversation', toBob)).toMatchObject({ draft: 'and another th' });
		expect(await now(again.engine, 'network', null)).toMatchObject({ state: 'offline' });
		expect(await talk(again.engine, toBob)).toEqual(['me: hello']);
		await again.engine.send(toBob, 'written on a train');
		reachable = true;
		await again.engine.setOnline(true);
		const row = await conversationRow(bob.engine, (found) => found.unread === 2, 'requests');
		expect(await talk(bob.engine, row.key)).toEqual(['they: hello', 'they: written on a train']);
	});

	test('with a gateway that does not answer opens everything too', async () => {
		const ada = await newPerson(world, 'Ada');
		ada.browser.close();
		const again = await openTab(ada.browser, { hadAccount: true, fetch: noNetwork });
		expect(again.booted).toEqual({ kind: 'ready' });
		expect(await now(again.engine, 'account', null)).toEqual(ada.account);
	});

	test('on another network than the account’s is refused and says both', async () => {
		const ada = await newPerson(world, 'Ada');
		ada.browser.close();
		const other = await openWorld({ seed: 'another-network' });
		const imposter = await startGateway({ profile: other.localnet.profile(), port: 0 });
		const moved = testBrowser({ origin: imposter.url, indexedDB: ada.browser.indexedDB });
		const { booted, engine } = await openTab(moved, { hadAccount: true });
		expect(booted.kind).toBe('network-changed');
		if (booted.kind === 'network-changed') expect(booted.pinned).not.toBe(booted.offered);
		await expect(engine.storageUse()).rejects.toMatchObject({ code: 'no-account' });
		moved.close();
		await imposter.close();
		await other.close();

		const back = await openTab(ada.browser, { hadAccount: true });
		expect(back.booted).toEqual({ kind: 'ready' });
	});

	test('offline is held to the network too, as soon as the gateway names another', async () => {
		const ada = await newPerson(world, 'Ada');
		const toBob = await ada.engine.openConversation(`05${'5b'.repeat(32)}`);
		ada.browser.close();
		const other = await openWorld({ seed: 'another-network' });
		const reached: string[] = [];
		other.localnet.on('onion', () => reached.push('onion'));
		const imposter = await startGateway({ profile: other.localnet.profile(), port: 0 });
		const moved = testBrowser({ origin: imposter.url, indexedDB: ada.browser.indexedDB });
		const tabs = [
			await openTab(moved, { hadAccount: true, online: false }),
			await openTab(moved, { hadAccount: true, online: false })
		];
		const { engine } = tabs[0]!;
		await engine.send(toBob, 'not for them');
		for (const tab of tabs) {
			expect(tab.booted).toEqual({ kind: 'ready' });
			await tab.engine.setOnline(true);
		}
		for (const tab of tabs) {
			const view = await until(tab.engine, 'network', null, ({ changed }) => changed !== null);
			expect(view.changed?.pinned).not.toBe(view.changed?.offered);
		}
		expect(await talk(engine, toBob)).toEqual(['me: not for them']);
		expect(reached).toEqual([]);
		moved.close();
		await imposter.close();
		await other.close();
	});

	test('once made is held to the network when the gateway comes back as another', async () => {
		const first = await startGateway({ profile: world.localnet.profile(), port: 0 });
		const browser = testBrowser({ origin: first.url });
		const { engine } = await openTab(browser);
		await engine.createAccount('Ada');
		await until(engine, 'network', null, ({ state }) => state === 'ready');
		await first.close();
		await until(engine, 'network', null, ({ state }) => state === 'gateway-unreachable');
		const other = await openWorld({ seed: 'another-network' });
		const imposter = await startGateway({ profile: other.localnet.profile(), port: first.port });
		const view = await until(engine, 'network', null, ({ changed }) => changed !== null, 15_000);
		expect(view.changed?.pinned).not.toBe(view.changed?.offered);
		expect(await now(engine, 'network', null)).toMatchObject({ changed: view.changed, leader: false });
		browser.close();
		await imposter.close();
		await other.close();
	});

	test('in a browser that lost its data never looks like a new person', async () => {
		const { booted } = await openTab(world.browser(), { hadAccount: true });
		expect(booted).toEqual({ kind: 'evicted' });
	});

	test.each([
		['indexedDB', 'no-indexeddb'],
		['webAssembly', 'no-webassembly'],
		['storage', 'storage-blocked']
	] as const)('without %s says why', async (lacking, reason) => {
		const tab = world.browser().openTab({ without: [lacking] });
		const engine = createEngine(tab.platform);
		expect(await engine.boot({ hadAccount: false, visible: true, online: true })).toEqual({
			kind: 'unusable',
			reason
		});
	});
});

describe('an account', () => {
	test('needs a name that others can show', async () => {
		const { engine } = await openTab(world.browser());
		await expect(engine.createAccount(' \u200b ')).rejects.toMatchObject({
			code: 'invalid-name',
			detail: { reason: 'empty' }
		});
		await expect(engine.createAccount('é'.repeat(51))).rejects.toMatchObject({
			code: 'invalid-name',
			detail: { reason: 'too-long', limit: 100, actual: 102 }
		});
		expect(await engine.createAccount('  Ada  ')).toMatchObject({ displayName: 'Ada' });
	});

	test('comes back from its words or its QR, and from nothing else', async () => {
		const ada = await newPerson(world, 'Ada');
		const words = await reveal(ada);
		const { qr } = await ada.engine.revealRecovery();
		const { engine } = await openTab(world.browser());
		expect(await engine.checkRecovery(words.split(' ').slice(1).join(' '))).toMatchObject({
			ok: false,
			reason: 'too-few',
			count: 12
		});
		expect(await engine.checkRecovery(words.replace(/^\S+/, 'xyzzy'))).toMatchObject({
			ok: false,
			reason: 'unknown-word',
			index: 0
		});
		expect(await engine.checkRecovery(`  ${words.toUpperCase().replaceAll(' ', '\n')}`)).toEqual({
			ok: true
		});
		expect(await engine.suggestWords(words.slice(0, 3), 5)).toContain(words.split(' ')[0]);
		await expect(engine.restoreAccount('not the words')).rejects.toMatchObject({
			code: 'invalid-recovery'
		});
		const restored = await engine.restoreAccount(qr);
		expect(restored).toMatchObject({ accountId: ada.account.accountId, recoverySeen: true });
	});

	test('remembers that its words were seen, and its new name reaches others with the next message', async () => {
		const ada = await newPerson(world, 'Ada');
		const bob = await newPerson(world, 'Bob');
		await ada.engine.markRecoverySeen();
		await ada.engine.setDisplayName('Ada L.');
		expect(await now(ada.engine, 'account', null)).toMatchObject({
			recoverySeen: true,
			displayName: 'Ada L.'
		});
		const toBob = await ada.engine.openConversation(bob.account.accountId);
		await ada.engine.send(toBob, 'it is me');
		await conversationRow(bob.engine, (row) => row.person.name === 'Ada L.', 'requests');
		ada.browser.close();
		const again = await openTab(ada.browser, { hadAccount: true });
		expect(await now(again.engine, 'account', null)).toMatchObject({ displayName: 'Ada L.' });
	});

	test('finds people by name', async () => {
		const ada = await newPerson(world, 'Ada');
		const bob = await newPerson(world, 'Bob');
		world.localnet.registerName('bob-the-builder', bob.account.accountId);
		const key = await ada.engine.openConversation('  Bob-The-Builder ');
		expect(await ada.engine.openConversation(bob.account.accountId.toUpperCase())).toBe(key);
		await expect(ada.engine.openConversation('nobody-at-all')).rejects.toMatchObject({
			code: 'unknown-name'
		});
		for (const [input, reason] of [
			['', 'empty'],
			[`15${'a'.repeat(64)}`, 'blinded'],
			[`03${'a'.repeat(64)}`, 'group'],
			[`07${'a'.repeat(64)}`, 'prefix'],
			[bob.account.accountId.slice(0, 60), 'length'],
			['no such thing!', 'not-hex']
		] as const) {
			await expect(ada.engine.openConversation(input)).rejects.toMatchObject({
				code: 'invalid-account-id',
				detail: { reason }
			});
		}
		expect(await ada.engine.storageUse()).toMatchObject({ conversations: 0 });
	});

	test('whose conversation is deleted keeps the contact, and read marks move on', async () => {
		const ada = await newPerson(world, 'Ada');
		const bob = await newPerson(world, 'Bob');
		const toBob = await ada.engine.openConversation(bob.account.accountId);
		await ada.engine.send(toBob, 'one');
		const atBob = await conversationRow(bob.engine, (row) => row.unread === 1, 'requests');
		const shown = await messages(bob.engine, atBob.key);
		await bob.engine.markRead(atBob.key, shown.at(-1)!.key);
		expect(await now(bob.engine, 'conversation', atBob.key)).toMatchObject({ unread: 0 });
		await bob.engine.acceptRequest(atBob.key);
		await bob.engine.deleteConversation(atBob.key);
		expect(await now(bob.engine, 'conversations', null)).toEqual([]);
		expect((await bob.engine.storageUse()).messages).toBe(0);
		await ada.engine.send(toBob, 'two');
		await conversationRow(bob.engine, (row) => row.standing === 'contact' && row.unread === 1);
		expect(await talk(bob.engine, atBob.key)).toEqual(['they: two']);
	});

	test('leaves a log that names nobody', async () => {
		const ada = await newPerson(world, 'Ada Lovelace');
		const bob = await newPerson(world, 'Bob');
		const toBob = await ada.engine.openConversation(bob.account.accountId);
		await ada.engine.send(toBob, 'a secret word');
		await eventually(
			() => ada.engine.exportLog(),
			(log) => log.includes('store-confirmed')
		);
		const log = await ada.engine.exportLog();
		for (const line of log.split('\n')) expect(() => void JSON.parse(line)).not.toThrow();
		const { qr } = await ada.engine.revealRecovery();
		const hidden = [ada.account.accountId, bob.account.accountId, 'Lovelace', 'secret', toBob, qr];
		for (const word of [...hidden, await reveal(ada)]) expect(log).not.toContain(word);
	});
});

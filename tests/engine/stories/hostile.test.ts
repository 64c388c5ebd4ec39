import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { messageHash } from '../../../src/protocol/storage-rpc';
import { utf8 } from '../../../src/protocol/bytes';
import { damaged, rawOpen, settled, type RawRow } from '../storage/fixture';
import { identityOf, put, random, seal, stranger, text } from './swarm';
import {
	conversationRow,
	eventually,
	messages,
	newPerson,
	now,
	openTab,
	openWorld,
	talk,
	until,
	type World
} from './world';

let world: World;
beforeAll(async () => {
	world = await openWorld();
});
afterAll(() => world.close());

describe('what others put into my swarm', () => {
	test('garbage is counted once, and what is real arrives all the same', async () => {
		const ada = await newPerson(world, 'Ada');
		const eve = await stranger(7);
		const id = ada.account.accountId;
		await put(world, id, utf8('not a message at all'));
		await put(world, id, random(500));
		await put(world, id, new Uint8Array(0));
		await put(world, id, Uint8Array.of(0, 2, ...random(1200)));
		const torn = seal(eve, id, text('torn'));
		await put(world, id, torn.slice(0, torn.length - 10));
		const changed = seal(eve, id, text('changed'));
		changed[200] = (changed[200] ?? 0) ^ 1;
		await put(world, id, changed);
		await put(world, id, seal(eve, id, text('I am real', 'Eve')));

		const row = await conversationRow(ada.engine, (found) => found.person.name === 'Eve', 'requests');
		expect(await talk(ada.engine, row.key)).toEqual(['they: I am real']);
		const total = (counts: Record<string, number>) =>
			Object.values(counts).reduce((sum, count) => sum + count, 0);
		const ignored = await until(ada.engine, 'ignored', null, (counts) => total({ ...counts }) >= 6);
		expect(ignored).toMatchObject({ unsupported: 1, damagedRows: 0 });
		expect(total({ ...ignored })).toBe(6);

		// A second start does not look at any of it again.
		ada.tab.kill();
		const again = await openTab(ada.browser, { hadAccount: true });
		await put(world, id, seal(eve, id, text('still here')));
		await until(again.engine, 'conversation', row.key, (view) => view?.unread === 2);
		expect(await now(again.engine, 'ignored', null)).toEqual(ignored);
	});

	test('a message for someone else, and one in another name, show nothing', async () => {
		const ada = await newPerson(world, 'Ada');
		const bob = await newPerson(world, 'Bob');
		const id = ada.account.accountId;
		const eve = await stranger(8);
		// Bob's message to himself, carried over into Ada's swarm.
		await put(world, id, seal(await identityOf(bob), bob.account.accountId, text('not for you')));
		// Eve says that it is a copy of something Ada sent to Bob.
		await put(world, id, seal(eve, id, { dataMessage: { body: 'x', syncTarget: bob.account.accountId } }));
		const ignored = await until(
			ada.engine,
			'ignored',
			null,
			({ forged, undecryptable }) => forged > 0 && undecryptable > 0
		);
		expect(ignored).toMatchObject({ forged: 1, undecryptable: 1 });
		expect(await now(ada.engine, 'requests', null)).toEqual([]);
		expect(await now(ada.engine, 'conversations', null)).toEqual([]);
	});

	test('a message that comes again in another wrapping is shown once', async () => {
		const ada = await newPerson(world, 'Ada');
		const id = ada.account.accountId;
		const eve = await stranger(9);
		const at = Date.now();
		await put(world, id, seal(eve, id, text('once', 'Eve'), at));
		await put(world, id, seal(eve, id, text('once', 'Eve'), at));
		await until(ada.engine, 'ignored', null, ({ replayed }) => replayed === 1);
		const row = await conversationRow(ada.engine, (found) => found.person.name === 'Eve', 'requests');
		expect(row.unread).toBe(1);
		expect(await talk(ada.engine, row.key)).toEqual(['they: once']);
	});

	test('times that cannot be are counted and not shown', async () => {
		const ada = await newPerson(world, 'Ada');
		const id = ada.account.accountId;
		const eve = await stranger(10);
		const day = 86_400_000;
		await put(world, id, seal(eve, id, text('long ago', 'Eve'), Date.now() - 30 * day));
		await put(world, id, seal(eve, id, text('far ahead', 'Eve'), Date.now() + day));
		await put(world, id, seal(eve, id, text('late', 'Eve'), Date.now() - 13 * day));
		await until(ada.engine, 'ignored', null, ({ timestamp }) => timestamp === 2);
		const row = await conversationRow(ada.engine, (found) => found.person.name === 'Eve', 'requests');
		expect(await talk(ada.engine, row.key)).toEqual(['they: late']);
	});

	test('a blocked person is not heard, and is again once unblocked', async () => {
		const ada = await newPerson(world, 'Ada');
		const id = ada.account.accountId;
		const eve = await stranger(11);
		const mallory = await stranger(12);
		await put(world, id, seal(eve, id, text('first', 'Eve')));
		const row = await conversationRow(ada.engine, (found) => found.person.name === 'Eve', 'requests');
		await ada.engine.blockPerson(row.key);
		expect(await now(ada.engine, 'requests', null)).toEqual([]);
		await put(world, id, seal(eve, id, text('second', 'Eve')));
		await put(world, id, seal(mallory, id, text('a mark', 'Mallory')));
		await conversationRow(ada.engine, (found) => found.person.name === 'Mallory', 'requests');
		expect(await now(ada.engine, 'conversation', row.key)).toMatchObject({ standing: 'blocked', unread: 0 });
		expect(await talk(ada.engine, row.key)).toEqual([]);
		await expect(ada.engine.send(row.key, 'no')).rejects.toMatchObject({ detail: { reason: 'blocked' } });

		await ada.engine.unblockPerson(row.key);
		await put(world, id, seal(eve, id, text('third', 'Eve')));
		await conversationRow(ada.engine, (found) => found.key === row.key, 'requests');
		expect(await talk(ada.engine, row.key)).toEqual(['they: third']);
	});

	test('what this version cannot show is said or left out, never shown as text', async () => {
		const ada = await newPerson(world, 'Ada');
		const id = ada.account.accountId;
		const eve = await stranger(13);
		const at = Date.now() - 10_000;
		const contents = [
			{
				dataMessage: { attachments: [{ id: 0, url: 'http://f.example/1' }], profile: { displayName: 'Eve' } }
			},
			{ dataMessage: { body: 'a picture', attachments: [{ id: 0, url: 'http://f.example/2' }] } },
			{ dataMessage: { body: 'an answer', quote: { id: at, author: id } } },
			{ typingMessage: { timestamp: at + 3, action: 0 } },
			{ receiptMessage: { type: 1, timestamp: [at] } },
			{ dataMessage: { body: '', reaction: { id: at, author: id, emoji: '👍', action: 0 } } },
			{ unsendRequest: { timestamp: at, author: eve.accountId } }
		];
		for (const [index, content] of contents.entries())
			await put(world, id, seal(eve, id, content, at + index));
		await until(ada.engine, 'ignored', null, ({ unsupported }) => unsupported === 2);
		expect(await now(ada.engine, 'typing', null)).toEqual([]);
		const row = await conversationRow(ada.engine, (found) => found.person.name === 'Eve', 'requests');
		expect((await messages(ada.engine, row.key)).map(({ content }) => content)).toEqual([
			{ kind: 'unsupported', what: 'attachment' },
			{ kind: 'text', body: 'a picture' },
			{ kind: 'text', body: 'an answer' }
		]);
	});

	test('a declined request leaves nothing, and its next message is a request again', async () => {
		const ada = await newPerson(world, 'Ada');
		const id = ada.account.accountId;
		const eve = await stranger(14);
		await put(world, id, seal(eve, id, text('buy this', 'Eve')));
		const row = await conversationRow(ada.engine, (found) => found.person.name === 'Eve', 'requests');
		await ada.engine.declineRequest(row.key);
		expect(await now(ada.engine, 'conversation', row.key)).toBeNull();
		expect(await ada.engine.storageUse()).toEqual({ messages: 0, conversations: 0 });
		await put(world, id, seal(eve, id, text('and this', 'Eve')));
		const again = await conversationRow(ada.engine, (found) => found.person.name === 'Eve', 'requests');
		expect(again.key).not.toBe(row.key);
		expect(await talk(ada.engine, again.key)).toEqual(['they: and this']);
	});

	test('accepting without a word tells the other side', async () => {
		const ada = await newPerson(world, 'Ada');
		const bob = await newPerson(world, 'Bob');
		const toBob = await ada.engine.openConversation(bob.account.accountId);
		await ada.engine.send(toBob, 'may I?');
		const row = await conversationRow(bob.engine, (found) => found.person.name === 'Ada', 'requests');
		await bob.engine.acceptRequest(row.key);
		expect(await now(bob.engine, 'conversation', row.key)).toMatchObject({ standing: 'contact' });
		await until(ada.engine, 'conversation', toBob, (view) => view?.standing === 'contact');
		expect(await talk(ada.engine, toBob)).toEqual(['me: may I?', 'they [request-accepted]']);
		await bob.engine.acceptRequest(row.key);
		expect(world.localnet.storedHashes(ada.account.accountId, 0)).toHaveLength(2);
	});
});

describe('what a disk can do', () => {
	test('a damaged message costs itself only', async () => {
		const ada = await newPerson(world, 'Ada');
		const id = ada.account.accountId;
		const eve = await stranger(15);
		const at = Date.now() - 5000;
		for (const [index, body] of ['one', 'two', 'three'].entries()) {
			await put(world, id, seal(eve, id, text(body, 'Eve'), at + index));
		}
		const row = await conversationRow(ada.engine, (found) => found.unread === 3, 'requests');
		const second = (await messages(ada.engine, row.key))[1]!;
		ada.browser.close();

		const names = (await ada.browser.indexedDB.databases()).flatMap(({ name }) => name ?? []);
		const name = names.find((found) => /^[0-9a-f]{32}$/.test(found))!;
		const database = await rawOpen(ada.browser.indexedDB, name);
		const store = database.transaction('messages', 'readwrite').objectStore('messages');
		const found = await settled<RawRow>(store.get(second.key));
		await settled(store.put(damaged(found)));
		database.close();

		const again = await openTab(ada.browser, { hadAccount: true });
		expect(again.booted).toEqual({ kind: 'ready' });
		const shown = await messages(again.engine, row.key);
		expect(shown.map(({ content }) => content)).toEqual([
			{ kind: 'text', body: 'one' },
			{ kind: 'damaged' },
			{ kind: 'text', body: 'three' }
		]);
		expect(shown[1]?.sentAt).toBe(shown[0]?.sentAt);
		await until(again.engine, 'ignored', null, ({ damagedRows }) => damagedRows === 1);
		await put(world, id, seal(eve, id, text('four', 'Eve')));
		await eventually(
			() => messages(again.engine, row.key),
			(list) => list.length === 4
		);
	});
});

test('hashes of the network are the protocol’s', async () => {
	const eve = await stranger(16);
	const data = seal(eve, eve.accountId, text('x'));
	await put(world, eve.accountId, data);
	expect(world.localnet.storedHashes(eve.accountId, 0)).toEqual([messageHash(eve.accountId, 0, data)]);
});

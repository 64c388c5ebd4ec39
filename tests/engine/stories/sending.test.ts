import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { MessageState } from '../../../src/engine/api';
import { openDirectMessage } from '../../../src/protocol/direct-message';
import { identityOf, put, seal, stranger, text } from './swarm';
import {
	conversationRow,
	eventually,
	messages,
	newPerson,
	now,
	openTab,
	openWorld,
	pause,
	talk,
	until,
	type Person,
	type World
} from './world';

let world: World;
beforeAll(async () => {
	world = await openWorld();
});
afterEach(() => world.localnet.faults.heal());
afterAll(() => world.close());

const hashesOf = (person: Person) => world.localnet.storedHashes(person.account.accountId, 0);

describe('one message', () => {
	test('stored again and again, since no answer comes back, has one hash', async () => {
		const ada = await newPerson(world, 'Ada');
		const bob = await newPerson(world, 'Bob');
		const { accountId } = bob.account;
		await bob.engine.setOnline(false);
		const toBob = await ada.engine.openConversation(accountId);
		const home = new Set<string>();
		let asked = 0;
		const stops = [
			world.localnet.on('stored', ({ account, node }) => account === accountId && home.add(node)),
			world.localnet.on('onion', ({ role, node }) => {
				if (role === 'destination' && home.has(node)) asked += 1;
			})
		];
		await ada.engine.send(toBob, 'before the storm');
		await until(ada.engine, 'conversation', toBob, (view) => view?.preview?.state === 'sent', 20_000);

		// From now on Bob's nodes do what they are asked, and every answer of theirs is lost.
		for (const id of home) world.localnet.faults.drop(id, 1, 'reset');
		const before = asked;
		const key = await ada.engine.send(toBob, 'through the storm');
		await eventually(
			() => hashesOf(bob).length === 2 && asked - before > 1,
			(stored) => stored,
			40_000
		);
		expect(await now(ada.engine, 'conversation', toBob)).not.toMatchObject({ preview: { state: 'sent' } });
		world.localnet.faults.heal();
		await ada.engine.retry(key);
		await until(ada.engine, 'conversation', toBob, (view) => view?.preview?.state === 'sent', 40_000);
		for (const stop of stops) stop();
		expect(hashesOf(bob)).toHaveLength(2);
		await eventually(
			() => hashesOf(ada).length,
			(count) => count === 2,
			20_000
		);

		await bob.engine.setOnline(true);
		const row = await conversationRow(bob.engine, (found) => found.unread === 2, 'requests', 20_000);
		expect(await talk(bob.engine, row.key)).toEqual(['they: before the storm', 'they: through the storm']);
	});

	test('waits while offline, says so, and goes out by itself', async () => {
		const ada = await newPerson(world, 'Ada');
		const bob = await newPerson(world, 'Bob');
		const toBob = await ada.engine.openConversation(bob.account.accountId);
		await ada.engine.setOnline(false);
		await ada.engine.send(toBob, 'one');
		await ada.engine.send(toBob, 'two');
		await ada.engine.send(toBob, 'three');
		const waiting = (state: MessageState) => state.kind === 'queued' && state.reason === 'offline';
		const shown = await eventually(
			() => messages(ada.engine, toBob),
			(list) => list.every(({ state }) => waiting(state))
		);
		for (const { state } of shown) {
			expect(state.kind === 'queued' && (state.nextTryAt ?? 0) > Date.now() - 5_000).toBe(true);
		}
		expect(hashesOf(bob)).toEqual([]);

		await ada.engine.setOnline(true);
		const row = await conversationRow(bob.engine, (found) => found.unread === 3, 'requests');
		expect(await talk(bob.engine, row.key)).toEqual(['they: one', 'they: two', 'they: three']);
	});

	test('arrives in the order of writing, however fast it is written', async () => {
		const ada = await newPerson(world, 'Ada');
		const bob = await newPerson(world, 'Bob');
		const toBob = await ada.engine.openConversation(bob.account.accountId);
		const bodies = Array.from({ length: 12 }, (_, index) => `number ${index}`);
		const arrived: string[] = [];
		const bobs = await identityOf(bob);
		await Promise.all(bodies.map((body) => ada.engine.send(toBob, body)));
		const row = await conversationRow(bob.engine, (found) => found.unread === 12, 'requests', 20_000);
		for (const line of await talk(bob.engine, row.key)) arrived.push(line.replace('they: ', ''));
		expect(arrived).toEqual(bodies);
		expect(bobs.accountId).toBe(bob.account.accountId);
		const times = (await messages(bob.engine, row.key)).map(({ sentAt }) => sentAt);
		expect(new Set(times).size).toBe(12);
	});

	test('to myself is one copy in my own swarm', async () => {
		const ada = await newPerson(world, 'Ada');
		const note = ada.account.noteToSelf;
		expect(await ada.engine.openConversation(ada.account.accountId)).toBe(note);
		expect(await now(ada.engine, 'conversations', null)).toEqual([]);
		await ada.engine.send(note, 'do not forget');
		await until(ada.engine, 'conversation', note, (view) => view?.preview?.state === 'sent');
		expect(hashesOf(ada)).toHaveLength(1);
		expect(await now(ada.engine, 'conversations', null)).toMatchObject([{ key: note, standing: 'note' }]);
		await pause(1_500);
		expect(await talk(ada.engine, note)).toEqual(['me: do not forget']);
		expect(await now(ada.engine, 'ignored', null)).toMatchObject({ replayed: 0, malformed: 0 });
	});

	test('is sealed for its recipient and its copy names them', async () => {
		const ada = await newPerson(world, 'Ada');
		const eve = await stranger(31);
		const toEve = await ada.engine.openConversation(eve.accountId);
		await ada.engine.send(toEve, 'sealed');
		await eventually(
			() => hashesOf(ada).length,
			(count) => count === 1
		);
		const adas = await identityOf(ada);
		const copy = seal(adas, adas.accountId, text('not this'));
		expect(openDirectMessage(copy, adas).senderId).toBe(adas.accountId);
		const [shown] = await messages(ada.engine, toEve);
		expect(shown).toMatchObject({ state: { kind: 'sent' }, mine: true });
	});

	test('that never left can be discarded, one that may have left cannot', async () => {
		const ada = await newPerson(world, 'Ada');
		const bob = await newPerson(world, 'Bob');
		const toBob = await ada.engine.openConversation(bob.account.accountId);
		await ada.engine.setOnline(false);
		const first = await ada.engine.send(toBob, 'first');
		const second = await ada.engine.send(toBob, 'second');
		await ada.engine.discard(second);
		expect(await talk(ada.engine, toBob)).toEqual(['me: first']);
		expect(await now(ada.engine, 'conversation', toBob)).toMatchObject({ preview: { text: 'first' } });
		await ada.engine.setOnline(true);
		await until(ada.engine, 'conversation', toBob, (view) => view?.preview?.state === 'sent');
		await expect(ada.engine.discard(first)).rejects.toMatchObject({
			code: 'not-found',
			detail: { reason: 'may-have-left' }
		});
		await ada.engine.retry(first);
		await pause(300);
		expect(hashesOf(bob)).toHaveLength(1);
	});

	test('is refused when it is empty or too long, with the count', async () => {
		const ada = await newPerson(world, 'Ada');
		const note = ada.account.noteToSelf;
		await expect(ada.engine.send(note, ' \n\t ')).rejects.toMatchObject({ code: 'empty' });
		await expect(ada.engine.send(note, '🐑'.repeat(2_001))).rejects.toMatchObject({
			code: 'too-large',
			detail: { limit: 2_000, actual: 2_001 }
		});
		await ada.engine.send(note, '🐑'.repeat(2_000));
	});
});

describe('several tabs', () => {
	test('show the same, and any of them may write', async () => {
		const ada = await newPerson(world, 'Ada');
		const bob = await newPerson(world, 'Bob');
		const second = await openTab(ada.browser, { hadAccount: true });
		expect(second.booted).toEqual({ kind: 'ready' });
		expect((await now(ada.engine, 'network', null)).leader).toBe(true);
		expect((await now(second.engine, 'network', null)).leader).toBe(false);

		const toBob = await second.engine.openConversation(bob.account.accountId);
		await Promise.all([
			second.engine.send(toBob, 'from the second'),
			ada.engine.send(toBob, 'from the first')
		]);
		await until(second.engine, 'conversation', toBob, (view) => view?.preview?.state === 'sent');
		const row = await conversationRow(bob.engine, (found) => found.unread === 2, 'requests');
		const times = (await messages(bob.engine, row.key)).map(({ sentAt }) => sentAt);
		expect(new Set(times).size).toBe(2);
		expect(await talk(second.engine, toBob)).toEqual(await talk(ada.engine, toBob));

		await bob.engine.send(row.key, 'to whichever');
		await until(second.engine, 'conversation', toBob, (view) => view?.preview?.text === 'to whichever');
		await until(ada.engine, 'conversation', toBob, (view) => view?.preview?.text === 'to whichever');
	});

	test('when the leading one dies the next goes on', async () => {
		const ada = await newPerson(world, 'Ada');
		const bob = await newPerson(world, 'Bob');
		const second = await openTab(ada.browser, { hadAccount: true });
		const toBob = await second.engine.openConversation(bob.account.accountId);
		await second.engine.setActive(toBob);
		ada.tab.kill();
		await second.engine.send(toBob, 'without the leader');
		await until(second.engine, 'conversation', toBob, (view) => view?.preview?.state === 'sent');
		await put(
			world,
			ada.account.accountId,
			seal(await identityOf(bob), ada.account.accountId, text('heard', 'Bob'))
		);
		await until(second.engine, 'conversation', toBob, (view) => view?.preview?.text === 'heard');
		expect((await now(second.engine, 'network', null)).leader).toBe(true);
	});

	test('when the leading one is put away the next leads, and sends', async () => {
		const ada = await newPerson(world, 'Ada');
		const bob = await newPerson(world, 'Bob');
		const second = await openTab(ada.browser, { hadAccount: true });
		const toBob = await second.engine.openConversation(bob.account.accountId);
		await ada.engine.close();
		await second.engine.send(toBob, 'after the first was put away');
		await until(second.engine, 'conversation', toBob, (view) => view?.preview?.state === 'sent');
		expect((await now(second.engine, 'network', null)).leader).toBe(true);
	});

	test('deleting the account ends it in all of them', async () => {
		const ada = await newPerson(world, 'Ada');
		const second = await openTab(ada.browser, { hadAccount: true });
		await ada.engine.deleteAccount();
		await expect(ada.engine.storageUse()).rejects.toMatchObject({ code: 'no-account' });
		await eventually(
			() =>
				second.engine.storageUse().then(
					() => 'there',
					(error: { code: string }) => error.code
				),
			(code) => code === 'no-account'
		);
		const later = await openTab(ada.browser);
		expect(later.booted).toEqual({ kind: 'new' });
		const made = await later.engine.createAccount('Someone else');
		expect(made.accountId).not.toBe(ada.account.accountId);
	});

	test('two that both make the first account end in one', async () => {
		const browser = world.browser();
		const one = await openTab(browser);
		const two = await openTab(browser);
		const [first, second] = await Promise.all([
			one.engine.createAccount('Ada'),
			two.engine.createAccount('Ada')
		]);
		expect(second.accountId).toBe(first.accountId);
	});
});

describe('coming back', () => {
	test('after a thousand messages: all of them, once, in order', async () => {
		const ada = await newPerson(world, 'Ada');
		const id = ada.account.accountId;
		const people = await Promise.all([41, 42, 43, 44, 45].map(stranger));
		ada.tab.kill();
		const start = Date.now() - 3_600_000;
		const sealed = Array.from({ length: 1000 }, (_, index) =>
			seal(people[index % people.length]!, id, text(`m${index}`), start + index * 1000)
		);
		await Promise.all(
			[0, 1, 2, 3].map(async (lane) => {
				for (let index = lane; index < 1000; index += 4) await put(world, id, sealed[index]!);
			})
		);
		const again = await openTab(ada.browser, { hadAccount: true });
		await until(
			again.engine,
			'requests',
			null,
			(rows) => rows.reduce((sum, row) => sum + row.unread, 0) === 1000,
			20_000
		);
		expect(await again.engine.storageUse()).toEqual({ messages: 1000, conversations: 5 });
		for (const row of await now(again.engine, 'requests', null)) {
			const bodies = (await talk(again.engine, row.key)).map((line) => Number(line.replace('they: m', '')));
			expect(bodies).toEqual([...bodies].sort((a, b) => a - b));
			expect(new Set(bodies).size).toBe(200);
		}
		// Another node of the swarm hands over the same again.
		await again.engine.setVisible(false);
		await again.engine.setVisible(true);
		await pause(1500);
		expect(await again.engine.storageUse()).toEqual({ messages: 1000, conversations: 5 });
	});
});

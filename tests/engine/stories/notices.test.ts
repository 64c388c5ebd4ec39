import { afterEach, expect, test } from 'vitest';
import type { Notice } from '../../../src/engine/api';
import { friends, readAll } from './friends';
import { eventually, now, openTab, openWorld, until, type World } from './world';

let world: World;
afterEach(() => world.close());

test('notices come in the leading tab alone, and go on in the next', { timeout: 60_000 }, async () => {
	world = await openWorld();
	const { ada, bob, atAda, atBob } = await friends(world);
	await bob.engine.setPreferences({ notifications: { content: 'name-and-text' } });
	await readAll(bob, atBob);
	const second = await openTab(bob.browser, { hadAccount: true });
	const leading: Notice[] = [];
	const following: Notice[] = [];
	await bob.engine.watch('notices', null, (batch) => leading.push(...batch));
	await second.engine.watch('notices', null, (batch) => following.push(...batch));

	// The second tab shows the conversation, so nobody needs to be told.
	await second.engine.setActive(atBob);
	await ada.engine.send(atAda, 'looked at');
	await until(bob.engine, 'conversation', atBob, (view) => view?.unread === 1);
	await second.engine.setActive(null);
	await ada.engine.send(atAda, 'while away');
	await eventually(
		() => leading.length,
		(count) => count === 1
	);
	expect(leading).toEqual([
		{ kind: 'message', conversation: atBob, title: 'Ada', body: 'while away', count: 2 }
	]);
	expect(following).toEqual([]);
	expect(await now(second.engine, 'unread', null)).toBe(2);

	await readAll(second, atBob);
	await until(bob.engine, 'unread', null, (count) => count === 0);

	bob.tab.kill();
	await ada.engine.send(atAda, 'and now?');
	await eventually(
		() => following.length,
		(count) => count === 1
	);
	expect(following).toMatchObject([{ body: 'and now?', count: 1 }]);
	await until(second.engine, 'unread', null, (count) => count === 1);
});

test('the number leaves out requests, muted and blocked people', { timeout: 60_000 }, async () => {
	world = await openWorld();
	const { ada, bob, atAda, atBob } = await friends(world);
	await readAll(bob, atBob);
	const carol = await openTab(world.browser());
	await carol.engine.createAccount('Carol');
	const toBob = await carol.engine.openConversation(bob.account.accountId);
	await carol.engine.send(toBob, 'may I?');
	await until(bob.engine, 'requests', null, ([row]) => row?.unread === 1);
	expect(await now(bob.engine, 'unread', null)).toBe(0);
	await ada.engine.send(atAda, 'one');
	await until(bob.engine, 'unread', null, (count) => count === 1);
	await bob.engine.blockPerson(atBob);
	await until(bob.engine, 'unread', null, (count) => count === 0);
});

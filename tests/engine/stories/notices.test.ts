import { afterEach, expect, test } from 'vitest';
import type { AccountSummary, Engine, Notice } from '../../../src/engine/api';
import { createEngine } from '../../../src/engine/engine';
import { friends, readAll } from './friends';
import { eventually, now, openTab, openWorld, until, type World } from './world';

let world: World;

const total = (accounts: readonly AccountSummary[]) => accounts.reduce((sum, { unread }) => sum + unread, 0);
const untilTotal = (engine: Engine, count: number) =>
	until(engine, 'accounts', null, (accounts) => total(accounts) === count);

afterEach(() => world.close());

test('notices come in the leading tab alone, and go on in the next', async () => {
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
	const [account] = await now(bob.engine, 'accounts', null);
	expect(leading).toEqual([
		{
			account: account!.key,
			kind: 'message',
			conversation: atBob,
			title: 'Ada',
			body: 'while away',
			count: 2,
			sound: true
		}
	]);
	expect(following).toEqual([]);
	expect(total(await now(second.engine, 'accounts', null))).toBe(2);

	await readAll(second, atBob);
	await untilTotal(bob.engine, 0);

	bob.tab.kill();
	await ada.engine.send(atAda, 'and now?');
	await eventually(
		() => following.length,
		(count) => count === 1
	);
	expect(following).toMatchObject([{ body: 'and now?', count: 1 }]);
	await untilTotal(second.engine, 1);
});

test('the number leaves out requests, muted and blocked people', async () => {
	world = await openWorld();
	const { ada, bob, atAda, atBob } = await friends(world);
	await readAll(bob, atBob);
	const carol = await openTab(world.browser());
	await carol.engine.createAccount('Carol');
	const toBob = await carol.engine.openConversation(bob.account.accountId);
	await carol.engine.send(toBob, 'may I?');
	await until(bob.engine, 'requests', null, ([row]) => row?.unread === 1);
	expect(total(await now(bob.engine, 'accounts', null))).toBe(0);
	await ada.engine.send(atAda, 'one');
	await untilTotal(bob.engine, 1);
	await bob.engine.blockPerson(atBob);
	await untilTotal(bob.engine, 0);
});

test('every account notifies, as it wishes itself, whichever is shown', async () => {
	world = await openWorld();
	const { ada, bob, atAda, atBob } = await friends(world);
	const { engine } = bob;
	await readAll(bob, atBob);
	await engine.setPreferences({ notifications: { content: 'name-and-text', sound: false } });
	const notices: Notice[] = [];
	await engine.watch('notices', null, (batch) => notices.push(...batch));
	// Shown from here on; of its own wishes nothing holds for Bob's first account.
	const work = await engine.createAccount('Bob at work');
	await engine.setPreferences({ notifications: { content: 'none' } });
	const [home, there] = await now(engine, 'accounts', null);

	await ada.engine.send(atAda, 'to the first');
	await eventually(
		() => notices.length,
		(count) => count === 1
	);
	expect(notices[0]).toMatchObject({
		account: home!.key,
		conversation: atBob,
		body: 'to the first',
		sound: false
	});
	await untilTotal(engine, 1);
	expect(await now(engine, 'waiting', null)).toEqual([
		{ account: home!.key, conversations: [atBob], requests: false },
		{ account: there!.key, conversations: [], requests: false }
	]);

	const atWork = await ada.engine.openConversation(work.accountId);
	await ada.engine.send(atWork, 'may I?');
	await until(engine, 'waiting', null, (waiting) => waiting[1]?.requests === true);
	await eventually(
		() => notices.length,
		(count) => count === 2
	);
	expect(notices[1]).toMatchObject({ account: there!.key, kind: 'request', title: null, sound: true });

	// A new window that is about the first account shows that one, and so do those after it.
	const opened = createEngine(bob.browser.openTab().platform);
	await opened.boot({ hadAccount: true, visible: true, online: true, account: home!.key });
	expect(await now(opened, 'account', null)).toEqual(bob.account);
	await readAll({ engine: opened }, atBob);
	await until(engine, 'waiting', null, ([first]) => first?.conversations.length === 0);

	// What rests, or was put away, is silent in an account that is not shown, too.
	await opened.setArchived(atBob, true);
	await ada.engine.send(atAda, 'to the archive');
	await until(engine, 'waiting', null, ([first]) => first?.conversations.length === 1);
	expect(await untilTotal(engine, 0)).toMatchObject([{ unread: 0 }, { unread: 0 }]);
	await opened.setArchived(atBob, false);
	await untilTotal(engine, 1);
	// Nothing happens any more until the mute ends by itself.
	const totals: number[] = [];
	await engine.watch('accounts', null, (accounts) => {
		if (total(accounts) !== totals.at(-1)) totals.push(total(accounts));
	});
	await opened.mute(atBob, 4);
	await eventually(
		() => totals,
		(told) => told.join() === '1,0,1'
	);
	expect(notices).toHaveLength(2);
});

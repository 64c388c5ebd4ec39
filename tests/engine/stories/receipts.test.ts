import { afterEach, describe, expect, test } from 'vitest';
import { friends, readAll, type Friends } from './friends';
import { conversationRow, eventually, messages, now, openTab, openWorld, until, type World } from './world';

let world: World;
afterEach(() => world.close());

const read = (view: { preview: { text: string; state: string } | null } | null, text: string) =>
	view?.preview?.text === text && view.preview.state === 'read';

/** Two friends who look at their conversation: whoever does polls often. */
async function lookingOn(where: World): Promise<Friends> {
	const both = await friends(where);
	await both.ada.engine.setActive(both.atAda);
	await both.bob.engine.setActive(both.atBob);
	return both;
}

const receiptLeft = (log: string) => log.includes('"event":"store-confirmed","word":"receipt"');

describe('read receipts', () => {
	test('reach the author when both wish so, one for all that was read', async () => {
		world = await openWorld();
		const { ada, bob, atAda, atBob } = await lookingOn(world);
		await ada.engine.setPreferences({ readReceipts: true });
		await bob.engine.setPreferences({ readReceipts: true });
		await ada.engine.send(atAda, 'one');
		await ada.engine.send(atAda, 'two');
		await until(bob.engine, 'conversation', atBob, (view) => view?.unread === 2);
		await readAll(bob, atBob);
		await until(ada.engine, 'conversation', atAda, (view) => read(view, 'two'));
		const states = (await messages(ada.engine, atAda)).map(({ content, state }) => [
			content.kind === 'text' ? content.body : content.kind,
			state.kind
		]);
		expect(states.slice(-2)).toEqual([
			['one', 'read'],
			['two', 'read']
		]);
		// What was read before anybody wished so stays as it was, and a note about the request is no message.
		expect(states.slice(0, 2)).toEqual([
			['hello Bob', 'sent'],
			['request-accepted', 'received']
		]);
	});

	test('are heard only by those who give them', async () => {
		world = await openWorld();
		const { ada, bob, atAda, atBob } = await lookingOn(world);
		await bob.engine.setPreferences({ readReceipts: true });
		await ada.engine.send(atAda, 'one');
		await until(bob.engine, 'conversation', atBob, (view) => view?.unread === 1);
		await readAll(bob, atBob);
		// His word leaves after the receipt: once it is here, the receipt has been heard and left alone.
		await eventually(() => bob.engine.exportLog(), receiptLeft);
		await bob.engine.send(atBob, 'read it');
		await until(ada.engine, 'conversation', atAda, (view) => view?.preview?.text === 'read it');
		await ada.engine.setPreferences({ readReceipts: true });
		expect((await messages(ada.engine, atAda)).at(-2)?.state.kind).toBe('sent');

		// And Ada reads with the setting on, but Bob has switched his off: nothing is shown to him either.
		await bob.engine.setPreferences({ readReceipts: false });
		await readAll(ada, atAda);
		await ada.engine.send(atAda, 'done');
		await until(bob.engine, 'conversation', atBob, (view) => view?.preview?.text === 'done');
		expect((await messages(bob.engine, atBob)).at(-2)?.state.kind).toBe('sent');
	});

	test('given without a network survive the death of the tab', async () => {
		world = await openWorld();
		const { ada, bob, atAda, atBob } = await lookingOn(world);
		await ada.engine.setPreferences({ readReceipts: true });
		await bob.engine.setPreferences({ readReceipts: true });
		await ada.engine.send(atAda, 'one');
		await until(bob.engine, 'conversation', atBob, (view) => view?.unread === 1);
		await bob.engine.setOnline(false);
		await readAll(bob, atBob);
		bob.browser.close();
		expect((await now(ada.engine, 'conversation', atAda))?.preview?.state).toBe('sent');
		await openTab(bob.browser, { hadAccount: true });
		await until(ada.engine, 'conversation', atAda, (view) => read(view, 'one'));
	});

	test('are never given for a request', async () => {
		world = await openWorld();
		const { ada, bob, atBob } = await lookingOn(world);
		await ada.engine.setPreferences({ readReceipts: true });
		await bob.engine.setPreferences({ readReceipts: true });
		// Somebody new writes to Bob, with their own setting on.
		const carol = await openTab(world.browser());
		await carol.engine.createAccount('Carol');
		await carol.engine.setPreferences({ readReceipts: true });
		const toBob = await carol.engine.openConversation(bob.account.accountId);
		await carol.engine.send(toBob, 'may I?');
		const { key } = await conversationRow(bob.engine, (row) => row.person.name === 'Carol', 'requests');
		await readAll(bob, key);
		await bob.engine.send(atBob, 'someone new wrote');
		await bob.engine.send(key, 'yes');
		await until(carol.engine, 'conversation', toBob, (view) => view?.preview?.text === 'yes');
		expect((await messages(carol.engine, toBob))[0]?.state.kind).toBe('sent');
		expect(atBob).not.toBe(key);
	});
});

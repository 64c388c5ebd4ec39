import { afterEach, describe, expect, test } from 'vitest';
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
afterEach(() => world.close());

describe.each(['2.8', '2.11'] as const)('two people on a network of version %s', (version) => {
	test('meet, talk, and one of them comes back in another browser', async () => {
		world = await openWorld({ version });
		const ada = await newPerson(world, 'Ada');
		const bob = await newPerson(world, 'Bob');
		expect(ada.account).toMatchObject({ displayName: 'Ada', recoverySeen: false, createdHere: true });

		// Ada writes to Bob, whose id she was given.
		const toBob = await ada.engine.openConversation(bob.account.accountId);
		await ada.engine.send(toBob, '  hello Bob  ');
		await until(ada.engine, 'conversation', toBob, (view) => view?.preview?.state === 'sent');
		expect(await now(ada.engine, 'conversation', toBob)).toMatchObject({
			standing: 'outgoing-request',
			preview: { text: 'hello Bob', mine: true, state: 'sent' },
			person: { named: false }
		});

		// Bob sees a request with her name, reads it, and answers, which accepts it.
		const request = await conversationRow(bob.engine, (row) => row.person.name === 'Ada', 'requests');
		expect(request).toMatchObject({ standing: 'incoming-request', unread: 1 });
		expect(await now(bob.engine, 'conversations', null)).toEqual([]);
		await bob.engine.send(request.key, 'hello Ada');
		expect(await now(bob.engine, 'conversation', request.key)).toMatchObject({
			standing: 'contact',
			unread: 0
		});

		await until(ada.engine, 'conversation', toBob, (view) => view?.standing === 'contact');
		await eventually(
			() => talk(ada.engine, toBob),
			(texts) => texts.includes('they: hello Ada')
		);
		expect(await talk(ada.engine, toBob)).toEqual([
			'me: hello Bob',
			'they [request-accepted]',
			'they: hello Ada'
		]);
		expect(await talk(bob.engine, request.key)).toEqual([
			'they: hello Bob',
			'me [request-accepted]',
			'me: hello Ada'
		]);
		expect(await now(ada.engine, 'conversation', toBob)).toMatchObject({
			person: { name: 'Bob', named: true }
		});

		// Ada in a third browser, from her words: what the swarm has, both ways, is there.
		const browser = world.browser();
		const third = await openTab(browser);
		expect(third.booted).toEqual({ kind: 'new' });
		const restored = await third.engine.restoreAccount(await reveal(ada));
		expect(restored).toMatchObject({
			accountId: ada.account.accountId,
			recoverySeen: true,
			createdHere: false
		});
		const again = await conversationRow(third.engine, (row) => row.person.name === 'Bob');
		expect(again.standing).toBe('contact');
		await eventually(
			() => talk(third.engine, again.key),
			(texts) => texts.length === 3
		);
		expect(await talk(third.engine, again.key)).toEqual(await talk(ada.engine, toBob));

		// What either of her browsers sends shows up in the other.
		await third.engine.send(again.key, 'from my other browser');
		await eventually(
			() => talk(ada.engine, toBob),
			(texts) => texts.includes('me: from my other browser')
		);
		await ada.engine.send(toBob, 'from the first one');
		await eventually(
			() => talk(third.engine, again.key),
			(texts) => texts.includes('me: from the first one')
		);
		await eventually(
			() => talk(bob.engine, request.key),
			(texts) => texts.length === 5
		);
		expect((await talk(bob.engine, request.key)).slice(3)).toEqual([
			'they: from my other browser',
			'they: from the first one'
		]);
		const atBob = await messages(bob.engine, request.key);
		expect(new Set(atBob.map(({ sentAt }) => sentAt)).size).toBe(atBob.length);
	});
});

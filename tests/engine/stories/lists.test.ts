import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConversationKey } from '../../../src/engine/api';
import {
	conversationRow,
	eventually,
	newPerson,
	now,
	openWorld,
	pause,
	talk,
	until,
	type Person,
	type World
} from './world';

let world: World;
beforeEach(async () => {
	world = await openWorld();
});
afterEach(() => world.close());

/** Two people who have written to each other. */
async function friends(): Promise<{
	ada: Person;
	bob: Person;
	toBob: ConversationKey;
	toAda: ConversationKey;
}> {
	const ada = await newPerson(world, 'Ada');
	const bob = await newPerson(world, 'Bob');
	const toAda = await bob.engine.openConversation(ada.account.accountId);
	await bob.engine.send(toAda, 'hello Ada');
	const { key: toBob } = await conversationRow(ada.engine, (row) => row.unread === 1, 'requests');
	await ada.engine.send(toBob, 'hello Bob');
	await until(bob.engine, 'conversation', toAda, (view) => view?.standing === 'contact');
	await until(ada.engine, 'conversation', toBob, (view) => view?.preview?.state === 'sent');
	return { ada, bob, toBob, toAda };
}

/** Long enough for every node of the swarm to have been asked again. */
const somePolls = () => pause(2_500);

describe('a person who keeps order', () => {
	test('names, pins, mutes, hides and marks a conversation, and new words bring it back', async () => {
		const { ada, bob, toBob, toAda } = await friends();
		await ada.engine.setNickname(toBob, 'Bobby');
		await ada.engine.setPinned(toBob, true);
		await ada.engine.mute(toBob, 3_600);
		await ada.engine.markUnread(toBob);
		const [row] = await now(ada.engine, 'conversations', null);
		expect(row).toMatchObject({
			person: { name: 'Bobby', named: true },
			displayName: 'Bob',
			nickname: 'Bobby',
			pinned: true,
			markedUnread: true,
			unread: 0
		});
		expect(Math.abs(row!.mutedUntil! - Date.now() - 3_600_000)).toBeLessThan(60_000);
		await ada.engine.setActive(toBob);
		await until(ada.engine, 'conversation', toBob, (view) => view?.markedUnread === false);
		await ada.engine.setActive(null);

		await ada.engine.setHidden(toBob, true);
		expect(await now(ada.engine, 'conversations', null)).toEqual([]);
		expect(await now(ada.engine, 'contacts', null)).toMatchObject([
			{ key: toBob, person: { name: 'Bobby' } }
		]);
		await bob.engine.send(toAda, 'are you there?');
		const back = await conversationRow(ada.engine, (found) => found.unread === 1);
		expect(back).toMatchObject({ key: toBob, pinned: false, nickname: 'Bobby' });
		// The name that I gave is mine alone.
		expect((await now(bob.engine, 'account', null)).displayName).toBe('Bob');
	});

	test('deletes a conversation and then a contact: neither comes back, and the next word is a request', async () => {
		const { ada, bob, toBob, toAda } = await friends();
		await ada.engine.setNickname(toBob, 'Bobby');
		await ada.engine.deleteConversation(toBob);
		await somePolls();
		expect(await now(ada.engine, 'conversations', null)).toEqual([]);
		expect(await talk(ada.engine, toBob)).toEqual([]);
		expect(await now(ada.engine, 'contacts', null)).toHaveLength(1);

		await ada.engine.send(toBob, 'once more');
		await ada.engine.deleteContact(toBob);
		await somePolls();
		expect(await now(ada.engine, 'conversations', null)).toEqual([]);
		expect(await now(ada.engine, 'requests', null)).toEqual([]);
		expect(await now(ada.engine, 'contacts', null)).toEqual([]);
		expect(await now(ada.engine, 'conversation', toBob)).toBeNull();
		expect((await ada.engine.storageUse()).messages).toBe(0);

		await bob.engine.send(toAda, 'who is this?');
		const request = await conversationRow(ada.engine, (row) => row.unread === 1, 'requests');
		expect(request).toMatchObject({ standing: 'incoming-request', nickname: '', person: { name: 'Bob' } });
		expect(await talk(ada.engine, request.key)).toEqual(['they: who is this?']);
	});

	test('clears all requests at once, and blocks and unblocks several people', async () => {
		const ada = await newPerson(world, 'Ada');
		const others = await Promise.all(['Bob', 'Carol', 'Dan'].map((name) => newPerson(world, name)));
		const toAda: ConversationKey[] = [];
		for (const { engine } of others) {
			const key = await engine.openConversation(ada.account.accountId);
			await engine.send(key, 'may I?');
			toAda.push(key);
		}
		const requests = await until(ada.engine, 'requests', null, (rows) => rows.length === 3);
		const keyOf = (name: string) => requests.find((row) => row.person.name === name)!.key;
		await ada.engine.acceptRequest(keyOf('Dan'));
		await ada.engine.blockPerson(keyOf('Dan'));
		await ada.engine.blockPerson(keyOf('Carol'));
		await ada.engine.declineRequests(requests.map(({ key }) => key));
		expect(await now(ada.engine, 'requests', null)).toEqual([]);
		const blocked = await now(ada.engine, 'blocked', null);
		expect(blocked.map(({ person }) => person.name).sort()).toEqual(['Carol', 'Dan']);

		await others[2]!.engine.send(toAda[2]!, 'not to be seen');
		await somePolls();
		await ada.engine.unblockPeople(blocked.map(({ key }) => key));
		expect(await now(ada.engine, 'blocked', null)).toEqual([]);
		await others[2]!.engine.send(toAda[2]!, 'seen again');
		await eventually(
			() => talk(ada.engine, keyOf('Dan')),
			(texts) => texts.includes('they: seen again')
		);
		expect(await talk(ada.engine, keyOf('Dan'))).toEqual([
			'they: may I?',
			'me [request-accepted]',
			'they: seen again'
		]);
	});
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ConversationKey, Engine } from '../../../src/engine/api';
import { newSeed } from '../../../src/protocol/identity';
import { encodeRecovery } from '../../../src/protocol/mnemonic';
import { sodiumReady } from '../../../src/protocol/sodium';
import {
	conversationRow,
	eventually,
	newPerson,
	now,
	openTab,
	openWorld,
	reveal,
	talk,
	until,
	type Person,
	type World
} from './world';

let world: World;

beforeAll(async () => {
	world = await openWorld();
});
afterAll(() => world.close());

/** Another browser of the same account. */
async function secondDevice(person: Person, where = world): Promise<Engine> {
	const browser = where.browser();
	browser.clock.offsetMs = person.browser.clock.offsetMs;
	const { engine } = await openTab(browser);
	await engine.restoreAccount(await reveal(person));
	return engine;
}

/** How often this device has stored its documents. */
async function pushes({ engine }: Person): Promise<number> {
	return (await engine.exportLog()).split('"push-confirmed"').length - 1;
}

/** Ada and Ben, who have talked. */
async function friends(where = world): Promise<{ ada: Person; ben: Person; withBen: ConversationKey }> {
	const ada = await newPerson(where, 'Ada');
	const ben = await newPerson(where, 'Ben');
	const withAda = await ben.engine.openConversation(ada.account.accountId);
	await ben.engine.send(withAda, 'Hello Ada');
	const request = await conversationRow(ada.engine, (row) => row.person.name === 'Ben', 'requests');
	await ada.engine.send(request.key, 'Hello Ben');
	await until(ben.engine, 'conversations', null, (rows) => rows.some((row) => row.standing === 'contact'));
	return { ada, ben, withBen: request.key };
}

describe('a second device', () => {
	let ada: Person;
	let ben: Person;
	let withBen: ConversationKey;

	beforeEach(async () => {
		({ ada, ben, withBen } = await friends());
	});

	test('finds the name, the contacts and what was said', async () => {
		const other = await secondDevice(ada);
		await until(other, 'account', null, ({ displayName }) => displayName === 'Ada');
		const row = await conversationRow(other, ({ person }) => person.name === 'Ben');
		expect(row.standing).toBe('contact');
		await until(other, 'restore', null, (restore) => restore?.phase === 'done');
		expect(await now(other, 'restore', null)).toMatchObject({ contacts: 1, groups: 0, messages: 2 });
		expect(await talk(other, row.key)).toEqual(['they: Hello Ada', 'me: Hello Ben']);
	});

	test('hears of a new name, and tells of its own', async () => {
		const other = await secondDevice(ada);
		await until(other, 'account', null, ({ displayName }) => displayName === 'Ada');
		await ada.engine.setDisplayName('Ada Lovelace');
		await until(other, 'account', null, ({ displayName }) => displayName === 'Ada Lovelace');
		await other.setDisplayName('Countess');
		await until(ada.engine, 'account', null, ({ displayName }) => displayName === 'Countess');
	});

	test('shares blocks and what was read', async () => {
		const other = await secondDevice(ada);
		const row = await conversationRow(other, ({ person }) => person.name === 'Ben');
		const withAda = await conversationRow(ben.engine, ({ person }) => person.name === 'Ada');
		await ben.engine.send(withAda.key, 'Are you there?');
		await until(ada.engine, 'conversation', withBen, (view) => view?.unread === 1);
		await until(other, 'conversation', row.key, (view) => view?.unread === 1);
		const { messages } = await ada.engine.readMessages({
			conversation: withBen,
			limit: 1,
			at: { kind: 'latest' }
		});
		await ada.engine.markRead(withBen, messages[0]!.key);
		await until(other, 'conversation', row.key, (view) => view?.unread === 0);
		await other.blockPerson(row.key);
		await until(ada.engine, 'conversation', withBen, (view) => view?.standing === 'blocked');
		await ada.engine.unblockPerson(withBen);
		await until(other, 'conversation', row.key, (view) => view?.standing === 'contact');
	});

	test('says calmly that something was changed elsewhere, and only of later changes', async () => {
		const other = await secondDevice(ada);
		await until(other, 'restore', null, (restore) => restore?.phase === 'done');
		expect(await now(other, 'elsewhere', null)).toMatchObject({ firstAt: null, toAnnounce: null });
		await ada.engine.setDisplayName('Ada L.');
		const seen = await until(other, 'elsewhere', null, ({ lastKind }) => lastKind === 'profile');
		expect(seen.toAnnounce).not.toBeNull();
		await other.markElsewhereSeen();
		expect(await now(other, 'elsewhere', null)).toMatchObject({ toAnnounce: null, lastKind: 'profile' });
	});
});

test('an account that the network knows nothing of waits for a name', async () => {
	const random = (length: number) => globalThis.crypto.getRandomValues(new Uint8Array(length));
	await sodiumReady;
	const words = encodeRecovery(newSeed(random)).join(' ');
	const [first, second] = [await openTab(world.browser()), await openTab(world.browser())];
	await first.engine.restoreAccount(words);
	await until(first.engine, 'restore', null, (restore) => restore?.phase === 'done');
	expect(await now(first.engine, 'account', null)).toMatchObject({ displayName: '' });
	await first.engine.setDisplayName('Grace');
	await second.engine.restoreAccount(words);
	await until(second.engine, 'account', null, ({ displayName }) => displayName === 'Grace');
});

test('what was deleted does not come back with a restore', async () => {
	let later = 0;
	const old = await openWorld({ clock: () => Date.now() + later });
	try {
		const { ada, ben, withBen } = await friends(old);
		// Longer ago than a message may take to the other device that deleted its conversation.
		later = 200_000;
		ada.browser.clock.offsetMs = later;
		const before = await pushes(ada);
		await ada.engine.deleteConversation(withBen);
		await eventually(
			() => pushes(ada),
			(count) => count > before
		);
		const other = await secondDevice(ada, old);
		await until(other, 'restore', null, (restore) => restore?.phase === 'done');
		expect(await now(other, 'conversations', null)).toEqual([]);
		const again = await other.openConversation(ben.account.accountId);
		expect(await now(other, 'conversation', again)).toMatchObject({ standing: 'contact' });
		expect(await talk(other, again)).toEqual([]);
	} finally {
		await old.close();
	}
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConversationKey, ConversationView, Engine, Feeds } from '../../../src/engine/api';
import type { Network } from '../../../src/engine/network/types';
import { newSeed } from '../../../src/protocol/identity';
import { encodeRecovery } from '../../../src/protocol/mnemonic';
import { sodiumReady } from '../../../src/protocol/sodium';
import type { AccountId } from '../../../src/protocol/types';
import { png } from '../media/samples';
import { delivered, pollNow, pushed, settled } from './at-once';
import {
	conversationRow,
	newPerson,
	now,
	openTab,
	openWorld,
	reveal,
	talk,
	until,
	type Person,
	type World,
	type Wraps
} from './world';

let world: World;

beforeAll(async () => {
	world = await openWorld();
});
afterAll(() => world.close());

/** Another browser of the same account. */
async function secondDevice(person: Person, where = world, wraps: Wraps = {}): Promise<Engine> {
	const browser = where.browser();
	browser.clock.offsetMs = person.browser.clock.offsetMs;
	const { engine } = await openTab(browser, { wraps });
	await engine.restoreAccount(await reveal(person));
	return engine;
}

/** Ada and Ben, who has asked to write to her. */
async function strangers(where = world): Promise<{ ada: Person; ben: Person; withBen: ConversationKey }> {
	const ada = await newPerson(where, 'Ada');
	const ben = await newPerson(where, 'Ben');
	const withAda = await ben.engine.openConversation(ada.account.accountId);
	await ben.engine.send(withAda, 'Hello Ada');
	await delivered(ben.engine, withAda, ada.engine);
	const request = await conversationRow(ada.engine, (row) => row.person.name === 'Ben', 'requests');
	return { ada, ben, withBen: request.key };
}

describe('a second device', () => {
	let ada: Person;
	let ben: Person;
	let other: Engine;
	/** The conversation with Ben, in Ada's two browsers. */
	let withBen: ConversationKey;
	let there: ConversationKey;
	/** How often the other one has asked the swarm. */
	let polls = 0;

	beforeAll(async () => {
		({ ada, ben, withBen } = await strangers());
		await ada.engine.send(withBen, 'Hello Ben');
		await delivered(ada.engine, withBen, ben.engine);
		await conversationRow(ben.engine, (row) => row.standing === 'contact');
		await settled(ada.engine);
		const counting = (network: Network): Network => {
			const swarmOf = network.swarmOf.bind(network);
			return Object.assign(network, {
				swarmOf: (account: AccountId) => {
					polls += 1;
					return swarmOf(account);
				}
			});
		};
		other = await secondDevice(ada, world, { network: counting });
		await until(other, 'restore', null, (restore) => restore?.phase === 'done');
		there = (await conversationRow(other, ({ person }) => person.name === 'Ben')).key;
	});

	test('finds the name, the contacts and what was said', async () => {
		await until(other, 'account', null, ({ displayName }) => displayName === 'Ada');
		expect(await now(other, 'conversation', there)).toMatchObject({ standing: 'contact' });
		expect(await now(other, 'restore', null)).toMatchObject({ contacts: 1, groups: 0, messages: 2 });
		expect(await talk(other, there)).toEqual(['they: Hello Ada', 'me: Hello Ben']);
	});

	test('says calmly that something was changed elsewhere, and only of later changes', async () => {
		expect(await now(other, 'elsewhere', null)).toMatchObject({ firstAt: null, toAnnounce: null });
		await pushed(ada.engine, () => ada.engine.setDisplayName('Ada L.'));
		await pollNow(other);
		const seen = await until(other, 'elsewhere', null, ({ lastKind }) => lastKind === 'profile');
		expect(seen.toAnnounce).not.toBeNull();
		await other.markElsewhereSeen();
		expect(await now(other, 'elsewhere', null)).toMatchObject({ toAnnounce: null, lastKind: 'profile' });
	});

	test('shows every change within two polls', async () => {
		/** Polls until it shows, from when the swarm had it. */
		async function shows<Name extends keyof Feeds>(
			change: () => Promise<unknown>,
			feed: Name,
			args: Feeds[Name]['args'],
			test: (value: Feeds[Name]['value']) => boolean
		): Promise<void> {
			await pushed(ada.engine, change);
			const before = polls;
			const shown = until(other, feed, args, test);
			await pollNow(other);
			await shown;
			expect(polls - before).toBeLessThanOrEqual(2);
		}
		const here = ada.engine;
		await shows(
			() => here.setDisplayName('Ada Lovelace'),
			'account',
			null,
			({ displayName }) => {
				return displayName === 'Ada Lovelace';
			}
		);
		await here.setPicture(png(64, 64));
		await shows(
			() => until(here, 'account', null, ({ pictureUpload }) => pictureUpload === null),
			'account',
			null,
			({ picture }) => picture !== null
		);
		const { key: withAda } = await conversationRow(ben.engine, () => true);
		await ben.engine.send(withAda, 'Are you there?');
		await delivered(ben.engine, withAda, other);
		await until(other, 'conversation', there, (view) => view?.unread === 1);
		await pollNow(here);
		await until(here, 'conversation', withBen, (view) => view?.unread === 1);
		const withThem = (test: (view: ConversationView) => boolean) =>
			['conversation', there, (view: ConversationView | null) => view !== null && test(view)] as const;
		await shows(() => here.markAllRead(withBen), ...withThem(({ unread }) => unread === 0));
		await shows(() => here.markUnread(withBen), ...withThem(({ markedUnread }) => markedUnread));
		await shows(() => here.setPinned(withBen, true), ...withThem(({ pinned }) => pinned));
		await shows(() => here.mute(withBen, 600), ...withThem(({ mutedUntil }) => mutedUntil !== null));
		await shows(() => here.setNotify(withBen, 'none'), ...withThem(({ notify }) => notify === 'none'));
		await shows(
			() => here.setNickname(withBen, 'Benjamin'),
			...withThem(({ person }) => person.name === 'Benjamin')
		);
		await shows(() => here.blockPerson(withBen), ...withThem(({ standing }) => standing === 'blocked'));
		await shows(() => here.unblockPerson(withBen), ...withThem(({ standing }) => standing === 'contact'));
		await shows(
			() => here.deleteConversation(withBen),
			'conversations',
			null,
			(rows) => rows.length === 0
		);

		const carol = await newPerson(world, 'Carol');
		const fromCarol = await carol.engine.openConversation(ada.account.accountId);
		await carol.engine.send(fromCarol, 'Hello Ada');
		await delivered(carol.engine, fromCarol, here);
		const request = await conversationRow(here, ({ person }) => person.name === 'Carol', 'requests');
		await shows(
			() => here.acceptRequest(request.key),
			'conversations',
			null,
			(rows) => rows.some(({ person, standing }) => person.name === 'Carol' && standing === 'contact')
		);
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
		const { ada, ben, withBen } = await strangers(old);
		await ada.engine.send(withBen, 'Hello Ben');
		await delivered(ada.engine, withBen, ben.engine);
		await until(ben.engine, 'conversations', null, (rows) => rows[0]?.standing === 'contact');
		// Longer ago than a message may take to the other device that deleted its conversation.
		later = 200_000;
		ada.browser.clock.offsetMs = later;
		await ada.engine.deleteConversation(withBen);
		await settled(ada.engine);
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

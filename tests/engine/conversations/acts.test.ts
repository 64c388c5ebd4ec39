import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
	markUnread,
	mute,
	noteOpened,
	setArchived,
	setHidden,
	setNickname,
	setNotify,
	setPinned,
	unblockPeople
} from '../../../src/engine/conversations/acts';
import { blockPerson, setDraft } from '../../../src/engine/conversations/conversations';
import { isMuted } from '../../../src/engine/conversations/mute';
import { isSpoken, isUnread } from '../../../src/engine/conversations/records';
import {
	clearMessages,
	declineRequests,
	deleteContact,
	deleteConversation
} from '../../../src/engine/conversations/removing';
import { isListed } from '../../../src/engine/conversations/standing';
import { inListOrder } from '../../../src/engine/feeds/views';
import { createLog } from '../../../src/engine/log';
import type { ConversationRecord } from '../../../src/engine/storage/types';
import { applyArrivals } from '../../../src/engine/sync/apply';
import { openItem } from '../../../src/engine/sync/open-batch';
import { markAllRead, markRead } from '../../../src/engine/sync/reading';
import { acceptRequest, sendText } from '../../../src/engine/sync/sending';
import type { Content } from '../../../src/protocol/protobuf/content';
import type { NetworkTime } from '../../../src/protocol/types';
import { openFresh, type Opened } from '../storage/fixture';
import { ada, bob, carol, NOW, person, random, stored } from '../sync/people';

const log = createLog(() => 0);
const text = (body: string): Content => ({ dataMessage: { body } });
const copyTo = (who: typeof bob, body: string): Content => ({
	dataMessage: { body, syncTarget: who.accountId }
});

let opened: Opened;
/** Network ms; a test moves it on. */
let time: number;
const clock = { now: () => time as NetworkTime, unique: () => time as NetworkTime, offsetMs: 0 };

beforeEach(async () => {
	opened = await openFresh();
	time = NOW;
	await opened.db.write((tx) =>
		tx.meta.put('profile', { displayName: 'Ada', updatedSeconds: 1, picture: null, noteToSelf: '' })
	);
});
afterEach(() => opened.browser.close());

const reading = () => ({ db: opened.db, clock, sender: { identity: ada, random } });

const context = () => ({
	db: opened.db,
	self: ada.accountId,
	random,
	network: { clock, resolveName: () => Promise.reject(new Error('no names here')) }
});
const sending = () => ({ db: opened.db, clock, sender: { identity: ada, random } });

async function arrive(from: typeof bob, content: Content, sentAt = time): Promise<void> {
	const item = openItem(stored(from, ada, content, sentAt), ada, { now: NOW, nodeTime: NOW }, log);
	await opened.db.write((tx) =>
		applyArrivals(tx, item.arrival === null ? [] : [item.arrival], { self: ada.accountId, random, now: time })
	);
}

const find = (who = bob): Promise<ConversationRecord | null> =>
	opened.db.read((tx) => tx.conversations.byAccount(who.accountId));

async function recordOf(who = bob): Promise<ConversationRecord> {
	const found = await find(who);
	if (found === null) throw new Error('no such conversation');
	return found;
}

/** Someone I talk with, who said one thing I have not read. */
async function contact(who = bob): Promise<ConversationRecord> {
	await arrive(who, text('hello'), time);
	await acceptRequest(sending(), (await recordOf(who)).key);
	return recordOf(who);
}

describe('pins', () => {
	test('stand on top, the newest first, then the others by their newest message', async () => {
		const people = [bob, carol, person(4), person(5)];
		for (const [index, who] of people.entries()) {
			time = NOW + index;
			await contact(who);
		}
		const [first, second] = [(await recordOf(bob)).key, (await recordOf(carol)).key];
		await setPinned(context(), first, true);
		await setPinned(context(), second, true);
		await setPinned(context(), first, true);
		const order = async () => {
			const records = inListOrder(await opened.db.read((tx) => tx.conversations.all()));
			return records.map(({ accountId }) => people.findIndex((who) => who.accountId === accountId));
		};
		expect(await order()).toEqual([1, 0, 3, 2]);
		await setPinned(context(), second, false);
		expect(await order()).toEqual([0, 3, 2, 1]);
	});

	test('have no limit, and stay numbers that other clients can keep', async () => {
		for (let number = 10; number < 30; number += 1) {
			const { key } = await contact(person(number));
			await setPinned(context(), key, true);
		}
		const { key } = await contact();
		await opened.db.write(async (tx) => {
			const highest = (await tx.conversations.byAccount(person(29).accountId))!;
			await tx.conversations.put({ ...highest, priority: 2 ** 31 - 1 });
		});
		await setPinned(context(), key, true);
		expect((await recordOf()).priority).toBe(2 ** 31 - 1);
	});
});

describe('what is put away', () => {
	test('comes back with the next message where it was hidden, and stays where it was archived', async () => {
		const { key } = await contact();
		await setArchived(context(), key, true);
		await setHidden(context(), key, true);
		expect(isListed(await recordOf())).toBe(false);
		time += 1;
		await arrive(bob, text('news'));
		expect(await recordOf()).toMatchObject({ archived: true, priority: 0, unread: 2 });

		time += 1;
		await arrive(ada, copyTo(bob, 'from my phone'));
		expect(await recordOf()).toMatchObject({ archived: false, unread: 0 });
		time += 1;
		await setArchived(context(), key, true);
		await sendText(sending(), key, 'I write');
		expect(await recordOf()).toMatchObject({ archived: false, unread: 0 });
	});

	test('is not brought back by what was read on another device, nor by the same message again', async () => {
		const { key } = await contact();
		await setHidden(context(), key, true);
		await arrive(bob, text('hello'), NOW);
		expect((await recordOf()).priority).toBe(-1);
		await opened.db.write(async (tx) => {
			const record = (await tx.conversations.get(key))!;
			await tx.conversations.put({ ...record, lastReadAt: NOW + 10, unread: 0 });
		});
		await arrive(bob, text('read elsewhere'), NOW + 5);
		expect(await recordOf()).toMatchObject({ priority: -1, unread: 0 });
		await arrive(bob, text('new'), NOW + 11);
		expect(await recordOf()).toMatchObject({ priority: 0, unread: 1 });
	});

	test('keeps its draft, unless nothing else was there', async () => {
		const { key } = await contact();
		await setDraft(context(), key, 'unsent');
		await setHidden(context(), key, true);
		expect(isListed(await recordOf())).toBe(false);
		expect((await recordOf()).draft).toBe('unsent');
		await setHidden(context(), key, false);
		expect(isListed(await recordOf())).toBe(true);
		await deleteConversation(context(), key);
		await setDraft(context(), key, 'again');
		expect(isListed(await recordOf())).toBe(true);
		await setHidden(context(), key, true);
		expect(await recordOf()).toMatchObject({ draft: '' });
	});
});

describe('notifications', () => {
	test('rest for a time or until they are chosen again', async () => {
		const { key } = await contact();
		const quiet = async () => isMuted(await recordOf(), Math.floor(time / 1000));
		await mute(context(), key, 3600);
		expect(await quiet()).toBe(true);
		time += 3_601_000;
		expect(await quiet()).toBe(false);
		await mute(context(), key, 3600);
		await setNotify(context(), key, 'default');
		expect(await quiet()).toBe(false);
		await setNotify(context(), key, 'none');
		time += 365 * 86_400_000;
		expect(await quiet()).toBe(true);
	});
});

describe('marks of reading', () => {
	test('by hand hold until the conversation is opened or read', async () => {
		const { key } = await contact();
		await markAllRead(reading(), key);
		expect(await recordOf()).toMatchObject({ unread: 0, lastReadAt: NOW });
		await markUnread(context(), key);
		expect(await recordOf()).toMatchObject({ unread: 0, markedUnread: true, lastReadAt: NOW });
		await noteOpened(context(), key);
		expect((await recordOf()).markedUnread).toBe(false);
		await markUnread(context(), key);
		const newest = (await recordOf()).newest!.message;
		await markRead(reading(), key, newest);
		expect((await recordOf()).markedUnread).toBe(false);
		await markUnread(context(), key);
		await markAllRead(reading(), key);
		expect((await recordOf()).markedUnread).toBe(false);
	});
});

describe('a nickname', () => {
	test('comes before the name, is one line of at most a hundred bytes, and can be taken away', async () => {
		const { key } = await contact();
		await setNickname(context(), key, '  Bobby\nB.  ');
		expect((await recordOf()).nickname).toBe('Bobby B.');
		await setNickname(context(), key, 'é'.repeat(50));
		expect((await recordOf()).nickname).toBe('é'.repeat(50));
		expect(() => setNickname(context(), key, `${'é'.repeat(50)}x`)).toThrow(
			expect.objectContaining({
				code: 'invalid-name',
				detail: { reason: 'too-long', limit: 100, actual: 101 }
			}) as Error
		);
		await setNickname(context(), key, ' ');
		expect((await recordOf()).nickname).toBe('');
	});

	test('is not for oneself', async () => {
		await arrive(ada, copyTo(ada, 'note'));
		const { key } = await recordOf(ada);
		await expect(setNickname(context(), key, 'Me')).rejects.toMatchObject({ code: 'not-found' });
	});
});

describe('what is removed', () => {
	test('stays gone when a copy of mine from another device comes late, and later ones do not', async () => {
		for (const remove of [clearMessages, deleteConversation, deleteContact]) {
			const { key } = await contact();
			await sendText(sending(), key, 'from here');
			await remove(context(), key);
			await arrive(ada, copyTo(bob, 'from the phone'), NOW - 1_000);
			const left = await find();
			if (remove === deleteContact) expect(left).toBeNull();
			else expect(left).toMatchObject({ approved: true, newest: null, unread: 0 });
			expect(await opened.db.read((tx) => tx.messages.count(key))).toBe(0);
			expect(await opened.db.read((tx) => tx.outbox.all())).toEqual([]);
			time += 5_000;
			await arrive(ada, copyTo(bob, 'written after it'));
			expect(await recordOf()).toMatchObject({ priority: 0, newest: { preview: 'written after it' } });
			await deleteContact(context(), (await recordOf()).key);
		}
	});

	test('of a contact is everything: their next message is a request without a nickname', async () => {
		const { key } = await contact();
		await setNickname(context(), key, 'Bobby');
		await deleteContact(context(), key);
		expect(await find()).toBeNull();
		time += 1;
		await arrive(bob, text('me again'));
		expect(await recordOf()).toMatchObject({ approved: false, approvedMe: true, nickname: '', unread: 1 });
		expect((await recordOf()).key).not.toBe(key);
	});

	test('of messages leaves the pin, the draft and the place', async () => {
		const { key } = await contact();
		await setPinned(context(), key, true);
		await setDraft(context(), key, 'unsent');
		await clearMessages(context(), key);
		expect(await recordOf()).toMatchObject({ key, priority: 1, draft: 'unsent', newest: null, unread: 0 });
	});

	test('is never note to self as a person, nor someone blocked', async () => {
		await arrive(ada, copyTo(ada, 'note'));
		const { key } = await contact();
		await blockPerson(context(), key);
		const note = (await recordOf(ada)).key;
		await expect(deleteContact(context(), key)).rejects.toMatchObject({ detail: { reason: 'blocked' } });
		await expect(deleteContact(context(), note)).rejects.toMatchObject({ detail: { reason: 'note' } });
	});

	test('of requests is all that still are', async () => {
		await arrive(bob, text('may I'));
		await arrive(carol, text('may I too'));
		const keys = [(await recordOf()).key, (await recordOf(carol)).key];
		await acceptRequest(sending(), keys[1]!);
		await declineRequests(context(), [...keys, 'gone' as (typeof keys)[number]]);
		expect(await find()).toBeNull();
		expect(await recordOf(carol)).toMatchObject({ approved: true });
	});
});

test('unblocking several gives back what was unread', async () => {
	const keys = [];
	for (const who of [bob, carol]) {
		const { key } = await contact(who);
		await blockPerson(context(), key);
		expect((await recordOf(who)).unread).toBe(0);
		keys.push(key);
	}
	await unblockPeople(context(), keys);
	for (const who of [bob, carol])
		expect(await recordOf(who)).toMatchObject({ blocked: false, unread: 1, newest: { preview: 'hello' } });
});

/** One thing that can happen, by me or by them. */
type Event = (who: typeof bob, sentAt: number) => Promise<unknown>;

const onKey =
	(work: (record: ConversationRecord) => Promise<unknown>): Event =>
	async (who) => {
		const record = await find(who);
		if (record !== null) await work(record);
	};

const events: Record<string, Event> = {
	theyWrite: (who, sentAt) => arrive(who, text('they'), sentAt),
	theyWriteAgain: (who, sentAt) => arrive(who, text('they'), sentAt),
	theyAccept: (who, sentAt) => arrive(who, { messageRequestResponse: { isApproved: true } }, sentAt),
	copyComes: (who, sentAt) => arrive(ada, copyTo(who, 'copy'), sentAt),
	iWrite: onKey(async (record) => record.blocked || sendText(sending(), record.key, 'me')),
	accept: onKey(async (record) => record.blocked || acceptRequest(sending(), record.key)),
	block: onKey(({ key }) => blockPerson(context(), key)),
	unblock: onKey(({ key }) => unblockPeople(context(), [key])),
	pin: onKey(({ key }) => setPinned(context(), key, true)),
	unpin: onKey(({ key }) => setPinned(context(), key, false)),
	hide: onKey(({ key }) => setHidden(context(), key, true)),
	archive: onKey(({ key }) => setArchived(context(), key, true)),
	mute: onKey(({ key }) => mute(context(), key, 60)),
	markUnread: onKey(({ key }) => markUnread(context(), key)),
	markAllRead: onKey(({ key }) => markAllRead(reading(), key)),
	readNewest: onKey(async ({ key, newest }) => newest && markRead(reading(), key, newest.message)),
	clear: onKey(({ key }) => clearMessages(context(), key)),
	deleteConversation: onKey(({ key }) => deleteConversation(context(), key)),
	deleteContact: onKey(async ({ key, blocked }) => blocked || deleteContact(context(), key)),
	decline: onKey(({ key }) => declineRequests(context(), [key]))
};

test('any order of acts and arrivals keeps the counts equal to a recount', { timeout: 120_000 }, async () => {
	const step = fc.record({
		event: fc.constantFrom(...Object.keys(events)),
		who: fc.constantFrom(bob, carol),
		// Few times, so that messages meet their own replays and each other out of order.
		at: fc.nat({ max: 12 })
	});
	await fc.assert(
		fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
			opened.browser.close();
			opened = await openFresh();
			await opened.db.write((tx) =>
				tx.meta.put('profile', { displayName: 'Ada', updatedSeconds: 1, picture: null, noteToSelf: '' })
			);
			time = NOW;
			for (const { event, who, at } of steps) {
				time += 1_000;
				await events[event]!(who, NOW + at * 3_000);
				await expectCounted();
			}
		}),
		{ numRuns: 60 }
	);
});

/** What the records say, against what their messages say. */
async function expectCounted(): Promise<void> {
	await opened.db.read(async (tx) => {
		for (const record of await tx.conversations.all()) {
			const rows = await tx.messages.before(record.key, null, 1_000);
			const messages = rows.flatMap((row) => ('damaged' in row ? [] : [row]));
			const unread = messages.filter((message) => isUnread(message, record.lastReadAt)).length;
			expect(record.unread).toBe(record.blocked ? 0 : unread);
			const times = messages.filter(isSpoken).map(({ sentAt }) => sentAt);
			expect(record.newest?.sentAt ?? null).toBe(times.length === 0 ? null : Math.max(...times));
		}
	});
}

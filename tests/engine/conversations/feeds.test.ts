import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConversationRow, IgnoredView, MessageChanges, NetworkView } from '../../../src/engine/api';
import { openConversation, setDraft } from '../../../src/engine/conversations/conversations';
import { readMessages } from '../../../src/engine/conversations/read-messages';
import { createFeeds, type FeedHub } from '../../../src/engine/feeds/feeds';
import type { FeedSource } from '../../../src/engine/feeds/source';
import { createLog } from '../../../src/engine/log';
import type { AccountDatabase } from '../../../src/engine/storage/types';
import { markRead } from '../../../src/engine/sync/reading';
import type { NetworkTime } from '../../../src/protocol/types';
import { conversation, message, messageKey, openFresh, TALK, type Opened } from '../storage/fixture';
import { ada } from '../sync/people';

let opened: Opened;
let feeds: FeedHub;
let networkChanged: () => void;
let view: NetworkView;
let failReads = false;

const clock = { now: () => Date.now() as NetworkTime, unique: () => Date.now() as NetworkTime, offsetMs: 0 };

function source(db: AccountDatabase): FeedSource {
	return {
		self: ada.accountId,
		db,
		network: {
			clock,
			view: () => view,
			onChange: (listener) => {
				networkChanged = listener;
				return () => undefined;
			}
		},
		presence: {
			typing: () => [],
			noticesSince: () => ({ last: 0, batches: [] }),
			onChange: () => () => undefined
		}
	};
}

beforeEach(async () => {
	opened = await openFresh();
	view = { state: 'connecting', network: 'localnet', leader: true } as NetworkView;
	const { db } = opened;
	failReads = false;
	const flaky: AccountDatabase = {
		read: (work) => (failReads ? Promise.reject(new Error('disk')) : db.read(work)),
		write: (work) => db.write(work),
		onChange: (listener) => db.onChange(listener),
		close: () => db.close()
	};
	feeds = createFeeds(
		opened.platform,
		createLog(() => 0)
	);
	feeds.attach(source(flaky));
	await db.write((tx) => tx.conversations.put(conversation()));
});
afterEach(() => opened.browser.close());

/** For what must not happen. */
const settle = (ms = 60) => new Promise((resolve) => setTimeout(resolve, ms));

/** For what must, on a machine that may be busy. */
async function until(test: () => boolean): Promise<void> {
	for (const end = Date.now() + 5_000; !test() && Date.now() < end;) await settle(5);
	expect(test()).toBe(true);
}

async function add(from: number, count: number): Promise<void> {
	await opened.db.write(async (tx) => {
		for (let number = from; number < from + count; number += 1) await tx.messages.insert(message(number));
		const record = (await tx.conversations.get(TALK))!;
		await tx.conversations.put({ ...record, unread: record.unread + count });
	});
}

describe('a feed', () => {
	test('tells its present value before watching is granted, and again only when it changed', async () => {
		const told: (readonly ConversationRow[])[] = [];
		await feeds.watch('conversations', null, (rows) => told.push(rows));
		expect(told).toMatchObject([[{ key: TALK, person: { name: 'Ada' } }]]);
		await opened.db.write(async (tx) => tx.conversations.put((await tx.conversations.get(TALK))!));
		await settle();
		expect(told).toHaveLength(1);
		await opened.db.write((tx) => tx.conversations.put(conversation({ draft: 'hm' })));
		await until(() => told.length === 2);
		expect(told[1]).toMatchObject([{ draft: 'hm' }]);
	});

	test('makes one call of many commits, with the last state in it', async () => {
		const told: number[] = [];
		await feeds.watch('conversations', null, ([row]) => told.push(row?.unread ?? -1));
		const commits = Array.from({ length: 60 }, (_, index) =>
			opened.db.write((tx) => tx.conversations.put(conversation({ unread: index + 1 })))
		);
		const began = performance.now();
		await Promise.all(commits);
		const frames = (performance.now() - began) / 16;
		await until(() => told.at(-1) === 60);
		expect(told.length).toBeLessThan(frames + 3);
	});

	test('of counts starts at nothing', async () => {
		const told: IgnoredView[] = [];
		await feeds.watch('ignored', null, (counts) => told.push(counts));
		expect(told[0]).toMatchObject({ forged: 0, timestamp: 0 });
		await opened.db.write((tx) => tx.ignore('forged', 2));
		await until(() => told.length === 2);
		expect(told.at(-1)).toMatchObject({ forged: 2 });
	});

	test('hears of the network without any commit', async () => {
		const told: string[] = [];
		await feeds.watch('network', null, ({ state }) => told.push(state));
		view = { ...view, state: 'ready' };
		networkChanged();
		networkChanged();
		await until(() => told.length === 2);
		await settle();
		expect(told).toEqual(['connecting', 'ready']);
	});

	test('watched before the account is open hears when it is', async () => {
		feeds.detach();
		const told: number[] = [];
		await feeds.watch('conversations', null, (rows) => told.push(rows.length));
		expect(told).toEqual([]);
		feeds.attach(source(opened.db));
		await until(() => told.length === 1);
		expect(told).toEqual([1]);
	});

	test('says nothing after its watch ended', async () => {
		let calls = 0;
		const stop = await feeds.watch('conversations', null, () => (calls += 1));
		stop();
		await opened.db.write((tx) => tx.conversations.put(conversation({ draft: 'x' })));
		await settle();
		expect(calls).toBe(1);
	});

	test('hears what another tab commits', async () => {
		const told: string[] = [];
		await feeds.watch('conversation', TALK, (found) => told.push(found?.draft ?? 'gone'));
		const other = await opened.another();
		await other.db.write((tx) => tx.conversations.put(conversation({ draft: 'from there' })));
		await until(() => told.length === 2);
		expect(told).toEqual(['', 'from there']);
	});

	test('puts requests apart, leaves out the blocked and the hidden, and sorts by the newest', async () => {
		await opened.db.write(async (tx) => {
			const put = (letter: string, facts: Parameters<typeof conversation>[0]) =>
				tx.conversations.put(
					conversation({
						key: letter.repeat(24) as typeof TALK,
						accountId: `05${letter.repeat(64)}` as typeof ada.accountId,
						displayName: letter,
						...facts
					})
				);
			const newest = (sentAt: number) => ({
				message: messageKey(1),
				sentAt,
				mine: false,
				preview: 'p',
				state: 'received' as const
			});
			await put('b', { newest: newest(3_000_000_000_000) });
			await put('c', { approved: false, newest: newest(2_000_000_000_000) });
			await put('d', { blocked: true });
			await put('e', { priority: -1 });
			await put('f', { priority: -1, draft: 'unsent' });
		});
		const lists: Record<string, string[]> = {};
		for (const name of ['conversations', 'requests'] as const) {
			await feeds.watch(name, null, (rows) => (lists[name] = rows.map((row) => row.person.name)));
		}
		expect(lists).toEqual({ conversations: ['b', 'Ada', 'f'], requests: ['c'] });
	});
});

describe('the messages of a conversation', () => {
	test('are told as they come, change and go', async () => {
		const told: MessageChanges[] = [];
		await feeds.watch('messages', TALK, (changes) => told.push(changes));
		expect(told).toEqual([]);
		await add(1, 2);
		await until(() => told.length === 1);
		expect(told.at(-1)).toMatchObject({
			reload: false,
			removed: [],
			upserted: [{ content: { body: 'message 1' } }, { content: { body: 'message 2' } }]
		});
		await opened.db.write((tx) => tx.messages.remove(messageKey(1)));
		await until(() => told.length === 2);
		expect(told.at(-1)).toEqual({ reload: false, removed: [messageKey(1)], upserted: [] });
	});

	test('put together from all changes equal what is read anew', async () => {
		const shown = new Map<string, string>();
		let reloads = 0;
		await feeds.watch('messages', TALK, ({ upserted, removed, reload }) => {
			if (reload) reloads += 1;
			for (const found of upserted) shown.set(found.key, JSON.stringify(found));
			for (const key of removed) shown.delete(key);
		});
		const commits: Promise<void>[] = [];
		for (let step = 0; step < 40; step += 1) {
			commits.push(add(1 + step * 3, 3));
			if (step % 4 === 3) commits.push(opened.db.write((tx) => tx.messages.remove(messageKey(step))));
			if (step % 7 === 0) await settle(20);
		}
		await Promise.all(commits);
		const page = await readMessages(opened.db, ada.accountId, {
			conversation: TALK,
			limit: 500,
			at: { kind: 'latest' }
		});
		await until(() => shown.size === page.messages.length);
		await settle();
		expect(reloads).toBe(0);
		expect([...shown.values()].sort()).toEqual(page.messages.map((found) => JSON.stringify(found)).sort());
	});

	test('are read anew when too many came at once, or the history went', async () => {
		const told: MessageChanges[] = [];
		await feeds.watch('messages', TALK, (changes) => told.push(changes));
		await add(1, 400);
		await until(() => told.length === 1);
		expect(told).toEqual([{ upserted: [], removed: [], reload: true }]);
		await opened.db.write((tx) => tx.conversations.remove(TALK));
		await until(() => told.length === 2);
		expect(told[1]?.reload).toBe(true);
	});

	test('lose their unread mark in the page when they are read', async () => {
		await add(1, 3);
		const told: MessageChanges[] = [];
		await feeds.watch('messages', TALK, (changes) => told.push(changes));
		const context = {
			db: opened.db,
			self: ada.accountId,
			random: (length: number) => new Uint8Array(length),
			network: { clock, resolveName: () => Promise.reject(new Error('no')) },
			clock,
			sender: { identity: ada, random: (length: number) => new Uint8Array(length) }
		};
		await markRead(context, TALK, messageKey(2));
		await until(() => told.length === 1);
		expect(told.flatMap(({ upserted }) => upserted.map(({ key, unread }) => [key, unread]))).toEqual([
			[messageKey(1), false],
			[messageKey(2), false]
		]);
		expect(await openConversation(context, conversation().accountId)).toBe(TALK);
		await setDraft(context, TALK, 'typing');
		expect(await opened.db.read((tx) => tx.conversations.get(TALK))).toMatchObject({
			draft: 'typing',
			unread: 1
		});
	});

	test('are read anew when I look otherwise, and not for other news of me', async () => {
		await opened.db.write((tx) => tx.messages.insert(message(1, { mine: true })));
		const told: MessageChanges[] = [];
		await feeds.watch('messages', TALK, (changes) => told.push(changes));
		await opened.db.write((tx) => tx.meta.put('own-picture', { ref: 'face' }));
		await until(() => told.length === 1);
		const { messages } = await readMessages(opened.db, ada.accountId, {
			conversation: TALK,
			limit: 9,
			at: { kind: 'latest' }
		});
		expect(messages[0]?.author.picture).toBe('face');
		await opened.db.write((tx) => tx.meta.put('own-picture', { ref: 'face', file: { checkedAt: 1 } }));
		await settle();
		await opened.db.write((tx) => tx.meta.put('profile', { displayName: 'Ada' }));
		await until(() => told.length === 2);
		expect(told).toEqual([1, 2].map(() => ({ upserted: [], removed: [], reload: true })));
	});

	test('are not lost when the disk fails for a moment', async () => {
		const told: MessageChanges[] = [];
		await feeds.watch('messages', TALK, (changes) => told.push(changes));
		failReads = true;
		await add(1, 1);
		await settle();
		failReads = false;
		await until(() => told.length === 1);
		expect(told).toEqual([{ upserted: [], removed: [], reload: true }]);
	});
});

describe('pages', () => {
	const page = (limit: number, at: Parameters<typeof readMessages>[2]['at']) =>
		readMessages(opened.db, ada.accountId, { conversation: TALK, limit, at });
	const numbers = async (limit: number, at: Parameters<typeof readMessages>[2]['at']) => {
		const { messages, moreBefore, moreAfter } = await page(limit, at);
		const shown = messages.map(({ content }) =>
			content.kind === 'text' ? Number(content.body.replace('message ', '')) : -1
		);
		return { shown, moreBefore, moreAfter };
	};

	beforeEach(() => add(1, 30));

	test('of the latest, and of what lies before and after', async () => {
		expect(await numbers(3, { kind: 'latest' })).toEqual({
			shown: [28, 29, 30],
			moreBefore: true,
			moreAfter: false
		});
		expect(await numbers(3, { kind: 'before', message: messageKey(3) })).toEqual({
			shown: [1, 2],
			moreBefore: false,
			moreAfter: true
		});
		expect(await numbers(2, { kind: 'after', message: messageKey(28) })).toEqual({
			shown: [29, 30],
			moreBefore: true,
			moreAfter: false
		});
	});

	test('around a message are full also near an end', async () => {
		expect((await numbers(10, { kind: 'around', message: messageKey(15) })).shown).toEqual([
			13, 14, 15, 16, 17, 18, 19, 20, 21, 22
		]);
		expect((await numbers(10, { kind: 'around', message: messageKey(29) })).shown).toHaveLength(10);
		expect((await numbers(10, { kind: 'around', message: messageKey(1) })).shown).toHaveLength(10);
	});

	test('of the unread begin a little before the first of them', async () => {
		await opened.db.write(async (tx) => {
			const record = (await tx.conversations.get(TALK))!;
			await tx.conversations.put({ ...record, lastReadAt: message(20).sentAt, unread: 10 });
		});
		const { shown, moreAfter } = await numbers(10, { kind: 'unread' });
		expect(shown).toContain(21);
		expect(shown.indexOf(21)).toBeLessThan(4);
		expect(moreAfter).toBe(true);
	});
});

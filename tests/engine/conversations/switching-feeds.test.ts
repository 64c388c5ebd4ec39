import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ConversationRow, NetworkView } from '../../../src/engine/api';
import { createFeeds, type FeedHub } from '../../../src/engine/feeds/feeds';
import type { FeedSource } from '../../../src/engine/feeds/source';
import { createLog } from '../../../src/engine/log';
import type { AccountDatabase } from '../../../src/engine/storage/types';
import type { NetworkTime } from '../../../src/protocol/types';
import { conversation, message, openFresh, TALK, type Opened } from '../storage/fixture';
import { ada } from '../sync/people';

let first: Opened;
let second: Opened;
let feeds: FeedHub;
/** Reads of the first account wait here. */
let gate: Promise<void>;

const clock = { now: () => Date.now() as NetworkTime, unique: () => Date.now() as NetworkTime, offsetMs: 0 };

function source({ db }: Opened, network: string): FeedSource {
	const slow: AccountDatabase = {
		read: async (work) => {
			const value = await db.read(work);
			if (db === first.db) await gate;
			return value;
		},
		write: (work) => db.write(work),
		onChange: (listener) => db.onChange(listener),
		close: () => db.close()
	};
	const view = { state: 'ready', network } as NetworkView;
	return {
		self: ada.accountId,
		db: slow,
		network: { clock, view: () => view, onChange: () => () => undefined },
		presence: {
			typing: () => [],
			noticesSince: () => ({ last: 0, batches: [] }),
			onChange: () => () => undefined
		}
	};
}

beforeEach(async () => {
	gate = Promise.resolve();
	[first, second] = [await openFresh(), await openFresh()];
	await first.db.write((tx) => tx.conversations.put(conversation({ displayName: 'of the first' })));
	await second.db.write((tx) => tx.conversations.put(conversation({ displayName: 'of the second' })));
	feeds = createFeeds(
		first.platform,
		createLog(() => 0)
	);
});
afterEach(() => {
	first.browser.close();
	second.browser.close();
});

const names = (rows: readonly ConversationRow[]) => rows.map(({ person }) => person.name).join();
const settle = (ms = 60) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(check: () => boolean): Promise<void> {
	for (const end = Date.now() + 5_000; !check() && Date.now() < end;) await settle(5);
	expect(check()).toBe(true);
}

test('what was being read when another account took its place is told to nobody', async () => {
	const [one, two] = [source(first, 'one'), source(second, 'two')];
	feeds.attach(one);
	const told: string[] = [];
	await feeds.watch('conversations', null, (rows) => told.push(names(rows)));
	await feeds.watch('conversation', TALK, (view) => told.push(view?.person.name ?? 'gone'));
	expect(told).toEqual(['of the first', 'of the first']);

	let open: () => void = () => undefined;
	gate = new Promise((resolve) => (open = resolve));
	await first.db.write(async (tx) => {
		await tx.conversations.put(conversation({ displayName: 'of the first, later' }));
	});
	// The frame is over and the flush waits for the disk.
	await settle();
	told.length = 0;
	feeds.attach(two);
	open();
	await until(() => told.length >= 2);
	await settle();
	expect(told).toEqual(['of the second', 'of the second']);

	// What happens there meanwhile is not heard of; back again, the present values are.
	await first.db.write(async (tx) => {
		await tx.conversations.put(conversation({ displayName: 'of the first, last' }));
	});
	await settle();
	expect(told).toHaveLength(2);
	feeds.attach(one);
	await until(() => told.length === 4);
	expect(told.slice(2)).toEqual(['of the first, last', 'of the first, last']);
});

test('equal values of two accounts are both told, and messages that were missed are read again', async () => {
	const [one, two] = [source(first, 'one'), source(second, 'two')];
	await first.db.write((tx) => tx.conversations.remove(TALK));
	await second.db.write((tx) => tx.conversations.put(conversation()));
	feeds.attach(two);
	const lists: string[] = [];
	const changes: boolean[] = [];
	await feeds.watch('requests', null, (rows) => lists.push(names(rows)));
	await feeds.watch('messages', TALK, ({ reload }) => changes.push(reload));
	feeds.attach(one);
	await until(() => lists.length === 2);
	expect(lists).toEqual(['', '']);
	await second.db.write(async (tx) => void (await tx.messages.insert(message(1))));
	await settle();
	expect(changes).toEqual([]);
	feeds.attach(two);
	await until(() => changes.length === 1);
	expect(changes).toEqual([true]);
});

test('the network that is told is that of the shown account', async () => {
	feeds.attach(source(first, 'one'));
	const told: string[] = [];
	await feeds.watch('network', null, ({ network }) => told.push(network));
	feeds.attach(source(second, 'two'));
	await until(() => told.length === 2);
	expect(told).toEqual(['one', 'two']);
	feeds.detach();
	await settle();
	expect(told).toHaveLength(2);
});

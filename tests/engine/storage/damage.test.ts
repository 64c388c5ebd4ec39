import { describe, expect, it } from 'vitest';
import type { MessageHash, SnodeId } from '../../../src/protocol/types';
import type { IgnoredView } from '../../../src/engine/api';
import type { AccountDatabase } from '../../../src/engine/storage/types';
import {
	ADA,
	BOB,
	OTHER_TALK,
	TALK,
	conversation,
	damaged,
	job,
	message,
	messageKey,
	openFresh,
	openIn,
	settle,
	tamper,
	type RawRow
} from './fixture';

async function counted(db: AccountDatabase): Promise<number> {
	const ignored = await db.read((tx) => tx.meta.get<IgnoredView>('ignored'));
	await settle();
	return ignored?.damagedRows ?? 0;
}

const onlyKey = (key: unknown) => (rows: RawRow[]) => rows.filter(({ k }) => k === key).map(damaged);

describe('a damaged row', () => {
	it('of a message shows as damaged in its place, and the rest goes on', async () => {
		const { db, browser, changes } = await openFresh();
		await db.write((tx) => tx.messages.insertMany([message(1), message(2), message(3)]));
		await tamper(browser.indexedDB, 'messages', onlyKey(messageKey(2)));
		const rows = await db.read((tx) => tx.messages.before(TALK, null, 10));
		expect(rows.map(({ key }) => key)).toEqual([3, 2, 1].map(messageKey));
		expect(rows[1]).toEqual({ key: messageKey(2), conversation: TALK, order: rows[1]!.order, damaged: true });
		expect(rows[0]).toMatchObject(message(3));
		expect(await db.read((tx) => tx.messages.get(messageKey(2)))).toBeNull();
		expect(await counted(db)).toBe(1);
		expect(changes.at(-1)?.meta).toEqual(['ignored']);
	});

	it('is counted once, in every tab and after every restart', async () => {
		const { db, browser, another } = await openFresh();
		await db.write((tx) => tx.messages.insertMany([message(1), message(2), message(3)]));
		const elsewhere = await another();
		await tamper(browser.indexedDB, 'messages', (rows) => rows.slice(0, 2).map(damaged));
		for (const database of [db, elsewhere.db, db]) {
			await database.read((tx) => tx.messages.after(TALK, null, 9));
			await settle();
		}
		browser.close();
		const restarted = await openIn(browser);
		await restarted.db.read((tx) => tx.messages.after(TALK, null, 9));
		expect(await counted(restarted.db)).toBe(2);
	});

	it('of a message is replaced when the message comes again', async () => {
		const { db, browser } = await openFresh();
		await db.write((tx) => tx.messages.insertMany([message(1), message(2), message(3)]));
		await tamper(browser.indexedDB, 'messages', onlyKey(messageKey(2)));
		await db.write((tx) => tx.messages.insert(message(2, { key: messageKey(20) })));
		const rows = await db.read((tx) => tx.messages.after(TALK, null, 9));
		expect(rows.map(({ key }) => key)).toEqual([1, 20, 3].map(messageKey));
		expect(rows.some((row) => 'damaged' in row)).toBe(false);
	});

	it('of a conversation is left out, and its messages come back under a new record', async () => {
		const { db, browser } = await openFresh();
		await db.write(async (tx) => {
			await tx.conversations.put(conversation());
			await tx.conversations.put(conversation({ key: OTHER_TALK, accountId: BOB }));
			await tx.messages.insert(message(1));
		});
		await tamper(browser.indexedDB, 'conversations', onlyKey(TALK));
		await db.read(async (tx) => {
			expect(await tx.conversations.all()).toMatchObject([{ key: OTHER_TALK }]);
			expect(await tx.conversations.get(TALK)).toBeNull();
			expect(await tx.conversations.byAccount(ADA)).toBeNull();
			expect(await tx.conversations.damagedKey(ADA)).toBe(TALK);
			expect(await tx.conversations.damagedKey(BOB)).toBeNull();
		});
		await db.write((tx) => tx.conversations.put(conversation({ displayName: 'Ada again' })));
		await db.read(async (tx) => {
			expect(await tx.conversations.byAccount(ADA)).toMatchObject({ key: TALK, displayName: 'Ada again' });
			expect(await tx.conversations.damagedKey(ADA)).toBeNull();
			expect(await tx.messages.count(TALK)).toBe(1);
		});
		expect(await counted(db)).toBe(1);
	});

	it('of any other table is as if it were not there', async () => {
		const { db, browser } = await openFresh();
		const cursor = { node: 'aa'.repeat(32) as SnodeId, account: ADA, namespace: 0 };
		const hash = (number: number) => `hash-${number}` as MessageHash;
		const kept = await db.write(async (tx) => {
			await tx.outbox.add(job());
			await tx.cursors.set(cursor, hash(1));
			await tx.meta.put('settings', { a: 1 });
			for (let number = 0; number < 5; number++) await tx.seen.add(ADA, 0, hash(number), number);
			return tx.outbox.add(job({ stage: 'to-self' }));
		});
		await tamper(browser.indexedDB, 'outbox', (rows) => [damaged(rows[0]!)]);
		for (const table of ['cursors', 'meta'])
			await tamper(browser.indexedDB, table, (rows) => rows.map(damaged));
		await tamper(browser.indexedDB, 'seen', (rows) => [damaged(rows[2]!)]);
		await db.read(async (tx) => {
			expect((await tx.outbox.all()).map(({ id }) => id)).toEqual([kept]);
			expect(await tx.outbox.forMessage(messageKey(1))).toHaveLength(1);
			expect(await tx.cursors.get(cursor)).toBeNull();
			expect(await tx.meta.get('settings')).toBeNull();
			expect(await tx.seen.has(ADA, 0, hash(2))).toBe(true);
		});
		await db.write((tx) => tx.seen.prune(4));
		expect(await db.read((tx) => tx.seen.has(ADA, 0, hash(4)))).toBe(true);
		// Outbox, cursor, settings, and the entry that pruning could not date.
		expect(await counted(db)).toBe(4);
	});

	it('is also one that was moved: to another key, conversation or table', async () => {
		const { db, browser } = await openFresh();
		await db.write(async (tx) => {
			await tx.messages.insertMany([message(1), message(2), message(3)]);
			await tx.messages.insert(message(4, { conversation: OTHER_TALK }));
		});
		await tamper(browser.indexedDB, 'messages', (rows) => {
			const [first, second, third] = [1, 2, 3].map((n) => rows.find(({ k }) => k === messageKey(n))!);
			return [
				{ ...first!, b: second!.b },
				{ ...third!, c: OTHER_TALK },
				{ ...second!, v: second!.v + 1 }
			];
		});
		const here = await db.read((tx) => tx.messages.after(TALK, null, 9));
		const there = await db.read((tx) => tx.messages.after(OTHER_TALK, null, 9));
		expect(here.map((row) => 'damaged' in row)).toEqual([true, true]);
		expect(there.filter((row) => !('damaged' in row)).map(({ key }) => key)).toEqual([messageKey(4)]);
	});

	it('may hold anything at all', async () => {
		const { db, browser } = await openFresh();
		await db.write((tx) => tx.messages.insertMany([message(1), message(2)]));
		await tamper(browser.indexedDB, 'messages', (rows) =>
			rows.filter(({ k }) => k === messageKey(1)).map((row) => ({ ...row, b: 'nonsense' as never, v: NaN }))
		);
		const rows = await db.read((tx) => tx.messages.after(TALK, null, 9));
		expect(rows.map((row) => 'damaged' in row)).toEqual([true, false]);
	});
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLog } from '../../../src/engine/log';
import { messageViews } from '../../../src/engine/feeds/views';
import { applyArrivals } from '../../../src/engine/sync/apply';
import { openItem } from '../../../src/engine/sync/open-batch';
import type { Content } from '../../../src/protocol/protobuf/content';
import type { StoredMessage } from '../../../src/protocol/storage-rpc';
import type { AccountDatabase, ConversationRecord } from '../../../src/engine/storage/types';
import { damaged, openFresh, tamper } from '../storage/fixture';
import { ada, bob, carol, NOW, person, random, stored } from './people';

const log = createLog(() => 0);

async function receive(db: AccountDatabase, items: readonly StoredMessage[]): Promise<void> {
	const opened = items.map((item) => openItem(item, ada, { now: NOW, nodeTime: NOW }, log));
	await db.write(async (tx) => {
		const arrivals = opened.flatMap(({ arrival }) => (arrival === null ? [] : [arrival]));
		await applyArrivals(tx, arrivals, { self: ada.accountId, random, now: NOW });
		for (const { counter } of opened) if (counter !== null) await tx.ignore(counter);
	});
}

/** Everything a person could see, without the random keys. */
async function visible(db: AccountDatabase) {
	return db.read(async (tx) => {
		const records = [...(await tx.conversations.all())].sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
		const shown = [];
		for (const record of records) {
			const rows = [...(await tx.messages.before(record.key, null, 1000))].reverse();
			const views = messageViews(rows, { record, self: ada.accountId, ownName: 'Ada', ownPicture: null });
			const { key: _key, newest, ...facts } = record;
			shown.push({
				...facts,
				newest: newest && { ...newest, message: '' },
				messages: views.map(({ key: _message, order: _order, ...view }) => view)
			});
		}
		return shown;
	});
}

async function conversationWith(db: AccountDatabase, who = bob): Promise<ConversationRecord | null> {
	return db.read((tx) => tx.conversations.byAccount(who.accountId));
}

const text = (body: string): Content => ({ dataMessage: { body } });
const named = (body: string, displayName: string, lastUpdateSeconds: number): Content => ({
	dataMessage: { body, profile: { displayName, lastUpdateSeconds } }
});
const copyTo = (who: typeof bob, body: string): Content => ({
	dataMessage: { body, syncTarget: who.accountId }
});
const accepted: Content = { messageRequestResponse: { isApproved: true, profile: { displayName: 'Bob' } } };

describe('what arrives', () => {
	test('from a stranger becomes a request', async () => {
		const { db } = await openFresh();
		await receive(db, [stored(bob, ada, named('hello', 'Bob', 5))]);
		expect(await conversationWith(db)).toMatchObject({
			approved: false,
			approvedMe: true,
			priority: 0,
			displayName: 'Bob',
			unread: 1,
			newest: { preview: 'hello', mine: false }
		});
	});

	test('my own copy approves whom it went to and marks what came before as read', async () => {
		const { db } = await openFresh();
		await receive(db, [
			stored(bob, ada, text('one'), NOW - 3000),
			stored(ada, ada, copyTo(bob, 'answer'), NOW - 2000),
			stored(bob, ada, text('two'), NOW - 1000)
		]);
		expect(await conversationWith(db)).toMatchObject({
			approved: true,
			approvedMe: true,
			unread: 1,
			lastReadAt: NOW - 2000,
			newest: { preview: 'two' }
		});
		expect((await visible(db))[0]?.messages).toMatchObject([
			{ mine: false, content: { body: 'one' }, unread: false, state: { kind: 'received' } },
			{ mine: true, content: { body: 'answer' }, state: { kind: 'sent' } },
			{ mine: false, content: { body: 'two' }, unread: true }
		]);
	});

	test('an answer nobody asked for opens no conversation and shows nothing in a later request', async () => {
		const { db } = await openFresh();
		await receive(db, [stored(bob, ada, accepted, NOW - 10)]);
		expect(await conversationWith(db)).toMatchObject({ priority: -1, approved: false, newest: null });
		await receive(db, [stored(bob, ada, text('hi'))]);
		expect((await visible(db))[0]?.messages).toHaveLength(1);
	});

	test('a copy naming another recipient counts as forged unless it is mine', async () => {
		const { db } = await openFresh();
		await receive(db, [stored(bob, ada, copyTo(carol, 'as if by Ada'))]);
		expect(await visible(db)).toEqual([]);
		expect(await db.read((tx) => tx.meta.get('ignored'))).toMatchObject({ forged: 1 });
	});

	test('nothing of a blocked person is kept, but what I wrote to them is', async () => {
		const { db } = await openFresh();
		await receive(db, [stored(bob, ada, text('one'), NOW - 5)]);
		await db.write(async (tx) => {
			const record = (await tx.conversations.byAccount(bob.accountId))!;
			await tx.conversations.put({ ...record, blocked: true, unread: 0 });
		});
		await receive(db, [
			stored(bob, ada, text('two'), NOW - 4),
			stored(ada, ada, copyTo(bob, 'last'), NOW - 3)
		]);
		const [shown] = await visible(db);
		expect(shown?.messages.map(({ content }) => content)).toEqual([
			{ kind: 'text', body: 'one' },
			{ kind: 'text', body: 'last' }
		]);
		expect(shown?.unread).toBe(0);
	});

	test('a note to self comes with and without its sync target', async () => {
		const { db } = await openFresh();
		await receive(db, [
			stored(ada, ada, copyTo(ada, 'first'), NOW - 2),
			stored(ada, ada, text('second'), NOW - 1)
		]);
		const [shown] = await visible(db);
		expect(shown?.accountId).toBe(ada.accountId);
		expect(shown?.messages.map(({ content }) => content)).toEqual([
			{ kind: 'text', body: 'first' },
			{ kind: 'text', body: 'second' }
		]);
	});

	test('a body is cut to what is shown of any message', async () => {
		const { db } = await openFresh();
		await receive(db, [stored(bob, ada, text('🐑'.repeat(10_001)))]);
		const [shown] = await visible(db);
		expect(shown?.messages[0]?.content).toEqual({ kind: 'text', body: '🐑'.repeat(10_000) });
	});

	test('the same message under another hash is known by author and time, and counted', async () => {
		const { db } = await openFresh();
		const content = text('once');
		await receive(db, [stored(bob, ada, content)]);
		await receive(db, [stored(bob, ada, content)]);
		expect((await visible(db))[0]?.messages).toHaveLength(1);
		expect((await visible(db))[0]?.unread).toBe(1);
		expect(await db.read((tx) => tx.meta.get('ignored'))).toMatchObject({ replayed: 1 });
	});

	test('a damaged conversation row is put together again from its messages', async () => {
		const { db, browser } = await openFresh();
		await receive(db, [
			stored(bob, ada, text('one'), NOW - 3),
			stored(ada, ada, copyTo(bob, 'two'), NOW - 2)
		]);
		const before = (await conversationWith(db))!;
		await tamper(browser.indexedDB, 'conversations', (rows) => rows.map(damaged));
		expect(await conversationWith(db)).toBeNull();
		await receive(db, [stored(bob, ada, text('three'))]);
		expect(await conversationWith(db)).toMatchObject({
			key: before.key,
			approved: true,
			approvedMe: true,
			unread: 1,
			newest: { preview: 'three' }
		});
		expect((await visible(db))[0]?.messages).toHaveLength(3);
	});
});

describe('any order and repetition', () => {
	const people = [bob, carol];

	/** Each message has a time of its own, and a name follows from its own time, as with honest clients. */
	const script = fc
		.array(
			fc.record({
				who: fc.nat({ max: 1 }),
				kind: fc.constantFrom('theirs', 'theirs-named', 'mine', 'accepted', 'typing', 'note'),
				chunk: fc.nat({ max: 3 })
			}),
			{ minLength: 1, maxLength: 14 }
		)
		.map((steps) =>
			steps.map(({ who, kind }, index) => {
				const peer = people[who] ?? bob;
				const at = NOW - 100_000 + index * 1000;
				switch (kind) {
					case 'theirs':
						return stored(peer, ada, text(`m${index}`), at);
					case 'theirs-named':
						return stored(peer, ada, named(`m${index}`, `name ${index}`, 1 + index), at);
					case 'mine':
						return stored(ada, ada, copyTo(peer, `m${index}`), at);
					case 'accepted':
						return stored(peer, ada, { messageRequestResponse: { isApproved: true } }, at);
					case 'typing':
						return stored(peer, ada, { typingMessage: { timestamp: at, action: 0 } }, at);
					default:
						return stored(ada, ada, copyTo(ada, `m${index}`), at);
				}
			})
		);

	test('ends in the same conversations', async () => {
		await fc.assert(
			fc.asyncProperty(script, fc.infiniteStream(fc.nat()), async (messages, stream) => {
				const inOrder = await openFresh();
				await receive(inOrder.db, messages);
				const expected = await visible(inOrder.db);

				const next = () => stream.next().value as number;
				const again = [...messages, ...messages.filter(() => next() % 3 === 0)];
				const shuffled = again
					.map((message) => ({ message, key: next() }))
					.sort((a, b) => a.key - b.key)
					.map(({ message }) => message);
				const other = await openFresh();
				for (let start = 0; start < shuffled.length;) {
					const size = 1 + (next() % 4);
					await receive(other.db, shuffled.slice(start, start + size));
					start += size;
				}
				expect(await visible(other.db)).toEqual(expected);
			}),
			{ numRuns: 40 }
		);
	});
});

test('people of the tests are different people', () => {
	expect(new Set([ada, bob, carol, person(4)].map((one) => one.accountId)).size).toBe(4);
});

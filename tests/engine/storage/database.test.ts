import { describe, expect, it } from 'vitest';
import type { MessageHash, SnodeId } from '../../../src/protocol/types';
import {
	ADA,
	BOB,
	OTHER_TALK,
	TALK,
	conversation,
	job,
	message,
	messageKey,
	openFresh,
	settle
} from './fixture';

const bodies = (rows: readonly object[]) =>
	rows.map((row) => ('content' in row ? (row.content as { body: string }).body : 'damaged'));

describe('account database', () => {
	it('gives back what was written', async () => {
		const { db } = await openFresh();
		const raw = Uint8Array.of(9, 8, 7);
		const written = message(1, { raw, hash: 'h'.repeat(43) as MessageHash });
		await db.write(async (tx) => {
			await tx.conversations.put(conversation({ draft: 'half a sentence' }));
			await tx.messages.insert(written);
			await tx.meta.put('settings', { gateways: ['https://example.org'] });
		});
		await db.read(async (tx) => {
			expect(await tx.conversations.get(TALK)).toEqual(conversation({ draft: 'half a sentence' }));
			expect(await tx.conversations.byAccount(ADA)).toEqual(conversation({ draft: 'half a sentence' }));
			expect(await tx.conversations.byAccount(BOB)).toBeNull();
			expect(await tx.messages.get(written.key)).toMatchObject(written);
			expect(await tx.messages.byIdentity(TALK, ADA, written.sentAt)).toMatchObject(written);
			expect(await tx.messages.byIdentity(TALK, BOB, written.sentAt)).toBeNull();
			expect(await tx.meta.get('settings')).toEqual({ gateways: ['https://example.org'] });
			expect(await tx.meta.get('profile')).toBeNull();
		});
	});

	it('hands out bytes that own their buffer, or sending them would send the whole record', async () => {
		const { db } = await openFresh();
		const id = await db.write((tx) => tx.outbox.add(job()));
		const stored = await db.read((tx) => tx.outbox.get(id));
		expect(stored?.data).toEqual(Uint8Array.of(1, 2, 3));
		expect(stored?.data.buffer.byteLength).toBe(3);
	});

	it('is all or nothing: an error in the middle leaves nothing and tells nobody', async () => {
		const { db, changes, another } = await openFresh();
		const elsewhere = await another();
		const failure = new Error('the engine changed its mind');
		await expect(
			db.write(async (tx) => {
				await tx.conversations.put(conversation());
				await tx.messages.insert(message(1));
				await tx.outbox.add(job());
				await tx.meta.put('profile', {});
				throw failure;
			})
		).rejects.toBe(failure);
		await settle();
		expect(changes).toEqual([]);
		expect(elsewhere.changes).toEqual([]);
		await db.read(async (tx) => {
			expect(await tx.conversations.all()).toEqual([]);
			expect(await tx.messages.count(TALK)).toBe(0);
			expect(await tx.outbox.all()).toEqual([]);
			expect(await tx.meta.get('profile')).toBeNull();
		});
	});

	it('tells of a commit here and in other tabs, once each, and never before it is readable', async () => {
		const { db, changes, another } = await openFresh();
		const elsewhere = await another();
		const seenThere: number[] = [];
		elsewhere.db.onChange(() => {
			void elsewhere.db.read((tx) => tx.messages.count(TALK)).then((count) => seenThere.push(count));
		});
		await db.write(async (tx) => {
			await tx.conversations.put(conversation());
			await tx.messages.insert(message(1));
			await tx.messages.insert(message(2));
			await tx.messages.remove(messageKey(2));
			await tx.outbox.add(job());
			await tx.meta.put('profile', {});
		});
		const expected = {
			conversations: [TALK],
			messages: [{ conversation: TALK, upserted: [messageKey(1)], removed: [messageKey(2)] }],
			outbox: true,
			meta: ['profile']
		};
		await settle();
		expect(changes).toEqual([expected]);
		expect(elsewhere.changes).toEqual([expected]);
		expect(seenThere).toEqual([1]);
	});

	it('says nothing of commits that no one can see, and nothing to those who left', async () => {
		const { db, changes } = await openFresh();
		const heard: unknown[] = [];
		const leave = db.onChange((change) => heard.push(change));
		leave();
		await db.write((tx) => tx.seen.add(ADA, 0, 'hash' as MessageHash, 1));
		await settle();
		expect(changes).toEqual([]);
		await db.write((tx) => tx.meta.put('profile', {}));
		await settle();
		expect(changes).toHaveLength(1);
		expect(heard).toEqual([]);
	});

	it('pages through a conversation in both directions', async () => {
		const { db } = await openFresh();
		await db.write(async (tx) => {
			for (let number = 1; number <= 10; number++) await tx.messages.insert(message(number));
			await tx.messages.insert(message(99, { conversation: OTHER_TALK }));
		});
		await db.read(async (tx) => {
			const newest = await tx.messages.before(TALK, null, 3);
			expect(bodies(newest)).toEqual(['message 10', 'message 9', 'message 8']);
			const older = await tx.messages.before(TALK, newest[2]!.order, 3);
			expect(bodies(older)).toEqual(['message 7', 'message 6', 'message 5']);
			const newer = await tx.messages.after(TALK, older[0]!.order, 2);
			expect(bodies(newer)).toEqual(['message 8', 'message 9']);
			expect(bodies(await tx.messages.after(TALK, null, 2))).toEqual(['message 1', 'message 2']);
			expect(await tx.messages.count(TALK)).toBe(10);
		});
	});

	it('refuses the same message twice, and updates without moving', async () => {
		const { db } = await openFresh();
		const first = await db.write((tx) => tx.messages.insert(message(1)));
		await db.write((tx) => tx.messages.insert(message(2)));
		const again = message(7, { sentAt: first.sentAt });
		await expect(db.write((tx) => tx.messages.insert(again))).rejects.toMatchObject({ code: 'internal' });
		await db.write((tx) => tx.messages.update({ ...first, order: 'zzz', state: { kind: 'read' } }));
		const stored = await db.read((tx) => tx.messages.get(first.key));
		expect(stored).toEqual({ ...first, state: { kind: 'read' } });
		const gone = { ...first, key: messageKey(50) };
		await expect(db.write((tx) => tx.messages.update(gone))).rejects.toMatchObject({ code: 'not-found' });
	});

	it('removes a conversation with its messages and jobs, and no others', async () => {
		const { db, changes } = await openFresh();
		await db.write(async (tx) => {
			await tx.conversations.put(conversation());
			await tx.conversations.put(conversation({ key: OTHER_TALK, accountId: BOB }));
			await tx.messages.insert(message(1));
			await tx.messages.insert(message(2, { conversation: OTHER_TALK }));
			await tx.outbox.add(job());
			await tx.outbox.add(job({ conversation: OTHER_TALK }));
		});
		await db.write((tx) => tx.conversations.remove(TALK));
		await settle();
		expect(changes.at(-1)).toEqual({ conversations: [TALK], messages: [], outbox: true, meta: [] });
		await db.read(async (tx) => {
			expect(await tx.conversations.all()).toMatchObject([{ key: OTHER_TALK }]);
			expect(await tx.messages.get(messageKey(1))).toBeNull();
			expect(await tx.messages.get(messageKey(2))).not.toBeNull();
			expect(await tx.outbox.all()).toMatchObject([{ conversation: OTHER_TALK }]);
		});
	});

	it('keeps the outbox in order and finds the jobs of a message', async () => {
		const { db } = await openFresh();
		const ids = await db.write(async (tx) => [
			await tx.outbox.add(job()),
			await tx.outbox.add(job({ stage: 'to-self' })),
			await tx.outbox.add(job({ message: null }))
		]);
		await db.write((tx) => tx.outbox.put({ ...job({ attempts: 3 }), id: ids[0]! }));
		await db.read(async (tx) => {
			expect((await tx.outbox.all()).map(({ id, attempts }) => [id, attempts])).toEqual([
				[ids[0], 3],
				[ids[1], 0],
				[ids[2], 0]
			]);
			expect((await tx.outbox.forMessage(messageKey(1))).map(({ id }) => id)).toEqual(ids.slice(0, 2));
		});
		await db.write((tx) => tx.outbox.remove(ids[0]!));
		expect(await db.read((tx) => tx.outbox.get(ids[0]!))).toBeNull();
		const next = await db.write((tx) => tx.outbox.add(job()));
		expect(ids).not.toContain(next);
	});

	it('keeps a cursor for each node, account and namespace', async () => {
		const { db } = await openFresh();
		const node = 'aa'.repeat(32) as SnodeId;
		const key = { node, account: ADA, namespace: 0 };
		await db.write((tx) => tx.cursors.set(key, 'first' as MessageHash));
		await db.write((tx) => tx.cursors.set(key, 'second' as MessageHash));
		await db.read(async (tx) => {
			expect(await tx.cursors.get(key)).toBe('second');
			expect(await tx.cursors.get({ ...key, namespace: 1 })).toBeNull();
			expect(await tx.cursors.get({ ...key, account: BOB })).toBeNull();
			expect(await tx.cursors.get({ ...key, node: 'bb'.repeat(32) as SnodeId })).toBeNull();
		});
	});

	it('remembers hashes until they are pruned', async () => {
		const { db } = await openFresh();
		const hash = (number: number) => `hash-${number}` as MessageHash;
		await db.write(async (tx) => {
			for (let number = 0; number < 450; number++) await tx.seen.add(ADA, 0, hash(number), number);
			await tx.seen.add(ADA, 0, hash(3), 9999);
		});
		await db.write((tx) => tx.seen.prune(430));
		await db.read(async (tx) => {
			expect(await tx.seen.has(ADA, 0, hash(0))).toBe(false);
			expect(await tx.seen.has(ADA, 0, hash(429))).toBe(false);
			expect(await tx.seen.has(ADA, 0, hash(430))).toBe(true);
			expect(await tx.seen.has(ADA, 1, hash(430))).toBe(false);
			expect(await tx.seen.has(BOB, 0, hash(430))).toBe(false);
		});
	});

	it('keeps aside what it cannot decode, once', async () => {
		const { db } = await openFresh();
		const item = { hash: 'odd' as MessageHash, reason: 'version', data: Uint8Array.of(1) };
		await db.write(async (tx) => {
			await tx.aside.add(item);
			await tx.aside.add(item);
		});
		expect(await db.read((tx) => tx.aside.count())).toBe(1);
	});

	it('counts what was ignored, within the transaction that ignored it', async () => {
		const { db, changes } = await openFresh();
		await db.write(async (tx) => {
			await tx.ignore('forged');
			await tx.ignore('forged', 4);
			await tx.ignore('replayed');
		});
		await expect(
			db.write(async (tx) => {
				await tx.ignore('forged', 100);
				throw new Error('no');
			})
		).rejects.toThrow('no');
		expect(await db.read((tx) => tx.meta.get('ignored'))).toMatchObject({
			forged: 5,
			replayed: 1,
			malformed: 0
		});
		await settle();
		expect(changes).toMatchObject([{ meta: ['ignored'] }]);
	});

	it('lets transactions of two tabs take turns', async () => {
		const { db, another } = await openFresh();
		const elsewhere = await another();
		const count = (database: typeof db) =>
			database.write(async (tx) => {
				const { n } = (await tx.meta.get<{ n: number }>('settings')) ?? { n: 0 };
				await tx.meta.put('settings', { n: n + 1 });
			});
		await Promise.all(Array.from({ length: 40 }, (_, at) => count(at % 2 ? db : elsewhere.db)));
		expect(await db.read((tx) => tx.meta.get('settings'))).toEqual({ n: 40 });
	});

	it('keeps what was committed and drops what was not when the tab dies', async () => {
		const { db, tab, another } = await openFresh();
		await db.write((tx) => tx.messages.insert(message(1)));
		const dying = db.write(async (tx) => {
			await tx.messages.insert(message(2));
			tab.kill();
			await tx.messages.insert(message(3));
		});
		await expect(dying).rejects.toBeTruthy();
		const elsewhere = await another();
		expect(bodies(await elsewhere.db.read((tx) => tx.messages.after(TALK, null, 9)))).toEqual(['message 1']);
		expect(elsewhere.changes).toEqual([]);
	});
});

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openAccountDatabase } from '../../../src/engine/storage/database';
import { UnusableError } from '../../../src/engine/storage/errors';
import { SCHEMA, type SchemaStep } from '../../../src/engine/storage/schema';
import type { AccountDatabase, ConversationRecord, MessageRecord } from '../../../src/engine/storage/types';
import { sodiumReady } from '../../../src/protocol/sodium';
import type { MessageHash, SnodeId } from '../../../src/protocol/types';
import { testBrowser, type TestBrowser } from '../node-platform';
import { dump, load, type DatabaseDump } from './disk';
import {
	ADA,
	TALK,
	conversation,
	damaged,
	job,
	location,
	message,
	messageKey,
	openFresh,
	rawRows,
	settle,
	tamper
} from './fixture';

/** A database as version 1 wrote it: what `dump` gave after `fill`. It must open for as long as Sotto lives. */
const VERSION_1 = JSON.parse(
	readFileSync(new URL('fixtures/version-1.json', import.meta.url), 'utf8')
) as DatabaseDump;

const CURSOR = { node: 'aa'.repeat(32) as SnodeId, account: ADA, namespace: 0 };
const HASH = 'h'.repeat(43) as MessageHash;

beforeAll(() => sodiumReady);

async function browserOfVersion1(): Promise<TestBrowser> {
	const browser = testBrowser();
	await load(browser.indexedDB, location().name, VERSION_1);
	return browser;
}

function open(browser: TestBrowser, schema?: readonly SchemaStep[]): Promise<AccountDatabase> {
	return openAccountDatabase(browser.openTab().platform, location(), schema);
}

async function fill(db: AccountDatabase): Promise<void> {
	await db.write(async (tx) => {
		await tx.conversations.put(conversation());
		await tx.messages.insertMany([message(2), message(1), message(3, { raw: Uint8Array.of(1, 2, 3) })]);
		await tx.outbox.add(job());
		await tx.cursors.set(CURSOR, HASH);
		await tx.seen.add(ADA, 0, HASH, 5);
		await tx.aside.add({ hash: HASH, reason: 'version', data: Uint8Array.of(4) });
		await tx.meta.put('profile', { name: 'Grace' });
	});
}

async function expectEverything(db: AccountDatabase): Promise<void> {
	await db.read(async (tx) => {
		expect(await tx.conversations.byAccount(ADA)).toMatchObject(conversation());
		expect(await tx.messages.after(TALK, null, 9)).toMatchObject([
			message(1),
			message(2),
			message(3, { raw: Uint8Array.of(1, 2, 3) })
		]);
		expect(await tx.messages.byIdentity(TALK, ADA, message(2).sentAt)).toMatchObject({ key: messageKey(2) });
		expect(await tx.outbox.forMessage(messageKey(1))).toMatchObject([job()]);
		expect(await tx.cursors.get(CURSOR)).toBe(HASH);
		expect(await tx.seen.has(ADA, 0, HASH)).toBe(true);
		expect(await tx.aside.count()).toBe(1);
		expect(await tx.meta.get('profile')).toEqual({ name: 'Grace' });
	});
}

/** The last step that touched the rows of `meta`. */
const META_REWRITTEN_BY = 2;

/** What a later version might need: a new table, a new index, and records of a new shape. */
const NEXT: SchemaStep = {
	version: SCHEMA.length + 1,
	stores: { messages: 'k, &i, [c+o], c', pins: 'k' },
	migrate: async (rows) => {
		await rows.rewrite('messages', (record) => ({ ...(record as MessageRecord), edited: false }));
		await rows.rewrite('seen', (at) => (at as number) + 1);
		await rows.rewrite('conversations', (record) => ({
			...(record as ConversationRecord),
			displayName: `${(record as ConversationRecord).displayName} the First`
		}));
	}
};

describe('migration', () => {
	it('starts from a version 1 that this code still reads', async () => {
		await expectEverything(await open(await browserOfVersion1()));
	});

	it('writes a version 1 that holds the same', async () => {
		const { db } = await openFresh();
		await fill(db);
		await expectEverything(db);
	});

	it('gives conversations of version 1 what other devices know of them', async () => {
		const browser = await browserOfVersion1();
		const old = await open(browser, SCHEMA.slice(0, 1));
		const { priority: _none, nickname: _nobody, ...before } = conversation();
		await old.write((tx) => tx.conversations.put({ ...before, hidden: true } as never));
		browser.close();
		const after = await (await open(browser)).read((tx) => tx.conversations.byAccount(ADA));
		expect(after).toMatchObject({ ...before, priority: -1, nickname: '', picture: null, keptPicture: null });
		expect(after).not.toHaveProperty('hidden');
	});

	it('knows version 1 by its tables and indexes too', async () => {
		const browser = await browserOfVersion1();
		const shape = ({ tables, version }: DatabaseDump) => ({
			version,
			tables: Object.entries(tables).map(([table, { rows: _rows, ...rest }]) => [table, rest])
		});
		expect(SCHEMA[0]?.version).toBe(1);
		await open(browser, SCHEMA.slice(0, 1));
		expect(shape(await dump(browser.indexedDB, location().name))).toEqual(shape(VERSION_1));
	});

	it('brings every record to the next version, sealed as that', async () => {
		const browser = await browserOfVersion1();
		const db = await open(browser, [...SCHEMA, NEXT]);
		await db.read(async (tx) => {
			expect(await tx.conversations.byAccount(ADA)).toMatchObject({ displayName: 'Ada the First' });
			const rows = await tx.messages.after(TALK, null, 9);
			expect(rows).toMatchObject([1, 2, 3].map((n) => ({ key: messageKey(n), edited: false })));
			expect(await tx.meta.get('profile')).toEqual({ name: 'Grace' });
		});
		await db.write((tx) => tx.messages.insert(message(4)));
		db.close();
		const versions = (await rawRows(browser.indexedDB, 'messages')).map(({ v }) => v);
		expect(versions).toEqual([NEXT.version, NEXT.version, NEXT.version, NEXT.version]);
		expect((await rawRows(browser.indexedDB, 'meta')).map(({ v }) => v)).toEqual([META_REWRITTEN_BY]);
		await expect(open(browser)).rejects.toMatchObject({ reason: 'newer-version' });
	});

	it('leaves the old data readable when it fails half-way', async () => {
		const browser = await browserOfVersion1();
		const before = await dump(browser.indexedDB, location().name);
		const failing: SchemaStep = {
			...NEXT,
			migrate: async (rows) => {
				await NEXT.migrate?.(rows);
				throw new Error('a bug in the migration');
			}
		};
		const failed = open(browser, [...SCHEMA, failing]);
		await expect(failed).rejects.toBeInstanceOf(UnusableError);
		await expect(failed).rejects.toMatchObject({ reason: 'database-damaged' });
		expect(await dump(browser.indexedDB, location().name)).toEqual(before);
		await expectEverything(await open(browser));
		browser.close();
		await open(browser, [...SCHEMA, NEXT]);
	});

	it('leaves damaged rows as they are and carries on', async () => {
		const browser = await browserOfVersion1();
		await tamper(browser.indexedDB, 'messages', (rows) =>
			rows.filter(({ k }) => k === messageKey(2)).map(damaged)
		);
		const before = (await rawRows(browser.indexedDB, 'messages')).find(({ k }) => k === messageKey(2));
		const db = await open(browser, [...SCHEMA, NEXT]);
		const rows = await db.read((tx) => tx.messages.after(TALK, null, 9));
		expect(rows.map((row) => 'damaged' in row)).toEqual([false, true, false]);
		const after = (await rawRows(browser.indexedDB, 'messages')).find(({ k }) => k === messageKey(2));
		expect(after).toEqual(before);
	});

	it('goes through more rows than one batch, each once', async () => {
		const browser = await browserOfVersion1();
		const old = await open(browser);
		await old.write((tx) =>
			tx.messages.insertMany(Array.from({ length: 510 }, (_, number) => message(number + 10)))
		);
		await old.write(async (tx) => {
			for (let number = 0; number < 505; number++)
				await tx.seen.add(ADA, 0, `${number}` as MessageHash, number);
		});
		browser.close();
		let messages = 0;
		let seen = 0;
		const counting: SchemaStep = {
			version: SCHEMA.length + 1,
			stores: {},
			migrate: async (rows) => {
				await rows.rewrite('messages', (record) => (messages++, record));
				await rows.rewrite('seen', (record) => (seen++, record));
			}
		};
		await open(browser, [...SCHEMA, counting]);
		expect([messages, seen]).toEqual([513, 506]);
	});

	it('takes over from a tab of the old version, which then says that a newer one is here', async () => {
		const browser = await browserOfVersion1();
		const old = await open(browser);
		await expectEverything(old);
		const next = await open(browser, [...SCHEMA, NEXT]);
		await settle();
		await expect(old.write((tx) => tx.messages.insert(message(9)))).rejects.toMatchObject({
			reason: 'newer-version'
		});
		expect(await next.read((tx) => tx.messages.count(TALK))).toBe(3);
	});
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scanProfile } from '../../../e2e/support/profile/scan';
import { openVault } from '../../../src/engine/account/vault';
import { newConversationKey, newMessageKey } from '../../../src/engine/storage/local-keys';
import { fromHex, toHex, utf8 } from '../../../src/protocol/bytes';
import { identityFromSeed, parseSeed } from '../../../src/protocol/identity';
import { sodiumReady } from '../../../src/protocol/sodium';
import type { AccountId, MessageHash, SnodeId } from '../../../src/protocol/types';
import { testBrowser, type TestBrowser } from '../node-platform';
import { conversation, job, message, rawOpen, rawRows, settled } from './fixture';

const SEED = parseSeed(fromHex('5eed5eed0123456789abcdef5eed5eed'));
const THEIRS = `05${'c0ffee'.repeat(10)}beef` as AccountId;
const NODE = 'feedface'.repeat(8) as SnodeId;
const HASH = 'QmessageHashOfTheSwarmThatNobodyShouldSee00' as MessageHash;
const SENT_AT = 1_723_456_789_123;
const OWN_NAME = 'Grace Brewster Hopper';
const THEIR_NAME = 'Ada Lovelace ✨';
const BODY = 'Meet me under the clock at seven, bring the manuscript.';
const DRAFT = 'What I never sent';
const CANARY = 'Canary that was written unsealed';

/** Everything a copy of the profile folder would hold, one file for each row, as the browser serializes values. */
async function writeOut(browser: TestBrowser, folder: string): Promise<void> {
	let count = 0;
	const write = (what: string, content: Uint8Array) => writeFile(join(folder, `${count++}-${what}`), content);
	for (const { name = '' } of await browser.indexedDB.databases()) {
		const database = await rawOpen(browser.indexedDB, name);
		for (const table of database.objectStoreNames) {
			const store = database.transaction(table).objectStore(table);
			const rows = await settled<object[]>(store.getAll());
			await write('name', utf8([name, table, ...store.indexNames].join(' ')));
			// The device key itself lies in the browser's own form; a script cannot even look at it.
			for (const row of rows) await write(table, serialize({ ...row, key: null }));
		}
		database.close();
	}
}

async function fill(browser: TestBrowser): Promise<string> {
	const { platform } = browser.openTab();
	const vault = await openVault(platform);
	const { id, db, identity } = await vault.createAccount({
		seed: SEED,
		displayName: OWN_NAME,
		network: { name: 'a network of my own', fingerprint: 'ab'.repeat(32) },
		createdHere: true
	});
	const talk = newConversationKey((length) => platform.random(length));
	const key = newMessageKey((length) => platform.random(length));
	const facts = { key, conversation: talk, author: THEIRS, sentAt: SENT_AT, receivedAt: SENT_AT, hash: HASH };
	await db.write(async (tx) => {
		await tx.conversations.put(
			conversation({
				key: talk,
				accountId: THEIRS,
				displayName: THEIR_NAME,
				draft: DRAFT,
				lastReadAt: SENT_AT
			})
		);
		await tx.messages.insert(
			message(1, { ...facts, content: { kind: 'text', body: BODY }, raw: utf8(BODY) })
		);
		await tx.outbox.add(
			job({ message: key, conversation: talk, destination: THEIRS, data: utf8(BODY), timestamp: SENT_AT })
		);
		await tx.cursors.set({ node: NODE, account: identity.accountId, namespace: 0 }, HASH);
		await tx.seen.add(identity.accountId, 0, HASH, SENT_AT);
		await tx.aside.add({ hash: HASH, reason: 'version', data: utf8(BODY) });
		await tx.meta.put('profile', { name: OWN_NAME, accountId: identity.accountId });
		await tx.meta.put('network', { guards: [NODE] });
		await tx.ignore('forged');
	});
	return id;
}

describe('a copy of the browser’s data', () => {
	let folder: string;
	beforeEach(async () => {
		await sodiumReady;
		folder = await mkdtemp(join(tmpdir(), 'sotto-secrecy-'));
	});
	afterEach(() => rm(folder, { recursive: true }));

	it('holds no text, name, id, hash or seed in any form, while the same search finds what is unsealed', async () => {
		const browser = testBrowser();
		const id = await fill(browser);
		const planted = await rawOpen(browser.indexedDB, id);
		const store = planted.transaction('meta', 'readwrite').objectStore('meta');
		await settled(store.put({ k: 'canary', v: 1, b: utf8(CANARY) }));
		planted.close();
		await writeOut(browser, folder);

		const identity = identityFromSeed(SEED);
		const needles = [
			...[BODY, DRAFT, OWN_NAME, THEIR_NAME, 'Lovelace', 'manuscript', HASH, 'a network of my own'],
			...[identity.accountId, identity.accountId.slice(2), THEIRS, THEIRS.slice(2), NODE, 'ab'.repeat(32)],
			...[SEED, identity.ed25519.secretKey, identity.x25519.secretKey].map(toHex),
			String(SENT_AT)
		];
		expect(await scanProfile(folder, needles)).toEqual([]);
		const found = await scanProfile(folder, [CANARY, 'Canary']);
		expect(new Set(found.map(({ needle }) => needle))).toEqual(new Set([CANARY, 'Canary']));
	});

	it('holds no clock time: the only numbers are versions and orders of arrival', async () => {
		const browser = testBrowser();
		const id = await fill(browser);
		const numbers: number[] = [];
		for (const name of [id, 'sotto']) {
			const database = await rawOpen(browser.indexedDB, name);
			const tables = [...database.objectStoreNames];
			database.close();
			for (const table of tables) {
				for (const row of await rawRows(browser.indexedDB, table, name)) {
					for (const value of Object.values(row)) {
						expect(value).not.toBeInstanceOf(Date);
						if (typeof value === 'number') numbers.push(value);
					}
				}
			}
		}
		expect(numbers.length).toBeGreaterThan(10);
		expect(Math.max(...numbers)).toBeLessThan(100);
	});

	it('says nothing in the names of databases', async () => {
		const browser = testBrowser();
		await fill(browser);
		const names = (await browser.indexedDB.databases()).map(({ name }) => name);
		for (const name of names) expect(name).toMatch(/^(sotto|[0-9a-f]{32})$/);
	});

	it('gives the same message two different rows in two accounts', async () => {
		const rows = await Promise.all(
			[testBrowser(), testBrowser()].map(async (browser) => {
				const id = await fill(browser);
				const tables = ['conversations', 'messages', 'cursors', 'seen', 'aside'];
				const all = await Promise.all(tables.map((table) => rawRows(browser.indexedDB, table, id)));
				return all.flat().flatMap((row) => Object.values(row).filter((value) => value instanceof Uint8Array));
			})
		);
		const [first, second] = rows.map((values) => new Set(values.map((value) => toHex(value))));
		expect([...first!].filter((value) => second!.has(value))).toEqual([]);
		expect(first!.size).toBeGreaterThan(8);
	});
});

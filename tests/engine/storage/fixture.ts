import { sodiumReady } from '../../../src/protocol/sodium';
import { fromHex } from '../../../src/protocol/bytes';
import type { AccountId, Bytes } from '../../../src/protocol/types';
import type { ConversationKey, MessageKey } from '../../../src/engine/api';
import {
	createAccountDatabase,
	openAccountDatabase,
	type DatabaseLocation
} from '../../../src/engine/storage/database';
import type {
	AccountDatabase,
	Changes,
	ConversationRecord,
	MessageRecord,
	OutboxJob
} from '../../../src/engine/storage/types';
import type { Platform } from '../../../src/engine/platform';
import { testBrowser, type TestBrowser, type TestTab } from '../node-platform';

export const ADA = `05${'ad'.repeat(32)}` as AccountId;
export const BOB = `05${'b0'.repeat(32)}` as AccountId;
export const TALK = 'a1a1a1a1a1a1a1a1a1a1a1a1' as ConversationKey;
export const OTHER_TALK = 'b2b2b2b2b2b2b2b2b2b2b2b2' as ConversationKey;

export function messageKey(number: number): MessageKey {
	return number.toString(16).padStart(24, '0') as MessageKey;
}

export function message(number: number, facts: Partial<MessageRecord> = {}): MessageRecord {
	return {
		key: messageKey(number),
		conversation: TALK,
		author: ADA,
		mine: false,
		sentAt: 1_700_000_000_000 + number,
		receivedAt: 1_700_000_000_500 + number,
		content: { kind: 'text', body: `message ${number}` },
		state: { kind: 'received' },
		hash: null,
		raw: null,
		...facts
	};
}

export function conversation(facts: Partial<ConversationRecord> = {}): ConversationRecord {
	return {
		key: TALK,
		accountId: ADA,
		displayName: 'Ada',
		profileUpdatedSeconds: 0,
		approved: true,
		approvedMe: true,
		blocked: false,
		nickname: '',
		picture: null,
		keptPicture: null,
		priority: 0,
		archived: false,
		notify: 'default',
		muteUntil: 0,
		markedUnread: false,
		createdAt: 1_700_000_000_000,
		lastReadAt: 0,
		unread: 0,
		draft: '',
		newest: null,
		...facts
	};
}

export function job(facts: Partial<OutboxJob> = {}): Omit<OutboxJob, 'id'> {
	return {
		message: messageKey(1),
		conversation: TALK,
		destination: ADA,
		stage: 'to-recipient',
		data: Uint8Array.of(1, 2, 3),
		namespace: 0,
		timestamp: 1_700_000_000_000,
		ttlMs: 1000,
		attempts: 0,
		nextTryAt: 0,
		...facts
	};
}

export function location(name = '0123456789abcdef0123456789abcdef'): DatabaseLocation {
	return { name, owner: fromHex('0c'.repeat(16)), dataKey: fromHex('da'.repeat(32)) };
}

export interface Opened {
	readonly browser: TestBrowser;
	readonly tab: TestTab;
	readonly platform: Platform;
	readonly db: AccountDatabase;
	readonly changes: Changes[];
	/** Another tab of the same browser on the same database. */
	readonly another: () => Promise<Opened>;
}

export async function openFresh(): Promise<Opened> {
	await sodiumReady;
	const browser = testBrowser();
	const tab = browser.openTab();
	await createAccountDatabase(tab.platform, location());
	return openIn(browser, tab);
}

export async function openIn(browser: TestBrowser, tab = browser.openTab()): Promise<Opened> {
	const db = await openAccountDatabase(tab.platform, location());
	const changes: Changes[] = [];
	db.onChange((change) => changes.push(change));
	return { browser, tab, platform: tab.platform, db, changes, another: () => openIn(browser) };
}

/** A connection beside the code under test, to look at and damage what is on disk. */
export function rawOpen(disk: IDBFactory, name: string): Promise<IDBDatabase> {
	return new Promise((resolve, reject) => {
		const request = disk.open(name);
		request.onsuccess = () => {
			request.result.onversionchange = () => request.result.close();
			resolve(request.result);
		};
		request.onerror = () => reject(request.error ?? new Error('open failed'));
	});
}

export interface RawRow {
	v: number;
	b: Bytes;
	[column: string]: unknown;
}

export async function rawRows(disk: IDBFactory, table: string, name = location().name): Promise<RawRow[]> {
	const database = await rawOpen(disk, name);
	const rows = await settled<RawRow[]>(database.transaction(table).objectStore(table).getAll());
	database.close();
	return rows;
}

/** Changes the rows of a table on disk, behind the back of the code under test. */
export async function tamper(
	disk: IDBFactory,
	table: string,
	change: (rows: RawRow[]) => RawRow[]
): Promise<void> {
	const database = await rawOpen(disk, location().name);
	const store = database.transaction(table, 'readwrite').objectStore(table);
	const rows = await settled<RawRow[]>(store.getAll());
	for (const row of change(rows)) store.put(row);
	await new Promise((resolve) => store.transaction.addEventListener('complete', resolve));
	database.close();
}

export function settled<Value>(request: IDBRequest): Promise<Value> {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result as Value);
		request.onerror = () => reject(request.error ?? new Error('request failed'));
	});
}

export function damaged(row: RawRow): RawRow {
	const b = row.b.slice();
	b[b.length - 1] = (b[b.length - 1] ?? 0) ^ 1;
	return { ...row, b };
}

/** Until the messages between tabs and what follows them have come through. */
export async function settle(): Promise<void> {
	for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

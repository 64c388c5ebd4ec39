import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConversationKey, MessageKey, MessageState } from '../../../src/engine/api';
import { changePreferences } from '../../../src/engine/conversations/preferences';
import { createLog } from '../../../src/engine/log';
import { newMessageKey } from '../../../src/engine/storage/local-keys';
import type { OutboxJob, PlacedMessage } from '../../../src/engine/storage/types';
import { applyArrivals } from '../../../src/engine/sync/apply';
import { openItem } from '../../../src/engine/sync/open-batch';
import { beginTry, finishTry, PARKED } from '../../../src/engine/sync/outbox-steps';
import { markRead } from '../../../src/engine/sync/reading';
import { applyReceipts } from '../../../src/engine/sync/receipts';
import { sendText, type SendingContext } from '../../../src/engine/sync/sending';
import type { StoreOutcome } from '../../../src/engine/sync/store-job';
import { openDirectMessage } from '../../../src/protocol/direct-message';
import { ReceiptType, type Content } from '../../../src/protocol/protobuf/content';
import { messageHash, type StoredMessage } from '../../../src/protocol/storage-rpc';
import type { NetworkTime } from '../../../src/protocol/types';
import { openFresh, type Opened } from '../storage/fixture';
import { ada, bob, carol, NOW, random, stored } from './people';

const log = createLog(() => 0);
const self = ada.accountId;
/** After my first answer. */
const LATER = NOW + 1_000;
const clock = { now: () => NOW as NetworkTime };

let opened: Opened;
let sending: SendingContext;
let talk: ConversationKey;

beforeEach(async () => {
	opened = await openFresh();
	sending = { db: opened.db, clock, sender: { identity: ada, random } };
	await opened.db.write((tx) =>
		tx.meta.put('profile', { displayName: 'Ada', updatedSeconds: 7, picture: null, noteToSelf: '' })
	);
	await changePreferences(opened.db, { readReceipts: true });
	await receive(stored(bob, ada, text('first'), NOW - 9_000));
	talk = (await conversationWith(bob)).key;
});
afterEach(() => opened.browser.close());

const text = (body: string): Content => ({ dataMessage: { body } });
const receipt = (...timestamp: number[]): Content => ({
	receiptMessage: { type: ReceiptType.Read, timestamp }
});

async function receive(...items: StoredMessage[]): Promise<void> {
	const found = items.map((item) => openItem(item, ada, { now: NOW, nodeTime: NOW }, log));
	await opened.db.write(async (tx) => {
		const arrivals = found.flatMap(({ arrival }) => (arrival === null ? [] : [arrival]));
		const inserted = await applyArrivals(tx, arrivals, { self, random, now: NOW });
		const signals = found.flatMap(({ signal }) => (signal === null ? [] : [signal]));
		await applyReceipts(tx, signals, inserted, self);
	});
}

async function conversationWith(who: typeof bob) {
	return (await opened.db.read((tx) => tx.conversations.byAccount(who.accountId)))!;
}

/** Both have written: the two are contacts. */
async function befriend(): Promise<void> {
	await sendText(sending, talk, 'hello');
	for (const { id } of await jobs()) await opened.db.write((tx) => tx.outbox.remove(id));
}

const jobs = () => opened.db.read((tx) => tx.outbox.all());

async function receipts(): Promise<number[][]> {
	const waiting = (await jobs()).filter(({ stage }) => stage === 'receipt');
	return waiting.map(({ data, destination, message, ttlMs, timestamp }) => {
		expect([destination, message, ttlMs]).toEqual([bob.accountId, null, 1_209_600_000]);
		const { content, ...said } = openDirectMessage(data, bob);
		expect(said).toMatchObject({ senderId: self, timestamp });
		expect(content.receiptMessage?.type).toBe(ReceiptType.Read);
		return content.receiptMessage?.timestamp ?? [];
	});
}

async function keyOf(sentAt: number): Promise<MessageKey> {
	const found = await opened.db.read((tx) => tx.messages.byIdentity(talk, bob.accountId, sentAt));
	return found!.key;
}

describe('reading', () => {
	test('tells the author once of all that is newly read, as one receipt', async () => {
		await befriend();
		const times = [LATER + 10, LATER + 20, LATER + 30];
		await receive(...times.map((time) => stored(bob, ada, text(`at ${time}`), time)));
		await markRead(sending, talk, await keyOf(LATER + 20));
		expect(await receipts()).toEqual([[LATER + 10, LATER + 20]]);
		await markRead(sending, talk, await keyOf(LATER + 20));
		await markRead(sending, talk, await keyOf(LATER + 10));
		expect(await receipts()).toEqual([[LATER + 10, LATER + 20]]);
		await markRead(sending, talk, await keyOf(LATER + 30));
		expect(await receipts()).toEqual([[LATER + 10, LATER + 20], [LATER + 30]]);
		expect(await conversationWith(bob)).toMatchObject({ unread: 0, lastReadAt: LATER + 30 });
	});

	test('by answering tells as well', async () => {
		await befriend();
		await receive(stored(bob, ada, text('again'), LATER + 1));
		await sendText({ ...sending, clock: { now: () => (LATER + 900) as NetworkTime } }, talk, 'yes');
		expect(await receipts()).toEqual([[LATER + 1]]);
	});

	test('a request tells nothing, neither when it is looked at nor when it is answered', async () => {
		await markRead(sending, talk, await keyOf(NOW - 9_000));
		expect(await receipts()).toEqual([]);
		await receive(stored(bob, ada, text('hello?'), NOW - 8_000));
		await sendText(sending, talk, 'hello');
		expect(await receipts()).toEqual([]);
	});

	test('tells nothing while the setting is off, or of somebody blocked', async () => {
		await befriend();
		await changePreferences(opened.db, { readReceipts: false });
		await receive(stored(bob, ada, text('one'), LATER + 10), stored(bob, ada, text('two'), LATER + 20));
		await markRead(sending, talk, await keyOf(LATER + 10));
		await changePreferences(opened.db, { readReceipts: true });
		await opened.db.write(async (tx) => {
			const record = (await tx.conversations.get(talk))!;
			await tx.conversations.put({ ...record, blocked: true });
		});
		await markRead(sending, talk, await keyOf(LATER + 20));
		expect(await receipts()).toEqual([]);
	});

	test('does not repeat what another device has read', async () => {
		await befriend();
		await receive(...[10, 20].map((later) => stored(bob, ada, text(`${later}`), LATER + later)));
		await opened.db.write(async (tx) => {
			const record = (await tx.conversations.get(talk))!;
			await tx.conversations.put({ ...record, lastReadAt: LATER + 10, unread: 1 });
		});
		await markRead(sending, talk, await keyOf(LATER + 10));
		expect(await receipts()).toEqual([]);
		await markRead(sending, talk, await keyOf(LATER + 20));
		expect(await receipts()).toEqual([[LATER + 20]]);
	});

	test('a backlog is told in several receipts, each of a size that can be stored', async () => {
		await befriend();
		await receive(stored(bob, ada, text('one of many'), LATER + 1));
		await opened.db.write(async (tx) => {
			const like = (await tx.messages.byIdentity(talk, bob.accountId, LATER + 1))!;
			const more = Array.from({ length: 1_099 }, (_, at) => ({
				...like,
				key: newMessageKey(random),
				sentAt: LATER + 2 + at
			}));
			await tx.messages.insertMany(more);
			const record = (await tx.conversations.get(talk))!;
			await tx.conversations.put({ ...record, unread: 1_100 });
		});
		await markRead(sending, talk, await keyOf(LATER + 1_100));
		const told = await receipts();
		expect(told.map(({ length }) => length)).toEqual([1_000, 100]);
		expect(new Set(told.flat()).size).toBe(1_100);
	}, 60_000);

	test('a receipt that waited is dropped when the setting went off or the person was blocked meanwhile', async () => {
		await befriend();
		await receive(stored(bob, ada, text('one'), LATER + 10), stored(bob, ada, text('two'), LATER + 20));
		await markRead(sending, talk, await keyOf(LATER + 10));
		await markRead(sending, talk, await keyOf(LATER + 20));
		const [first, second] = await jobs();
		await changePreferences(opened.db, { readReceipts: false });
		expect(await opened.db.write((tx) => beginTry(tx, first!.id, self))).toBeNull();
		await changePreferences(opened.db, { readReceipts: true });
		await opened.db.write(async (tx) => {
			const record = (await tx.conversations.get(talk))!;
			await tx.conversations.put({ ...record, blocked: true });
		});
		expect(await opened.db.write((tx) => beginTry(tx, second!.id, self))).toBeNull();
		expect(await jobs()).toEqual([]);
	});
});

describe('their receipts', () => {
	let mine: PlacedMessage;
	let job: OutboxJob;

	beforeEach(async () => {
		await befriend();
		const key = await sendText(sending, talk, 'have you read this?');
		mine = (await opened.db.read((tx) => tx.messages.get(key)))!;
		job = (await jobs()).find(({ stage }) => stage === 'to-recipient')!;
	});

	async function state(): Promise<MessageState['kind']> {
		const message = await opened.db.read((tx) => tx.messages.get(mine.key));
		const { newest } = await conversationWith(bob);
		if (newest?.message === mine.key) expect(newest.state).toBe(message!.state.kind);
		return message!.state.kind;
	}

	const begin = () => opened.db.write((tx) => beginTry(tx, job.id, self));
	const end = (tried: OutboxJob, outcome: StoreOutcome) =>
		opened.db.write((tx) => finishTry(tx, tried, outcome, 5, self, NOW));
	const storedOutcome = (): StoreOutcome => ({
		kind: 'stored',
		hash: messageHash(bob.accountId, 0, job.data)
	});
	const itsReceipt = (from = bob) => stored(from, ada, receipt(mine.sentAt, 1, NOW + 77), NOW + 50);

	test('after the confirmation turn it into read, however often they come', async () => {
		await end((await begin())!, storedOutcome());
		expect(await state()).toBe('sent');
		await receive(itsReceipt());
		await receive(itsReceipt(), itsReceipt());
		expect(await state()).toBe('read');
	});

	test.each([
		['stored', storedOutcome],
		[
			'postponed',
			(): StoreOutcome => ({ kind: 'postponed', reason: 'swarm-unreachable', mayHaveLeft: true })
		],
		['refused', (): StoreOutcome => ({ kind: 'refused', reason: 'internal' })]
	])('before the outcome of the try stand, whatever it is: %s', async (_name, outcome) => {
		const tried = (await begin())!;
		await receive(itsReceipt());
		expect(await state()).toBe('read');
		await end(tried, outcome());
		expect(await state()).toBe('read');
		// The copy for my other devices goes its way.
		expect((await jobs()).map(({ stage }) => stage)).toEqual(['to-self']);
	});

	test('of a message that was said to have failed, but may have left, are believed', async () => {
		const first = (await begin())!;
		await end(first, { kind: 'postponed', reason: 'swarm-unreachable', mayHaveLeft: true });
		await end((await begin())!, { kind: 'refused', reason: 'internal' });
		expect(await state()).toBe('failed');
		expect((await jobs()).some(({ nextTryAt }) => nextTryAt === PARKED)).toBe(true);
		await receive(itsReceipt());
		expect(await state()).toBe('read');
		expect((await jobs()).map(({ stage }) => stage)).toEqual(['to-self']);
	});

	test('of a message that never left are a guess', async () => {
		await receive(itsReceipt());
		expect(await state()).toBe('queued');
	});

	describe('of what another device of mine sent', () => {
		const at = LATER + 5;
		const copy = () =>
			stored(ada, ada, { dataMessage: { body: 'from my phone', syncTarget: bob.accountId } }, at);
		const states = async () => {
			const rows = await opened.db.read((tx) => tx.messages.after(talk, null, 100));
			return rows
				.map((row) => ('damaged' in row || row.sentAt !== at ? null : row.state.kind))
				.filter(Boolean);
		};

		test('wait for its copy, wherever that comes in', async () => {
			await receive(stored(bob, ada, receipt(at), at + 9));
			await receive(stored(bob, ada, receipt(at), at + 10));
			await receive(copy());
			expect(await states()).toEqual(['read']);
			expect(await conversationWith(bob)).toMatchObject({ newest: { sentAt: at, state: 'read' } });
			expect(await opened.db.read((tx) => tx.meta.get('early-receipts'))).toEqual([]);
		});

		test('come with the copy at once as well', async () => {
			await receive(stored(bob, ada, receipt(at), at + 9), copy());
			expect(await states()).toEqual(['read']);
		});

		test('are kept of contacts only, while they are wanted, and not without end', async () => {
			await receive(stored(carol, ada, text('hi'), NOW - 100), stored(carol, ada, receipt(at), at + 1));
			await changePreferences(opened.db, { readReceipts: false });
			await receive(stored(bob, ada, receipt(at), at + 9));
			const kept = () => opened.db.read((tx) => tx.meta.get<unknown[]>('early-receipts'));
			expect(await kept()).toBeNull();
			await receive(copy());
			expect(await states()).toEqual(['sent']);
			await changePreferences(opened.db, { readReceipts: true });
			const guesses = Array.from({ length: 700 }, (_, index) => NOW - 1 - index);
			await receive(stored(bob, ada, receipt(...guesses), at + 9));
			expect(await kept()).toHaveLength(500);
		});
	});

	test('from anybody else change nothing', async () => {
		await end((await begin())!, storedOutcome());
		await receive(stored(carol, ada, text('hi'), NOW - 100), itsReceipt(carol));
		expect(await state()).toBe('sent');
		expect(await opened.db.read((tx) => tx.conversations.all())).toHaveLength(2);
	});

	test('change nothing while my own setting is off, or when the person is blocked', async () => {
		await end((await begin())!, storedOutcome());
		await changePreferences(opened.db, { readReceipts: false });
		await receive(itsReceipt());
		expect(await state()).toBe('sent');
		await changePreferences(opened.db, { readReceipts: true });
		await opened.db.write(async (tx) => {
			const record = (await tx.conversations.get(talk))!;
			await tx.conversations.put({ ...record, blocked: true });
		});
		await receive(itsReceipt());
		expect(await state()).toBe('sent');
	});

	test('never touch what they wrote themselves', async () => {
		await receive(stored(bob, ada, receipt(NOW - 9_000), NOW + 50));
		const theirs = await opened.db.read((tx) => tx.messages.byIdentity(talk, bob.accountId, NOW - 9_000));
		expect(theirs?.state.kind).toBe('received');
	});

	test('of a kind nobody sends any more are counted as unsupported', () => {
		const delivered: Content = { receiptMessage: { type: ReceiptType.Delivery, timestamp: [mine.sentAt] } };
		const item = openItem(stored(bob, ada, delivered), ada, { now: NOW, nodeTime: NOW }, log);
		expect(item).toMatchObject({ signal: null, arrival: null, counter: 'unsupported' });
	});
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PreferenceChange } from '../../../src/engine/api';
import { changePreferences } from '../../../src/engine/conversations/preferences';
import { createLog } from '../../../src/engine/log';
import { NoticeBoard } from '../../../src/engine/presence/notice-board';
import { noticesOf, type NoticeContext, type OwnNotice } from '../../../src/engine/presence/notices';
import type { ConversationRecord } from '../../../src/engine/storage/types';
import { applyArrivals } from '../../../src/engine/sync/apply';
import { openItem } from '../../../src/engine/sync/open-batch';
import type { Content } from '../../../src/protocol/protobuf/content';
import type { StoredMessage } from '../../../src/protocol/storage-rpc';
import type { NetworkTime } from '../../../src/protocol/types';
import { openFresh, type Opened } from '../storage/fixture';
import { ada, bob, carol, NOW, person, random, stored } from '../sync/people';

const log = createLog(() => 0);
const self = ada.accountId;
const dora = person(4);

let opened: Opened;

beforeEach(async () => {
	opened = await openFresh();
	await show({ content: 'name-and-text' });
	await receive([stored(bob, ada, said('hi', 'Bob'), NOW - 9_000)]);
	await change(bob, { approved: true, lastReadAt: NOW - 9_000, unread: 0 });
});
afterEach(() => opened.browser.close());

const said = (body: string, displayName = 'Bob'): Content => ({
	dataMessage: { body, profile: { displayName, lastUpdateSeconds: 5 } }
});
const fromBob = (body: string, later = 0) => stored(bob, ada, said(body), NOW + later);
const show = (notifications: NonNullable<PreferenceChange['notifications']>) =>
	changePreferences(opened.db, { notifications });

async function change(who: typeof bob, facts: Partial<ConversationRecord>): Promise<void> {
	await opened.db.write(async (tx) => {
		const record = (await tx.conversations.byAccount(who.accountId))!;
		await tx.conversations.put({ ...record, ...facts });
	});
}

async function receive(
	items: readonly StoredMessage[],
	facts: Partial<NoticeContext & { first: boolean }> = {}
): Promise<readonly OwnNotice[]> {
	const found = items.map((item) => openItem(item, ada, { now: NOW, nodeTime: NOW }, log));
	const arrivals = found.flatMap(({ arrival }) => (arrival === null ? [] : [arrival]));
	const inserted = await opened.db.write((tx) => applyArrivals(tx, arrivals, { self, random, now: NOW }));
	const context = { self, now: NOW as NetworkTime, openedAt: NOW - 60_000, tabs: [], ...facts };
	const news = { inserted, signals: [], first: facts.first ?? false };
	return opened.db.read((tx) => noticesOf(tx, news, context));
}

const keyOf = async (who: typeof bob) =>
	(await opened.db.read((tx) => tx.conversations.byAccount(who.accountId)))!.key;

describe('a notice', () => {
	test('is one for all new messages of a conversation, with the last of them', async () => {
		const conversation = await keyOf(bob);
		expect(await receive([fromBob('two', 20), fromBob('one', 10)])).toEqual([
			{ kind: 'message', conversation, title: 'Bob', body: 'two', count: 2, sound: true }
		]);
		expect(await receive([fromBob('three', 30)])).toMatchObject([{ body: 'three', count: 3 }]);
	});

	test('says as much as is wished', async () => {
		await show({ content: 'name' });
		expect(await receive([fromBob('one', 10)])).toMatchObject([{ title: 'Bob', body: null, count: 1 }]);
		await show({ content: 'none', sound: false });
		expect(await receive([fromBob('two', 20)])).toMatchObject([
			{ title: null, body: null, count: 2, sound: false }
		]);
		await show({ on: false });
		expect(await receive([fromBob('three', 30)])).toEqual([]);
	});

	test('calls people what I call them, and says nothing of what cannot be shown', async () => {
		await change(bob, { nickname: 'Bobby' });
		const attached = { dataMessage: { attachments: [{ id: 1, contentType: 'image/png' }] } };
		expect(await receive([stored(bob, ada, attached, NOW + 10)])).toMatchObject([
			{ title: 'Bobby', body: null }
		]);
	});

	test.each([
		['muted for good', { notify: 'none' }],
		['muted for now', { muteUntil: NOW / 1000 + 1 }],
		['blocked', { blocked: true }],
		['archived', { archived: true }],
		['read further on another device', { lastReadAt: NOW + 50 }]
	] as const)('does not come when the conversation is %s', async (_how, facts) => {
		await change(bob, facts);
		expect(await receive([fromBob('one', 10)])).toEqual([]);
	});

	test('comes when the mute is over', async () => {
		await change(bob, { muteUntil: NOW / 1000, notify: 'mentions' });
		expect(await receive([fromBob('one', 10)])).toHaveLength(1);
	});

	test('does not come of my own words from elsewhere, of a message again, or of an acceptance', async () => {
		const mine = { dataMessage: { body: 'mine', syncTarget: bob.accountId } };
		const again = fromBob('one', 10);
		await receive([again]);
		const accepted = { messageRequestResponse: { isApproved: true } };
		expect(
			await receive([stored(ada, ada, mine, NOW + 5), again, stored(bob, ada, accepted, NOW + 6)])
		).toEqual([]);
	});

	test('does not come where a visible tab shows the conversation', async () => {
		const active = await keyOf(bob);
		const seen = { tabs: [{ visible: true, active }] };
		expect(await receive([fromBob('one', 10)], seen)).toEqual([]);
		const unseen = {
			tabs: [
				{ visible: false, active },
				{ visible: true, active: null }
			]
		};
		expect(await receive([fromBob('two', 20)], unseen)).toHaveLength(1);
	});

	test('does not come of what lay there before the account was opened here for the first time', async () => {
		const openedAt = NOW + 15;
		const batch = await receive([fromBob('old', 10), fromBob('new', 20)], { first: true, openedAt });
		expect(batch).toMatchObject([{ body: 'new' }]);
	});
});

describe('requests', () => {
	const ask = (who: typeof bob, later: number) => stored(who, ada, said('may I?', 'Someone'), NOW + later);

	test('are told without a word of who or what, once while any waits unread', async () => {
		const notices = await receive([ask(carol, 10), ask(dora, 11)]);
		expect(notices).toEqual([
			{ kind: 'request', conversation: await keyOf(carol), title: null, body: null, count: 2, sound: true }
		]);
		expect(await receive([ask(carol, 12)])).toEqual([]);
		await change(carol, { unread: 0, lastReadAt: NOW + 12 });
		expect(await receive([ask(carol, 13)])).toEqual([]);
		await change(dora, { unread: 0, lastReadAt: NOW + 13 });
		await change(carol, { unread: 0, lastReadAt: NOW + 13 });
		expect(await receive([ask(dora, 14)])).toMatchObject([{ kind: 'request', count: 1 }]);
	});

	test('stand beside the messages of contacts', async () => {
		const notices = await receive([ask(carol, 10), fromBob('one', 11)]);
		expect(notices.map(({ kind }) => kind)).toEqual(['message', 'request']);
	});
});

test('batches are given once to each who asks, and not what came before they asked', () => {
	const board = new NoticeBoard();
	const batch: readonly OwnNotice[] = [];
	board.put(batch);
	expect(board.since(Infinity)).toEqual({ last: 1, batches: [] });
	board.put(batch);
	board.put(batch);
	expect(board.since(1)).toEqual({ last: 3, batches: [batch, batch] });
	expect(board.since(3).batches).toEqual([]);
});

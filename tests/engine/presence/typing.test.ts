import { beforeEach, describe, expect, test } from 'vitest';
import type { ConversationKey } from '../../../src/engine/api';
import { newConversation } from '../../../src/engine/conversations/records';
import { createLog } from '../../../src/engine/log';
import type { Network, NetworkStanding } from '../../../src/engine/network/types';
import { TypingBoard } from '../../../src/engine/presence/typing-board';
import { TypingEar } from '../../../src/engine/presence/typing-ear';
import { TypingVoice } from '../../../src/engine/presence/typing-voice';
import type { AccountDatabase, AccountTransaction, MessageRecord } from '../../../src/engine/storage/types';
import type { Signal } from '../../../src/engine/sync/incoming';
import { fromBase64 } from '../../../src/protocol/bytes';
import { openDirectMessage } from '../../../src/protocol/direct-message';
import { TypingAction } from '../../../src/protocol/protobuf/content';
import type { NetworkTime, SnodeId } from '../../../src/protocol/types';
import { ManualTime } from '../network/manual-time';
import { ada, bob, random } from '../sync/people';

const TALK = 'talk' as ConversationKey;
const contact = { ...newConversation(TALK, bob.accountId, 0), approved: true, approvedMe: true };

let time: ManualTime;
let record: typeof contact;
let wished: boolean;

/** Just enough of a database: this conversation, and the wish. */
const transaction = () =>
	({
		conversations: {
			get: () => Promise.resolve(record),
			byAccount: (account: string) => Promise.resolve(account === bob.accountId ? record : null)
		},
		meta: {
			get: (name: string) => Promise.resolve(name === 'preferences' ? { typingIndicators: wished } : null),
			put: () => Promise.resolve()
		}
	}) as unknown as AccountTransaction;
const db = {
	read: (work) => work(transaction()),
	write: (work) => work(transaction())
} as Pick<AccountDatabase, 'read' | 'write'> as AccountDatabase;

beforeEach(() => {
	time = new ManualTime();
	record = contact;
	wished = true;
});

const clock = { now: () => time.now() as NetworkTime, unique: () => time.now() as NetworkTime, offsetMs: 0 };

describe('what I tell', () => {
	let told: { action: string; at: number }[];
	let state: NetworkStanding['state'];
	let voice: TypingVoice;
	let began: number;

	beforeEach(() => {
		told = [];
		state = 'ready';
		began = time.monotonic();
		const swarmRequest: Network['swarmRequest'] = async (account, build, options) => {
			expect([account, options?.attempts]).toEqual([bob.accountId, 1]);
			const { params } = await build(clock.now(), 'node' as SnodeId);
			const { content } = openDirectMessage(fromBase64(String(params['data'])), bob);
			const action = content.typingMessage?.action === TypingAction.Started ? 'started' : 'stopped';
			told.push({ action, at: time.monotonic() - began });
			throw new Error('a loss costs nothing');
		};
		const network = { swarmRequest, clock, view: () => ({ state }) as NetworkStanding };
		const sender = { identity: ada, random };
		voice = new TypingVoice({ db, network, sender, platform: time, log: createLog(() => 0) });
	});

	test('begins with the first key, is said again every ten seconds, and ends after three idle ones', async () => {
		for (let second = 0; second < 25; second += 1) {
			voice.typed(TALK);
			await time.advance(1_000);
		}
		await time.advance(10_000);
		expect(told).toEqual([
			{ action: 'started', at: 0 },
			{ action: 'started', at: 10_000 },
			{ action: 'started', at: 20_000 },
			{ action: 'stopped', at: 27_000 }
		]);
		expect(time.pending).toBe(0);
	});

	test('ends at once with the message, and begins anew with the next key', async () => {
		voice.typed(TALK);
		await time.advance(500);
		voice.stopped(TALK);
		voice.stopped(TALK);
		await time.advance(500);
		voice.typed(TALK);
		await time.advance(1);
		expect(told.map(({ action, at }) => `${action} ${at}`)).toEqual([
			'started 0',
			'stopped 500',
			'started 1000'
		]);
	});

	test.each([
		['blocked', { blocked: true }],
		['not approved by me', { approved: false }],
		['not yet answering', { approvedMe: false }]
	])('is nothing to somebody %s', async (_who, flags) => {
		record = { ...contact, ...flags };
		voice.typed(TALK);
		voice.stopped(TALK);
		await time.advance(5_000);
		expect(told).toEqual([]);
	});

	test('is nothing while I do not wish it, and nothing that waits for a network', async () => {
		wished = false;
		voice.typed(TALK);
		await time.advance(1_000);
		wished = true;
		state = 'offline';
		voice.stopped(TALK);
		voice.typed(TALK);
		await time.advance(1_000);
		state = 'ready';
		await time.advance(1);
		expect(told).toEqual([]);
	});

	test('is cut off without a word when the tab closes', async () => {
		voice.typed(TALK);
		await time.advance(1);
		voice.close();
		await time.advance(20_000);
		expect(told).toHaveLength(1);
		expect(time.pending).toBe(0);
	});
});

describe('what I hear', () => {
	let board: TypingBoard;
	let ear: TypingEar;
	let changes: number;

	beforeEach(() => {
		changes = 0;
		board = new TypingBoard(time, () => (changes += 1));
		const tell = (key: ConversationKey, forMs: number) => board.show(key, forMs);
		ear = new TypingEar({ db, clock, self: ada.accountId, tell });
	});

	const sign = (started: boolean, age = 0, from = bob): Signal => ({
		kind: 'typing',
		from: from.accountId,
		started,
		sentAt: time.now() - age
	});
	const messageOf = (age: number, mine = false) =>
		({ conversation: TALK, mine, sentAt: time.now() - age }) as MessageRecord;

	test('is shown for fifteen seconds after it was said, and longer when it is said again', async () => {
		await ear.hear([sign(true, 4_000)], []);
		expect(board.keys()).toEqual([TALK]);
		await time.advance(10_000);
		await ear.hear([sign(true)], []);
		await time.advance(14_999);
		expect(board.keys()).toEqual([TALK]);
		await time.advance(1);
		expect(board.keys()).toEqual([]);
		expect(changes).toBe(2);
	});

	test('shows nothing that comes too late, and no time from the future prolongs it', async () => {
		await ear.hear([sign(true, 15_000)], []);
		expect(board.keys()).toEqual([]);
		await ear.hear([sign(true, -60_000)], []);
		await time.advance(15_000);
		expect(board.keys()).toEqual([]);
	});

	test('ends with the word for it, or with their message, in whichever order they come', async () => {
		await ear.hear([sign(true, 3_000)], []);
		await ear.hear([sign(false, 2_000)], []);
		expect(board.keys()).toEqual([]);
		await ear.hear([sign(true, 2_500)], []);
		expect(board.keys()).toEqual([]);
		await ear.hear([sign(true, 1_000)], [messageOf(900)]);
		expect(board.keys()).toEqual([]);
		await ear.hear([sign(true, 500)], [messageOf(900), messageOf(100, true)]);
		expect(board.keys()).toEqual([TALK]);
		await ear.hear([], [messageOf(100)]);
		expect(board.keys()).toEqual([]);
	});

	test('takes in nothing of people who are no contacts, or while I do not wish it', async () => {
		record = { ...contact, blocked: true };
		await ear.hear([sign(true)], []);
		record = { ...contact, approved: false };
		await ear.hear([sign(true)], []);
		record = contact;
		wished = false;
		await ear.hear([sign(true)], []);
		wished = true;
		await ear.hear([sign(true, 0, ada)], []);
		expect(board.keys()).toEqual([]);
		expect(time.pending).toBe(0);
	});
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EngineError } from '../../../src/engine/errors';
import { createLog } from '../../../src/engine/log';
import type { Network, RpcReply } from '../../../src/engine/network/types';
import type { ConversationKey, MessageState } from '../../../src/engine/api';
import { openConversation } from '../../../src/engine/conversations/conversations';
import type { OutboxJob } from '../../../src/engine/storage/types';
import { createOutbox, type Outbox } from '../../../src/engine/sync/outbox';
import { discardMessage, redate, retryMessage } from '../../../src/engine/sync/second-thoughts';
import { acceptRequest, sendText, type SendingContext } from '../../../src/engine/sync/sending';
import { openDirectMessage } from '../../../src/protocol/direct-message';
import { fromBase64, toBase64, toHex } from '../../../src/protocol/bytes';
import { ed25519FromSeed, sign, snodeId } from '../../../src/protocol/keys';
import { messageHash, nodeSignedString } from '../../../src/protocol/storage-rpc';
import type { AccountId, Bytes, NetworkTime } from '../../../src/protocol/types';
import { damaged, openFresh, tamper, type Opened } from '../storage/fixture';
import { ada, bob, random } from './people';

const DAY = 86_400_000;
const NODES = [1, 2, 3].map((number) => ed25519FromSeed(new Uint8Array(32).fill(number)));

type Behaviour = 'store' | 'refuse' | 'too-large' | 'lie' | 'unsigned' | 'garbage' | EngineError;

/** Answers stores as told, one behaviour a call, the last one for all that follow. */
class FakeNetwork {
	readonly stored: { account: string; data: Bytes; timestamp: number }[] = [];
	readonly tried: Bytes[] = [];
	behaviours: Behaviour[] = ['store'];
	now = Date.now();
	#turn = 0;

	readonly clock = { now: () => this.now as NetworkTime, unique: () => this.now as NetworkTime, offsetMs: 0 };

	readonly swarmRequest: Network['swarmRequest'] = async (account, build) => {
		const node = NODES[this.#turn++ % NODES.length]!;
		const id = snodeId(node.publicKey);
		const { method, params } = await build(this.clock.now(), id);
		expect(method).toBe('store');
		const data = fromBase64(params['data'] as string);
		this.tried.push(data);
		const behaviour = this.behaviours.length > 1 ? this.behaviours.shift()! : this.behaviours[0]!;
		if (behaviour instanceof EngineError) throw behaviour;
		const reply = (status: number, body: unknown): RpcReply => ({
			node: id,
			status,
			body,
			path: [],
			totalMs: 1
		});
		const hash = messageHash(account, 0, data);
		const entry = (signed: string) => ({
			hash,
			expiry: 1,
			signature: toBase64(sign(nodeSignedString.store(signed), node.secretKey))
		});
		switch (behaviour) {
			case 'refuse':
				return reply(403, 'Provided expiry/TTL is not valid.');
			case 'too-large':
				return reply(400, 'Message body exceeds maximum allowed length of 76800 bytes');
			case 'lie':
				return reply(200, { hash: messageHash(account, 0, random(9)), swarm: { [id]: entry(hash) } });
			case 'unsigned':
				return reply(200, { hash, swarm: { [id]: entry('something else') } });
			case 'garbage':
				return reply(200, { ok: true });
			default:
				this.stored.push({ account, data, timestamp: params['timestamp'] as number });
				return reply(200, { hash, swarm: { [id]: entry(hash) }, t: this.now });
		}
	};
}

let opened: Opened;
let network: FakeNetwork;
let outbox: Outbox;
let sending: SendingContext;
let toBob: ConversationKey;

beforeEach(async () => {
	opened = await openFresh();
	network = new FakeNetwork();
	const { db, platform } = opened;
	sending = { db, clock: network.clock, sender: { identity: ada, random } };
	await db.write((tx) =>
		tx.meta.put('profile', {
			displayName: 'Ada',
			picture: null,
			updatedSeconds: 7,
			recoverySeen: true,
			createdHere: true,
			noteToSelf: ''
		})
	);
	const context = {
		db,
		self: ada.accountId,
		random,
		network: { clock: network.clock, resolveName: () => Promise.reject(new EngineError('unknown-name')) }
	};
	toBob = await openConversation(context, bob.accountId);
	outbox = createOutbox({
		db,
		network,
		self: ada.accountId,
		platform,
		log: createLog(() => 0),
		redate: (message) => redate(sending, message),
		onStored: () => undefined
	});
});
afterEach(() => {
	outbox.stop();
	opened.browser.close();
});

async function states(): Promise<MessageState[]> {
	return opened.db.read(async (tx) => {
		const rows = await tx.messages.before(toBob, null, 100);
		return [...rows].reverse().map((row) => ('damaged' in row ? { kind: 'received' } : row.state));
	});
}

const jobs = () => opened.db.read((tx) => tx.outbox.all());
const toAccount = (account: AccountId) => network.stored.filter((item) => item.account === account);

async function eventually<Value>(
	ask: () => Promise<Value> | Value,
	test: (value: Value) => boolean
): Promise<Value> {
	const end = Date.now() + 8_000;
	for (;;) {
		const value = await ask();
		if (test(value)) return value;
		if (Date.now() > end) throw new Error(`stayed ${JSON.stringify(value)}`);
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
}

const done = () => eventually(jobs, (list) => list.length === 0);

describe('the outbox', () => {
	test('stores for the recipient first, then the copy for my other devices, and knows its hash', async () => {
		outbox.start();
		const key = await sendText(sending, toBob, 'hello');
		await done();
		expect(network.stored.map(({ account }) => account)).toEqual([bob.accountId, ada.accountId]);
		const [original, copy] = network.stored;
		const atBob = openDirectMessage(original!.data, bob);
		const atAda = openDirectMessage(copy!.data, ada);
		expect(atBob).toMatchObject({
			senderId: ada.accountId,
			content: { dataMessage: { body: 'hello', profile: { displayName: 'Ada', lastUpdateSeconds: 7 } } }
		});
		expect(atBob.content.dataMessage).not.toHaveProperty('syncTarget');
		expect(atAda.content.dataMessage).toEqual({ body: 'hello', syncTarget: bob.accountId });
		expect(atAda.timestamp).toBe(atBob.timestamp);
		const message = await opened.db.read((tx) => tx.messages.get(key));
		expect(message).toMatchObject({
			state: { kind: 'sent' },
			hash: messageHash(ada.accountId, 0, copy!.data)
		});
		const known = await opened.db.read((tx) => tx.seen.has(ada.accountId, 0, message!.hash!));
		expect(known).toBe(true);
	});

	test.each(['lie', 'unsigned', 'garbage'] as const)(
		'does not take a reply for a store that is %s, and stores the same bytes again',
		async (behaviour) => {
			network.behaviours = [behaviour, behaviour, behaviour, 'store'];
			outbox.start();
			await sendText(sending, toBob, 'hello');
			await eventually(states, ([state]) => state?.kind === 'queued' && state.reason === 'swarm-unreachable');
			outbox.wake();
			await done();
			expect(toAccount(bob.accountId)).toHaveLength(1);
			expect(new Set(network.tried.slice(0, 4).map(toHex)).size).toBe(1);
			expect(await states()).toEqual([{ kind: 'sent' }]);
		}
	);

	test('believes a refusal only from a second node', async () => {
		network.behaviours = ['refuse', 'store'];
		outbox.start();
		await sendText(sending, toBob, 'hello');
		await done();
		expect(await states()).toEqual([{ kind: 'sent' }]);
	});

	test('says why a message failed, goes on with the next, and tries it again when asked', async () => {
		network.behaviours = ['too-large', 'too-large', 'store'];
		outbox.start();
		const first = await sendText(sending, toBob, 'one');
		await sendText(sending, toBob, 'two');
		await eventually(states, (list) => list[1]?.kind === 'sent');
		expect(await states()).toEqual([{ kind: 'failed', reason: 'too-large' }, { kind: 'sent' }]);
		await retryMessage(sending, first);
		await done();
		expect(await states()).toEqual([{ kind: 'sent' }, { kind: 'sent' }]);
	});

	test('a failed message that no node took can be discarded, its copy with it', async () => {
		network.behaviours = ['refuse'];
		outbox.start();
		const key = await sendText(sending, toBob, 'one');
		await eventually(states, ([state]) => state?.kind === 'failed');
		await discardMessage(sending, key);
		expect(await jobs()).toEqual([]);
		expect(await states()).toEqual([]);
		const record = await opened.db.read((tx) => tx.conversations.get(toBob));
		expect(record?.newest).toBeNull();
	});

	test('a message of uncertain fate cannot be discarded', async () => {
		network.behaviours = [new EngineError('swarm-unreachable')];
		outbox.start();
		const key = await sendText(sending, toBob, 'one');
		await eventually(states, ([state]) => state?.kind === 'queued' && state.nextTryAt !== null);
		await expect(discardMessage(sending, key)).rejects.toMatchObject({ detail: { reason: 'may-have-left' } });
	});

	test('tells all that wait why they wait and until when, and wakes them together', async () => {
		network.behaviours = [new EngineError('gateway-unreachable')];
		outbox.start();
		await sendText(sending, toBob, 'one');
		await sendText(sending, toBob, 'two');
		const waiting = await eventually(states, (list) =>
			list.every((state) => state.kind === 'queued' && state.reason === 'gateway-unreachable')
		);
		expect(waiting).toHaveLength(2);
		for (const state of waiting)
			expect(state.kind === 'queued' && state.nextTryAt).toBeGreaterThan(Date.now());
		network.behaviours = ['store'];
		outbox.wake();
		await done();
		expect(await states()).toEqual([{ kind: 'sent' }, { kind: 'sent' }]);
		expect(
			toAccount(bob.accountId).map(({ data }) => openDirectMessage(data, bob).content.dataMessage?.body)
		).toEqual(['one', 'two']);
	});

	test('waits longer after each failure', async () => {
		network.behaviours = [new EngineError('swarm-unreachable')];
		outbox.start();
		await sendText(sending, toBob, 'one');
		const waits: number[] = [];
		for (let round = 0; round < 4; round += 1) {
			const before = network.tried.length;
			outbox.wake();
			await eventually(
				() => network.tried.length,
				(count) => count > before
			);
			const [state] = await eventually(
				states,
				([shown]) => shown?.kind === 'queued' && shown.nextTryAt !== null
			);
			if (state?.kind === 'queued') waits.push((state.nextTryAt ?? 0) - Date.now());
		}
		expect(waits[3]!).toBeGreaterThan(2 * waits[0]!);
	});

	test('does nothing after it was stopped', async () => {
		outbox.start();
		outbox.stop();
		await sendText(sending, toBob, 'one');
		await new Promise((resolve) => setTimeout(resolve, 60));
		expect(network.tried).toEqual([]);
		outbox.start();
		await done();
	});

	test.each([
		['waited too long to be taken by anyone', 13.5 * DAY],
		['was written under a clock far ahead', -3 * 3_600_000]
	])('writes a message anew that %s', async (_why, later) => {
		const written = network.now;
		await sendText(sending, toBob, 'one');
		await sendText(sending, toBob, 'two');
		network.now = written + later;
		outbox.start();
		await done();
		expect(await states()).toEqual([{ kind: 'sent' }, { kind: 'sent' }]);
		const opened = toAccount(bob.accountId).map(({ data }) => openDirectMessage(data, bob));
		expect(opened.map(({ content }) => content.dataMessage?.body)).toEqual(['one', 'two']);
		expect(opened.map(({ timestamp }) => timestamp)).toEqual([network.now, network.now + 1]);
	});

	test('does not write anew what some node may have, unless the person asks', async () => {
		network.behaviours = [new EngineError('swarm-unreachable')];
		outbox.start();
		const key = await sendText(sending, toBob, 'one');
		await eventually(states, ([state]) => state?.kind === 'queued' && state.nextTryAt !== null);
		network.now += 14 * DAY;
		network.behaviours = ['store'];
		outbox.wake();
		await eventually(states, ([state]) => state?.kind === 'failed');
		expect(await states()).toEqual([{ kind: 'failed', reason: 'clock-skew' }]);
		await retryMessage(sending, key);
		await done();
		expect(await states()).toEqual([{ kind: 'sent' }]);
	});

	test('whose job was damaged on disk goes out when it is tried again', async () => {
		const key = await sendText(sending, toBob, 'one');
		await tamper(opened.browser.indexedDB, 'outbox', (rows) => rows.map(damaged));
		outbox.start();
		await retryMessage(sending, key);
		await eventually(states, ([state]) => state?.kind === 'sent');
		expect(toAccount(bob.accountId)).toHaveLength(1);
	});
});

describe('answering someone who wrote first', () => {
	beforeEach(() =>
		opened.db.write(async (tx) => {
			const record = (await tx.conversations.get(toBob))!;
			await tx.conversations.put({ ...record, approvedMe: true, priority: 0 });
		})
	);
	const opens = () => toAccount(bob.accountId).map(({ data }) => openDirectMessage(data, bob));

	test('sends the acceptance first, dated 100 ms before, once', async () => {
		outbox.start();
		await sendText(sending, toBob, 'hello');
		await sendText(sending, toBob, 'again');
		await done();
		const [acceptance, first, second] = opens();
		expect(acceptance?.content.messageRequestResponse).toMatchObject({
			isApproved: true,
			profile: { displayName: 'Ada' }
		});
		expect(first?.content.dataMessage?.body).toBe('hello');
		expect(first!.timestamp - acceptance!.timestamp).toBe(100);
		expect(second!.timestamp).toBeGreaterThan(first!.timestamp);
		expect(opens()).toHaveLength(3);
	});

	test('without a word sends the acceptance alone', async () => {
		outbox.start();
		await acceptRequest(sending, toBob);
		await acceptRequest(sending, toBob);
		await done();
		expect(opens().map(({ content }) => Object.keys(content))).toEqual([
			['messageRequestResponse', 'sigTimestamp']
		]);
		expect(toAccount(ada.accountId)).toEqual([]);
		const record = await opened.db.read((tx) => tx.conversations.get(toBob));
		expect(record).toMatchObject({ approved: true, approvedMe: true });
	});
});

test('no two messages of mine ever share a millisecond', async () => {
	for (let index = 0; index < 20; index += 1) await sendText(sending, toBob, `m${index}`);
	const stamps = (await jobs())
		.filter((job: OutboxJob) => job.stage === 'to-recipient')
		.map((job) => job.timestamp);
	expect(new Set(stamps).size).toBe(20);
	expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
});

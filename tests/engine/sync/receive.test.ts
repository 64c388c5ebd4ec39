import { beforeEach, describe, expect, test } from 'vitest';
import { syncedDatabase } from '../../../src/engine/documents/synced-database';
import { EngineError } from '../../../src/engine/errors';
import { createLog } from '../../../src/engine/log';
import type { Network } from '../../../src/engine/network/types';
import type { AccountDatabase } from '../../../src/engine/storage/types';
import { createReceiver } from '../../../src/engine/sync/receive';
import { SwarmTurns } from '../../../src/engine/sync/swarm-turns';
import { toBase64 } from '../../../src/protocol/bytes';
import type { StoredMessage } from '../../../src/protocol/storage-rpc';
import type { MessageHash, NetworkTime, SnodeId } from '../../../src/protocol/types';
import { openFresh, type Opened } from '../storage/fixture';
import { ada, bob, random, stored, storedBytes } from './people';

const NODES = ['a', 'b', 'c'].map((letter) => letter.repeat(64) as SnodeId);

interface Asked {
	readonly node: SnodeId;
	readonly lastHash: string | null;
}

/** Nodes that keep what they were given in order of arrival, and hand over `pageSize` of it at a time. */
class FakeSwarm {
	readonly held = new Map<SnodeId, StoredMessage[]>(NODES.map((node) => [node, []]));
	readonly asked: Asked[] = [];
	readonly down = new Set<SnodeId>();
	pageSize = 1000;
	/** What the nodes answer instead. */
	answer: unknown = null;

	readonly clock = {
		now: () => Date.now() as NetworkTime,
		unique: () => Date.now() as NetworkTime,
		offsetMs: 0
	};
	readonly swarmOf = () => Promise.resolve(NODES);
	readonly swarmRequest: Network['swarmRequest'] = async (_account, build, options) => {
		const up = NODES.filter((node) => !this.down.has(node));
		const node = up.find((candidate) => !options?.avoid?.includes(candidate)) ?? up[0];
		if (node === undefined) throw new EngineError('swarm-unreachable');
		const { method, params } = await build(this.clock.now(), node);
		expect(method).toBe('batch');
		const requests = params['requests'] as { method: string; params: Record<string, unknown> }[];
		const request = requests.find((call) => call.params['namespace'] === 0);
		expect(request).toMatchObject({ method: 'retrieve', params: { namespace: 0, max_size: -2 } });
		const lastHash = (request?.params['last_hash'] as string | undefined) ?? null;
		this.asked.push({ node, lastHash });
		const all = this.held.get(node)!;
		const start = all.findIndex(({ hash }) => hash === lastHash) + 1;
		const page = all.slice(start, start + this.pageSize);
		const messages = page.map(({ data, ...facts }) => ({ ...facts, data: toBase64(data) }));
		const body = { messages, more: start + page.length < all.length, t: Date.now(), hf: [19, 5] };
		const nothing = { messages: [], more: false };
		const results = requests.map((call) => ({ code: 200, body: call === request ? body : nothing }));
		const reply = this.answer ?? { results };
		return { node, status: 200, body: reply, path: [], totalMs: 1 };
	};

	give(items: readonly StoredMessage[], nodes: readonly SnodeId[] = NODES): void {
		for (const node of nodes) this.held.get(node)!.push(...items);
	}
}

let opened: Opened;
let swarm: FakeSwarm;

beforeEach(async () => {
	opened = await openFresh();
	swarm = new FakeSwarm();
});

function receiver(db: AccountDatabase = opened.db) {
	const log = createLog(() => 0);
	const codec = () => Promise.resolve();
	const options = { account: ada.ed25519, random, clock: swarm.clock };
	const synced = syncedDatabase(db, ada.accountId, options);
	const parts = { db: synced, network: swarm, identity: ada, platform: opened.platform, log, codec };
	const made = createReceiver(parts);
	return () => made.poll();
}

const hello = (index: number) =>
	stored(bob, ada, { dataMessage: { body: `m${index}` } }, Date.now() - 100_000 + index);
const hellos = (count: number, from = 0) => Array.from({ length: count }, (_, index) => hello(from + index));

async function bodies(): Promise<string[]> {
	return opened.db.read(async (tx) => {
		const record = await tx.conversations.byAccount(bob.accountId);
		if (record === null) return [];
		const rows = await tx.messages.after(record.key, null, 2000);
		return rows.map((row) => ('damaged' in row || row.content.kind !== 'text' ? '?' : row.content.body));
	});
}

describe('a poll', () => {
	test('takes what is new, says so, and asks for nothing twice', async () => {
		const poll = receiver();
		expect(await poll()).toBe('quiet');
		swarm.give(hellos(3));
		expect(await poll()).toBe('active');
		expect(await bodies()).toEqual(['m0', 'm1', 'm2']);
		expect(await poll()).toBe('quiet');
		const first = swarm.asked[1]!.node;
		await poll();
		const again = swarm.asked.filter(({ node }) => node === first).at(-1)!;
		expect(again.lastHash).toBe(swarm.held.get(first)!.at(-1)!.hash);
	});

	test('asks two nodes in turn, so that what one of them lacks still comes', async () => {
		const poll = receiver();
		await poll();
		await poll();
		const pair = swarm.asked.map(({ node }) => node);
		expect(new Set(pair).size).toBe(2);
		swarm.give(hellos(1), [pair[0]!]);
		swarm.give([hello(5)], [pair[1]!]);
		await poll();
		await poll();
		expect(await bodies()).toEqual(['m0', 'm5']);
		for (let round = 0; round < 6; round += 1) await poll();
		expect(new Set(swarm.asked.map(({ node }) => node)).size).toBe(2);
	});

	test('goes to another node when one is down, and stays with it', async () => {
		const poll = receiver();
		await poll();
		await poll();
		const [first, second] = swarm.asked.map(({ node }) => node);
		swarm.down.add(first!);
		swarm.give(hellos(2));
		await poll();
		await poll();
		await poll();
		expect(await bodies()).toEqual(['m0', 'm1']);
		const third = NODES.find((node) => node !== first && node !== second);
		expect(
			swarm.asked
				.slice(-2)
				.map(({ node }) => node)
				.sort()
		).toEqual([second, third].sort());
	});

	test('after a restart goes on where it was with the nodes that it knew', async () => {
		await receiver()();
		swarm.give(hellos(4));
		const before = receiver();
		await before();
		await before();
		const known = new Set(swarm.asked.slice(1).map(({ node }) => node));
		const after = receiver();
		await after();
		await after();
		for (const { node, lastHash } of swarm.asked.slice(-2)) {
			expect(known.has(node)).toBe(true);
			expect(lastHash).toBe(swarm.held.get(node)!.at(-1)!.hash);
		}
	});

	test('takes replies that come in parts to their end', async () => {
		swarm.pageSize = 7;
		swarm.give(hellos(30));
		expect(await receiver()()).toBe('active');
		expect(await bodies()).toHaveLength(30);
	});

	test('survives replies that are none', async () => {
		const poll = receiver();
		for (const answer of [
			{},
			{ results: [] },
			{ results: [{ code: 401, body: 'no' }] },
			'text',
			{ results: [{ code: 200, body: { messages: [{ hash: 'x' }] } }] }
		]) {
			swarm.answer = answer;
			await expect(poll()).rejects.toThrow();
		}
		swarm.answer = null;
		swarm.give(hellos(1));
		await poll();
		expect(await bodies()).toEqual(['m0']);
	});

	test('does not let a node hide a message by naming its hash for other bytes', async () => {
		const real = hello(1);
		const poll = receiver();
		await poll();
		await poll();
		const [liar, honest] = swarm.asked.map(({ node }) => node);
		swarm.give([{ ...storedBytes(ada, random(300)), hash: real.hash }], [liar!]);
		swarm.give([real], [honest!]);
		await poll();
		await poll();
		expect(await bodies()).toEqual(['m1']);
		expect(await opened.db.read((tx) => tx.meta.get('ignored'))).toMatchObject({ malformed: 1 });
	});

	test('puts a message of a newer format aside, once', async () => {
		const newer = storedBytes(ada, Uint8Array.of(0, 2, ...random(1200)));
		swarm.give([newer, newer]);
		const poll = receiver();
		for (let round = 0; round < 3; round += 1) await poll();
		expect(await opened.db.read((tx) => tx.aside.count())).toBe(1);
		expect(await opened.db.read((tx) => tx.meta.get('ignored'))).toMatchObject({ unsupported: 1 });
	});

	test('loses nothing when the database fails: the cursor stands until the messages are safe', async () => {
		let failing = true;
		const flaky: AccountDatabase = {
			...passing(opened.db),
			write: (work) =>
				opened.db.write(async (tx) => {
					const value = await work(tx);
					if (failing) throw new EngineError('quota-exceeded');
					return value;
				})
		};
		swarm.give(hellos(3));
		const poll = receiver(flaky);
		await expect(poll()).rejects.toMatchObject({ code: 'quota-exceeded' });
		expect(await bodies()).toEqual([]);
		failing = false;
		await poll();
		await poll();
		expect(await bodies()).toEqual(['m0', 'm1', 'm2']);
	});

	test('writes nothing of what another tab has written since it was fetched', async () => {
		const slow: AccountDatabase = {
			...passing(opened.db),
			write: async (work) => {
				if (!handedOver && swarm.asked.length > 0) {
					handedOver = true;
					await receiver()();
					await opened.db.write(async (tx) => {
						const request = await tx.conversations.byAccount(bob.accountId);
						await tx.conversations.remove(request!.key);
					});
				}
				return opened.db.write(work);
			}
		};
		let handedOver = false;
		swarm.give([hello(1), storedBytes(ada, Uint8Array.of(0, 2, ...random(1200)))]);
		const ignored = () => opened.db.read((tx) => tx.meta.get('ignored'));
		expect(await receiver(slow)()).toBe('quiet');
		expect(handedOver).toBe(true);
		// Declined there, and counted there.
		expect(await opened.db.read((tx) => tx.conversations.all())).toEqual([]);
		expect(await ignored()).toMatchObject({ unsupported: 1, replayed: 0 });
	});

	test('one message that trips over a fault of ours costs only itself', async () => {
		const items = hellos(5);
		const poison = items[2]!.hash;
		const faulty: AccountDatabase = {
			...passing(opened.db),
			write: (work) =>
				opened.db.write((tx) =>
					work({
						...tx,
						messages: Object.assign(Object.create(tx.messages) as typeof tx.messages, {
							insertMany: (records: { hash: MessageHash | null }[]) => {
								if (records.some(({ hash }) => hash === poison)) throw new TypeError('a bug');
								return tx.messages.insertMany(records as never);
							}
						})
					})
				)
		};
		swarm.give(items);
		const poll = receiver(faulty);
		await poll();
		expect(await bodies()).toEqual(['m0', 'm1', 'm3', 'm4']);
		expect(await opened.db.read((tx) => tx.aside.count())).toBe(1);
		expect(await poll()).toBe('quiet');
		expect(await opened.db.read((tx) => tx.meta.get('ignored'))).toMatchObject({ malformed: 1 });
	});
});

function passing(db: AccountDatabase): AccountDatabase {
	return {
		read: (work) => db.read(work),
		write: (work) => db.write(work),
		onChange: (listener) => db.onChange(listener),
		close: () => db.close()
	};
}

describe('turns', () => {
	test('prefer nodes that we have begun with', () => {
		for (let round = 0; round < 20; round += 1) {
			const turns = new SwarmTurns();
			const begun = new Set([NODES[1]!, NODES[2]!]);
			const asked = [turns.next(NODES, begun, random), turns.next(NODES, begun, random)];
			expect(new Set(asked)).toEqual(begun);
		}
	});

	test('make do with a swarm of one, and with none', () => {
		const turns = new SwarmTurns();
		expect(turns.next([], new Set(), random)).toBeNull();
		expect(turns.next([NODES[0]!], new Set(), random)).toBe(NODES[0]);
		expect(turns.next([NODES[0]!], new Set(), random)).toBe(NODES[0]);
	});

	test('drop a node that left the swarm', () => {
		const turns = new SwarmTurns();
		turns.next(NODES, new Set(), random);
		for (let round = 0; round < 4; round += 1) {
			expect([NODES[0], NODES[1]]).toContain(turns.next([NODES[0]!, NODES[1]!], new Set(), random));
		}
	});
});

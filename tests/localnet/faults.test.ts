import { afterEach, beforeAll, afterAll, describe, expect, test } from 'vitest';
import { startLocalnet, type Localnet } from '../../src/localnet/localnet';
import { infoCall } from '../../src/protocol/storage-rpc';
import type { Identity } from '../../src/protocol/identity';
import { call, newIdentity, onion, storeText, swarmOf, textsAt } from './client';

/** 5 s become 500 ms. */
const TIME_SCALE = 0.1;

let localnet: Localnet;
let me: Identity;

beforeAll(async () => {
	localnet = await startLocalnet({ basePort: 0, timeScale: TIME_SCALE });
	me = newIdentity();
});

afterEach(async () => {
	localnet.faults.heal();
	await Promise.all(localnet.nodes.map((node) => localnet.faults.revive(node)));
	me = newIdentity();
});

afterAll(() => localnet.close());

const members = () => swarmOf(localnet, me.accountId);

test('a killed node refuses connections and keeps what it had', async () => {
	const [node, other] = members();
	await call(node!, storeText(me, 'kept'));
	await localnet.faults.kill(node!);
	await expect(call(node!, infoCall())).rejects.toThrow();
	expect(await textsAt(other!, me)).toEqual(['kept']);
	await localnet.faults.revive(node!);
	expect(await textsAt(node!, me)).toEqual(['kept']);
});

test('a killed member costs the whole timeout, and gets its copy when it is back', async () => {
	const [node, dead] = members();
	await localnet.faults.kill(dead!);
	const started = performance.now();
	const { status, body } = await call(node!, storeText(me, 'late'));
	expect(performance.now() - started).toBeGreaterThanOrEqual(5_000 * TIME_SCALE);
	expect(status).toBe(200);
	expect(body.swarm[dead!.id]).toEqual({ failed: true, timeout: true });
	await localnet.faults.revive(dead!);
	expect(await textsAt(dead!, me)).toEqual(['late']);
});

test('a copy that is lost on the way leaves the member behind', async () => {
	const [node, deaf] = members();
	localnet.faults.ignoreCopies(deaf!);
	const { body } = await call(node!, storeText(me, 'unheard'));
	expect(body.swarm[deaf!.id]).toEqual({ failed: true, timeout: true });
	localnet.faults.heal();
	expect(await textsAt(deaf!, me)).toEqual([]);
	expect(await textsAt(node!, me)).toEqual(['unheard']);
});

test('a lost replica is one node, one account', async () => {
	const [node, other] = members();
	const someone = newIdentity();
	await call(node!, storeText(me, 'mine'));
	await Promise.all(
		swarmOf(localnet, someone.accountId)
			.slice(0, 1)
			.map((at) => call(at, storeText(someone, 'theirs')))
	);
	localnet.faults.loseReplica(node!, me.accountId);
	expect(await textsAt(node!, me)).toEqual([]);
	expect(await textsAt(other!, me)).toEqual(['mine']);
	expect(await textsAt(swarmOf(localnet, someone.accountId)[0]!, someone)).toEqual(['theirs']);
});

test('a slow node takes its time', async () => {
	localnet.faults.slow('node0', 200);
	const started = performance.now();
	expect((await call(localnet.nodes[0]!, infoCall())).status).toBe(200);
	expect(performance.now() - started).toBeGreaterThanOrEqual(195);
});

test('a lost reply: the work is done, the answer never comes', async () => {
	const [node, other] = members();
	localnet.faults.drop(node!, 1);
	const waited = new AbortController();
	const lost = fetch(`${node!.url}/storage_rpc/v1`, {
		method: 'POST',
		body: JSON.stringify(storeText(me, 'done')),
		signal: waited.signal
	});
	await expect.poll(() => localnet.storedHashes(me.accountId).length).toBe(1);
	waited.abort();
	await expect(lost).rejects.toThrow();
	expect(await textsAt(other!, me)).toEqual(['done']);
});

test('a lost reply can also cut the connection', async () => {
	const [node] = members();
	localnet.faults.drop(node!, 1, 'reset');
	await expect(call(node!, storeText(me, 'done'))).rejects.toThrow();
	expect(localnet.storedHashes(me.accountId)).toHaveLength(1);
});

test('a corrupted reply does not open', async () => {
	localnet.faults.corrupt('node3', 1);
	await expect(onion(localnet.nodes.slice(0, 4), infoCall())).rejects.toThrow(/does not open/);
});

test.each([-120_000, 120_000])(
	'a clock that is %i ms off refuses signatures and gives wrong times',
	async (ms) => {
		const [node, other] = members();
		await call(node!, storeText(me, 'hello'));
		localnet.faults.skewClock(node!, ms);
		await expect(textsAt(node!, me)).rejects.toThrow(/406: retrieve timestamp too far from current time/);
		expect(await textsAt(other!, me)).toEqual(['hello']);
		const { body } = await call(node!, infoCall());
		expect(Math.abs(body.t - Date.now() - ms)).toBeLessThan(5_000);
	}
);

describe('a node in no swarm', () => {
	test('is not ready, not a member, and its accounts go to the others', async () => {
		const [node, other] = members();
		await call(other!, storeText(me, 'before'));
		localnet.faults.leaveSwarm(node!);
		expect(await call(node!, infoCall())).toMatchObject({
			status: 503,
			text: 'Service node is not ready: not in any swarm\n'
		});
		const { body } = await call(other!, storeText(me, 'after'));
		expect(Object.keys(body.swarm)).not.toContain(node!.id);
		localnet.faults.joinSwarm(node!);
		expect(await textsAt(node!, me)).toEqual(['before']);
	});
});

test('a relay that is down is waited for', async () => {
	await localnet.faults.kill('node2');
	const { status, text } = await onion(localnet.nodes.slice(0, 4), infoCall());
	expect(`${status} ${text}`).toBe('504 Request time out');
});

test('an unknown node is said', () => {
	expect(() => localnet.faults.slow('node99', 1)).toThrow(RangeError);
});

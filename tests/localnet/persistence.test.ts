import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startLocalnet, type Localnet } from '../../src/localnet/localnet';
import { MessageStore, type StoreRecord } from '../../src/localnet/message-store';
import { nameHash } from '../../src/protocol/ons';
import { deleteCall, accountAuth, onsResolveCall } from '../../src/protocol/storage-rpc';
import type { MessageHash } from '../../src/protocol/types';
import { call, newIdentity, storeText, swarmOf, textsAt } from './client';

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'localnet-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

async function running<Result>(use: (localnet: Localnet) => Promise<Result>): Promise<Result> {
	const localnet = await startLocalnet({ basePort: 0, folder });
	try {
		return await use(localnet);
	} finally {
		await localnet.close();
	}
}

test('messages, their order, deletions and names outlive the process', async () => {
	const texts = ['one', 'two', 'three', 'four'];
	const me = await running(async (localnet) => {
		const identity = newIdentity();
		const { accountId, ed25519 } = identity;
		const [node] = swarmOf(localnet, accountId);
		const stored = [];
		for (const text of texts) stored.push(await call(node!, storeText(identity, text)));
		const messages = [stored[1]!.body.hash as MessageHash];
		await call(node!, deleteCall({ account: accountId, auth: accountAuth(ed25519), messages }));
		localnet.registerName('Somebody', accountId);
		return identity;
	});
	await running(async (localnet) => {
		for (const node of swarmOf(localnet, me.accountId)) {
			expect(await textsAt(node, me)).toEqual(['one', 'three', 'four']);
		}
		const { body } = await call(localnet.nodes[0]!, onsResolveCall(nameHash('somebody')));
		expect(body.result.encrypted_value).toMatch(/^[0-9a-f]{98}$/);
	});
});

test('a line that was cut off is forgotten, what stands before it is not', async () => {
	const me = await running(async (localnet) => {
		const identity = newIdentity();
		await call(swarmOf(localnet, identity.accountId)[0]!, storeText(identity, 'whole'));
		return identity;
	});
	for (const file of readdirSync(folder)) appendFileSync(join(folder, file), '{"op":"put","account":"05');
	await running(async (localnet) => {
		for (const node of swarmOf(localnet, me.accountId)) expect(await textsAt(node, me)).toEqual(['whole']);
	});
});

test('a restart writes the journal anew, without what is gone', async () => {
	const me = newIdentity();
	await running(async (localnet) => {
		const [node] = swarmOf(localnet, me.accountId);
		await call(node!, storeText(me, 'gone'));
		for (const member of swarmOf(localnet, me.accountId)) localnet.faults.loseReplica(member);
	});
	const written = () =>
		readdirSync(folder).reduce((sum, file) => sum + readFileSync(join(folder, file)).length, 0);
	expect(written()).toBeGreaterThan(0);
	await running(() => Promise.resolve());
	expect(written()).toBe(0);
});

test('a kill loses nothing that was answered', async () => {
	const program = spawn(
		process.execPath,
		['--import', 'tsx', 'src/localnet/main.ts', '--port', '0', '--folder', folder],
		{
			stdio: ['ignore', 'pipe', 'inherit']
		}
	);
	const nodes = new Map<string, string>();
	await new Promise<void>((resolve, reject) => {
		let output = '';
		program.on('exit', () => reject(new Error('it stopped')));
		program.stdout.on('data', (chunk: Buffer) => {
			output += chunk.toString();
			if (!output.includes('Stop with')) return;
			for (const [, url, id] of output.matchAll(/(http:\S+) {2}([0-9a-f]{64})/g)) nodes.set(id!, url!);
			resolve();
		});
	});
	program.removeAllListeners('exit');
	const me = await storeAndKill(nodes, program.pid!);
	await running(async (localnet) => {
		for (const node of swarmOf(localnet, me.accountId)) expect(await textsAt(node, me)).toEqual(['answered']);
	});
}, 60_000);

/** Stores one message, and kills the program as soon as it has the answer. */
async function storeAndKill(urls: ReadonlyMap<string, string>, pid: number) {
	const shape = await startLocalnet({ basePort: 0 });
	await shape.close();
	const me = newIdentity();
	const [node] = swarmOf(shape, me.accountId);
	const answer = await call({ ...node!, url: urls.get(node!.id)! }, storeText(me, 'answered'));
	process.kill(pid, 'SIGKILL');
	expect(answer.status).toBe(200);
	return me;
}

test('a store made of its own records is the same store', () => {
	const records: StoreRecord[] = [];
	const store = new MessageStore((record) => records.push(record));
	const message = (hash: string, namespace = 0) => ({
		account: 'a',
		hash,
		namespace,
		timestamp: 1,
		expiry: 10,
		data: ''
	});
	store.put(message('x'), false);
	store.put(message('y', 2), false);
	store.put({ ...message('x'), expiry: 20 }, false);
	store.revoke('a', ['t1', 't2']);
	store.unrevoke('a', ['t1']);
	store.deleteHashes(['y']);
	for (const history of [records, store.snapshot()]) {
		const copy = new MessageStore();
		for (const record of history) copy.restore(record);
		expect(copy.snapshot()).toEqual(store.snapshot());
		expect(copy.get('a', 'x')?.expiry).toBe(20);
		expect(copy.revokedTokens('a')).toEqual(['t2']);
	}
	expect(store.deleteExpired(20)).toBe(1);
	expect(store.revokedTokens('a')).toEqual([]);
});

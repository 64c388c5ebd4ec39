import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concat, fromBase64, toBase64, toHex, utf8 } from '../../src/protocol/bytes';
import { sign } from '../../src/protocol/keys';
import { startLocalnet, type Localnet, type LocalnetNode } from '../../src/localnet/localnet';
import {
	accountAuth,
	activeNodesCall,
	batchCall,
	infoCall,
	keyAuth,
	revokedSubaccountsCall,
	revokeSubaccountCall,
	storeCall
} from '../../src/protocol/storage-rpc';
import { call, networkTime, newIdentity, onion, send, storeText, swarmOf, textsAt } from './client';

const TESTING_NAMESPACE = -3741;

let old: Localnet;
let newer: Localnet;

beforeAll(async () => {
	old = await startLocalnet({ basePort: 0, timeScale: 0.1 });
	newer = await startLocalnet({ basePort: 0, timeScale: 0.1, version: '2.11' });
});

afterAll(() => Promise.all([old.close(), newer.close()]));

test('each says which it is', async () => {
	const [a, b] = [await call(old.nodes[0]!, infoCall()), await call(newer.nodes[0]!, infoCall())];
	expect([a.body.version, b.body.version]).toEqual([
		[2, 8, 0],
		[2, 11, 0]
	]);
	const stats = await fetch(`${newer.nodes[0]!.url}/get_stats/v1`);
	expect(await stats.json()).toEqual({ version: '2.11.0' });
	expect(stats.headers.get('server')).toBe('Oxen Storage Server/2.11.0');
});

describe('active_nodes_bin', () => {
	function readNodes(packed: Uint8Array) {
		return Array.from({ length: packed.length / 51 }, (_, index) => {
			const entry = packed.subarray(index * 51, (index + 1) * 51);
			const view = new DataView(entry.buffer, entry.byteOffset);
			return {
				id: toHex(entry.subarray(0, 32)),
				swarm: view.getBigUint64(32),
				ip: entry.subarray(40, 44).join('.'),
				port: view.getUint16(44),
				version: [...entry.subarray(48)].join('.')
			};
		});
	}

	test('is not known to 2.8', async () => {
		expect(await call(old.nodes[0]!, activeNodesCall())).toMatchObject({
			status: 400,
			text: 'no method active_nodes_bin'
		});
	});

	test('gives every node in 51 bytes: raw when asked directly, base64 in a batch and through an onion', async () => {
		const response = await fetch(`${newer.nodes[0]!.url}/storage_rpc/v1`, {
			method: 'POST',
			body: JSON.stringify(activeNodesCall())
		});
		expect(response.headers.get('content-type')).toBe('application/octet-stream');
		const direct = new Uint8Array(await response.arrayBuffer());
		expect(readNodes(direct)).toEqual(
			newer.nodes.map(({ id, swarm, ip, port }) => ({ id, swarm, ip, port, version: '2.11.0' }))
		);
		const batch = await call(newer.nodes[0]!, batchCall([activeNodesCall()]));
		expect(fromBase64(batch.body.results[0]!.body)).toEqual(direct);
		const { reply } = await onion(newer.nodes.slice(0, 4), activeNodesCall());
		expect(fromBase64(reply!.body as string)).toEqual(direct);
	});

	test('has zeros for an address that nobody knows', async () => {
		newer.faults.hideAddress('node5');
		try {
			const { body } = await call(newer.nodes[0]!, batchCall([activeNodesCall()]));
			expect(readNodes(fromBase64(body.results[0]!.body))[5]).toMatchObject({
				ip: '0.0.0.0',
				port: 0,
				version: '0.0.0'
			});
		} finally {
			newer.faults.heal();
		}
	});
});

describe('revoked_subaccounts', () => {
	function group() {
		const { ed25519, accountId } = newIdentity();
		const id = `03${toHex(ed25519.publicKey)}`;
		const member = newIdentity();
		const token = concat(Uint8Array.of(3, 3, 0, 0), member.ed25519.publicKey);
		return { id, auth: keyAuth(ed25519), token, accountId };
	}

	async function revokeOne(localnet: Localnet) {
		const { id, auth, token } = group();
		const node = swarmOf(localnet, id)[0]!;
		const timestamp = networkTime();
		const message = { account: id, namespace: 11, data: utf8('x'), timestamp, ttlMs: 60_000, auth };
		expect((await call(node, storeCall(message))).status).toBe(200);
		const revocation = { account: id, auth, tokens: [token], timestamp };
		expect((await call(node, revokeSubaccountCall(revocation))).status).toBe(200);
		const answer = await call(node, revokedSubaccountsCall({ account: id, auth, timestamp: networkTime() }));
		return { answer, token };
	}

	test('lists what a group has revoked', async () => {
		const { answer, token } = await revokeOne(newer);
		expect(answer.status).toBe(200);
		expect(answer.body.revoked_subaccounts).toEqual([toBase64(token)]);
		expect(answer.body.hf).toEqual([19, 5]);
	});

	test('is not known to 2.8', async () => {
		const { answer } = await revokeOne(old);
		expect(answer).toMatchObject({ status: 400, text: 'no method revoked_subaccounts' });
	});

	test('is for the account itself only', async () => {
		const { id } = group();
		const request = revokedSubaccountsCall({
			account: id,
			auth: keyAuth(newIdentity().ed25519),
			timestamp: networkTime()
		});
		expect(await call(swarmOf(newer, id)[0]!, request)).toMatchObject({
			status: 401,
			text: 'revoked_subaccounts signature verification failed'
		});
	});
});

describe('the testing namespace', () => {
	const read = (node: LocalnetNode, account: string, ed25519: ReturnType<typeof newIdentity>['ed25519']) => {
		const timestamp = networkTime();
		const signature = toBase64(sign(utf8(`retrieve${TESTING_NAMESPACE}${timestamp}`), ed25519.secretKey));
		const params = {
			pubkey: account,
			pubkey_ed25519: toHex(ed25519.publicKey),
			namespace: TESTING_NAMESPACE,
			timestamp,
			signature
		};
		return send(node, JSON.stringify({ method: 'retrieve', params }));
	};

	test('takes nothing and holds nothing in 2.11, and is one like any other in 2.8', async () => {
		const me = newIdentity();
		const statuses = await Promise.all(
			[old, newer].map(async (localnet) => {
				const node = swarmOf(localnet, me.accountId)[0]!;
				const stored = await call(node, storeText(me, 'test', { namespace: TESTING_NAMESPACE }));
				const { body } = await read(node, me.accountId, me.ed25519);
				return [stored.status, body.messages.length];
			})
		);
		expect(statuses).toEqual([
			[200, 1],
			[403, 0]
		]);
	});
});

test('an outbox keeps what it has unless the new message is newer, in 2.11', async () => {
	const me = newIdentity();
	const put = async (localnet: Localnet, text: string, timestamp: number) =>
		call(
			swarmOf(localnet, me.accountId)[0]!,
			storeText(me, text, { namespace: -1, timestamp: timestamp as ReturnType<typeof networkTime> })
		);
	const now = networkTime();
	for (const localnet of [old, newer]) {
		await put(localnet, 'first', now);
		await put(localnet, 'older', now - 5_000);
	}
	const texts = (localnet: Localnet) => textsAt(swarmOf(localnet, me.accountId)[1]!, me, -1);
	expect(await texts(old)).toEqual(['older']);
	expect(await texts(newer)).toEqual(['first']);
	await put(newer, 'newest', now + 1);
	expect(await texts(newer)).toEqual(['newest']);
});

describe('members that cannot do their part', () => {
	test('an unknown address is left out in 2.11 and times out in 2.8', async () => {
		const me = newIdentity();
		const entries = async (localnet: Localnet) => {
			const [node, hidden] = swarmOf(localnet, me.accountId);
			localnet.faults.hideAddress(hidden!);
			// In the real network there is nothing to connect to either.
			await localnet.faults.kill(hidden!);
			const { body } = await call(node!, storeText(me, 'hello'));
			localnet.faults.heal();
			await localnet.faults.revive(hidden!);
			return body.swarm[hidden!.id];
		};
		expect(await entries(old)).toEqual({ failed: true, timeout: true });
		expect(await entries(newer)).toBeUndefined();
	});

	test('when all have failed, 2.11 answers 500 with the same body', async () => {
		const me = newIdentity();
		const statuses = [];
		for (const localnet of [old, newer]) {
			const members = swarmOf(localnet, me.accountId);
			for (const member of members) localnet.faults.fillDisk(member);
			const { status, body } = await call(members[0]!, storeText(me, 'full'));
			localnet.faults.heal();
			statuses.push(status);
			expect(Object.values(body.swarm)).toHaveLength(3);
			expect(body.swarm[members[0]!.id]).toMatchObject({ failed: true, query_failure: true });
			expect(body.swarm[members[1]!.id]).toEqual({ failed: 1, query_failure: 1 });
			expect(body.hash).toBeUndefined();
		}
		expect(statuses).toEqual([200, 500]);
	});

	test('a next node without an address is said at once in 2.11, and waited for in 2.8', async () => {
		const answers = await Promise.all(
			[old, newer].map(async (localnet) => {
				localnet.faults.hideAddress('node2');
				await localnet.faults.kill('node2');
				const { status, text } = await onion(localnet.nodes.slice(0, 4), infoCall());
				localnet.faults.heal();
				await localnet.faults.revive('node2');
				return `${status} ${text}`;
			})
		);
		expect(answers).toEqual([
			'504 Request time out',
			`502 Next node is currently unreachable: ${newer.nodes[2]!.id}`
		]);
	});
});

test('private namespaces are for their owner in both', async () => {
	const me = newIdentity();
	const stranger = accountAuth(newIdentity().ed25519);
	for (const localnet of [old, newer]) {
		const request = {
			account: me.accountId,
			namespace: 3,
			data: utf8('x'),
			timestamp: networkTime(),
			ttlMs: 60_000
		};
		const node = swarmOf(localnet, me.accountId)[0]!;
		expect((await call(node, storeCall(request))).status).toBe(401);
		expect((await call(node, storeCall({ ...request, auth: stranger }))).status).toBe(401);
	}
});

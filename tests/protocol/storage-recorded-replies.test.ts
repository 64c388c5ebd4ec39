import { beforeAll, describe, expect, it } from 'vitest';
import { decryptOns, nameHash } from '../../src/protocol/ons';
import * as rpc from '../../src/protocol/storage-rpc';
import { callOf, cases, type Call } from './recordings';
import { sodiumReady } from './setup';

beforeAll(() => sodiumReady);

describe('recorded replies', () => {
	const repliesTo = (method: string, status: number) =>
		cases.filter(
			(one) =>
				one.response.status === status &&
				one.response.json !== undefined &&
				(one.request_body ?? '').includes(`"method":"${method}"`)
		);

	it('of retrieve: every message is what its hash says', () => {
		const replies = repliesTo('retrieve', 200).filter((one) => callOf(one).method === 'retrieve');
		expect(replies.length).toBeGreaterThan(25);
		let count = 0;
		for (const one of replies) {
			const { params } = callOf(one);
			const { messages } = rpc.parseRetrieveReply(one.response.json);
			for (const message of messages) {
				const namespace = Number(params.namespace ?? 0);
				expect(rpc.messageHash(params.pubkey, namespace, message.data)).toBe(message.hash);
				count++;
			}
			expect(rpc.replyTime(one.response.json)).toBeGreaterThan(1_700_000_000_000);
		}
		expect(count).toBeGreaterThan(50);
	});

	it('of get_expiries', () => {
		const [reply] = repliesTo('get_expiries', 200);
		const expiries = rpc.parseExpiries(reply!.response.json);
		expect([...expiries.values()].every((expiry) => expiry > 1_700_000_000_000)).toBe(true);
		expect(expiries.size).toBeGreaterThan(0);
	});

	it('of batch and sequence: parts in order, the time from any of them', () => {
		const replies = [...repliesTo('batch', 200), ...repliesTo('sequence', 200)].filter((one) =>
			/^(batch|sequence)$/.test(callOf(one).method)
		);
		expect(replies.length).toBe(6);
		for (const one of replies) {
			const { requests } = callOf(one).params as unknown as { requests: Call[] };
			const parts = rpc.parseBatchReply(one.response.json);
			if (callOf(one).method === 'batch') expect(parts.length).toBe(requests.length);
			else expect(parts.length).toBeLessThanOrEqual(requests.length);
			expect(rpc.replyTime(one.response.json)).toBeGreaterThan(1_700_000_000_000);
		}
	});

	it('of a wrong swarm: the right one is read from it', () => {
		const wrong = cases.filter((one) => one.response.status === 421);
		expect(wrong.length).toBe(5);
		for (const one of wrong) {
			const { swarm, nodes } = rpc.parseSwarm(one.response.json);
			expect(swarm).not.toBeNull();
			expect(nodes.length).toBe(3);
			expect(nodes.every((node) => node.swarm === swarm && node.port > 0)).toBe(true);
		}
	});

	it('of info, node lists and names', () => {
		const info = rpc.parseInfo(repliesTo('info', 200)[0]!.response.json);
		expect(info).toMatchObject({ version: [2, 8, 0], hardfork: [19, 5] });

		const requests = repliesTo('oxend_request', 200);
		const list = requests.find((one) => one.request_body!.includes('get_service_nodes'))!;
		expect(rpc.parseServiceNodes(list.response.json).nodes.length).toBe(2);

		const [registered, unregistered] = requests.filter((one) => one.request_body!.includes('ons_resolve'));
		expect(registered!.request_body).toContain(`"name_hash":"${nameHash('testname')}"`);
		const record = rpc.parseOnsReply(registered!.response.json)!;
		expect(decryptOns('TestName', record.encryptedValue, record.nonce)).toMatch(/^05[0-9a-f]{64}$/);
		expect(rpc.parseOnsReply(unregistered!.response.json)).toBeNull();
	});
});

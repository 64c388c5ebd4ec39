import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { concat, fromHex, toBase64 } from '../../src/protocol/bytes';
import { ProtocolError } from '../../src/protocol/errors';
import { ed25519FromSeed, x25519FromEd25519Public } from '../../src/protocol/keys';
import { isName } from '../../src/protocol/ons';
import { parseJson } from '../../src/protocol/json';
import * as rpc from '../../src/protocol/storage-rpc';
import { sodiumReady } from './setup';

beforeAll(() => sodiumReady);

const malformed = expect.objectContaining({ name: 'ProtocolError', kind: 'malformed' }) as Error;
const HASH = 'A'.repeat(43);
const NODE = 'ab'.repeat(32);
const SIGNATURE = `${'A'.repeat(86)}==`;

const parsers: Record<string, (body: unknown) => unknown> = {
	store: rpc.parseStoreReply,
	retrieve: rpc.parseRetrieveReply,
	expiries: rpc.parseExpiries,
	updated: (body) => rpc.parseChangeReply(body, 'updated'),
	deleted: (body) => rpc.parseChangeReply(body, 'deleted'),
	swarm: rpc.parseSwarm,
	batch: rpc.parseBatchReply,
	nodes: rpc.parseServiceNodes,
	'compact nodes': rpc.parseActiveNodes,
	names: rpc.parseOnsReply,
	info: rpc.parseInfo,
	time: rpc.replyTime
};

/** Names that replies use, so that random objects get past the first check. */
const names = fc.constantFrom(
	'hash',
	'swarm',
	'messages',
	'results',
	'result',
	'snodes',
	'service_node_states',
	'expiries',
	't',
	'hf',
	'code',
	'body',
	'failed',
	'signature',
	'updated',
	'deleted',
	'__proto__',
	NODE,
	HASH
);
const { hostile } = fc.letrec((tie) => ({
	hostile: fc.oneof(
		{ depthSize: 'small' },
		fc.jsonValue(),
		fc.constantFrom(HASH, NODE, SIGNATURE, 'ffffffffffffffff', 0, -1, 1e300),
		fc.array(tie('hostile'), { maxLength: 3 }),
		fc.dictionary(names, tie('hostile'))
	)
}));

describe('replies of hostile nodes', () => {
	it.each(Object.entries(parsers))('%s: are parsed or refused, never anything else', (_, parse) => {
		fc.assert(
			fc.property(hostile, (body) => {
				try {
					parse(body);
				} catch (error) {
					expect(error).toBeInstanceOf(ProtocolError);
				}
			}),
			{ numRuns: 300 }
		);
	});

	it('are not believed when a field is of another kind', () => {
		const message = { hash: HASH, data: 'AAAA', timestamp: 1, expiration: 2 };
		const reply = (change: object) => ({ messages: [{ ...message, ...change }], more: false });
		expect(rpc.parseRetrieveReply(reply({})).messages).toHaveLength(1);
		const wrong = [
			{ hash: 'short' },
			{ data: 5 },
			{ data: '-' },
			{ timestamp: '1' },
			{ timestamp: 1.5 },
			{ expiration: -1 }
		];
		for (const change of wrong) expect(() => rpc.parseRetrieveReply(reply(change))).toThrowError(malformed);
	});
});

describe('store replies', () => {
	it('tell the members that have the message from those that failed', () => {
		const other = 'cd'.repeat(32);
		const reply = rpc.parseStoreReply({
			hash: HASH,
			swarm: {
				[NODE]: { hash: HASH, signature: SIGNATURE, expiry: 5, already: 1 },
				[other]: { failed: true, timeout: true }
			}
		});
		expect(reply).toMatchObject({ hash: HASH, stored: [{ node: NODE, already: true }], failed: [other] });
	});

	it('with a signature that does not verify are told', () => {
		const { stored } = rpc.parseStoreReply({
			hash: HASH,
			swarm: { [NODE]: { hash: HASH, signature: SIGNATURE, expiry: 5 } }
		});
		expect(rpc.verifyStoreEntry(stored[0]!.node, HASH, stored[0]!.signature)).toBe(false);
	});
});

describe("a node's clock", () => {
	it('stands in a reply, or in the first part of a batch that has it', () => {
		expect(rpc.replyTime({ t: 5 })).toBe(5);
		expect(rpc.replyTime({ results: [null, { body: 'text' }, { body: { t: 7 } }, { body: { t: 8 } }] })).toBe(
			7
		);
	});

	it.each([null, 'text', {}, { t: '5' }, { t: 0 }, { t: 1.5 }, { results: {} }, { results: [{}, 5] }])(
		'is not in %j',
		(body) => expect(rpc.replyTime(body)).toBeNull()
	);
});

describe('replies to changes', () => {
	it('tell the members that changed something from those that failed', () => {
		const other = 'cd'.repeat(32);
		const entry = { deleted: { '0': [HASH], '2': ['B'.repeat(43)] }, signature: SIGNATURE };
		const reply = rpc.parseChangeReply({ swarm: { [NODE]: entry, [other]: { failed: 1 } } }, 'deleted');
		expect(reply.failed).toEqual([other]);
		expect(reply.changed.map(({ node, hashes }) => [node, hashes])).toEqual([[NODE, [HASH, 'B'.repeat(43)]]]);
	});
});

describe('node lists', () => {
	const node = {
		public_ip: '10.1.2.3',
		storage_port: 22021,
		pubkey_ed25519: NODE,
		pubkey_x25519: NODE,
		swarm_id: 1
	};
	const list = (...nodes: object[]) => ({ result: { service_node_states: nodes, height: 5 } });

	it('keep 64-bit swarm ids whole', () => {
		const text = JSON.stringify(list(node)).replace('"swarm_id":1', '"swarm_id":18374686479671623679');
		const { nodes, height } = rpc.parseServiceNodes(parseJson(text));
		expect(nodes[0]!.swarm).toBe(18374686479671623679n);
		expect(height).toBe(5);
		const none = text.replace('18374686479671623679', '18446744073709551615');
		expect(rpc.parseServiceNodes(parseJson(none)).nodes[0]!.swarm).toBeNull();
	});

	it('leave out nodes that nobody can reach, and refuse nonsense', () => {
		const unusable = [
			{ public_ip: '0.0.0.0' },
			{ storage_port: 0 },
			{ pubkey_x25519: '' },
			{ pubkey_ed25519: '' }
		];
		const nodes = unusable.map((change) => ({ ...node, ...change }));
		expect(rpc.parseServiceNodes(list(node, ...nodes)).nodes).toHaveLength(1);
		const wrong = [
			{ public_ip: 'localhost' },
			{ public_ip: '10.1.2.256' },
			{ public_ip: '10.1.2.3.4' },
			{ storage_port: 65_536 },
			{ pubkey_ed25519: 'ab' },
			{ swarm_id: 'x' },
			{ swarm_id: 1.5 }
		];
		for (const change of wrong) {
			expect(() => rpc.parseServiceNodes(list({ ...node, ...change }))).toThrowError(malformed);
		}
	});

	it('in the compact form give the same, with the X25519 key made from the other', () => {
		const { publicKey } = ed25519FromSeed(new Uint8Array(32).fill(1));
		const entry = (ip: number[], swarm: string) =>
			concat(publicKey, fromHex(swarm), Uint8Array.from(ip), fromHex('5605' + '5606' + '020b00'));
		const list = toBase64(
			concat(
				entry([10, 1, 2, 3], 'fefffffffffffffe'),
				entry([0, 0, 0, 0], '0000000000000001'),
				entry([10, 1, 2, 4], 'ffffffffffffffff')
			)
		);
		const nodes = rpc.parseActiveNodes(list);
		expect(nodes.map(({ ip, port, swarm }) => ({ ip, port, swarm }))).toEqual([
			{ ip: '10.1.2.3', port: 22_021, swarm: 0xfefffffffffffffen },
			{ ip: '10.1.2.4', port: 22_021, swarm: null }
		]);
		expect(nodes[0]!.x25519).toEqual(x25519FromEd25519Public(publicKey));
		expect(() => rpc.parseActiveNodes(list.slice(4))).toThrowError(malformed);
	});

	it('of a swarm that does not exist have no swarm', () => {
		expect(rpc.parseSwarm({ swarm: 'ffffffffffffffff', snodes: [] })).toEqual({ swarm: null, nodes: [] });
	});
});

describe('names', () => {
	it('are in records of either form, or in none', () => {
		const [value, nonce] = [Uint8Array.of(0xab), Uint8Array.of(0xcd)];
		const record = { encrypted_value: 'ab' };
		expect(rpc.parseOnsReply({ result: record })).toEqual({ encryptedValue: value, nonce: null });
		expect(rpc.parseOnsReply({ result: { ...record, nonce: 'cd' } })).toEqual({
			encryptedValue: value,
			nonce
		});
		expect(rpc.parseOnsReply({ result: {} })).toBeNull();
	});

	it('are told from other texts', () => {
		expect(['ada', 'a', 'ada_l-1', 'Ada', ' ada '].map(isName)).toEqual(Array(5).fill(true));
		expect(['', '-a', 'a-', 'a b', 'a.b', 'zoë', '🦊'].map(isName)).toEqual(Array(7).fill(false));
	});
});

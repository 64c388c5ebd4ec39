import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/protocol/bytes';
import { ed25519FromSeed, parseSnodeId } from '../../src/protocol/keys';
import { parseSwarmId, pickSwarm, swarmIdFromHex, swarmPosition } from '../../src/protocol/swarm';
import type { SwarmId } from '../../src/protocol/types';
import { load } from '../vectors/load';
import { sodiumReady } from './setup';

beforeAll(() => sodiumReady);

const malformed = expect.objectContaining({ name: 'ProtocolError', kind: 'malformed' }) as Error;

describe('01-swarm-mapping.json', () => {
	interface Row {
		pubkey: string;
		swarm_space: string;
		swarm: string;
	}
	const { rows, swarm_ids_hex } = load<{ rows: Row[]; swarm_ids_hex: string[] }>(
		'storage-server/01-swarm-mapping'
	);

	it.each(rows)('$pubkey', (row) => {
		const position = swarmPosition(row.pubkey);
		expect(position.toString(16).padStart(16, '0')).toBe(row.swarm_space);
		const ids = swarm_ids_hex.map(swarmIdFromHex);
		expect(pickSwarm(ids, position)).toBe(swarmIdFromHex(row.swarm));
		expect(pickSwarm([...ids].reverse(), position)).toBe(swarmIdFromHex(row.swarm));
	});

	it('has all rows', () => {
		expect(rows.length).toBe(59);
	});
});

describe('swarms', () => {
	it('are the nearest on the ring, by plain search over all', () => {
		const id = fc.bigInt({ min: 0n, max: 2n ** 64n - 2n }).map(parseSwarmId);
		const near = (a: bigint, b: bigint) => {
			const up = BigInt.asUintN(64, a - b);
			const down = BigInt.asUintN(64, b - a);
			return up < down ? up : down;
		};
		fc.assert(
			fc.property(
				fc.uniqueArray(id, { minLength: 1, maxLength: 12 }),
				fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
				(ids, position) => {
					const picked = pickSwarm(ids, position);
					for (const other of ids) expect(near(picked, position) <= near(other, position)).toBe(true);
				}
			)
		);
	});

	it('have ids of 64 bits, and none is the last', () => {
		expect(() => swarmIdFromHex('ffffffffffffffff')).toThrowError(malformed);
		for (const text of ['', 'xyz', '1'.repeat(17), '-1'])
			expect(() => swarmIdFromHex(text)).toThrowError(malformed);
		expect(() => pickSwarm([] as SwarmId[], 0n)).toThrowError(malformed);
		expect(() => swarmPosition('05ab')).toThrowError(malformed);
	});
});

describe('00-network.json', () => {
	it('names nodes whose keys follow from their seeds', () => {
		const { nodes } = load<{ nodes: { ed25519_pubkey: string; ed25519_seed: string }[] }>(
			'storage-server/00-network'
		);
		expect(nodes.length).toBe(12);
		for (const node of nodes) {
			const { publicKey } = ed25519FromSeed(fromHex(node.ed25519_seed));
			expect(parseSnodeId(node.ed25519_pubkey.toUpperCase())).toBe(toHex(publicKey));
		}
	});
});

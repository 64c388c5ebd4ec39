import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseSwarmId, pickSwarm, swarmIdFromHex, swarmPosition } from '../../src/protocol/swarm';
import type { SwarmId } from '../../src/protocol/types';
import { sodiumReady } from './setup';

beforeAll(() => sodiumReady);

const malformed = expect.objectContaining({ name: 'ProtocolError', kind: 'malformed' }) as Error;

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

import { beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
	EMPTY_STATE,
	packState,
	unpackState,
	type NetworkState
} from '../../../src/engine/network/network-state';
import { requestSize } from '../../../src/engine/network/request-size';
import { sodiumReady } from '../../../src/protocol/sodium';
import { sampleAccount } from './network-setup';
import { sampleNodes } from './sample-nodes';

let state: NetworkState;
beforeAll(async () => {
	await sodiumReady;
	const list = sampleNodes(6).map(({ id, ed25519, x25519, ip, port, swarm }) => ({
		id,
		ed25519,
		x25519,
		ip,
		port,
		swarm
	}));
	state = {
		gateways: { origins: ['https://b.example'], chosenAt: 5 },
		guards: [{ id: list[0]!.id, until: 9, failures: 1, failingSince: 3, restsUntil: 4 }],
		nodes: { list, refreshedAt: 7 },
		swarms: [{ account: sampleAccount(1), nodes: list.slice(0, 2), learnedAt: 6 }],
		clockOffsetMs: -1_234
	};
});

describe('the kept state', () => {
	it('comes back as it was, also through JSON and structured clone', () => {
		const packed = packState('net', state);
		expect(unpackState('net', packed)).toEqual(state);
		expect(unpackState('net', JSON.parse(JSON.stringify(packed)))).toEqual(state);
		expect(unpackState('net', structuredClone(packed))).toEqual(state);
	});

	it('of another network gives only the gateways', () => {
		expect(unpackState('other', packState('net', state))).toEqual({
			...EMPTY_STATE,
			gateways: state.gateways
		});
	});

	it('of another version is not touched', () => {
		expect(unpackState('net', { ...(packState('net', state) as object), version: 2 })).toEqual(EMPTY_STATE);
	});

	it('loses only the damaged part', () => {
		const packed = packState('net', state) as Record<string, unknown>;
		const without = (change: object) => unpackState('net', { ...packed, ...change });
		expect(without({ guards: 'x' })).toEqual({ ...state, guards: [] });
		expect(without({ guards: [{ id: 'zz' }, ...(packed['guards'] as unknown[])] })).toEqual(state);
		expect(without({ nodes: { list: [['zz', 1, 2, 3]], refreshedAt: 7 } })).toEqual({
			...state,
			nodes: null
		});
		expect(without({ swarms: [{ account: 'me' }] })).toEqual({ ...state, swarms: [] });
		expect(without({ clockOffsetMs: NaN })).toEqual({ ...state, clockOffsetMs: 0 });
		expect(without({ gateways: { origins: ['ftp://x'], chosenAt: 1 } })).toEqual({
			...state,
			gateways: null
		});
	});

	it('never throws, whatever the disk holds', () => {
		fc.assert(
			fc.property(fc.anything(), (junk) => {
				expect(unpackState('net', junk)).toBeDefined();
			})
		);
		fc.assert(
			fc.property(
				fc.constantFrom('gateways', 'guards', 'nodes', 'swarms', 'clockOffsetMs'),
				fc.anything(),
				(name, junk) => {
					const packed = packState('net', state) as Record<string, unknown>;
					expect(unpackState('net', { ...packed, [name]: junk })).toBeDefined();
				}
			)
		);
	});
});

describe('request sizes', () => {
	it('only ever grow, hold the request, and are few', () => {
		const sizes = new Set<number>();
		let before = 0;
		for (let length = 0; length <= 300_000; length += 97) {
			const size = requestSize(length);
			expect(size).toBeGreaterThanOrEqual(Math.max(length, before));
			before = size;
			sizes.add(size);
		}
		expect([...sizes]).toEqual([2_048, 4_096, 8_192, 16_384, 32_768, 65_536, 131_072, 262_144, 393_216]);
	});
});

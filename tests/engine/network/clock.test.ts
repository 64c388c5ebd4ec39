import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { AGREEMENT_MS, LearnedClock, median, settle, SMALL_STEP_MS } from '../../../src/engine/network/clock';
import type { SnodeId } from '../../../src/protocol/types';

const node = (index: number) => index.toString(16).padStart(64, '0') as SnodeId;
const LOCAL = 1_760_000_000_000;

function clockAt(local = { now: LOCAL }) {
	const clock = new LearnedClock(() => local.now);
	const hear = (index: number, offset: number) => {
		clock.learn({
			node: node(index),
			nodeTime: local.now + offset,
			sentAt: local.now,
			receivedAt: local.now
		});
	};
	return { clock, hear, local };
}

describe('network clock', () => {
	it('jumps when three nodes agree', () => {
		const { clock, hear } = clockAt();
		hear(1, 600_000);
		hear(2, 600_400);
		expect(Math.abs(clock.offsetMs)).toBeLessThanOrEqual(SMALL_STEP_MS);
		hear(3, 599_900);
		expect(clock.offsetMs).toBe(600_000);
		expect(clock.now()).toBe(LOCAL + 600_000);
	});

	it('is not moved far by one node, however often it insists', () => {
		const { clock, hear } = clockAt();
		for (let round = 0; round < 100; round += 1) hear(1, 3_600_000);
		expect(clock.offsetMs).toBe(SMALL_STEP_MS);
		for (let round = 0; round < 100; round += 1) hear(1, clock.offsetMs + 1_900);
		expect(clock.offsetMs).toBeLessThanOrEqual(SMALL_STEP_MS);
	});

	it('is not moved by a minority among honest nodes', () => {
		const { clock, hear } = clockAt();
		for (let index = 1; index <= 5; index += 1) hear(index, 10_000 + index);
		hear(8, -86_400_000);
		hear(9, -86_400_000);
		expect(Math.abs(clock.offsetMs - 10_003)).toBeLessThanOrEqual(5);
	});

	it('does not believe impossible times, nor replies that took too long', () => {
		const { clock } = clockAt();
		const bad = [0, 1, -5, 1.5, NaN, Infinity, 2 ** 60, 1_500_000_000];
		bad.forEach((nodeTime, index) => {
			clock.learn({ node: node(index), nodeTime, sentAt: LOCAL, receivedAt: LOCAL });
		});
		for (let index = 20; index < 25; index += 1)
			clock.learn({ node: node(index), nodeTime: LOCAL + 60_000, sentAt: LOCAL - 30_000, receivedAt: LOCAL });
		expect(clock.offsetMs).toBe(0);
	});

	it('follows the nodes again after its opinions were forgotten', () => {
		const { clock, hear, local } = clockAt();
		for (let index = 1; index <= 9; index += 1) hear(index, 0);
		// The person sets the local clock an hour ahead.
		local.now += 3_600_000;
		clock.forgetOpinions();
		for (let index = 11; index <= 13; index += 1) hear(index, -3_600_000);
		expect(clock.offsetMs).toBe(-3_600_000);
	});

	it('begins from what an earlier session knew, until nodes say otherwise', () => {
		const { clock, hear } = clockAt();
		clock.restore(300_000);
		expect(clock.offsetMs).toBe(300_000);
		for (let index = 1; index <= 3; index += 1) hear(index, 0);
		expect(clock.offsetMs).toBe(0);
		clock.restore(300_000);
		expect(clock.offsetMs).toBe(0);
	});

	it('never moves beyond the small step without three agreeing, whatever is said', () => {
		fc.assert(
			fc.property(
				fc.array(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), { maxLength: 9 }),
				fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
				(offsets, anchor) => {
					const { offset } = settle(offsets, anchor);
					const agreeing = offsets.filter((one) => Math.abs(one - offset) <= AGREEMENT_MS).length;
					const near = Math.abs(offset - anchor) <= SMALL_STEP_MS;
					expect(near || agreeing >= 3).toBe(true);
				}
			)
		);
	});

	it('stays within what honest nodes say while they are the majority', () => {
		fc.assert(
			fc.property(
				fc.array(fc.integer({ min: -400, max: 400 }), { minLength: 5, maxLength: 5 }),
				fc.array(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), { maxLength: 4 }),
				(honest, liars) => {
					const { offset } = settle([...liars, ...honest], 0);
					expect(Math.abs(offset)).toBeLessThanOrEqual(400);
				}
			)
		);
	});

	it('gives the middle value, never one that nobody said', () => {
		expect(median([3, 1, 2])).toBe(2);
		expect(median([4, 1, 2, 100])).toBe(2);
		expect(median([])).toBeUndefined();
	});
});

describe('unique timestamps', () => {
	it('rise strictly within one millisecond', () => {
		const { clock } = clockAt();
		const times = Array.from({ length: 50 }, () => clock.unique());
		expect(new Set(times).size).toBe(50);
		expect([...times].sort((a, b) => a - b)).toEqual(times);
		expect(times[0]).toBe(LOCAL);
	});

	it('come back from the future after a correction, still without repeating', () => {
		const { clock, hear } = clockAt();
		clock.restore(600_000);
		const early = [clock.unique(), clock.unique()];
		for (let index = 1; index <= 3; index += 1) hear(index, 0);
		const later = [clock.unique(), clock.unique()];
		expect(later).toEqual([LOCAL, LOCAL + 1]);
		clock.forgetOpinions();
		for (let index = 1; index <= 3; index += 1) hear(index, 600_000);
		const again = [clock.unique(), clock.unique()];
		expect(new Set([...early, ...later, ...again]).size).toBe(6);
	});
});

import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
	createPoller,
	nextDelay,
	type PollConditions,
	type PollResult
} from '../../../src/engine/network/poller';
import { ManualTime, settle } from './manual-time';
import { systemRandom } from './sample-nodes';

const calm: PollConditions = {
	visible: true,
	online: true,
	conversationOpen: false,
	sinceActivityMs: Infinity,
	failuresInRow: 0,
	last: 'quiet'
};
const lively = { ...calm, conversationOpen: true, sinceActivityMs: 10_000 };

describe('nextDelay', () => {
	const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
	const within = (conditions: PollConditions, low: number, high: number) => {
		fc.assert(
			fc.property(unit, (at) => {
				const delay = nextDelay(conditions, at);
				expect(delay).toBeGreaterThanOrEqual(low);
				expect(delay).toBeLessThanOrEqual(high);
			})
		);
	};

	it('is about a second in a conversation that was active in the last minute', () => {
		within(lively, 800, 1_200);
	});

	it('is two to four seconds when visible otherwise', () => {
		within(calm, 2_000, 4_000);
		within({ ...lively, sinceActivityMs: 60_000 }, 2_000, 4_000);
		within({ ...lively, conversationOpen: false }, 2_000, 4_000);
	});

	it('is half a minute or more in the background, conversation or not', () => {
		within({ ...calm, visible: false }, 30_000, 45_000);
		within({ ...lively, visible: false }, 30_000, 45_000);
	});

	it('grows with failures, to a limit, and never gets quicker by failing', () => {
		for (const base of [calm, lively, { ...calm, visible: false }]) {
			let before = nextDelay(base, 0.5) ?? 0;
			for (let failuresInRow = 1; failuresInRow < 40; failuresInRow += 1) {
				const delay = nextDelay({ ...base, last: 'failed', failuresInRow }, 0.5) ?? 0;
				expect(delay).toBeGreaterThanOrEqual(Math.min(before, 60_000));
				expect(delay).toBeLessThanOrEqual(90_000);
				before = delay;
			}
			expect(before).toBeGreaterThanOrEqual(60_000);
		}
	});

	it('goes on almost at once when there is more', () => {
		within({ ...calm, last: 'more' }, 1, 150);
	});

	it('is none while offline', () => {
		expect(nextDelay({ ...lively, online: false }, 0.5)).toBeNull();
	});

	it('differs from time to time', () => {
		expect(nextDelay(calm, 0.1)).not.toBe(nextDelay(calm, 0.9));
	});
});

function setUp(options: { visible?: boolean; online?: boolean } = {}) {
	const time = new ManualTime();
	const state = { running: 0, most: 0, polls: 0, tookMs: 0, results: [] as (PollResult | Error)[] };
	const poller = createPoller({
		platform: { ...time, random: systemRandom, monotonic: time.monotonic },
		poll: async () => {
			state.polls += 1;
			state.running += 1;
			state.most = Math.max(state.most, state.running);
			if (state.tookMs > 0) await new Promise<void>((done) => time.setTimeout(done, state.tookMs));
			state.running -= 1;
			const result = state.results.shift() ?? 'quiet';
			if (result instanceof Error) throw result;
			return result;
		},
		...options
	});
	return { time, state, poller };
}

describe('poller', () => {
	it('polls at the start, then by its schedule, and not after it was stopped', async () => {
		const { time, state, poller } = setUp();
		poller.start();
		await time.advance(0);
		expect(state.polls).toBe(1);
		await time.advance(60_000);
		expect(state.polls).toBeGreaterThan(60_000 / 4_000);
		expect(state.polls).toBeLessThan(60_000 / 2_000 + 2);
		await poller.stop();
		const before = state.polls;
		poller.wake();
		await time.advance(120_000);
		expect(state.polls).toBe(before);
		expect(time.pending).toBe(0);
	});

	it('never polls twice at once, however often it is woken', async () => {
		const { time, state, poller } = setUp();
		state.tookMs = 700;
		poller.start();
		for (let round = 0; round < 40; round += 1) {
			poller.wake();
			poller.setVisible(round % 2 === 0);
			await time.advance(100);
		}
		expect(state.most).toBe(1);
		// A wake during a poll leads to another right after it, not to one for each wake.
		expect(state.polls).toBeGreaterThan(3);
		expect(state.polls).toBeLessThanOrEqual(7);
	});

	it('polls at once on focus, on coming online and after sending', async () => {
		const { time, state, poller } = setUp({ visible: false });
		poller.start();
		await time.advance(1);
		expect(state.polls).toBe(1);
		poller.setVisible(true);
		await time.advance(1);
		expect(state.polls).toBe(2);
		poller.setOnline(false);
		await time.advance(600_000);
		expect(state.polls).toBe(2);
		poller.setOnline(true);
		await time.advance(1);
		expect(state.polls).toBe(3);
		poller.wake();
		await time.advance(1);
		expect(state.polls).toBe(4);
	});

	it('becomes quick when a conversation is opened and something comes, and calms down', async () => {
		const { time, state, poller } = setUp();
		poller.start();
		await time.advance(0);
		poller.setConversationOpen(true);
		state.results = ['active'];
		poller.wake();
		await time.advance(0);
		expect(time.nextIn).toBeLessThanOrEqual(1_200);
		await time.advance(60_000);
		const lively = state.polls;
		expect(lively).toBeGreaterThan(45);
		await time.advance(60_000);
		expect(state.polls - lively).toBeLessThan(32);
	});

	it('backs off while polls fail or throw, and recovers', async () => {
		const { time, state, poller } = setUp();
		state.results = ['failed', new Error('unexpected'), 'failed', 'failed', 'failed'];
		poller.start();
		await time.advance(0);
		const waits: number[] = [];
		for (let round = 0; round < 5; round += 1) {
			waits.push(time.nextIn!);
			await time.advance(time.nextIn!);
		}
		expect(waits[4]).toBeGreaterThan(waits[0]! * 4);
		expect(time.nextIn).toBeLessThanOrEqual(4_000);
	});

	it('counts what was already waited when the conditions change', async () => {
		const { time, state, poller } = setUp({ visible: false });
		poller.start();
		await time.advance(29_000);
		expect(state.polls).toBe(1);
		poller.setConversationOpen(true);
		expect(time.nextIn).toBeLessThanOrEqual(16_000);
	});

	it('waits for the running poll when it is stopped', async () => {
		const { time, state, poller } = setUp();
		state.tookMs = 500;
		poller.start();
		await time.advance(10);
		let stopped = false;
		const stopping = poller.stop().then(() => {
			stopped = true;
		});
		await settle();
		expect(stopped).toBe(false);
		await time.advance(600);
		await stopping;
		expect(state.running).toBe(0);
		expect(time.pending).toBe(0);
	});
});

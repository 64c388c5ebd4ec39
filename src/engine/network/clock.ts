/**
 * Network time, learned from the `t` of node replies (storage-server.md §3). Every `t` comes from one node that may
 * lie, so one or two nodes move the clock a little at most; a jump takes three nodes that agree.
 */
import type { NetworkTime, SnodeId } from '../../protocol/types';
import type { NetworkClock } from './types';

/** What one reply says of the time. */
export interface ClockSample {
	readonly node: SnodeId;
	/** The node's own clock, ms. */
	readonly nodeTime: number;
	/** Local wall clock when the request left and when the reply was there, ms. */
	readonly sentAt: number;
	readonly receivedAt: number;
}

interface Opinion {
	readonly node: SnodeId;
	readonly offset: number;
	readonly at: number;
}

/** How far the clock moves on the word of fewer than three nodes, from where three last agreed. */
export const SMALL_STEP_MS = 2_000;
/** Opinions so close to each other count as agreeing. */
export const AGREEMENT_MS = 5_000;
const NEEDED_FOR_JUMP = 3;
const KEPT_OPINIONS = 9;
const OPINION_LIFETIME_MS = 60 * 60_000;
/** A slower reply says too little: the middle of its way may be off by half of this. */
const SLOWEST_REPLY_MS = 8_000;
/** 2021-01-01 and 2100-01-01: outside, `t` is no time of a running network. */
const EARLIEST = 1_609_459_200_000;
const LATEST = 4_102_444_800_000;
/** A time of ours further ahead than this would be refused by the nodes (store: 10 s), so the count starts anew. */
const LARGEST_LEAD_MS = 5_000;

export class LearnedClock implements NetworkClock {
	readonly #localNow: () => number;
	readonly #onChange: () => void;
	#opinions: Opinion[] = [];
	/** The offset that three nodes last agreed on; it bounds what fewer may do. */
	#anchor: number;
	#offset: number;
	#lastUnique = 0;
	readonly #used = new Set<number>();

	constructor(localNow: () => number, onChange: () => void = () => undefined, startOffsetMs = 0) {
		this.#localNow = localNow;
		this.#onChange = onChange;
		this.#anchor = startOffsetMs;
		this.#offset = startOffsetMs;
	}

	get offsetMs(): number {
		return this.#offset;
	}

	now(): NetworkTime {
		return Math.round(this.#localNow() + this.#offset) as NetworkTime;
	}

	unique(): NetworkTime {
		const now = this.now();
		for (const used of this.#used) if (used < now) this.#used.delete(used);
		// After a correction backwards, going on from the old count would keep us in the future.
		const restart = this.#lastUnique > now + LARGEST_LEAD_MS;
		let time = restart ? now : Math.max(now, this.#lastUnique + 1);
		while (this.#used.has(time)) time += 1;
		this.#lastUnique = time;
		this.#used.add(time);
		return time as NetworkTime;
	}

	/** Begins from what an earlier session knew; replies of this one overrule it. */
	restore(offsetMs: number): void {
		if (this.#opinions.length > 0 || !Number.isFinite(offsetMs)) return;
		this.#anchor = offsetMs;
		this.#offset = offsetMs;
	}

	/** What was heard so far may be stale: the local clock was set, or a node says that our time is wrong. */
	forgetOpinions(): void {
		this.#opinions = [];
	}

	/** Takes one reply's word into account. Samples that cannot be are ignored. */
	learn(sample: ClockSample): void {
		const { nodeTime, sentAt, receivedAt } = sample;
		if (!Number.isSafeInteger(nodeTime) || nodeTime < EARLIEST || nodeTime > LATEST) return;
		const took = receivedAt - sentAt;
		if (!(took >= 0 && took <= SLOWEST_REPLY_MS)) return;
		const opinion = { node: sample.node, offset: nodeTime - (sentAt + receivedAt) / 2, at: receivedAt };
		this.#opinions = [opinion, ...this.#opinions.filter((other) => other.node !== sample.node)]
			.filter((other) => Math.abs(receivedAt - other.at) <= OPINION_LIFETIME_MS)
			.slice(0, KEPT_OPINIONS);
		const next = settle(
			this.#opinions.map((one) => one.offset),
			this.#anchor
		);
		this.#anchor = next.anchor;
		if (next.offset === this.#offset) return;
		this.#offset = next.offset;
		this.#onChange();
	}
}

/** Where the clock goes, given one offset a node and the offset that three last agreed on. */
export function settle(
	offsets: readonly number[],
	anchor: number
): { readonly offset: number; readonly anchor: number } {
	const middle = Math.round(median(offsets) ?? anchor);
	const agreeing = offsets.filter((offset) => Math.abs(offset - middle) <= AGREEMENT_MS).length;
	if (agreeing >= NEEDED_FOR_JUMP) return { offset: middle, anchor: middle };
	return { offset: clamp(middle, anchor - SMALL_STEP_MS, anchor + SMALL_STEP_MS), anchor };
}

/** The middle value; of an even number the lower middle, so that no value arises that nobody said. */
export function median(values: readonly number[]): number | undefined {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.floor((sorted.length - 1) / 2)];
}

function clamp(value: number, low: number, high: number): number {
	return Math.min(high, Math.max(low, value));
}

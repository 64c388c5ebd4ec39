/**
 * When to ask the swarm: quickly while people talk, calmly otherwise, rarely in the background, and at once when
 * something makes an answer likely. The delays are jittered so that polls of one browser form no clean rhythm.
 */
import type { RandomBytes } from '../../protocol/types';
import type { Platform } from '../platform';
import { randomUnit } from './random';

export type PollResult =
	/** Nothing new. */
	| 'quiet'
	/** Something came: the conversation is alive. */
	| 'active'
	/** Something came and the swarm holds more. */
	| 'more'
	| 'failed';

export interface PollConditions {
	readonly visible: boolean;
	readonly online: boolean;
	/** A conversation is open on screen. */
	readonly conversationOpen: boolean;
	/** Since something was sent or came; Infinity when nothing did. */
	readonly sinceActivityMs: number;
	readonly failuresInRow: number;
	readonly last: PollResult;
}

const ACTIVE_FOR_MS = 60_000;
const LIVELY_MS = [800, 1_200] as const;
const VISIBLE_MS = [2_000, 4_000] as const;
const HIDDEN_MS = [30_000, 45_000] as const;
const MORE_MS = [50, 150] as const;
const FIRST_BACK_OFF_MS = 3_000;
const LONGEST_BACK_OFF_MS = 60_000;

/** Milliseconds until the next poll; null while offline. `unit` is a random number in [0, 1). */
export function nextDelay(conditions: PollConditions, unit: number): number | null {
	if (!conditions.online) return null;
	const [low, high] = range(conditions);
	return low + (high - low) * unit;
}

function range(conditions: PollConditions): readonly [number, number] {
	const calm = conditions.visible ? VISIBLE_MS : HIDDEN_MS;
	if (conditions.failuresInRow > 0) {
		const doubled = FIRST_BACK_OFF_MS * 2 ** Math.min(conditions.failuresInRow - 1, 10);
		const wait = Math.max(calm[0], Math.min(LONGEST_BACK_OFF_MS, doubled));
		return [wait, wait * 1.5];
	}
	if (conditions.last === 'more') return MORE_MS;
	const lively =
		conditions.visible && conditions.conversationOpen && conditions.sinceActivityMs < ACTIVE_FOR_MS;
	return lively ? LIVELY_MS : calm;
}

export interface PollerOptions {
	/** One round. What it throws counts as `failed`. */
	readonly poll: () => Promise<PollResult>;
	readonly platform: {
		readonly random: RandomBytes;
		readonly monotonic: Platform['monotonic'];
		readonly setTimeout: Platform['setTimeout'];
		readonly clearTimeout: Platform['clearTimeout'];
	};
	readonly visible?: boolean;
	readonly online?: boolean;
}

export interface Poller {
	/** Polls at once, then by schedule. */
	start(): void;
	/** No poll begins afterwards; resolves when the running one is over. */
	stop(): Promise<void>;
	/** Polls now, or right after the running poll: after sending, and when a push or another tab hints at news. */
	wake(): void;
	setVisible(visible: boolean): void;
	setOnline(online: boolean): void;
	setConversationOpen(open: boolean): void;
}

export function createPoller(options: PollerOptions): Poller {
	const { poll, platform } = options;
	let visible = options.visible ?? true;
	let online = options.online ?? true;
	let conversationOpen = false;
	let activeAt = -Infinity;
	let failuresInRow = 0;
	let last: PollResult = 'quiet';
	let started = false;
	let wanted = false;
	let running: Promise<void> | null = null;
	let timer: unknown = null;
	let endedAt = platform.monotonic();

	const clear = () => {
		if (timer !== null) platform.clearTimeout(timer);
		timer = null;
	};

	/** Sets the timer for the conditions as they are now; what has been waited already counts. */
	const schedule = () => {
		clear();
		if (!started || running) return;
		const delay = nextDelay(
			{
				visible,
				online,
				conversationOpen,
				sinceActivityMs: platform.monotonic() - activeAt,
				failuresInRow,
				last
			},
			randomUnit(platform.random)
		);
		if (delay === null) return;
		const waited = platform.monotonic() - endedAt;
		timer = platform.setTimeout(run, wanted ? 0 : Math.max(0, delay - waited));
	};

	const round = async () => {
		try {
			last = await poll();
		} catch {
			last = 'failed';
		}
		failuresInRow = last === 'failed' ? failuresInRow + 1 : 0;
		if (last === 'active' || last === 'more') activeAt = platform.monotonic();
		endedAt = platform.monotonic();
		running = null;
		schedule();
	};

	const run = () => {
		timer = null;
		if (!started || running || !online) return;
		wanted = false;
		running = round();
	};

	const now = () => {
		wanted = true;
		schedule();
	};

	return {
		start() {
			if (started) return;
			started = true;
			now();
		},
		async stop() {
			started = false;
			wanted = false;
			clear();
			await running;
		},
		wake() {
			activeAt = platform.monotonic();
			now();
		},
		setVisible(next) {
			if (next === visible) return;
			visible = next;
			if (visible) now();
			else schedule();
		},
		setOnline(next) {
			if (next === online) return;
			online = next;
			failuresInRow = 0;
			if (online) now();
			else schedule();
		},
		setConversationOpen(open) {
			if (open === conversationOpen) return;
			conversationOpen = open;
			schedule();
		}
	};
}

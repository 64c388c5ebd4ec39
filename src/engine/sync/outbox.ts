import type { AccountId } from '../../protocol/types';
import type { MessageKey } from '../api';
import type { Log } from '../log';
import type { Network } from '../network/types';
import type { Platform } from '../platform';
import type { AccountDatabase, OutboxJob } from '../storage/types';
import { backoffMs } from './backoff';
import { beginTry, finishTry, PARKED } from './outbox-steps';
import { storeJob } from './store-job';

/** Commits come in bursts: one look at the table serves all of a burst. */
const SCAN_DELAY_MS = 5;
/** After a failure of the database itself. */
const SCAN_RETRY_MS = 2_000;

export interface OutboxParts {
	readonly db: AccountDatabase;
	readonly network: Pick<Network, 'swarmRequest' | 'clock'>;
	readonly self: AccountId;
	readonly platform: Pick<Platform, 'now' | 'random' | 'setTimeout' | 'clearTimeout'>;
	readonly log: Log;
	/** Writes a message anew whose time nobody would believe. */
	readonly redate: (message: MessageKey) => Promise<void>;
	/** Something reached a swarm: answers may come soon. */
	readonly onStored: () => void;
}

/** Runs in the leading tab only. */
export interface Outbox {
	start(): void;
	stop(): void;
	/** Tries everything that waits now: the network came back, or the person asked. */
	wake(): void;
}

/**
 * Jobs of one conversation and stage form a lane and go one after another, in the order they were written; lanes go
 * side by side. A sync copy waits until its message reached the recipient.
 */
export function createOutbox(parts: OutboxParts): Outbox {
	const { db, network, self, platform, log } = parts;
	const busy = new Set<string>();
	const failures = new Map<string, number>();
	let life: AbortController | null = null;
	let stopListening: (() => void) | null = null;
	let timer: unknown = null;
	let timerAt = Infinity;
	let scanning = false;
	let again = false;
	let impatient = false;

	function scanIn(ms: number): void {
		if (life === null) return;
		const at = platform.now() + ms;
		if (timer !== null && timerAt <= at) return;
		if (timer !== null) platform.clearTimeout(timer);
		timerAt = at;
		timer = platform.setTimeout(() => {
			timer = null;
			timerAt = Infinity;
			void scan();
		}, ms);
	}

	async function scan(): Promise<void> {
		if (scanning) {
			again = true;
			return;
		}
		scanning = true;
		const current = life;
		try {
			if (current !== null) await startDueLanes(current);
		} catch (error) {
			if (life === current) {
				log.failure('outbox-scan-failed', error);
				scanIn(SCAN_RETRY_MS);
			}
		}
		scanning = false;
		if (again) {
			again = false;
			scanIn(SCAN_DELAY_MS);
		}
	}

	async function startDueLanes(current: AbortController): Promise<void> {
		const force = impatient;
		impatient = false;
		const jobs = await db.read((tx) => tx.outbox.all());
		if (life !== current) return;
		for (const [name, lane] of lanesOf(jobs)) {
			const head = lane[0];
			if (head === undefined || busy.has(name)) continue;
			const wait = force ? 0 : head.nextTryAt - platform.now();
			if (wait > 0) scanIn(wait);
			else void runLane(name, lane, current);
		}
	}

	async function runLane(name: string, lane: readonly OutboxJob[], current: AbortController): Promise<void> {
		busy.add(name);
		try {
			for (const job of lane) {
				if (life !== current) return;
				if (!(await tryJob(name, job, current))) break;
			}
		} catch (error) {
			if (life === current) {
				log.failure('outbox-scan-failed', error);
				scanIn(SCAN_RETRY_MS);
			}
		} finally {
			busy.delete(name);
			scanIn(SCAN_DELAY_MS);
		}
	}

	/** Whether the lane may go on with the next job. */
	async function tryJob(name: string, job: OutboxJob, current: AbortController): Promise<boolean> {
		const begun = await db.write((tx) => beginTry(tx, job.id, self));
		if (begun === null) return true;
		const outcome = await storeJob(begun, network, log, current.signal);
		if (life !== current) return false;
		const failed = outcome.kind === 'postponed' ? (failures.get(name) ?? 0) + 1 : 0;
		failures.set(name, failed);
		const nextTryAt = platform.now() + backoffMs(failed, platform.random);
		await db.write((tx) => finishTry(tx, begun, outcome, nextTryAt, self, network.clock.now()));
		if (outcome.kind === 'misdated' && begun.message !== null) await parts.redate(begun.message);
		if (outcome.kind === 'stored') {
			log.add('store-confirmed', { word: job.stage, numbers: { bytes: job.data.length } });
			if (job.stage !== 'receipt') parts.onStored();
		} else if (outcome.kind === 'postponed') {
			log.add('store-postponed', { word: outcome.reason, numbers: { attempt: failed } });
		}
		return outcome.kind !== 'postponed';
	}

	return {
		start() {
			if (life !== null) return;
			life = new AbortController();
			stopListening = db.onChange((changes) => {
				if (changes.outbox) scanIn(SCAN_DELAY_MS);
			});
			scanIn(0);
		},
		stop() {
			life?.abort();
			life = null;
			stopListening?.();
			stopListening = null;
			if (timer !== null) platform.clearTimeout(timer);
			timer = null;
			timerAt = Infinity;
		},
		wake() {
			impatient = true;
			scanIn(0);
		}
	};
}

function lanesOf(jobs: readonly OutboxJob[]): Map<string, OutboxJob[]> {
	const onTheWay = new Set(jobs.filter((job) => job.stage === 'to-recipient').map((job) => job.message));
	const lanes = new Map<string, OutboxJob[]>();
	for (const job of jobs) {
		if (job.nextTryAt === PARKED) continue;
		if (job.stage === 'to-self' && job.message !== null && onTheWay.has(job.message)) continue;
		const name = `${job.conversation} ${job.stage}`;
		const lane = lanes.get(name) ?? [];
		lane.push(job);
		lanes.set(name, lane);
	}
	return lanes;
}

/** Keeps all pictures up to date, one round after another, in the leading tab only. */
import type { NetworkTime } from '../../protocol/types';
import { EngineError } from '../errors';
import { ConversationCache } from '../feeds/conversation-cache';
import type { Log } from '../log';
import type { Platform } from '../platform';
import type { AccountDatabase, Changes, ConversationRecord, MetaName } from '../storage/types';
import { backoffMs } from '../sync/backoff';
import {
	dropContactPicture,
	fetchContactPicture,
	hasLeftover,
	overBudget,
	sweepPictures,
	wantsPicture
} from './contact-pictures';
import type { FileTransfer } from './file-transfer';
import type { OwnPicture } from './own-picture';
import { keepOwnPicture } from './own-picture-upkeep';

export interface PictureKeeperParts {
	readonly db: AccountDatabase;
	readonly transfer: FileTransfer;
	readonly platform: Pick<Platform, 'random' | 'monotonic' | 'setTimeout' | 'clearTimeout'>;
	readonly log: Log;
	/** Network ms. */
	readonly now: () => NetworkTime;
}

export interface PictureKeeper {
	start(): void;
	stop(): void;
	/** Tries everything that waits now: the network came back. */
	wake(): void;
}

/** Commits come in bursts: one look serves all of a burst. */
const LOOK_DELAY_MS = 20;
const CALM_MS = 30 * 60_000;
const SIDE_BY_SIDE = 3;
/** A server that stays away is asked every few minutes. */
const PATIENCE = 8;
const OWN = 'own';
const HEEDED: readonly MetaName[] = ['profile', 'own-picture', 'file-server'];

export function createPictureKeeper(parts: PictureKeeperParts): PictureKeeper {
	const { db, transfer, platform, log, now } = parts;
	const random = (length: number) => platform.random(length);
	let cache = new ConversationCache(db);
	/** What failed, how often, and when it is tried again by the monotonic clock. */
	const waits = new Map<string, { readonly failures: number; readonly until: number }>();
	let life: AbortController | null = null;
	let stopListening: (() => void) | null = null;
	let timer: unknown = null;
	let timerAt = Infinity;
	let looking: Promise<void> | null = null;
	let again = false;
	let swept = false;

	function lookIn(ms: number): void {
		if (life === null) return;
		const at = platform.monotonic() + ms;
		if (timer !== null && timerAt <= at) return;
		if (timer !== null) platform.clearTimeout(timer);
		timerAt = at;
		timer = platform.setTimeout(() => {
			timer = null;
			look();
		}, ms);
	}

	function look(): void {
		if (looking !== null) {
			again = true;
			return;
		}
		const current = life;
		if (current === null) return;
		looking = round(current.signal)
			.catch((error: unknown) => {
				if (!current.signal.aborted) log.failure('pictures-failed', error);
			})
			.finally(() => {
				looking = null;
				if (again) lookIn(LOOK_DELAY_MS);
				else lookIn(nextLook());
				again = false;
			});
	}

	function nextLook(): number {
		const soonest = Math.min(...[...waits.values()].map(({ until }) => until));
		return Math.min(CALM_MS, Math.max(LOOK_DELAY_MS, soonest - platform.monotonic()));
	}

	async function round(signal: AbortSignal): Promise<void> {
		const own = await ownRef();
		// Another picture does not wait for what went wrong with the one before.
		await attempt(`${OWN} ${own}`, () => keepOwnPicture({ db, transfer, random, now }));
		if (!swept) await sweepPictures(db);
		swept = true;
		const records = [...(await cache.records()).values()];
		for (const { key } of records.filter(hasLeftover)) await dropContactPicture(db, key, true);
		for (const { key } of overBudget(records)) await dropContactPicture(db, key, false);
		const wanted = records.filter(wantsPicture);
		const next = async (): Promise<void> => {
			for (let record = wanted.shift(); record && !signal.aborted; record = wanted.shift()) {
				await fetchFor(record, signal);
			}
		};
		await Promise.all(Array.from({ length: SIDE_BY_SIDE }, next));
	}

	async function fetchFor({ key, picture }: ConversationRecord, signal: AbortSignal): Promise<void> {
		if (picture === null) return;
		await attempt(`${key} ${picture.url}`, () =>
			fetchContactPicture({ db, transfer, random }, key, picture, signal)
		);
	}

	/** One thing that fails keeps no other from being done. */
	async function attempt(subject: string, work: () => Promise<void>): Promise<void> {
		const wait = waits.get(subject);
		if (wait !== undefined && wait.until > platform.monotonic()) return;
		try {
			await work();
			waits.delete(subject);
		} catch (error) {
			if (life === null) return;
			const failures = Math.min(PATIENCE, (wait?.failures ?? 0) + 1);
			// Up to four minutes, where the way to the server itself is what fails.
			const factor = error instanceof EngineError && error.code === 'offline' ? 1 : 4;
			const until = platform.monotonic() + factor * backoffMs(failures, random);
			waits.set(subject, { failures, until });
			log.failure('picture-failed', error);
		}
	}

	async function ownRef() {
		return (await db.read((tx) => tx.meta.get<OwnPicture>('own-picture')))?.ref ?? null;
	}

	function heed(changes: Changes): void {
		cache.touch(changes.conversations);
		if (changes.meta.includes('file-server')) waits.clear();
		const concerns = changes.conversations.length > 0 || changes.meta.some((name) => HEEDED.includes(name));
		if (concerns) lookIn(LOOK_DELAY_MS);
	}

	return {
		start() {
			if (life !== null) return;
			life = new AbortController();
			cache = new ConversationCache(db);
			swept = false;
			stopListening = db.onChange(heed);
			lookIn(0);
		},
		stop() {
			life?.abort();
			life = null;
			stopListening?.();
			stopListening = null;
			if (timer !== null) platform.clearTimeout(timer);
			timer = null;
			waits.clear();
		},
		wake() {
			waits.clear();
			lookIn(0);
		}
	};
}

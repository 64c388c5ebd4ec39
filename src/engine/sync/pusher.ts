/**
 * Stores the shared documents in the swarm soon after they changed, in the leading tab only: config.md §8. All that is due goes
 * in one request, and what it made needless is deleted in the same.
 */
import {
	accountAuth,
	deleteCall,
	parseBatchReply,
	sequenceCall,
	storeCall
} from '../../protocol/storage-rpc';
import type { BatchPart, StorageCall } from '../../protocol/storage-rpc';
import { ProtocolError } from '../../protocol/errors';
import type { Identity } from '../../protocol/identity';
import type { MessageHash, NetworkTime } from '../../protocol/types';
import { beginPush, finishPush } from '../documents/push';
import type { Push, PushedMessage } from '../documents/push';
import type { SyncedDatabase } from '../documents/synced-database';
import { EngineError } from '../errors';
import type { Log } from '../log';
import type { Network } from '../network/types';
import type { Platform } from '../platform';
import { backoffMs } from './backoff';
import { isStored } from './stored';

/** What is changed in one go is pushed in one go. */
const GATHER_MS = 700;
/** Between two pushes: other devices fetch each of them. */
const APART_MS = 3_000;
const DAY_MS = 86_400_000;
/** config.md §8. */
const TTL_MS = 30 * DAY_MS;
/** A request may name 20 calls; a document in parts needs more than one request. */
const MOST_STORES = 15;
const MOST_BYTES = 1_200_000;

export interface PusherParts {
	readonly db: SyncedDatabase;
	readonly network: Pick<Network, 'swarmRequest'>;
	readonly identity: Identity;
	readonly platform: Pick<Platform, 'monotonic' | 'random' | 'setTimeout' | 'clearTimeout'>;
	readonly log: Log;
	/** Loads what compresses documents. */
	readonly codec: () => Promise<void>;
}

export interface Pusher {
	start(): void;
	stop(): void;
	/** The documents of the swarm were merged: only now may ours be put beside them. */
	polled(): void;
	/** Tries again now what waits for the network. */
	wake(): void;
}

export function createPusher(parts: PusherParts): Pusher {
	const { db, platform, log } = parts;
	let life: AbortController | null = null;
	let stopListening: (() => void) | null = null;
	let timer: unknown = null;
	let timerAt = Infinity;
	let hasPolled = false;
	let isWanted = false;
	let isRunning = false;
	let failures = 0;
	/** Monotonic ms: no push begins before. */
	let restsUntil = -Infinity;

	function clear(): void {
		if (timer !== null) platform.clearTimeout(timer);
		timer = null;
		timerAt = Infinity;
	}

	function pushIn(ms: number): void {
		isWanted = true;
		if (life === null || !hasPolled || isRunning) return;
		const now = platform.monotonic();
		const at = Math.max(now + ms, restsUntil);
		if (timer !== null && timerAt <= at) return;
		clear();
		timerAt = at;
		timer = platform.setTimeout(() => {
			clear();
			void run();
		}, at - now);
	}

	async function run(): Promise<void> {
		const current = life;
		if (current === null || isRunning) return;
		isRunning = true;
		isWanted = false;
		try {
			const isDone = await pushOnce(parts, current.signal);
			failures = isDone ? 0 : failures + 1;
		} catch (error) {
			if (life === current) log.failure('push-failed', error);
			failures += 1;
		}
		isRunning = false;
		const rest = failures === 0 ? APART_MS : backoffMs(failures, (length) => platform.random(length));
		restsUntil = platform.monotonic() + rest;
		if (failures > 0 || isWanted) pushIn(GATHER_MS);
	}

	return {
		start() {
			if (life !== null) return;
			life = new AbortController();
			hasPolled = false;
			stopListening = db.onChange((changes) => {
				if (changes.meta.includes('documents')) pushIn(GATHER_MS);
			});
		},
		stop() {
			life?.abort();
			life = null;
			stopListening?.();
			stopListening = null;
			clear();
		},
		polled() {
			if (hasPolled) return;
			hasPolled = true;
			pushIn(GATHER_MS);
		},
		wake() {
			failures = 0;
			restsUntil = -Infinity;
			clear();
			pushIn(0);
		}
	};
}

/** False when something of it has still to be done. Fails with EngineError. */
async function pushOnce(parts: PusherParts, signal: AbortSignal): Promise<boolean> {
	const { db, identity } = parts;
	await parts.codec();
	const push = await beginPush(db, identity.accountId);
	if (push === null) return true;
	const stored = new Set<MessageHash>();
	let deleted = push.obsolete.length === 0;
	try {
		const requests = requestsOf(push);
		for (const [at, messages] of requests.entries()) {
			const isLast = at === requests.length - 1;
			const answers = await request(parts, messages, isLast ? push.obsolete : [], signal);
			for (const [place, message] of messages.entries()) {
				const answer = answers[place];
				if (answer?.status === 200 && isStored(answer.body, message.hash)) stored.add(message.hash);
			}
			if (isLast && push.obsolete.length > 0) deleted = answers[messages.length]?.status === 200;
			if (answers.length < messages.length) break;
		}
	} finally {
		// Also when it broke off: what is stored is stored.
		if (!signal.aborted) await finishPush(db, push, { stored, deleted });
	}
	const isDone = stored.size === push.messages.length && deleted;
	parts.log.add(isDone ? 'push-confirmed' : 'push-refused', { numbers: { count: push.messages.length } });
	return isDone;
}

function requestsOf({ messages }: Push): readonly (readonly PushedMessage[])[] {
	const requests: PushedMessage[][] = [[]];
	let bytes = 0;
	for (const message of messages) {
		const current = requests.at(-1) ?? [];
		bytes += message.data.length;
		if (current.length > 0 && (current.length === MOST_STORES || bytes > MOST_BYTES)) {
			requests.push([message]);
			bytes = message.data.length;
		} else {
			current.push(message);
		}
	}
	return requests;
}

/** Each answer in its place; fewer than were asked for, when one before was refused. */
async function request(
	{ network, identity }: PusherParts,
	messages: readonly PushedMessage[],
	obsolete: readonly MessageHash[],
	signal: AbortSignal
): Promise<readonly BatchPart[]> {
	const account = identity.accountId;
	const auth = accountAuth(identity.ed25519);
	const calls = (timestamp: NetworkTime): StorageCall[] => [
		...messages.map(({ namespace, data }) =>
			storeCall({ account, namespace, data, timestamp, ttlMs: TTL_MS, auth })
		),
		...(obsolete.length > 0 ? [deleteCall({ account, messages: obsolete, auth })] : [])
	];
	const reply = await network.swarmRequest(account, (now) => sequenceCall(calls(now)), { signal });
	if (reply.status !== 200) throw new EngineError('swarm-unreachable');
	try {
		return parseBatchReply(reply.body);
	} catch (error) {
		if (error instanceof ProtocolError) throw new EngineError('swarm-unreachable', {}, { cause: error });
		throw error;
	}
}

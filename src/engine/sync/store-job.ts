import { messageHash, storeCall } from '../../protocol/storage-rpc';
import type { MessageHash, SnodeId } from '../../protocol/types';
import type { EngineErrorCode, QueueReason } from '../api';
import { EngineError } from '../errors';
import type { Log } from '../log';
import type { Network, RpcReply } from '../network/types';
import type { OutboxJob } from '../storage/types';
import { isStored } from './stored';

const DAY_MS = 86_400_000;
/** Swarms keep messages 14 days and receivers drop what is older: a message that waited longer is written anew. */
const LONGEST_WAIT_MS = 13 * DAY_MS;
/** So is one that was written under a wrong clock, before any node had told the time. */
const FURTHEST_AHEAD_MS = 2 * 60_000;
/** One node could refuse out of malice or by a fault of its own; two that do are believed. */
const NODES_ASKED = 2;

export type StoreOutcome =
	| { readonly kind: 'stored'; readonly hash: MessageHash }
	/** Not stored, and trying again would not change it. */
	| { readonly kind: 'refused'; readonly reason: EngineErrorCode }
	/** Its bytes carry a time that receivers would not believe. Nothing left. */
	| { readonly kind: 'misdated' }
	/** `mayHaveLeft`: whether some node may have it all the same. */
	| { readonly kind: 'postponed'; readonly reason: QueueReason; readonly mayHaveLeft: boolean };

/** Whether a message of this time can still be sent. `now`: network ms. */
export function isMisdated(timestamp: number, now: number): boolean {
	return now - timestamp > LONGEST_WAIT_MS || timestamp - now > FURTHEST_AHEAD_MS;
}

class Misdated extends Error {}

/** One try to store a job's bytes. Only fails with errors that are bugs. */
export async function storeJob(
	job: OutboxJob,
	network: Pick<Network, 'swarmRequest' | 'clock'>,
	log: Log,
	signal: AbortSignal
): Promise<StoreOutcome> {
	const expected = messageHash(job.destination, job.namespace, job.data);
	const asked: SnodeId[] = [];
	let refusal: EngineErrorCode | null = null;
	try {
		while (asked.length < NODES_ASKED) {
			const reply = await network.swarmRequest(
				job.destination,
				(now) => {
					// Asked at each attempt: a node may just have corrected our clock. Acceptances go out as they are.
					if (job.message !== null && isMisdated(job.timestamp, now)) throw new Misdated();
					return storeCall({
						account: job.destination,
						namespace: job.namespace,
						data: job.data,
						timestamp: now,
						ttlMs: job.ttlMs
					});
				},
				{ avoid: asked, signal }
			);
			asked.push(reply.node);
			if (reply.status === 200) {
				if (isStored(reply.body, expected)) return { kind: 'stored', hash: expected };
				log.add('store-unconfirmed', { word: job.stage });
				refusal = null;
			} else {
				log.add('store-refused', { word: job.stage, numbers: { status: reply.status } });
				refusal = refusalReason(reply);
			}
		}
	} catch (error) {
		if (error instanceof Misdated) return { kind: 'misdated' };
		if (error instanceof EngineError && error.code === 'too-large')
			return { kind: 'refused', reason: error.code };
		const reason = queueReason(error);
		if (reason === null) throw error;
		return { kind: 'postponed', reason, mayHaveLeft: reason !== 'offline' };
	}
	if (refusal !== null) return { kind: 'refused', reason: refusal };
	return { kind: 'postponed', reason: 'swarm-unreachable', mayHaveLeft: true };
}

function refusalReason(reply: RpcReply): EngineErrorCode {
	const text = typeof reply.body === 'string' ? reply.body : '';
	return reply.status === 413 || text.includes('exceeds maximum') ? 'too-large' : 'internal';
}

function queueReason(error: unknown): QueueReason | null {
	if (!(error instanceof EngineError)) return null;
	switch (error.code) {
		case 'offline':
		case 'gateway-unreachable':
		case 'swarm-unreachable':
		case 'clock-skew':
			return error.code;
		default:
			return null;
	}
}

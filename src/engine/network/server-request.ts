/** A request to a server outside of the network: retried on other paths until the server itself answers. */
import { ProtocolError } from '../../protocol/errors';
import { decodeV4Reply, encodeV4Request, type V4Reply, type V4Request } from '../../protocol/onion-v4';
import type { Bytes, RandomBytes } from '../../protocol/types';
import type { OnionServer } from '../../networks/profile';
import { EngineError } from '../errors';
import type { GatewayClient } from './gateway-client';
import type { Guards } from './guards';
import type { NodePool } from './node-pool';
import { sendToServer, type OnionOutcome } from './onion-request';
import type { Path, PathSet } from './path-set';
import { randomUnit } from './random';

export interface ServerRequestParts {
	readonly random: RandomBytes;
	readonly gateways: GatewayClient;
	readonly pool: NodePool;
	readonly guards: Guards;
	readonly paths: PathSet;
	readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

const REST_MS = 300;

/** See `Network.serverRequest`. */
export async function requestOfServer(
	parts: ServerRequestParts,
	server: OnionServer,
	request: V4Request,
	options: { readonly attempts: number; readonly stepTimeoutMs: number; readonly signal: AbortSignal }
): Promise<V4Reply> {
	const { random, gateways, paths } = parts;
	const { attempts, stepTimeoutMs: timeoutMs, signal } = options;
	const payload = encodeV4Request(request);
	const tried = new Set<Path>();
	/** Paths whose exit said that the server is down. */
	const accused: Path[] = [];
	for (let attempt = 0; attempt < attempts && !signal.aborted; attempt += 1) {
		if (attempt > 1) await parts.pause(REST_MS * (0.5 + randomUnit(random)), signal);
		const path = paths.take(null, tried);
		if (!path) break;
		tried.add(path);
		const outcome = await sendToServer(gateways, random, { path, server, payload, timeoutMs, signal });
		if (outcome.kind === 'reply') {
			paths.succeeded(path, outcome.totalMs, outcome.gatewayMs);
			// The server is up after all: whoever said otherwise is believed less.
			for (const other of accused) if (other !== path) paths.failed(other);
			return readReply(outcome.body);
		}
		if (outcome.kind === 'server-fault') accused.push(path);
		else draw(parts, path, outcome);
	}
	throw new EngineError('server-unreachable', { reason: 'no-answer' });
}

/** What a failure on the way teaches of the path. */
function draw(
	{ guards, paths, pool }: ServerRequestParts,
	path: Path,
	outcome: Exclude<OnionOutcome, { kind: 'reply' | 'server-fault' }>
): void {
	switch (outcome.kind) {
		case 'guard-fault':
			guards.failed(path.guard, outcome.certain);
			paths.drop(path);
			return;
		case 'node-fault':
			pool.strikeOut(outcome.node);
			paths.dropNode(outcome.node);
			return;
		case 'path-fault':
			paths.failed(path);
			return;
		case 'too-large':
			throw new EngineError('too-large');
		case 'no-gateway':
			throw new EngineError('gateway-unreachable');
		case 'aborted':
			return;
	}
}

/** Sealed by the server's own key: nobody else can be blamed for what is wrong with it. */
function readReply(body: unknown): V4Reply {
	try {
		return decodeV4Reply(body as Bytes);
	} catch (error) {
		if (!(error instanceof ProtocolError)) throw error;
		throw new EngineError('server-unreachable', { reason: 'malformed' }, { cause: error });
	}
}

/** One request through one path: sealed, carried by a gateway, and its answer opened or its failure explained. */
import { fromUtf8 } from '../../protocol/bytes';
import { ProtocolError } from '../../protocol/errors';
import {
	buildOnion,
	classifyOnionFailure,
	openReply,
	type OnionFailure,
	type OnionReply,
	type ReplyKeys
} from '../../protocol/onion';
import type { Bytes, RandomBytes, SnodeId } from '../../protocol/types';
import type { ListedNode } from '../../networks/profile';
import type { GatewayClient, GatewayOutcome } from './gateway-client';
import type { Path } from './path-set';
import { requestSize } from './request-size';

export interface OnionSend {
	readonly path: Path;
	readonly destination: ListedNode;
	/** The storage RPC request, JSON. */
	readonly body: Bytes;
	readonly timeoutMs: number;
	readonly signal?: AbortSignal | undefined;
}

export type OnionOutcome =
	/** The destination answered, and only it can have: the reply was sealed for this request. */
	| {
			readonly kind: 'reply';
			readonly status: number;
			/** JSON or an error text. Hostile: the destination is any node of the network. */
			readonly body: unknown;
			readonly totalMs: number;
			readonly gatewayMs: number | null;
	  }
	/** The guard cannot be reached or will not serve; `certain` when a second try would be the same. */
	| { readonly kind: 'guard-fault'; readonly certain: boolean }
	/** A node of the path, or the destination, that another node says it cannot reach. */
	| { readonly kind: 'node-fault'; readonly node: SnodeId }
	/** Somewhere on the way or at the destination; nobody says where. */
	| { readonly kind: 'path-fault' }
	| { readonly kind: 'too-large' }
	| { readonly kind: 'no-gateway' }
	| { readonly kind: 'aborted' };

export async function sendOnion(
	gateways: GatewayClient,
	random: RandomBytes,
	request: OnionSend
): Promise<OnionOutcome> {
	const { path, destination } = request;
	const onion = await buildOnion({
		hops: path.nodes.map(hopOf),
		destination: {
			kind: 'node',
			hop: hopOf(destination),
			body: request.body,
			padTo: requestSize(request.body.length)
		},
		random
	});
	const answer = await gateways.post(path.guard, onion.body, {
		timeoutMs: request.timeoutMs,
		signal: request.signal
	});
	return explain(gateways, request, onion.reply, answer);
}

async function explain(
	gateways: GatewayClient,
	request: OnionSend,
	keys: ReplyKeys,
	answer: GatewayOutcome
): Promise<OnionOutcome> {
	switch (answer.kind) {
		case 'unreachable':
			return { kind: 'no-gateway' };
		case 'aborted':
			return { kind: 'aborted' };
		case 'timeout':
			return { kind: 'path-fault' };
		case 'refused':
			if (answer.reason === 'unknown-node') return { kind: 'guard-fault', certain: true };
			if (answer.reason === 'node-unreachable') return { kind: 'guard-fault', certain: false };
			return { kind: answer.reason === 'too-large' ? 'too-large' : 'path-fault' };
		case 'answered':
			break;
	}
	if (answer.status !== 200) {
		gateways.doubt(answer.gateway);
		return failureOf(request, classifyOnionFailure(answer.status, textOf(answer.body)));
	}
	const reply = await opened(keys, answer.body);
	if (!reply) {
		gateways.doubt(answer.gateway);
		return { kind: 'path-fault' };
	}
	gateways.proven(answer.gateway);
	if (reply.from !== 'destination') {
		const relay = request.path.nodes[reply.from];
		return relay ? { kind: 'node-fault', node: relay.id } : { kind: 'path-fault' };
	}
	const gatewayMs = answer.upstreamMs === null ? null : answer.totalMs - answer.upstreamMs;
	return { kind: 'reply', status: reply.status, body: reply.body, totalMs: answer.totalMs, gatewayMs };
}

/** What a guard's plain words mean. Nothing proves them, so they may only cost nodes that this request did use. */
function failureOf(request: OnionSend, failure: OnionFailure): OnionOutcome {
	switch (failure.kind) {
		case 'next-node-not-found':
		case 'next-node-unreachable':
		case 'node-not-ready': {
			const beyondGuard = [...request.path.nodes.slice(1), request.destination];
			const used = beyondGuard.some((node) => node.id === failure.node);
			return used ? { kind: 'node-fault', node: failure.node } : { kind: 'path-fault' };
		}
		case 'guard-not-ready':
		case 'busy':
		case 'rate-limited':
			return { kind: 'guard-fault', certain: false };
		case 'too-large':
			return { kind: 'too-large' };
		default:
			return { kind: 'path-fault' };
	}
}

function hopOf(node: ListedNode) {
	return { ed25519: node.id, x25519: node.x25519 };
}

async function opened(keys: ReplyKeys, body: Bytes): Promise<OnionReply | null> {
	try {
		return await openReply(keys, body);
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	}
}

function textOf(body: Bytes): string {
	try {
		return fromUtf8(body.subarray(0, 400));
	} catch {
		return '';
	}
}

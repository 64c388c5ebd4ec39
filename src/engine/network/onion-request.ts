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
import { V4_TARGET } from '../../protocol/onion-v4';
import type { ListedNode, OnionServer } from '../../networks/profile';
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

/** To a server outside of the network: the last node of the path connects to it. */
export interface ServerSend {
	readonly path: Path;
	readonly server: OnionServer;
	/** As the server expects it inside of its layer. */
	readonly payload: Bytes;
	readonly timeoutMs: number;
	readonly signal?: AbortSignal | undefined;
}

/** What nodes and gateways take. */
const MAX_REQUEST_BYTES = 10 * 1024 * 1024;
/** Words of a relay about the next node; a server that does not answer is reported by the exit in other words. */
const RELAY_TIMED_OUT = 'Request time out';

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
	/** The exit says that the server outside does not answer it, or what came is not of that server. Nothing proves it. */
	| { readonly kind: 'server-fault' }
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
	const asked = [...path.nodes.slice(1), destination];
	return explain(gateways, { path, asked, isServer: false }, onion.reply, answer);
}

/** The `body` of a reply is what the server sealed: bytes. `status` is only that of the onion. */
export async function sendToServer(
	gateways: GatewayClient,
	random: RandomBytes,
	request: ServerSend
): Promise<OnionOutcome> {
	const { path, server, payload } = request;
	const { host, port, protocol, x25519 } = server;
	const onion = await buildOnion({
		hops: path.nodes.map(hopOf),
		destination: { kind: 'server', host, port, protocol, target: V4_TARGET, x25519, payload },
		random
	});
	if (onion.body.length > MAX_REQUEST_BYTES) return { kind: 'too-large' };
	const answer = await gateways.post(path.guard, onion.body, {
		timeoutMs: request.timeoutMs,
		signal: request.signal
	});
	return explain(gateways, { path, asked: path.nodes.slice(1), isServer: true }, onion.reply, answer);
}

/** What a request used of the network. */
interface Way {
	readonly path: Path;
	/** The nodes behind the guard. */
	readonly asked: readonly ListedNode[];
	readonly isServer: boolean;
}

async function explain(
	gateways: GatewayClient,
	way: Way,
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
		const failure = failureOf(way, answer.status, textOf(answer.body));
		if (failure.kind !== 'server-fault') gateways.doubt(answer.gateway);
		return failure;
	}
	const reply = await opened(keys, answer.body);
	if (!reply) {
		// A server of another key answers in the clear.
		if (way.isServer) return { kind: 'server-fault' };
		gateways.doubt(answer.gateway);
		return { kind: 'path-fault' };
	}
	gateways.proven(answer.gateway);
	if (reply.from !== 'destination') {
		const relay = way.path.nodes[reply.from];
		return relay ? { kind: 'node-fault', node: relay.id } : { kind: 'path-fault' };
	}
	const gatewayMs = answer.upstreamMs === null ? null : answer.totalMs - answer.upstreamMs;
	return { kind: 'reply', status: reply.status, body: reply.body, totalMs: answer.totalMs, gatewayMs };
}

/** What a guard's plain words mean. Nothing proves them, so they may only cost nodes that this request did use. */
function failureOf({ asked, isServer }: Way, status: number, text: string): OnionOutcome {
	const failure: OnionFailure = classifyOnionFailure(status, text);
	switch (failure.kind) {
		case 'next-node-not-found':
		case 'next-node-unreachable':
		case 'node-not-ready': {
			const used = asked.some((node) => node.id === failure.node);
			return used ? { kind: 'node-fault', node: failure.node } : { kind: 'path-fault' };
		}
		case 'guard-not-ready':
		case 'busy':
		case 'rate-limited':
			return { kind: 'guard-fault', certain: false };
		case 'too-large':
			return { kind: 'too-large' };
		case 'server-unreachable':
		case 'unknown':
			// The exit passes on what a server says in the clear, whatever its status is.
			return { kind: isServer ? 'server-fault' : 'path-fault' };
		case 'timeout':
			return { kind: isServer && !text.startsWith(RELAY_TIMED_OUT) ? 'server-fault' : 'path-fault' };
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

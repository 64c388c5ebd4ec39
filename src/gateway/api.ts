import type { IncomingMessage, ServerResponse } from 'node:http';
import { profileDocument } from '../networks/document';
import type { NetworkProfile } from '../networks/profile';
import type { Counters } from './counters';
import type { GatewayLog } from './log';
import type { NodeList } from './node-list';
import type { OnionRoute } from './onion-route';
import type { RateLimit } from './rate-limit';
import { Refusal } from './refusal';

export interface ApiParts {
	readonly profile: NetworkProfile;
	readonly nodes: NodeList;
	readonly onion: OnionRoute;
	readonly rate: RateLimit;
	readonly counters: Counters;
	readonly log: GatewayLog;
	readonly nameClient: (request: IncomingMessage) => string;
}

const onionPath = /^\/api\/onion\/([0-9a-f]{64})$/;

/** Everything under `/api`; docs/networks.md and docs/architecture.md describe it for clients. */
export function createApi(
	parts: ApiParts
): (path: string, request: IncomingMessage, response: ServerResponse) => void {
	const network =
		parts.profile.kind === 'builtin'
			? { profile: parts.profile.name }
			: { profile: 'custom', document: profileDocument(parts.profile) };

	async function answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
		if (request.method === 'OPTIONS') {
			preflight(response);
			return;
		}
		// Health is asked by the operator's own machinery and costs nothing.
		if (path === '/api/health') {
			get(request, response, () => health(parts));
			return;
		}
		const client = parts.nameClient(request);
		if (!parts.rate.admit(client)) throw new Refusal('rate-limited');
		const guard = onionPath.exec(path)?.[1];
		if (guard !== undefined) {
			if (request.method !== 'POST') throw new Refusal('bad-request');
			await parts.onion.handle(guard, client, request, response);
		} else if (path === '/api/network') get(request, response, () => network);
		else if (path === '/api/nodes') get(request, response, () => parts.nodes.document());
		else throw new Refusal(path.startsWith('/api/onion/') ? 'unknown-node' : 'not-found');
	}

	return (path, request, response) => {
		answer(path, request, response).catch((error: unknown) => {
			const refusal = error instanceof Refusal ? error : new Refusal('internal');
			if (refusal.code === 'internal')
				parts.log({ event: 'internal-error', kind: error instanceof Error ? error.name : typeof error });
			parts.counters.countRefused(refusal.code);
			if (response.headersSent) response.destroy();
			else sendJson(response, refusal.status, { error: refusal.code });
		});
	};
}

function get(request: IncomingMessage, response: ServerResponse, body: () => unknown): void {
	if (request.method !== 'GET' && request.method !== 'HEAD') throw new Refusal('bad-request');
	sendJson(response, 200, body());
}

function health(parts: ApiParts): unknown {
	const { asOf, from } = parts.nodes.document();
	return {
		status: parts.nodes.size > 0 ? 'ok' : 'no-nodes',
		nodes: parts.nodes.size,
		nodesFrom: from,
		nodesAgeSeconds: Math.max(0, Math.floor((Date.now() - asOf) / 1000)),
		inFlight: parts.onion.inFlight,
		...parts.counters.snapshot()
	};
}

function preflight(response: ServerResponse): void {
	response.writeHead(204, {
		'Access-Control-Allow-Methods': 'GET, POST',
		'Access-Control-Allow-Headers': 'content-type',
		'Access-Control-Max-Age': '86400'
	});
	response.end();
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
	const text = JSON.stringify(body);
	response.writeHead(status, {
		'Content-Type': 'application/json',
		'Content-Length': Buffer.byteLength(text)
	});
	response.end(text);
}

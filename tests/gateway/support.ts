import { randomBytes } from 'node:crypto';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import { startGateway, type Gateway, type GatewayOptions } from '../../src/gateway/gateway';
import { parseNetworkProfile } from '../../src/networks/parse-profile';
import type { NetworkProfile } from '../../src/networks/profile';

const cleanups: (() => unknown)[] = [];

/** Closes in reverse order whatever a test started. */
export function onEnd(cleanup: () => unknown): void {
	cleanups.push(cleanup);
}

afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export function listen(server: net.Server, host = '127.0.0.1'): Promise<number> {
	onEnd(() => server.close());
	return new Promise((resolve) => {
		server.listen(0, host, () => resolve((server.address() as AddressInfo).port));
	});
}

export interface FakeNode {
	readonly ed25519: string;
	readonly port: number;
	/** What arrived, in order. */
	readonly seen: {
		readonly method: string;
		readonly path: string;
		readonly headers: object;
		readonly body: Buffer;
	}[];
	/** Upstream requests cut before they were answered. */
	aborted: number;
}

type Answer = (body: Buffer, response: http.ServerResponse) => void;

/** A storage node as the gateway sees one: an HTTP server that answers blobs. */
export async function fakeNode(answer: Answer = (body, response) => response.end(body)): Promise<FakeNode> {
	const node: FakeNode = { ed25519: randomBytes(32).toString('hex'), port: 0, seen: [], aborted: 0 };
	const server = http.createServer((request, response) => {
		const pieces: Buffer[] = [];
		response.on('close', () => (node.aborted += response.writableFinished ? 0 : 1));
		request.on('data', (piece: Buffer) => pieces.push(piece));
		request.on('end', () => {
			const body = Buffer.concat(pieces);
			const { method = '', url: path = '', headers } = request;
			node.seen.push({ method, path, headers, body });
			answer(body, response);
		});
	});
	onEnd(() => server.closeAllConnections());
	return Object.assign(node, { port: await listen(server) });
}

/** A custom network of the given nodes, filled up with ones that nobody listens for. */
export function profileOf(nodes: readonly { ed25519: string; port: number }[]): NetworkProfile {
	const filler = Array.from({ length: 4 }, () => ({ ed25519: randomBytes(32).toString('hex'), port: 9 }));
	return parseNetworkProfile({
		name: 'test',
		nodes: [...nodes, ...filler].map(({ ed25519, port }) => ({
			ed25519,
			x25519: randomBytes(32).toString('hex'),
			ip: '127.0.0.1',
			port,
			protocol: 'http'
		})),
		minimumNodes: 4,
		agreement: 2
	});
}

export async function gatewayOf(
	nodes: readonly { ed25519: string; port: number }[],
	options: Partial<GatewayOptions> = {}
): Promise<Gateway> {
	const gateway = await startGateway({ profile: profileOf(nodes), ...options });
	onEnd(() => gateway.close());
	return gateway;
}

export function postOnion(gateway: Gateway, guard: string, body: Uint8Array<ArrayBuffer>): Promise<Response> {
	return fetch(`${gateway.url}/api/onion/${guard}`, { method: 'POST', body });
}

/** Sends the text as it is and gives back all that came until the server closed. */
export function rawExchange(port: number, text: string): Promise<string> {
	return new Promise((resolve, reject) => {
		const socket = net.connect(port, '127.0.0.1', () => socket.write(text));
		let answer = '';
		socket.on('data', (piece) => (answer += piece.toString('latin1')));
		socket.on('close', () => resolve(answer));
		socket.on('error', reject);
		onEnd(() => socket.destroy());
	});
}

export async function eventually(check: () => boolean): Promise<void> {
	for (let tries = 0; tries < 200 && !check(); tries++) await new Promise((wake) => setTimeout(wake, 10));
	if (!check()) throw new Error('it did not happen within 2 s');
}

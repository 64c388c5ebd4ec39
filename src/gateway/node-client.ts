import http from 'node:http';
import https from 'node:https';
import type { GatewayLimits } from './limits';
import type { GatewayNode } from './nodes';
import { readBody } from './read-body';
import { Refusal } from './refusal';

export interface NodeReply {
	readonly status: number;
	readonly body: Buffer;
	/** From sending to the last byte of the reply. */
	readonly ms: number;
}

const onionPath = '/onion_req/v2';

/** Posts onion blobs to storage nodes over kept-alive connections, to nothing but their onion endpoint. */
export class NodeClient {
	private readonly plain: http.Agent;
	private readonly tls: https.Agent;

	constructor(private readonly limits: GatewayLimits) {
		const pool = { keepAlive: true, maxSockets: limits.requestsPerNode, maxFreeSockets: 4, timeout: 60_000 };
		this.plain = new http.Agent(pool);
		// A node's certificate is self-signed and says nothing about the node: the onion's first layer opens only
		// with the node's own key, so a man in the middle gets opaque bytes and can but drop them.
		this.tls = new https.Agent({ ...pool, rejectUnauthorized: false, minVersion: 'TLSv1.2' });
	}

	/** Throws Refusal `node-unreachable` or `node-timeout`, or `busy` by way of `onBytes`. */
	async post(
		node: GatewayNode,
		body: Buffer,
		signal: AbortSignal,
		onBytes: (bytes: number) => void
	): Promise<NodeReply> {
		try {
			return await this.attempt(node, body, signal, onBytes);
		} catch (error) {
			// The node closed a kept connection just as we used it: nothing was answered, so once more on a new one.
			if (error instanceof StaleConnection) return this.attempt(node, body, signal, onBytes);
			throw error;
		}
	}

	close(): void {
		this.plain.destroy();
		this.tls.destroy();
	}

	private attempt(
		node: GatewayNode,
		body: Buffer,
		signal: AbortSignal,
		onBytes: (bytes: number) => void
	): Promise<NodeReply> {
		const started = performance.now();
		const tls = node.protocol === 'https';
		return new Promise((resolve, reject) => {
			const request = (tls ? https : http).request({
				host: node.ip,
				port: node.port,
				path: onionPath,
				method: 'POST',
				agent: tls ? this.tls : this.plain,
				headers: { 'Content-Length': body.length, 'User-Agent': 'WhatsApp', 'Accept-Language': 'en-us' },
				signal
			});
			const connecting = setTimeout(
				() => request.destroy(new Refusal('node-unreachable')),
				this.limits.connectMs
			);
			const answering = setTimeout(() => request.destroy(new Refusal('node-timeout')), this.limits.nodeMs);
			request.once('close', () => {
				clearTimeout(connecting);
				clearTimeout(answering);
			});
			request.once('socket', (socket) => {
				if (socket.connecting) socket.once(tls ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
				else clearTimeout(connecting);
			});
			let answered = false;
			request.once('error', (error) => {
				if (error instanceof Refusal) reject(error);
				else if (request.reusedSocket && !answered && !signal.aborted) reject(new StaleConnection());
				else reject(new Refusal('node-unreachable'));
			});
			request.once('response', (response) => {
				answered = true;
				readBody(response, this.limits.replyBytes, onBytes).then(
					(reply) => {
						resolve({
							status: response.statusCode ?? 0,
							body: reply,
							ms: Math.round(performance.now() - started)
						});
					},
					(error: unknown) => {
						request.destroy();
						reject(error instanceof Refusal && error.code === 'busy' ? error : this.brokenReply(started));
					}
				);
			});
			request.end(body);
		});
	}

	/** A reply that stopped or grew beyond the limit: by the clock it was too slow, else the node is at fault. */
	private brokenReply(started: number): Refusal {
		const late = performance.now() - started >= this.limits.nodeMs;
		return new Refusal(late ? 'node-timeout' : 'node-unreachable');
	}
}

class StaleConnection extends Error {}

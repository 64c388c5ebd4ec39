import type { IncomingMessage, ServerResponse } from 'node:http';
import { Admission } from './admission';
import type { Counters } from './counters';
import type { GatewayLimits } from './limits';
import { NodeClient } from './node-client';
import type { NodeList } from './node-list';
import type { RateLimit } from './rate-limit';
import { readBody } from './read-body';
import { Refusal } from './refusal';

const bytesPerToken = 64 * 1024;

/** `POST /api/onion/<guard>`: carries one opaque onion blob to a node of the list and its answer back. */
export class OnionRoute {
	private readonly admission: Admission;
	private readonly client: NodeClient;

	constructor(
		private readonly nodes: NodeList,
		private readonly limits: GatewayLimits,
		private readonly rate: RateLimit,
		private readonly counters: Counters
	) {
		this.admission = new Admission(limits);
		this.client = new NodeClient(limits);
	}

	get inFlight(): number {
		return this.admission.inFlight;
	}

	/** Throws Refusal; the caller answers it. `client` names the caller for the limits. */
	async handle(
		guard: string,
		client: string,
		request: IncomingMessage,
		response: ServerResponse
	): Promise<void> {
		const node = this.nodes.find(guard);
		if (!node) throw new Refusal('unknown-node');
		this.checkDeclaredLength(request);
		const slot = this.admission.enter(guard, client);
		// The client is gone when its connection closes before our answer was all written.
		const gone = new AbortController();
		response.once('close', () => {
			if (!response.writableFinished) gone.abort();
		});
		try {
			const blob = await readBody(request, this.limits.requestBytes, slot.hold);
			if (blob.length === 0) throw new Refusal('bad-request');
			this.rate.charge(client, Math.floor(blob.length / bytesPerToken));
			this.counters.countForwarded();
			const reply = await this.client.post(node, blob, gone.signal, slot.hold);
			this.counters.countAnswered();
			response.writeHead(200, {
				'Content-Type': 'application/octet-stream',
				'Content-Length': reply.body.length,
				'x-sotto-status': reply.status,
				'x-sotto-upstream-ms': reply.ms
			});
			response.end(reply.body);
		} catch (error) {
			if (!gone.signal.aborted) throw error;
			this.counters.countAbandoned();
		} finally {
			slot.release();
		}
	}

	close(): void {
		this.client.close();
	}

	private checkDeclaredLength(request: IncomingMessage): void {
		const declared = Number(request.headers['content-length'] ?? 0);
		if (declared > this.limits.requestBytes) throw new Refusal('too-large');
	}
}

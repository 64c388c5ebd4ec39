/** The seed node, where clients and gateways learn of the others: storage-server.md §8. */
import { answerControl, type Controls } from './control';
import type { Daemon } from './daemon';
import { noFaults } from './faults';
import { announcesTooMuch, tooLarge, type HttpAnswer, type HttpHandler, type HttpRequest } from './http';
import { isObject, JsonError, parseJsonBytes, writeJson, type JsonOut, type JsonValue } from './json';
import type { JsonFields } from './reply';

export class SeedNode implements HttpHandler {
	readonly serverName = 'localnet seed';
	readonly faults = noFaults();

	constructor(
		private readonly daemon: Daemon,
		private readonly controls: Controls
	) {}

	head(request: HttpRequest): HttpAnswer | null {
		return announcesTooMuch(request) ? tooLarge() : null;
	}

	async answer(request: HttpRequest, body: Buffer): Promise<HttpAnswer> {
		if (request.path.startsWith('/localnet/')) return answerControl(this.controls, request, body);
		if (request.method !== 'POST' || request.path !== '/json_rpc') return { status: 404, body: 'Not Found' };
		return { status: 200, contentType: 'application/json', body: writeJson(this.rpc(body)) };
	}

	private rpc(body: Buffer): JsonFields {
		let request: JsonValue;
		try {
			request = parseJsonBytes(body);
		} catch (error) {
			if (error instanceof JsonError) return failure(0n, -32_700, 'Parse error');
			throw error;
		}
		const id = isObject(request) ? (request.get('id') ?? 0n) : 0n;
		const params = isObject(request) ? request.get('params') : undefined;
		if (!isObject(request) || request.get('method') !== 'get_n_service_nodes') {
			return failure(id, -32_601, 'Method not found');
		}
		return { jsonrpc: '2.0', id, result: this.daemon.serviceNodes(isObject(params) ? params : new Map()) };
	}
}

function failure(id: JsonOut, code: number, message: string): JsonFields {
	return { jsonrpc: '2.0', id, error: { code, message } };
}

/** From a request's bytes to the method that answers it: storage-server.md §3, "Dispatch errors". */
import { isObject, JsonError, parseJsonBytes, type JsonObject, type JsonValue } from './json';
import type { Method } from './method';
import { metaMethods } from './methods/batch';
import { deleteAll, deleteBefore, deleteMessages } from './methods/delete';
import { expire, expireAll, getExpiries } from './methods/expire';
import { activeNodesBin, getSwarm, info, oxendRequest } from './methods/network-queries';
import { retrieve } from './methods/retrieve';
import { revokedSubaccounts, revokeSubaccount, unrevokeSubaccount } from './methods/revocation';
import { store } from './methods/store';
import type { NodeContext } from './node-context';
import { ParameterError } from './params';
import { refusal, type Reply } from './reply';
import type { ServerVersion } from './server-version';

const COMMON_METHODS = [
	store,
	retrieve,
	deleteMessages,
	deleteAll,
	deleteBefore,
	expire,
	expireAll,
	getExpiries,
	revokeSubaccount,
	unrevokeSubaccount,
	getSwarm,
	info,
	oxendRequest
];
const NEWER_METHODS = [revokedSubaccounts, activeNodesBin];

export class Rpc {
	private readonly methods = new Map<string, Method>();

	constructor(version: ServerVersion) {
		const find = (name: string) => this.methods.get(name);
		const newer = version === '2.11' ? NEWER_METHODS : [];
		for (const method of [...COMMON_METHODS, ...newer, ...metaMethods(find)]) {
			for (const name of method.names) this.methods.set(name, method);
		}
	}

	/** A client's request, direct or out of an onion. Never rejects. */
	async answer(node: NodeContext, body: Uint8Array): Promise<Reply> {
		let request: JsonValue;
		try {
			request = parseJsonBytes(body);
		} catch (error) {
			if (error instanceof JsonError) return refusal(400, 'invalid json');
			throw error;
		}
		const name = isObject(request) ? request.get('method') : undefined;
		if (typeof name !== 'string') return refusal(400, 'invalid json: no `method` field');
		const params = isObject(request) ? request.get('params') : undefined;
		if (!isObject(params)) return refusal(400, 'invalid json: no `params` field');
		const method = this.methods.get(name);
		return method === undefined ? refusal(400, `no method ${name}`) : run(method, node, params, false);
	}

	/** A copy from another member of the swarm. Never rejects. */
	async answerCopy(node: NodeContext, name: string, params: JsonObject): Promise<Reply> {
		const method = this.methods.get(name);
		if (method?.forwardable !== true) return refusal(400, `no method ${name}`);
		return run(method, node, params, true);
	}
}

async function run(
	method: Method,
	node: NodeContext,
	params: JsonObject,
	forwarded: boolean
): Promise<Reply> {
	try {
		return await method.parse(params)(node, forwarded);
	} catch (error) {
		if (error instanceof ParameterError) return refusal(400, `invalid request: ${error.message}`);
		return refusal(500, 'request failed');
	}
}

/**
 * The levers of a network that runs on its own, on the seed's port, for this machine only:
 *
 *     GET  /localnet/state   the nodes, how many messages each holds, and what is wrong with it
 *     POST /localnet/faults  {"fault":"kill"|"revive"|"leaveSwarm"|"joinSwarm","node":"node3"}
 *                            {"fault":"slow"|"skewClock","node":"node3","ms":2000}
 *                            {"fault":"drop"|"corrupt","node":"node3","rate":0.5}
 *                            {"fault":"ignoreCopies"|"hideAddress"|"fillDisk","node":"node3","on":true}
 *                            {"fault":"loseReplica","node":"node3","account":"05…"}  (no account: everything)
 *                            {"fault":"fileServerDown"|"wrongFiles","on":true}, {"fault":"slowFiles","ms":2000}
 *                            {"fault":"refuseUploads","status":507}  (no status: takes them again)
 *                            {"fault":"loseFiles"}
 *                            {"fault":"heal"}
 *     POST /localnet/names   {"name":"alice","account":"05…"}
 *     POST /localnet/hashes  {"account":"05…","namespace":0}  the distinct hashes that its swarm holds
 *
 * Bodies are JSON and must say so. For example:
 *     curl -H content-type:application/json -d '{"fault":"slow","node":"node3","ms":2000}' 127.0.0.1:22199/localnet/faults
 */
import type { FaultSwitches } from './fault-switches';
import type { FileSwitches } from './file-server/file-switches';
import type { HttpAnswer, HttpRequest } from './http';
import { isObject, JsonError, parseJsonBytes, writeJson, type JsonObject, type JsonValue } from './json';
import { ParameterError, readFields, required } from './params';
import type { JsonFields } from './reply';

export interface Controls {
	readonly faults: FaultSwitches;
	readonly fileFaults: FileSwitches;
	state(): JsonFields;
	registerName(name: string, account: string): void;
	storedHashes(account: string, namespace?: number): readonly string[];
}

export async function answerControl(
	controls: Controls,
	request: HttpRequest,
	body: Buffer
): Promise<HttpAnswer> {
	// A web page can neither name a loopback host of its own choosing nor send JSON without asking first.
	if (!isLocalHost(request.headers.host)) return answer(403, { error: 'this machine only' });
	try {
		if (request.method === 'GET' && request.path === '/localnet/state') return answer(200, controls.state());
		if (request.method !== 'POST') return answer(404, { error: 'not found' });
		if (request.headers['content-type'] !== 'application/json') {
			return answer(415, { error: 'content-type must be application/json' });
		}
		const params = readObject(body);
		switch (request.path) {
			case '/localnet/faults':
				await applyFault(controls, params);
				return answer(200, { done: true });
			case '/localnet/names': {
				const { name, account } = readFields(params, { name: 'text', account: 'text' });
				controls.registerName(required('name', name), required('account', account));
				return answer(200, { done: true });
			}
			case '/localnet/hashes': {
				const { account, namespace } = readFields(params, { account: 'text', namespace: 'namespace' });
				return answer(200, { hashes: controls.storedHashes(required('account', account), namespace) });
			}
			default:
				return answer(404, { error: 'not found' });
		}
	} catch (error) {
		if (error instanceof ParameterError || error instanceof RangeError || error instanceof JsonError) {
			return answer(400, { error: error.message });
		}
		throw error;
	}
}

async function applyFault({ faults, fileFaults }: Controls, params: JsonObject): Promise<void> {
	const fields = readFields(params, {
		account: 'text',
		fault: 'text',
		ms: 'integer',
		node: 'text',
		on: 'flag',
		status: 'integer'
	});
	const fault = required('fault', fields.fault);
	switch (fault) {
		case 'heal':
			faults.heal();
			return fileFaults.heal();
		case 'fileServerDown':
			return fields.on === false ? fileFaults.revive() : fileFaults.kill();
		case 'wrongFiles':
			return fileFaults.wrongBytes(fields.on);
		case 'slowFiles':
			return fileFaults.slow(required('ms', fields.ms));
		case 'refuseUploads':
			return fileFaults.refuseUploads(fields.status ?? null);
		case 'loseFiles':
			return fileFaults.loseFiles();
	}
	const node = required('node', fields.node);
	switch (fault) {
		case 'kill':
			return faults.kill(node);
		case 'revive':
			return faults.revive(node);
		case 'leaveSwarm':
			return faults.leaveSwarm(node);
		case 'joinSwarm':
			return faults.joinSwarm(node);
		case 'slow':
			return faults.slow(node, required('ms', fields.ms));
		case 'skewClock':
			return faults.skewClock(node, required('ms', fields.ms));
		case 'drop':
			return faults.drop(node, readRate(params));
		case 'corrupt':
			return faults.corrupt(node, readRate(params));
		case 'ignoreCopies':
			return faults.ignoreCopies(node, fields.on);
		case 'hideAddress':
			return faults.hideAddress(node, fields.on);
		case 'fillDisk':
			return faults.fillDisk(node, fields.on);
		case 'loseReplica':
			return faults.loseReplica(node, fields.account);
		default:
			throw new ParameterError(`no such fault: ${fault}`);
	}
}

function readRate(params: JsonObject): number {
	const rate = Number(params.get('rate') ?? NaN);
	if (rate >= 0 && rate <= 1) return rate;
	throw new ParameterError("'rate' must be a number from 0 to 1");
}

function readObject(body: Buffer): JsonObject {
	const value: JsonValue = parseJsonBytes(body);
	if (!isObject(value)) throw new ParameterError('body must be a JSON object');
	return value;
}

function isLocalHost(host: string | undefined): boolean {
	return host !== undefined && /^(?:127(?:\.\d{1,3}){3}|localhost)(?::\d+)?$/.test(host);
}

function answer(status: number, body: JsonFields): HttpAnswer {
	return { status, contentType: 'application/json', body: writeJson(body) };
}

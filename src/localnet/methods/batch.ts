/** batch, sequence and ifelse: several requests in one, storage-server.md §5. */
import { isObject, type JsonObject, type JsonValue } from '../json';
import type { Call, Method } from '../method';
import type { NodeContext } from '../node-context';
import { ParameterError, readFields } from '../params';
import { ok, type JsonFields, type Reply } from '../reply';
import { BLOCK_HEIGHT, HARDFORK, VERSION_NUMBERS } from '../server-version';

export type FindMethod = (name: string) => Method | undefined;

const MAX_PARTS = 20;

export function metaMethods(find: FindMethod): readonly Method[] {
	const meta = (name: string, parse: Method['parse']): Method => ({
		names: [name],
		forwardable: false,
		meta: true,
		parse
	});
	return [
		meta('batch', (params) => {
			const calls = readParts(params, find);
			return async (node) => {
				const replies = await Promise.all(calls.map(async (call) => call(node, false)));
				return ok({ results: replies.map(part) });
			};
		}),
		meta('sequence', (params) => {
			const calls = readParts(params, find);
			return async (node) => ok({ results: (await runUntilFailure(node, calls)).map(part) });
		}),
		meta('ifelse', (params) => readIfElse(params, find))
	];
}

/** The code and body of one part, as a batch and a branch of ifelse give it. */
function part({ status, body }: Reply): JsonFields {
	return { code: status, body: body instanceof Uint8Array ? Buffer.from(body).toString('base64') : body };
}

async function runUntilFailure(node: NodeContext, calls: readonly Call[]): Promise<readonly Reply[]> {
	const replies: Reply[] = [];
	for (const call of calls) {
		const reply = await call(node, false);
		replies.push(reply);
		if (reply.status < 200 || reply.status > 299) break;
	}
	return replies;
}

function readParts(params: JsonObject, find: FindMethod): readonly Call[] {
	const requests = params.get('requests');
	if (!isList(requests) || requests.length === 0) {
		throw new ParameterError('Invalid batch request: no valid "requests" field');
	}
	if (requests.length > MAX_PARTS) {
		throw new ParameterError('Invalid batch request: subrequest limit exceeded');
	}
	return requests.map((request) => readPart(request, find));
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
	return Array.isArray(value);
}

function readPart(request: JsonValue, find: FindMethod): Call {
	if (!isObject(request)) throw new ParameterError('Invalid batch request: requests must be objects');
	const name = request.get('method');
	const params = request.get('params');
	if (typeof name !== 'string' || !isObject(params)) {
		throw new ParameterError('Invalid batch request: subrequests must have method/params keys');
	}
	const method = find(name);
	if (method === undefined) {
		throw new ParameterError(`Invalid batch subrequest: invalid method "${name}"`);
	}
	const call = method.parse(params);
	if (method.meta) {
		throw new ParameterError('Invalid batch subrequest: subrequests may not contain meta-requests');
	}
	return call;
}

function readIfElse(params: JsonObject, find: FindMethod): Call {
	const conditions = params.get('if');
	if (!isObject(conditions)) throw new ParameterError('Invalid ifelse request: no valid "if" field');
	const holds = readCondition(conditions);
	const branches = { then: readBranch(params, 'then', find), else: readBranch(params, 'else', find) };
	if (branches.then === undefined && branches.else === undefined) {
		throw new ParameterError('Invalid ifelse request: at least one of "then"/"else" required');
	}
	return async (node) => {
		const condition = holds(node);
		const branch = condition ? branches.then : branches.else;
		return ok({
			condition,
			height: BLOCK_HEIGHT,
			hf: [...HARDFORK],
			v: [...VERSION_NUMBERS[node.version]],
			result: branch === undefined ? undefined : part(await branch(node, false))
		});
	};
}

function readBranch(params: JsonObject, key: string, find: FindMethod): Call | undefined {
	const branch = params.get(key);
	if (branch === undefined) return undefined;
	if (!isObject(branch)) throw new ParameterError(`Invalid ifelse request: ${key} must be an object`);
	const name = branch.get('method');
	const inner = branch.get('params');
	if (typeof name !== 'string' || inner === undefined) {
		throw new ParameterError(`Invalid ifelse request: ${key} must have method/params keys`);
	}
	const method = find(name);
	if (method === undefined) throw new ParameterError(`Invalid ifelse request method "${key}"`);
	return method.parse(isObject(inner) ? inner : new Map());
}

/** All conditions that are given must hold. */
function readCondition(conditions: JsonObject): (node: NodeContext) => boolean {
	const fields = readFields(conditions, {
		height_at_least: 'integer',
		height_before: 'integer',
		hf_at_least: 'integers',
		hf_before: 'integers',
		v_at_least: 'integers',
		v_before: 'integers'
	});
	const tests: ((node: NodeContext) => boolean)[] = [];
	const atLeast = (own: (node: NodeContext) => readonly number[], wanted: readonly number[] | undefined) => {
		if (isGiven(wanted)) tests.push((node) => compare(own(node), wanted) >= 0);
	};
	const before = (own: (node: NodeContext) => readonly number[], wanted: readonly number[] | undefined) => {
		if (isGiven(wanted)) tests.push((node) => compare(own(node), wanted) < 0);
	};
	atLeast(height, listed(fields.height_at_least));
	before(height, listed(fields.height_before));
	atLeast(hardfork, fields.hf_at_least);
	before(hardfork, fields.hf_before);
	atLeast(version, fields.v_at_least);
	before(version, fields.v_before);
	if (tests.length === 0) {
		throw new ParameterError('Invalid ifelse request: must specify at least one "if" condition');
	}
	return (node) => tests.every((test) => test(node));
}

const height = () => [BLOCK_HEIGHT];
const hardfork = () => HARDFORK;
const version = (node: NodeContext) => VERSION_NUMBERS[node.version];

function listed(value: number | undefined): readonly number[] | undefined {
	return value === undefined ? undefined : [value];
}

function isGiven(wanted: readonly number[] | undefined): wanted is readonly number[] {
	return wanted !== undefined && wanted.length > 0;
}

/** As many numbers as `own` has; missing ones are zero, further ones do not count. */
function compare(own: readonly number[], wanted: readonly number[]): number {
	for (const [index, value] of own.entries()) {
		const difference = value - (wanted[index] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}

/** Replays the recorded requests to /storage_rpc/v1 and the other plain paths: files 02 to 08. */
import { compareJson, isCanonical } from './expectations';
import { beforeCase, setUp } from './hidden-stores';
import { http, type HttpReply } from './http-client';
import { badNodeSignatures, mistakenOver } from './node-signatures';
import { recorded, type RecordedResponse, type RpcCase, type RpcFile } from './recorded';
import { asRequest, isObject, isStorable, translateBody, tryParse, type RpcRequest } from './requests';
import { runCase, type CaseResult, type FileResult } from './result';
import { messageHashOf } from './message-hash';
import { mistakenSignedString } from './signing';
import { World, type Setting } from './world';

const DEFAULT_NODE = 'node0';
const SERVER = 'Oxen Storage Server/2.8.0';
const BIG_DATA_BYTE = 7;

export async function replayRpcFile(name: string, setting: Setting): Promise<FileResult> {
	const { cases } = recorded<RpcFile>(name);
	const times = caseTimes(cases);
	const world = await World.open(setting, times[0]!);
	try {
		const results: CaseResult[] = [];
		for (const [index, entry] of cases.entries()) {
			world.setClock(times[index]!);
			results.push(await runCase(entry.name, () => replayCase(world, name, entry)));
		}
		return { file: name, setting: setting.name, cases: results, leftOut: [] };
	} finally {
		await world.close();
	}
}

/** When each case was recorded: the node's own time where the reply has one, else that of the case before. */
function caseTimes(cases: readonly RpcCase[]): readonly number[] {
	const known = cases.map(({ response, request_body: body }) => {
		const text = response?.text ?? JSON.stringify(response?.json ?? {});
		const time = /"t":(\d{13})/.exec(text)?.[1];
		return time === undefined && response?.status === 200 ? sentAt(body) : Number(time ?? NaN);
	});
	const first = known.find((time) => !Number.isNaN(time));
	if (first === undefined) throw new Error('the recording has no times');
	let last = first;
	return known.map((time) => (last = Number.isNaN(time) ? last : time));
}

function sentAt(body: string | undefined): number {
	return Number(/"timestamp":(\d{13})/.exec(body ?? '')?.[1] ?? NaN);
}

async function replayCase(world: World, file: string, entry: RpcCase): Promise<readonly string[]> {
	if (entry.response === undefined) return setUp(world, file, entry);
	await beforeCase(world, file, entry);
	const body = bodyOf(entry);
	const sent = translateBody(world, body);
	const request = asRequest(tryParse(body));
	const node = world.node(entry.node?.name ?? DEFAULT_NODE);
	const reply = await http({
		url: node.url + (entry.path ?? '/storage_rpc/v1'),
		method: entry.method ?? 'POST',
		headers: entry.request_headers ?? {},
		body: sent
	});
	return [
		...mistakes(entry, request),
		...compareReply(world, entry.response, reply),
		...badNodeSignatures(asRequest(tryParse(sent)), parsedBody(reply))
	];
}

/** Requests of 100 KB were recorded as a sketch: zeros of a kind, 76,800 or 76,801 of them. */
function bodyOf({ name, request_body: body, request_body_sketch: sketch }: RpcCase): string {
	if (sketch === undefined) return body ?? '';
	const length = Number(/(\d+) bytes/.exec(name)?.[1]);
	const data = Buffer.alloc(length, BIG_DATA_BYTE).toString('base64');
	return `${sketch.slice(0, sketch.indexOf('"data":"'))}"data":"${data}"}}`;
}

/** Our own understanding of the recording, before it is used to judge anything. */
function mistakes(entry: RpcCase, request: ReturnType<typeof asRequest>): readonly string[] {
	const { signed_string: signed, checks, response } = entry;
	if (request === null) return [];
	const wrong = signed === undefined ? null : mistakenSignedString(signed, request.method, request.params);
	return [
		...(wrong === null ? [] : [wrong]),
		...mistakenOver(request, response?.json ?? {}, checks?.swarm_signatures ?? {}),
		...mistakenHash(request, checks?.expected_hash)
	];
}

function mistakenHash({ params }: RpcRequest, wanted: string | undefined): readonly string[] {
	const ours = isStorable(params) ? messageHashOf(params) : undefined;
	return wanted === undefined || wanted === ours ? [] : [`the recording's hash is ${wanted}, not ${ours}`];
}

function parsedBody(reply: HttpReply) {
	return reply.headers['content-type'] === 'application/json' ? tryParse(reply.body.toString()) : undefined;
}

/** Status, headers and body. */
function compareReply(world: World, response: RecordedResponse, reply: HttpReply): readonly string[] {
	const problems: string[] = [];
	const text = reply.body.toString();
	const expect = (what: string, actual: unknown, wanted: unknown) => {
		if (actual !== wanted) problems.push(`${what} is ${String(actual)}, expected ${String(wanted)}`);
	};
	expect('status', reply.status, response.status);
	expect('server', reply.headers['server'], SERVER);
	expect('content-length', reply.headers['content-length'], String(reply.body.length));
	const contentType = response.content_type ?? response.headers?.['content-type'];
	if (contentType !== undefined) expect('content-type', reply.headers['content-type'], contentType);
	const node = response.headers?.['x-oxen-snode-pubkey'];
	expect('x-oxen-snode-pubkey', reply.headers['x-oxen-snode-pubkey'], node && world.text(node));
	const cors = Object.keys(reply.headers).filter((name) => name.startsWith('access-control'));
	expect('CORS headers', cors.length, 0);

	const wanted =
		response.json ?? (contentType === 'application/json' ? tryParse(response.text ?? '') : undefined);
	if (wanted === undefined) {
		if (response.text !== undefined) expect('text', text, world.text(response.text));
		return problems;
	}
	if (!isCanonical(text)) problems.push(`not compact or not in byte order: ${text.slice(0, 200)}`);
	const now = isObject(wanted) ? Number(wanted['t']) : NaN;
	return [...problems, ...compareJson(world, wanted, tryParse(text), now)];
}

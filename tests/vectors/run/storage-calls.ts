/** storage-server/02 to 08 and 12: calls of single nodes, direct and in batches, and faults. */
import { fromHex } from '../../../src/protocol/bytes';
import { parseJson } from '../../../src/protocol/json';
import { classifyOnionFailure } from '../../../src/protocol/onion';
import { decryptOns } from '../../../src/protocol/ons';
import * as rpc from '../../../src/protocol/storage-rpc';
import { swarmIdFromHex } from '../../../src/protocol/swarm';
import type { Check } from './check';
import type { Fields } from './fields';
import type { FileCase, FileShape } from './handler';
import { accountOf, checkAccount, type Account } from './storage-network';
import { checkOver, checkReply, checkSwarmEntries, type ReplySetting } from './storage-replies';
import {
	checkRebuilt,
	checkSignature,
	recordedBytes,
	signedBytes,
	signerOf,
	type Call
} from './storage-requests';

interface Setting extends ReplySetting {
	readonly accounts: readonly Account[];
	/** Ed25519 keys of the nodes by name. */
	readonly nodes: ReadonlyMap<string, string>;
}

function callOf(text: string): Call | null {
	try {
		const value = parseJson(text) as Partial<Call> | null;
		return typeof value?.method === 'string' && typeof value.params === 'object' ? (value as Call) : null;
	} catch {
		return null;
	}
}

/** File 02 keeps JSON replies as the text that came. */
function responseOf(response: Fields): { status: number; body: unknown } {
	response.skip('content_type', 'headers');
	const status = response.number('status');
	if (response.has('json')) return { status, body: response.raw('json') };
	const text = response.text('text');
	return { status, body: text.startsWith('{') ? parseJson(text) : text };
}

/** Signatures by the client in a call and in the parts of a batch. */
function checkSignatures(call: Call, one: Fields, status: number, body: unknown, setting: Setting, check: Check): void {
	const isBatch = call.method === 'batch' || call.method === 'sequence';
	if (isBatch && Array.isArray(call.params.requests)) {
		const results = status === 200 ? rpc.parseBatchReply(body) : [];
		for (const [index, part] of call.params.requests.entries()) {
			const accepted = results[index]?.status === 200;
			checkCall(part, '', undefined, accepted, setting, check);
		}
		return;
	}
	const signed = one.has('signed_string') ? one.text('signed_string') : undefined;
	checkCall(call, one.has('signed_by') ? one.text('signed_by') : '', signed, status === 200, setting, check);
}

function checkCall(
	call: Call,
	signedBy: string,
	recorded: string | undefined,
	accepted: boolean,
	{ accounts }: Setting,
	check: Check
): void {
	const params = call.params as Call['params'] | undefined;
	if (params?.signature === undefined || params.signature === null) {
		if (accepted) checkRebuilt(call, null, check);
		return;
	}
	const bytes = wellFormed(() => signedBytes(call));
	if (bytes === null) {
		check.holds(!accepted, 'what cannot be signed is refused');
		return;
	}
	if (recorded !== undefined) check.bytes(bytes, recordedBytes(recorded), 'signed_string');
	const signer = signerOf(call, signedBy, accounts);
	const isRight = checkSignature(call, bytes, signer, accepted && !isPublicInbox(call), check);
	if (accepted && isRight && signer !== null) checkRebuilt(call, signer.pair, check);
}

/** There everybody may store, and signatures are not looked at. */
function isPublicInbox({ method, params }: Call): boolean {
	return method === 'store' && Number(params.namespace ?? 0) % 10 === 0;
}

/** Null for tokens and times of a form that no client has, sent to be refused. */
function wellFormed<Value>(attempt: () => Value): Value | null {
	try {
		return attempt();
	} catch {
		return null;
	}
}

function checkNodes(call: Call, body: unknown, checks: Fields, check: Check): void {
	if (checks.has('matches')) check.holds(checks.boolean('matches'), 'checks.matches');
	if (checks.has('expected_hash')) {
		check.same(rpc.parseStoreReply(body).hash, checks.text('expected_hash'), 'checks.expected_hash');
	}
	if (!checks.has('swarm_signatures')) return;
	const signatures = checks.fields('swarm_signatures');
	if (signatures.names().length === 0) return;
	const signed = checkSwarmEntries(call, body, check);
	for (const node of signatures.names()) {
		const entry = signatures.fields(node);
		check.holds(entry.boolean('verified'), 'verified');
		checkOver(signed.get(node), entry.text('over'), check);
	}
}

/** Which node was asked is no fact to count, but must be a node. */
function checkAsked(node: Fields, { nodes }: Setting): void {
	if (nodes.get(node.text('name')) !== node.text('ed25519')) throw new Error('no such node');
}

function run(one: Fields, setting: Setting, check: Check): void {
	one.skip('note', 'method', 'path', 'request_headers');
	if (one.has('node')) checkAsked(one.fields('node'), setting);
	if (!one.has('response')) {
		// Only says what the other cases found stored.
		one.skip('hashes_in_store_order', 'ns0', 'ns2');
		return;
	}
	const { status, body } = responseOf(one.fields('response'));
	const sketch = one.has('request_body_sketch') ? one.text('request_body_sketch') : null;
	const text = one.has('request_body') ? one.text('request_body') : '';
	const call = callOf(sketch === null ? text : whole(sketch));
	if (call === null) {
		one.skip('signed_string', 'signed_by');
		return;
	}
	checkSignatures(call, one, status, body, setting, check);
	checkReply(call, status, body, setting, check);
	if (one.has('checks')) checkNodes(call, body, one.fields('checks'), check);
}

/** Of a large request, only the beginning and the length are recorded; its data is one group of base64 repeated. */
function whole(sketch: string): string {
	const [, start = '', total = '0'] = /^(.*)\.\.\.\((\d+) bytes total\)$/.exec(sketch) ?? [];
	const end = '"}}';
	const dataStart = start.indexOf('"data":"') + '"data":"'.length;
	const group = start.slice(dataStart, dataStart + 4);
	const length = Number(total) - dataStart - end.length;
	return start.slice(0, dataStart) + group.repeat(Math.ceil(length / 4)).slice(0, length) + end;
}

function settingOf(file: Fields, network: Fields): Setting {
	const names = new Map<string, string>();
	for (const one of file.has('ons_check') ? file.list('ons_check') : []) {
		names.set(one.text('name'), one.text('value'));
	}
	return {
		nodes: new Map(network.list('nodes').map((node) => [node.text('name'), node.text('ed25519_pubkey')])),
		accounts: file.has('accounts') ? file.list('accounts').map(accountOf) : [],
		swarms: network.texts('swarm_ids_hex').map(swarmIdFromHex),
		names
	};
}

function accountCases(file: Fields): readonly FileCase[] {
	if (!file.has('accounts')) return [];
	return file.list('accounts').map((account): FileCase => ({
		name: account.text('label'),
		run: (check) => checkAccount(account, check)
	}));
}

function nameCases(file: Fields): readonly FileCase[] {
	if (!file.has('ons_check')) return [];
	return file.list('ons_check').map((one): FileCase => ({
		name: `name ${one.text('name')}`,
		run(check) {
			const [value, nonce] = [fromHex(one.text('encrypted_value')), one.hex('nonce')];
			check.same(decryptOns(one.text('name'), value, nonce), one.text('value'), 'value');
		}
	}));
}

export const calls: FileShape = {
	recognises: (file) => 'varying_fields' in file && 'cases' in file && !('node_keys' in file),
	cases(file, sibling) {
		file.skip('description', 'varying_fields');
		const setting = settingOf(file, sibling('00-network'));
		const all = file.list('cases').map((one): FileCase => ({
			name: one.text('name'),
			run: (check) => run(one, setting, check),
			mayBeEmpty: true
		}));
		return [...accountCases(file), ...nameCases(file), ...all];
	}
};

/** What came while something was broken; the requests are those of other files. */
function fault(one: Fields, account: Account, check: Check): void {
	one.skip('note', 'took_ms');
	const response = one.fields('response');
	if (response.has('transport_error')) {
		response.skip('transport_error');
		return;
	}
	const { status, body } = responseOf(response);
	if (typeof body === 'string') {
		const text = body.trim();
		const failure = classifyOnionFailure(status, text);
		if (text.startsWith('Snode not ready: ')) {
			check.same(failure, { kind: 'node-not-ready', node: text.slice(-64) }, 'the failure');
		} else if (text === 'Request time out') {
			check.same(failure, { kind: 'timeout' }, 'the failure');
		}
		return;
	}
	const reply = body as { swarm?: unknown; messages?: unknown };
	if (typeof reply.swarm === 'object') {
		const { hash, stored, failed } = rpc.parseStoreReply(body);
		check.same([stored.length, failed.length], [2, 1], 'members that have it, and that failed');
		for (const entry of stored) {
			check.same(entry.hash, hash, 'hash');
			check.holds(rpc.verifyStoreEntry(entry.node, entry.hash, entry.signature), 'signature of a node');
		}
	}
	if (reply.messages !== undefined) {
		for (const { data, hash } of rpc.parseRetrieveReply(body).messages) {
			check.same(rpc.messageHash(account.id, 0, data), hash, 'hash of a message');
		}
	}
}

export const faults: FileShape = {
	recognises: (file) => 'account' in file && 'cases' in file,
	cases(file) {
		file.skip('description');
		const account = file.fields('account');
		return [
			{ name: '(account)', run: (check) => checkAccount(account, check) },
			...file.list('cases').map((one): FileCase => ({
				name: one.text('name'),
				run: (check) => fault(one, accountOf(account), check),
				mayBeEmpty: true
			}))
		];
	}
};

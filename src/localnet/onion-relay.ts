/** Onion requests: opening the own layer, then answering, passing on, or leaving the network. storage-server.md §7 */
import { joinCombined } from '../protocol/onion-cipher';
import { openLayer } from '../protocol/onion-node';
import type { LayerKey } from '../protocol/onion-cipher';
import { ProtocolError } from '../protocol/errors';
import { toHex } from '../protocol/bytes';
import { askServer } from './exit-request';
import { JsonError, writeJson } from './json';
import type { NodeContext } from './node-context';
import {
	DEFAULT_FORM,
	LayerError,
	readEnvelope,
	readInstruction,
	sealResult,
	type Instruction,
	type Layer
} from './onion-layer';
import type { OnionAnswer } from './onion-answer';
import { ONION_PATH, type PeerLink } from './peer-link';
import { refusal, type Reply } from './reply';

export interface OnionNode extends NodeContext {
	readonly ready: boolean;
	readonly timeScale: number;
	readonly peers: PeerLink;
	answerRpc(body: Uint8Array): Promise<Reply>;
}

const NEXT_NODE_TIMEOUT_MS = 30_000;
const SERVER_TIMEOUT_MS = 25_000;
const MAX_HOPS = 15;
/** Everything else becomes 500 when a relay passes it on. */
const PASSED_CODES = new Set([200, 400, 401, 403, 404, 406, 410, 413, 421, 429, 500, 502, 503, 504]);

/** What was POSTed to /onion_req/v2. The guard does not look at the hop number. */
export async function answerGuard(node: OnionNode, body: Uint8Array): Promise<OnionAnswer> {
	let layer: Layer;
	try {
		layer = readEnvelope(body);
	} catch (error) {
		if (!isUnreadable(error)) throw error;
		return { status: 400, body: `Error parsing onion request: ${error.message}` };
	}
	return answerLayer(node, layer);
}

/** What another node passes on. */
export async function answerRelayed(node: OnionNode, body: Uint8Array): Promise<OnionAnswer> {
	let layer: Layer;
	try {
		layer = readEnvelope(body);
	} catch (error) {
		if (!isUnreadable(error)) throw error;
		return { status: 400, body: `Invalid internal onion request: ${error.message}` };
	}
	if (layer.hopNumber > MAX_HOPS) {
		return { status: 400, body: 'onion request max path length exceeded' };
	}
	return answerLayer(node, layer);
}

async function answerLayer(node: OnionNode, layer: Layer): Promise<OnionAnswer> {
	if (!node.ready) return { status: 503, body: `Snode not ready: ${node.identity.id}` };
	let opened: { plaintext: Uint8Array; key: LayerKey };
	try {
		opened = await openLayer(node.identity.x25519, layer);
	} catch (error) {
		if (error instanceof ProtocolError) return { status: 400, body: 'Invalid ciphertext' };
		throw error;
	}
	const { plaintext, key } = opened;
	let instruction: Instruction;
	try {
		instruction = readInstruction(plaintext);
	} catch (error) {
		if (!isUnreadable(error)) throw error;
		return sealed(key, refusal(400, 'Invalid json'));
	}
	node.emit('onion', { node: node.identity.id, role: instruction.kind });
	switch (instruction.kind) {
		case 'destination':
			return {
				status: 200,
				body: await sealResult(key, await node.answerRpc(instruction.body), instruction)
			};
		case 'exit':
			return isAllowed(instruction)
				? askServer(instruction, SERVER_TIMEOUT_MS * node.timeScale, node.version)
				: sealed(key, refusal(400, 'Invalid url'));
		case 'relay':
			return passOn(node, instruction, layer.hopNumber + 1);
	}
}

function isUnreadable(error: unknown): error is Error {
	return error instanceof LayerError || error instanceof JsonError;
}

async function sealed(key: LayerKey, reply: Reply): Promise<OnionAnswer> {
	return { status: 200, body: await sealResult(key, reply, DEFAULT_FORM) };
}

function isAllowed({ protocol, target }: Extract<Instruction, { kind: 'exit' }>): boolean {
	return (
		(protocol === 'http' || protocol === 'https') &&
		/^\/(?:loki|oxen)\//.test(target) &&
		target.endsWith('/lsrpc') &&
		!target.includes('?')
	);
}

async function passOn(
	node: OnionNode,
	next: Extract<Instruction, { kind: 'relay' }>,
	hopNumber: number
): Promise<OnionAnswer> {
	const entry = node.directory.byId(next.to);
	if (entry === undefined) return { status: 502, body: `Next node not found: ${next.to}` };
	if (!entry.addressKnown && node.version === '2.11') {
		return { status: 502, body: `Next node is currently unreachable: ${next.to}` };
	}
	const control = writeJson({
		ephemeral_key: toHex(next.ephemeral),
		enc_type: next.encryption,
		hop_no: hopNumber
	});
	const blob = joinCombined(next.ciphertext, control);
	const answer = await node.peers.ask(entry, ONION_PATH, blob, NEXT_NODE_TIMEOUT_MS);
	if (answer === null) return { status: 504, body: 'Request time out' };
	return { status: PASSED_CODES.has(answer.status) ? answer.status : 500, body: answer.body };
}

/**
 * A network and its gateways behind one `fetch`: every node really opens its layer, and every part can be told to
 * fail or to lie. For what real HTTP cannot do at will; localnet has the faithful nodes.
 */
import {
	openLayer,
	parseControl,
	parseOnionRequest,
	sealReply,
	splitCombined
} from '../../../src/protocol/onion';
import { concat, fromUtf8, toBase64, utf8 } from '../../../src/protocol/bytes';
import { pickSwarm, parseSwarmId, swarmPosition } from '../../../src/protocol/swarm';
import type { ListedNode } from '../../../src/networks/profile';
import type { AccountId, SnodeId } from '../../../src/protocol/types';
import { systemRandom, type SampleNode } from './sample-nodes';

export interface Call {
	readonly node: SampleNode;
	readonly method: string;
	readonly params: Readonly<Record<string, unknown>>;
}

export interface Answer {
	readonly status: number;
	readonly body: unknown;
}

export interface Carried {
	readonly origin: string;
	readonly guard: string;
	readonly size: number;
}

/** What the guard answers: storage-server.md §7. */
interface GuardAnswer {
	readonly status: number;
	readonly body: Uint8Array<ArrayBuffer>;
}

export class FakeNetwork {
	readonly nodes: readonly SampleNode[];
	readonly #byId: ReadonlyMap<string, SampleNode>;
	/** Gateways that take requests; all others refuse the connection. */
	readonly gateways: Set<string>;
	/** Nodes that answer nobody. */
	readonly dead = new Set<SnodeId>();
	/** Nodes that the gateways do not list. */
	readonly unlisted = new Set<SnodeId>();
	/** Milliseconds that a node's clock is ahead. */
	readonly skews = new Map<SnodeId, number>();
	/** Answers instead of the honest node; undefined leaves it to it. */
	lie: (call: Call) => Answer | undefined = () => undefined;
	/** What the gateway makes of a guard's answer, or does instead of asking it. */
	gateway: (
		request: { readonly origin: string; readonly guard: string; readonly body: Uint8Array<ArrayBuffer> },
		ask: () => Promise<GuardAnswer>
	) => Promise<GuardAnswer> = (_, ask) => ask();
	readonly carried: Carried[] = [];
	readonly calls: Call[] = [];
	/** Nodes that each blob passed, guard first. */
	readonly routes: SnodeId[][] = [];
	/** Nodes of 2.11 name their list in 51 bytes a node. */
	compactLists = false;
	/** The true time, as the nodes know it. */
	now: () => number = () => Date.now();

	constructor(nodes: readonly SampleNode[], gateways: readonly string[] = ['http://localhost']) {
		this.nodes = nodes;
		this.#byId = new Map(nodes.map((node) => [node.id, node]));
		this.gateways = new Set(gateways);
	}

	/** Four swarms, nodes dealt round robin. */
	swarmOf(account: string): readonly SampleNode[] {
		const swarms = [1, 2, 3, 4].map((index) => parseSwarmId(BigInt(index) << 61n));
		const chosen = swarms.indexOf(pickSwarm(swarms, swarmPosition(account)));
		return this.nodes.filter((_, index) => index % swarms.length === chosen);
	}

	get(id: string): SampleNode {
		const node = this.#byId.get(id);
		if (!node) throw new Error('no such node');
		return node;
	}

	fetch: typeof fetch = async (input, init) => {
		const url = new URL(input instanceof Request ? input.url : input);
		if (!this.gateways.has(url.origin)) throw new TypeError('fetch failed');
		if (init?.signal?.aborted) throw new DOMException('aborted', 'AbortError');
		if (url.pathname === '/api/nodes') return Response.json(this.#nodePage());
		const guard = /^\/api\/onion\/([0-9a-f]{64})$/.exec(url.pathname)?.[1];
		if (!guard) return new Response('Not Found', { status: 404 });
		const body = new Uint8Array(init?.body as ArrayBuffer);
		this.carried.push({ origin: url.origin, guard, size: body.length });
		const work = this.#carry(url.origin, guard, body);
		const signal = init?.signal;
		if (!signal) return work;
		return new Promise<Response>((resolve, reject) => {
			signal.addEventListener('abort', () => {
				reject(new DOMException('aborted', 'AbortError'));
			});
			work.then(resolve, reject);
		});
	};

	async #carry(origin: string, guard: string, body: Uint8Array<ArrayBuffer>): Promise<Response> {
		const node = this.#byId.get(guard);
		if (!node || this.unlisted.has(node.id)) return Response.json({ error: 'unknown-node' }, { status: 404 });
		if (this.dead.has(node.id)) return Response.json({ error: 'node-unreachable' }, { status: 502 });
		const answer = await this.gateway({ origin, guard, body }, () => this.#guard(node, body));
		const headers = { 'x-sotto-status': String(answer.status), 'x-sotto-upstream-ms': '0' };
		return new Response(answer.body, { headers });
	}

	async #guard(node: SampleNode, body: Uint8Array): Promise<GuardAnswer> {
		const envelope = parseOnionRequest(body);
		const route: SnodeId[] = [];
		this.routes.push(route);
		return this.#peel(node, envelope, route);
	}

	async #peel(
		node: SampleNode,
		layer: Parameters<typeof openLayer>[1],
		route: SnodeId[]
	): Promise<GuardAnswer> {
		route.push(node.id);
		const { plaintext, key } = await openLayer(node.keys, layer);
		const { blob, json } = splitCombined(plaintext);
		const control = parseControl(json);
		if (control.kind === 'server') return { status: 502, body: utf8('Could not resolve host') };
		if (control.kind === 'relay') {
			const next = this.#byId.get(control.destination);
			if (!next) return { status: 502, body: utf8(`Next node not found: ${control.destination}`) };
			if (this.dead.has(next.id)) return { status: 504, body: utf8('Request time out') };
			return this.#peel(next, { ...control, ciphertext: blob }, route);
		}
		const { method, params } = JSON.parse(fromUtf8(blob)) as Omit<Call, 'node'>;
		const call = { node, method, params };
		this.calls.push(call);
		const answer = this.lie(call) ?? this.#honest(call);
		const options = { json: control.json, base64: control.base64, random: systemRandom };
		return { status: 200, body: await sealReply(key, answer, options) };
	}

	#honest({ node, method, params }: Call): Answer {
		const t = this.now() + (this.skews.get(node.id) ?? 0);
		const stamp = { t, hf: [19, 5] };
		if (method === 'info') return { status: 200, body: { ...stamp, timestamp: t, version: [2, 8, 0] } };
		if (method === 'active_nodes_bin')
			return this.compactLists
				? { status: 200, body: compactList(this.nodes) }
				: { status: 400, body: 'no method active_nodes_bin' };
		if (method === 'oxend_request')
			return { status: 200, body: { ...stamp, result: { service_node_states: this.nodes.map(listed) } } };
		const account = params['pubkey'] as AccountId;
		const swarm = this.swarmOf(account);
		if (method === 'get_swarm') return { status: 200, body: { ...stamp, ...swarmBody(swarm) } };
		if (!swarm.includes(node)) return { status: 421, body: { ...stamp, ...swarmBody(swarm) } };
		const timestamp = params['timestamp'];
		if (typeof timestamp === 'number' && Math.abs(timestamp - t) > 60_000)
			return { status: 406, body: 'retrieve timestamp too far from current time' };
		return { status: 200, body: { ...stamp, messages: [], more: false } };
	}

	#nodePage() {
		const nodes = this.nodes.map((node) => ({
			ed25519: node.id,
			x25519: hex(node.x25519),
			ip: node.ip,
			port: node.port
		}));
		return { nodes, asOf: Date.now(), from: 'seeds' };
	}
}

export function swarmBody(nodes: readonly (ListedNode & { readonly ip: string; readonly port: number })[]) {
	const snodes = nodes.map((node) => ({
		ip: node.ip,
		port: String(node.port),
		port_https: node.port,
		pubkey_ed25519: node.id,
		pubkey_x25519: hex(node.x25519)
	}));
	return { snodes, swarm: '1fffffffffffffff' };
}

export function compactList(nodes: readonly SampleNode[]): string {
	const entries = nodes.map((node) => {
		const entry = new Uint8Array(51);
		entry.set(node.ed25519);
		entry.set(node.ip.split('.').map(Number), 40);
		new DataView(entry.buffer).setUint16(44, node.port);
		return entry;
	});
	return toBase64(concat(...entries));
}

export function listed(node: ListedNode) {
	return {
		public_ip: node.ip,
		storage_port: node.port,
		pubkey_ed25519: node.id,
		pubkey_x25519: hex(node.x25519)
	};
}

function hex(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString('hex');
}

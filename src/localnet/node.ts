/** One storage node: its address, its store and its clock, and what it does with each path. */
import type { SnodeId } from '../protocol/types';
import { utf8, toBase64 } from '../protocol/bytes';
import type { Daemon } from './daemon';
import type { Directory, DirectoryEntry } from './directory';
import { noFaults } from './faults';
import {
	announcesTooMuch,
	HttpListener,
	tooLarge,
	type HttpAnswer,
	type HttpHandler,
	type HttpRequest
} from './http';
import { isObject, JsonError, parseJsonBytes, writeJson, type JsonObject, type JsonValue } from './json';
import type { MessageStore } from './message-store';
import type { NodeEvents } from './node-context';
import type { NodeIdentity } from './node-identity';
import type { OnionAnswer } from './onion-answer';
import { answerGuard, answerRelayed, type OnionNode } from './onion-relay';
import { COPY_PATH, ONION_PATH, PeerLink, senderOf } from './peer-link';
import { asCopy, readCopyAnswer } from './peer-entry';
import { RateLimit } from './rate-limit';
import type { JsonFields, Reply } from './reply';
import { Rpc } from './rpc';
import type { SelfSigned } from './self-signed';
import { versionText, type ServerVersion } from './server-version';

export interface NodeOptions {
	readonly entry: DirectoryEntry;
	readonly directory: Directory;
	readonly store: MessageStore;
	readonly daemon: Daemon;
	readonly version: ServerVersion;
	readonly timeScale: number;
	/** ms since the epoch, before the node's own skew. */
	readonly clock: () => number;
	readonly tls: SelfSigned | null;
	readonly emit: <Name extends keyof NodeEvents>(name: Name, event: NodeEvents[Name]) => void;
}

const COPY_TIMEOUT_MS = 5_000;
const CLEAN_UP_MS = 10_000;

export class StorageNode implements OnionNode, HttpHandler {
	readonly identity: NodeIdentity;
	readonly entry: DirectoryEntry;
	readonly directory: Directory;
	readonly store: MessageStore;
	readonly daemon: Daemon;
	readonly version: ServerVersion;
	readonly timeScale: number;
	readonly emit: NodeOptions['emit'];
	readonly peers: PeerLink;
	readonly faults = noFaults();
	readonly serverName: string;
	private readonly rpc: Rpc;
	private readonly rateLimit = new RateLimit();
	private readonly listener: HttpListener;
	private readonly cleanUp: NodeJS.Timeout;

	constructor(private readonly options: NodeOptions) {
		const { entry, version, timeScale } = options;
		this.entry = entry;
		this.identity = entry.identity;
		this.directory = options.directory;
		this.store = options.store;
		this.daemon = options.daemon;
		this.version = version;
		this.timeScale = timeScale;
		this.emit = options.emit;
		this.serverName = `Oxen Storage Server/${versionText(version)}`;
		this.rpc = new Rpc(version);
		this.peers = new PeerLink(this.identity, { timeScale, tls: options.tls !== null });
		this.listener = new HttpListener(this, options.tls);
		const every = Math.max(10, CLEAN_UP_MS * timeScale);
		this.cleanUp = setInterval(() => this.store.deleteExpired(this.now()), every).unref();
	}

	get id(): SnodeId {
		return this.identity.id;
	}

	get ready(): boolean {
		return this.entry.inSwarm;
	}

	now(): number {
		return Math.floor(this.options.clock()) + this.faults.skewMs;
	}

	/** Without effect when it is running. */
	async start(): Promise<void> {
		if (this.listener.listening) return;
		this.entry.port = await this.listener.listen(this.entry.ip, this.entry.port);
	}

	/** As a power cut does: connections break, nothing is answered, what was to be sent is forgotten. */
	async stop(): Promise<void> {
		this.peers.forget();
		await this.listener.close();
	}

	async close(): Promise<void> {
		clearInterval(this.cleanUp);
		this.peers.close();
		await this.stop();
	}

	answerRpc(body: Uint8Array): Promise<Reply> {
		return this.rpc.answer(this, body);
	}

	async forward(peer: DirectoryEntry, method: string, params: JsonObject): Promise<JsonFields> {
		const body = utf8(writeJson({ method, params }));
		return readCopyAnswer(await this.peers.ask(peer, COPY_PATH, body, COPY_TIMEOUT_MS));
	}

	head(request: HttpRequest): HttpAnswer | null {
		switch (routeOf(request)) {
			case 'rpc':
				return this.notReady() ?? this.headOfRpc(request);
			case 'onion':
				return this.notReady() ?? (announcesTooMuch(request) ? tooLarge() : null);
			case 'ping':
				return {
					status: 200,
					body: '',
					headers: { 'x-oxen-snode-pubkey': toBase64(this.identity.ed25519.publicKey) }
				};
			case 'stats':
				return json(200, writeJson({ version: versionText(this.version) }));
			case 'between nodes':
				return announcesTooMuch(request) ? tooLarge() : null;
			case 'unknown':
				return notFound(request);
		}
	}

	async answer(request: HttpRequest, body: Buffer): Promise<HttpAnswer | null> {
		switch (routeOf(request)) {
			case 'rpc':
				return httpAnswer(await this.answerRpc(body));
			case 'onion':
				return onionAnswer(await answerGuard(this, body));
			default:
				return this.answerNode(request, body);
		}
	}

	private async answerNode(request: HttpRequest, body: Buffer): Promise<HttpAnswer | null> {
		const sender = senderOf(request, body, this.id);
		if (sender === null || this.directory.byId(sender) === undefined) return notFound(request);
		if (request.path === ONION_PATH) return onionAnswer(await answerRelayed(this, body));
		if (this.faults.ignoresCopies) return null;
		const copy = readCopy(body);
		if (copy === null) return { status: 400, body: 'invalid body' };
		return httpAnswer(asCopy(await this.rpc.answerCopy(this, copy.method, copy.params)));
	}

	private notReady(): HttpAnswer | null {
		return this.ready ? null : { status: 503, body: 'Service node is not ready: not in any swarm\n' };
	}

	private headOfRpc(request: HttpRequest): HttpAnswer | null {
		if (!this.rateLimit.allows(request.from, this.now())) {
			return { status: 429, body: 'Too Many Requests\n' };
		}
		if (request.headers['x-loki-long-poll']) {
			return { status: 410, body: 'long polling is no longer supported, client upgrade required' };
		}
		return announcesTooMuch(request) ? tooLarge() : null;
	}
}

type Route = 'rpc' | 'onion' | 'ping' | 'stats' | 'between nodes' | 'unknown';

const ROUTES: Readonly<Record<string, Route>> = {
	'POST /storage_rpc/v1': 'rpc',
	'POST /onion_req/v2': 'onion',
	'POST /ping_test/v1': 'ping',
	'GET /get_stats/v1': 'stats',
	[`POST ${COPY_PATH}`]: 'between nodes',
	[`POST ${ONION_PATH}`]: 'between nodes'
};

function routeOf({ method, path }: HttpRequest): Route {
	return ROUTES[`${method} ${path}`] ?? 'unknown';
}

function notFound({ method, path }: HttpRequest): HttpAnswer {
	return { status: 404, body: `${method.toLowerCase()} ${path} Not Found` };
}

function readCopy(body: Uint8Array): { method: string; params: JsonObject } | null {
	let copy: JsonValue;
	try {
		copy = parseJsonBytes(body);
	} catch (error) {
		if (error instanceof JsonError) return null;
		throw error;
	}
	const method = isObject(copy) ? copy.get('method') : undefined;
	const params = isObject(copy) ? copy.get('params') : undefined;
	return typeof method === 'string' && isObject(params) ? { method, params } : null;
}

function json(status: number, body: string): HttpAnswer {
	return { status, body, contentType: 'application/json' };
}

function httpAnswer({ status, body }: Reply): HttpAnswer {
	if (typeof body === 'string') return { status, body };
	if (body instanceof Uint8Array) return { status, body, contentType: 'application/octet-stream' };
	return json(status, writeJson(body));
}

function onionAnswer({ status, body }: OnionAnswer): HttpAnswer {
	return { status, body };
}

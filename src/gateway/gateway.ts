import http, { STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { NetworkProfile, Seed } from '../networks/profile';
import { createApi } from './api';
import { isEngineWorker, loadAppFiles, type AppFiles } from './app-files';
import { clientNamer } from './client-address';
import { Counters } from './counters';
import { securityHeaders, setHeaders, type HeaderSet, type SecurityHeaders } from './headers';
import { defaultLimits, type GatewayLimits } from './limits';
import type { GatewayLog } from './log';
import { NodeList } from './node-list';
import type { GatewayNode } from './nodes';
import { OnionRoute } from './onion-route';
import { RateLimit } from './rate-limit';

export interface GatewayOptions {
	readonly profile: NetworkProfile;
	/** Where `vite build` put the app; without it the gateway has `/api` only. */
	readonly appFolder?: string;
	/** 0 takes any free port. */
	readonly port?: number;
	readonly host?: string;
	/** Browsers reach it by https, through a reverse proxy: sends Strict-Transport-Security. */
	readonly behindHttps?: boolean;
	/** A reverse proxy of ours writes X-Forwarded-For; it is believed for the rate limit and nothing else. */
	readonly behindProxy?: boolean;
	readonly limits?: Partial<GatewayLimits>;
	readonly log?: GatewayLog;
	/** How often the seeds are asked, and how: tests only. */
	readonly refreshMs?: number;
	readonly retryMs?: number;
	readonly fetchSeed?: (seed: Seed) => Promise<GatewayNode[]>;
}

export interface Gateway {
	readonly url: string;
	readonly port: number;
	/** Stops taking requests, lets those under way finish for a moment, then cuts them. */
	close(): Promise<void>;
}

/** Serves the app and forwards onion blobs: the one server program there is. Fails when the port is taken. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
	const limits: GatewayLimits = { ...defaultLimits, ...options.limits };
	const log = options.log ?? (() => undefined);
	const app = options.appFolder === undefined ? null : await loadAppFiles(options.appFolder);
	const headers = securityHeaders(app?.scriptHashes ?? [], options.behindHttps ?? false);
	const { profile, refreshMs, retryMs, fetchSeed } = options;
	const nodes = new NodeList({
		profile,
		log,
		...(refreshMs === undefined ? {} : { refreshMs }),
		...(retryMs === undefined ? {} : { retryMs }),
		...(fetchSeed === undefined ? {} : { fetchSeed })
	});
	const counters = new Counters();
	const rate = new RateLimit(limits.rateBurst, limits.ratePerSecond);
	const onion = new OnionRoute(nodes, limits, rate, counters);
	const nameClient = clientNamer(options.behindProxy ?? false);
	const api = createApi({ profile, nodes, onion, rate, counters, log, nameClient });

	const server = createServer(limits, headers, (request, response) => {
		const path = pathOf(request);
		const isApi = path !== null && (path === '/api' || path.startsWith('/api/'));
		if (isApi) setHeaders(response, headers.api);
		else setHeaders(response, path !== null && isEngineWorker(path) ? headers.worker : headers.general);
		if (path === null || request.headers.host === undefined) plainAnswer(response, 400);
		else if (isApi) api(path, request, response);
		else serveApp(app, request, response);
	});

	await nodes.start();
	const host = options.host ?? '127.0.0.1';
	try {
		await listen(server, options.port ?? 0, host);
	} catch (error) {
		nodes.stop();
		throw error;
	}
	const { port } = server.address() as AddressInfo;
	return {
		url: urlOf(host, port),
		port,
		close: async () => {
			nodes.stop();
			await closeServer(server, limits.closeMs);
			onion.close();
		}
	};
}

function createServer(
	limits: GatewayLimits,
	headers: SecurityHeaders,
	handler: http.RequestListener
): http.Server {
	const server = http.createServer(
		{
			headersTimeout: limits.headersMs,
			requestTimeout: limits.requestMs,
			// Longer than a reverse proxy keeps its own connections, so that the proxy is the one to close.
			keepAliveTimeout: 75_000,
			connectionsCheckingInterval: Math.min(5_000, limits.headersMs),
			maxHeaderSize: 8 * 1024,
			// Answered here, so that the answer has its headers.
			requireHostHeader: false
		},
		handler
	);
	server.maxConnections = limits.connections;
	server.on('checkExpectation', (_request, response: http.ServerResponse) => {
		setHeaders(response, headers.general);
		plainAnswer(response, 417);
	});
	server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
		refuseConnection(error.code, socket, headers.general);
	});
	return server;
}

/** The path as it stands in the request line, or null when that is no path. */
function pathOf(request: http.IncomingMessage): string | null {
	const target = request.url ?? '';
	return target.startsWith('/') ? (target.split('?', 1)[0] ?? null) : null;
}

function serveApp(app: AppFiles | null, request: http.IncomingMessage, response: http.ServerResponse): void {
	if (request.method !== 'GET' && request.method !== 'HEAD') {
		response.setHeader('Allow', 'GET, HEAD');
		plainAnswer(response, 405);
	} else if (app === null) plainAnswer(response, 404);
	else app.serve(request, response, () => plainAnswer(response, 404));
}

function plainAnswer(response: http.ServerResponse, status: number): void {
	const text = `${STATUS_CODES[status] ?? status}\n`;
	response.writeHead(status, {
		'Content-Type': 'text/plain; charset=utf-8',
		'Content-Length': Buffer.byteLength(text)
	});
	response.end(text);
}

/** What could not be read as a request has no response object; its answer is written by hand. */
function refuseConnection(code: string | undefined, socket: Duplex, headers: HeaderSet): void {
	if (code === 'ECONNRESET' || !socket.writable) {
		socket.destroy();
		return;
	}
	const status = code === 'HPE_HEADER_OVERFLOW' ? 431 : code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
	const lines = Object.entries({ ...headers, Connection: 'close', 'Content-Length': '0' });
	socket.end(
		`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n` +
			lines.map(([name, value]) => `${name}: ${value}\r\n`).join('') +
			'\r\n'
	);
}

/** Passkeys want a host name, not an address. */
function urlOf(host: string, port: number): string {
	if (host === '127.0.0.1') return `http://localhost:${port}`;
	return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function listen(server: http.Server, port: number, host: string): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, () => {
			server.off('error', reject);
			resolve();
		});
	});
}

function closeServer(server: http.Server, graceMs: number): Promise<void> {
	return new Promise((resolve) => {
		// A kept connection becomes idle only when its request is done, and nothing else would close it then.
		const idle = setInterval(() => server.closeIdleConnections(), 50);
		const cut = setTimeout(() => server.closeAllConnections(), graceMs);
		server.close(() => {
			clearInterval(idle);
			clearTimeout(cut);
			resolve();
		});
	});
}

/** One listening address: reads a request whole, asks for its answer, and can be taken down as if by a power cut. */
import {
	createServer,
	type IncomingHttpHeaders,
	type IncomingMessage,
	type RequestListener,
	type Server,
	type ServerResponse
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { corrupted, happens, type NodeFaults } from './faults';
import type { SelfSigned } from './self-signed';

export interface HttpRequest {
	/** Upper case. */
	readonly method: string;
	/** Without the query. */
	readonly path: string;
	/** With its question mark; '' for none. */
	readonly query: string;
	readonly headers: IncomingHttpHeaders;
	readonly from: string;
}

export interface HttpAnswer {
	readonly status: number;
	readonly body: string | Uint8Array;
	readonly contentType?: string;
	readonly headers?: Readonly<Record<string, string>>;
	/** The rest of the request is not read. */
	readonly close?: boolean;
}

export interface HttpHandler {
	readonly serverName: string;
	/** Looks at the head only; null means that the body is wanted. */
	head(request: HttpRequest): HttpAnswer | null;
	/** null: no answer at all. */
	answer(request: HttpRequest, body: Buffer): Promise<HttpAnswer | null>;
	readonly faults: NodeFaults;
}

const KEEP_ALIVE_MS = 60_000;
const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** What the server of the real nodes says to requests that it cannot even read. */
const UNREADABLE = '<h1>Bad Request</h1><hr><i>uWebSockets/20 Server</i>';

export class HttpListener {
	private server: Server | null = null;
	private readonly sockets = new Set<Socket>();

	constructor(
		private readonly handler: HttpHandler,
		private readonly tls: SelfSigned | null = null
	) {}

	get listening(): boolean {
		return this.server !== null;
	}

	/** Port 0 takes any free one; the port that was taken is returned. */
	async listen(ip: string, port: number): Promise<number> {
		const onRequest: RequestListener = (request, response) => void this.serve(request, response);
		const server = this.tls === null ? createServer(onRequest) : createTlsServer(this.tls, onRequest);
		server.keepAliveTimeout = KEEP_ALIVE_MS;
		server.on('connection', (socket: Socket) => {
			this.sockets.add(socket);
			socket.on('close', () => this.sockets.delete(socket));
		});
		server.on('clientError', (_error, socket) => {
			if (socket.writable) {
				socket.end(
					`HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: ${UNREADABLE.length}\r\n\r\n${UNREADABLE}`
				);
			}
		});
		await new Promise<void>((resolve, reject) => {
			server.once('error', reject);
			server.listen({ host: ip, port, exclusive: true }, () => {
				server.removeListener('error', reject);
				resolve();
			});
		});
		this.server = server;
		return (server.address() as AddressInfo).port;
	}

	/** Open connections are cut. */
	async close(): Promise<void> {
		const { server } = this;
		this.server = null;
		if (server === null) return;
		const closed = new Promise<void>((resolve) => server.close(() => resolve()));
		for (const socket of this.sockets) socket.destroy();
		await closed;
	}

	private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
		// A connection that is cut in the middle is the caller's affair.
		incoming.on('error', () => undefined);
		response.on('error', () => undefined);
		const { faults } = this.handler;
		const request = describe(incoming);
		if (faults.slowMs > 0) await delay(faults.slowMs);
		const early = this.handler.head(request);
		if (early !== null) return this.send(response, early);
		const body = await readBody(incoming);
		if (body === null) return;
		const answer = body === 'too large' ? tooLarge() : await this.handler.answer(request, body);
		if (answer === null) return;
		if (happens(faults.dropRate)) {
			if (faults.dropHow === 'reset') incoming.socket.destroy();
			return;
		}
		this.send(response, answer);
	}

	private send(response: ServerResponse, answer: HttpAnswer): void {
		const { faults, serverName } = this.handler;
		const whole = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
		const body = happens(faults.corruptRate) ? corrupted(whole) : whole;
		response.writeHead(answer.status, {
			server: serverName,
			'content-type': answer.contentType ?? 'text/plain',
			...answer.headers,
			'content-length': body.length,
			...(answer.close === true && { connection: 'close' })
		});
		// What is left of a request that is not read must not keep the connection open.
		response.end(body, () => answer.close === true && response.socket?.destroySoon());
	}
}

/** Judged by what is announced. */
export function announcesTooMuch({ headers }: HttpRequest): boolean {
	return Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES;
}

export function tooLarge(): HttpAnswer {
	return { status: 413, body: 'Request body too large', close: true };
}

function describe(incoming: IncomingMessage): HttpRequest {
	const url = incoming.url ?? '/';
	return {
		method: incoming.method ?? 'GET',
		path: url.replace(/\?.*$/, ''),
		query: /\?.*$/.exec(url)?.[0] ?? '',
		headers: incoming.headers,
		from: incoming.socket.remoteAddress ?? ''
	};
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | 'too large' | null> {
	const chunks: Buffer[] = [];
	let length = 0;
	try {
		for await (const chunk of incoming as AsyncIterable<Buffer>) {
			length += chunk.length;
			if (length > MAX_BODY_BYTES) return 'too large';
			chunks.push(chunk);
		}
	} catch {
		return null;
	}
	return Buffer.concat(chunks);
}

function delay(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

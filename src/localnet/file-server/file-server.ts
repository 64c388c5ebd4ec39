/** The file server: an address of its own outside of the swarms, reached through onions, and directly by tests. */
import { utf8 } from '../../protocol/bytes';
import { x25519FromEd25519 } from '../../protocol/identity';
import { blake2b, ed25519FromSeed } from '../../protocol/keys';
import type { Ed25519PublicKey, X25519KeyPair } from '../../protocol/types';
import { noFaults } from '../faults';
import {
	announcesTooMuch,
	HttpListener,
	tooLarge,
	type HttpAnswer,
	type HttpHandler,
	type HttpRequest
} from '../http';
import type { FileAnswer, FileRequest } from './answer';
import { noFileFaults } from './file-faults';
import type { FileStore } from './file-store';
import { answerOnion, isOnionPath } from './onion-endpoint';
import { answerFileRequest, type FileApplication, type FileServerGeneration } from './routes';

export interface FileServerKeys {
	readonly ed25519: Ed25519PublicKey;
	readonly x25519: X25519KeyPair;
}

export interface FileServerOptions {
	readonly x25519: X25519KeyPair;
	readonly store: FileStore;
	readonly generation?: FileServerGeneration;
	/** ms since the epoch. */
	readonly clock: () => number;
}

const MAX_BYTES: Readonly<Record<FileServerGeneration, number>> = { '2024': 6_000_000, '2025': 10_000_000 };
const PURGE_MS = 15_000;

/** Made of BLAKE2b-256("<seed>-file-server"). */
export function fileServerKeys(seed: string): FileServerKeys {
	const pair = ed25519FromSeed(blake2b(32, utf8(`${seed}-file-server`)));
	return { ed25519: pair.publicKey, x25519: x25519FromEd25519(pair) };
}

export class FileServer implements HttpHandler, FileApplication {
	readonly serverName = 'localnet file server';
	readonly store: FileStore;
	readonly generation: FileServerGeneration;
	readonly maxBytes: number;
	readonly faults = { ...noFaults(), ...noFileFaults() };
	private readonly listener = new HttpListener(this);
	private readonly purge: NodeJS.Timeout;
	private port = 0;

	constructor(private readonly options: FileServerOptions) {
		this.store = options.store;
		this.generation = options.generation ?? '2025';
		this.maxBytes = MAX_BYTES[this.generation];
		this.purge = setInterval(() => this.store.deleteExpired(this.now()), PURGE_MS).unref();
	}

	now(): number {
		return this.options.clock();
	}

	/** Port 0 takes any free one; the port that was taken is returned, and taken again after a stop. */
	async start(ip: string, port: number): Promise<number> {
		if (!this.listener.listening) this.port = await this.listener.listen(ip, this.port || port);
		return this.port;
	}

	/** As a power cut does. */
	async stop(): Promise<void> {
		await this.listener.close();
	}

	async close(): Promise<void> {
		clearInterval(this.purge);
		await this.stop();
	}

	get up(): boolean {
		return this.listener.listening;
	}

	head(request: HttpRequest): HttpAnswer | null {
		return announcesTooMuch(request) ? tooLarge() : null;
	}

	async answer(request: HttpRequest, body: Buffer): Promise<HttpAnswer> {
		const application = (inner: FileRequest) => answerFileRequest(this, inner);
		if (request.method === 'POST' && isOnionPath(request.path)) {
			return httpAnswer(await answerOnion(this.options.x25519, request.path, body, application));
		}
		const { method, path, query, headers } = request;
		const texts = Object.entries(headers).filter(([, value]) => typeof value === 'string');
		return httpAnswer(
			await application({
				method,
				path,
				query,
				headers: Object.fromEntries(texts) as FileRequest['headers'],
				body
			})
		);
	}
}

function httpAnswer({ status, contentType, headers, body }: FileAnswer): HttpAnswer {
	return { status, contentType, headers, body };
}

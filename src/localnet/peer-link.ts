/**
 * How one node talks to another: HTTP on the other's address, signed by the sender. What the real nodes do over
 * ZeroMQ is kept: a peer that is down costs the whole timeout, and a copy for it waits until it is back.
 */
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { SnodeId } from '../protocol/types';
import { concat, fromBase64, fromHex, utf8 } from '../protocol/bytes';
import { parseSnodeId, verify } from '../protocol/keys';
import type { DirectoryEntry } from './directory';
import type { HttpRequest } from './http';
import { signAs, type NodeIdentity } from './node-identity';
import { ProtocolError } from '../protocol/errors';

/** Paths between nodes. To anyone whose signature is not that of a node they do not exist. */
export const COPY_PATH = '/localnet/copy';
export const ONION_PATH = '/localnet/onion';

const FROM_HEADER = 'x-localnet-from';
const SIGNATURE_HEADER = 'x-localnet-signature';

export interface PeerAnswer {
	readonly status: number;
	readonly body: Buffer;
}

interface PendingCopy {
	readonly to: DirectoryEntry;
	readonly body: Uint8Array;
	readonly giveUpAt: number;
	/** The one that is under way. */
	attempt: Promise<void> | null;
}

/** ms, before scaling. */
const RETRY_MS = 500;
const KEEP_COPIES_MS = 120_000;
/** Shorter than the other side keeps a connection open, so that it is not closed just when it is used again. */
const IDLE_MS = 4_000;

export class PeerLink {
	private readonly ends = new Set<() => void>();
	private readonly pending = new Set<PendingCopy>();
	private readonly retryTimer: NodeJS.Timeout;
	private readonly agent: HttpAgent;

	constructor(
		private readonly identity: NodeIdentity,
		private readonly options: { readonly timeScale: number; readonly tls: boolean }
	) {
		this.agent = new (options.tls ? HttpsAgent : HttpAgent)({ keepAlive: true, timeout: IDLE_MS });
		const every = Math.max(20, RETRY_MS * options.timeScale);
		this.retryTimer = setInterval(() => {
			for (const copy of this.pending) if (copy.attempt === null) void this.retry(copy);
		}, every).unref();
	}

	/** null when there was no answer within the time (ms, before scaling), however fast the failure was known. */
	ask(to: DirectoryEntry, path: string, body: Uint8Array, timeoutMs: number): Promise<PeerAnswer | null> {
		return new Promise((resolve) => {
			const end = (answer: PeerAnswer | null) => {
				clearTimeout(timer);
				this.ends.delete(stop);
				resolve(answer);
			};
			const stop = () => end(null);
			const timer = setTimeout(stop, timeoutMs * this.options.timeScale);
			this.ends.add(stop);
			this.send(to, path, body).then(end, () => {
				if (path === COPY_PATH) this.keep(to, body);
			});
		});
	}

	/** Tries once more what could not be delivered to a peer, after what is being tried already. */
	async flush(to: DirectoryEntry): Promise<void> {
		const waiting = [...this.pending].filter((copy) => copy.to === to);
		await Promise.all(
			waiting.map(async (copy) => {
				await copy.attempt;
				if (this.pending.has(copy)) await this.retry(copy);
			})
		);
	}

	/** Gives up on all copies that wait for someone. */
	forget(): void {
		this.pending.clear();
	}

	close(): void {
		clearInterval(this.retryTimer);
		this.forget();
		for (const end of [...this.ends]) end();
		this.agent.destroy();
	}

	private keep(to: DirectoryEntry, body: Uint8Array): void {
		const giveUpAt = performance.now() + KEEP_COPIES_MS * this.options.timeScale;
		this.pending.add({ to, body, giveUpAt, attempt: null });
	}

	private retry(copy: PendingCopy): Promise<void> {
		copy.attempt = this.send(copy.to, COPY_PATH, copy.body).then(
			() => void this.pending.delete(copy),
			() => {
				copy.attempt = null;
				if (performance.now() > copy.giveUpAt) this.pending.delete(copy);
			}
		);
		return copy.attempt;
	}

	private send(to: DirectoryEntry, path: string, body: Uint8Array): Promise<PeerAnswer> {
		const request = this.options.tls ? httpsRequest : httpRequest;
		return new Promise((resolve, reject) => {
			const outgoing = request(
				{
					host: to.ip,
					port: to.port,
					path,
					method: 'POST',
					agent: this.agent,
					// TLS proves nothing between nodes; the signature does.
					rejectUnauthorized: false,
					headers: {
						'content-length': body.length,
						[FROM_HEADER]: this.identity.id,
						[SIGNATURE_HEADER]: signAs(this.identity, signedByNode(path, to.identity.id, body))
					}
				},
				(response) => {
					const chunks: Buffer[] = [];
					response.on('data', (chunk: Buffer) => chunks.push(chunk));
					response.on('end', () =>
						resolve({ status: response.statusCode ?? 500, body: Buffer.concat(chunks) })
					);
					response.on('error', reject);
				}
			);
			outgoing.on('error', reject);
			const abort = () => outgoing.destroy();
			this.ends.add(abort);
			outgoing.on('close', () => this.ends.delete(abort));
			outgoing.end(body);
		});
	}
}

/** Who sent this to `own`, null when it carries no good signature. */
export function senderOf(request: HttpRequest, body: Uint8Array, own: SnodeId): SnodeId | null {
	const from = request.headers[FROM_HEADER];
	const signature = request.headers[SIGNATURE_HEADER];
	if (typeof from !== 'string' || typeof signature !== 'string') return null;
	try {
		const sender = parseSnodeId(from);
		const signed = signedByNode(request.path, own, body);
		return verify(fromBase64(signature), signed, fromHex(sender)) ? sender : null;
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	}
}

function signedByNode(path: string, to: SnodeId, body: Uint8Array): Uint8Array {
	return concat(utf8(`${path} ${to} `), body);
}

/** The last node of an onion path asks a server outside of the network, as the real nodes' HTTP client does. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { OnionAnswer } from './onion-answer';
import { versionText, type ServerVersion } from './server-version';

export interface ServerTarget {
	readonly protocol: string;
	readonly host: string;
	readonly port: number;
	readonly target: string;
	readonly payload: Uint8Array;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Status and body of the server, or 502 or 504 with a text in the words of the nodes' HTTP client. */
export function askServer(to: ServerTarget, timeoutMs: number, version: ServerVersion): Promise<OnionAnswer> {
	const started = performance.now();
	const elapsed = () => Math.floor(performance.now() - started);
	const send = to.protocol === 'https' ? httpsRequest : httpRequest;
	return new Promise((resolve) => {
		const answer = (status: number, body: string | Uint8Array) => {
			clearTimeout(timer);
			resolve({ status, body });
		};
		const timer = setTimeout(() => {
			answer(504, `Operation timed out after ${elapsed()} milliseconds with 0 bytes received`);
			outgoing.destroy();
		}, timeoutMs);
		const outgoing = send({
			host: to.host,
			port: to.port,
			path: to.target,
			method: 'POST',
			agent: false,
			headers: {
				host: isDefaultPort(to) ? to.host : `${to.host}:${to.port}`,
				'user-agent': `Oxen Storage Server/${versionText(version)}`,
				accept: '*/*',
				'accept-encoding': 'deflate, gzip, br, zstd',
				'content-type': 'application/octet-stream',
				'content-length': to.payload.length
			}
		});
		outgoing.removeHeader('connection');
		outgoing.on('error', (error: NodeJS.ErrnoException) => answer(502, complaint(error, to, elapsed())));
		outgoing.on('response', (response: IncomingMessage) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('error', () => answer(502, 'Failure when receiving data from the peer'));
			response.on('end', () => {
				const status = response.statusCode ?? 500;
				if (REDIRECTS.has(status) && response.headers.location !== undefined) {
					answer(502, 'Maximum (0) redirects followed');
				} else {
					answer(status, decoded(Buffer.concat(chunks), response.headers['content-encoding']));
				}
			});
		});
		outgoing.end(to.payload);
	});
}

function isDefaultPort({ protocol, port }: ServerTarget): boolean {
	return port === (protocol === 'https' ? 443 : 80);
}

function complaint(error: NodeJS.ErrnoException, { host, port }: ServerTarget, ms: number): string {
	switch (error.code) {
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
			return `Could not resolve host: ${host}`;
		case 'ECONNREFUSED':
		case 'EHOSTUNREACH':
		case 'ENETUNREACH':
			return `Failed to connect to ${host} port ${port} after ${ms} ms: Couldn't connect to server`;
		case 'ECONNRESET':
			return 'Recv failure: Connection reset by peer';
		case 'DEPTH_ZERO_SELF_SIGNED_CERT':
			return 'SSL certificate problem: self-signed certificate';
		default:
			return 'Empty reply from server';
	}
}

/** A body that does not decode is passed on as it came. */
function decoded(body: Buffer, encoding: string | undefined): Uint8Array {
	try {
		switch (encoding) {
			case 'gzip':
				return gunzipSync(body);
			case 'deflate':
				return inflateSync(body);
			case 'br':
				return brotliDecompressSync(body);
			default:
				return body;
		}
	} catch {
		return body;
	}
}

/** Plain HTTP without any cleverness, so that what a node says is seen as it is. */
import { request } from 'node:http';
import { connect } from 'node:net';
import type { IncomingHttpHeaders } from 'node:http';

export interface HttpReply {
	readonly status: number;
	readonly headers: IncomingHttpHeaders;
	readonly body: Buffer;
	readonly tookMs: number;
}

export interface HttpCall {
	readonly url: string;
	readonly method?: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Uint8Array;
	readonly chunked?: boolean;
}

export function http({
	url,
	method = 'POST',
	headers = {},
	body = '',
	chunked = false
}: HttpCall): Promise<HttpReply> {
	const started = performance.now();
	const bytes = Buffer.from(body);
	return new Promise((resolve, reject) => {
		const length: Record<string, string> = chunked ? {} : { 'content-length': String(bytes.length) };
		const outgoing = request(
			url,
			{ method, agent: false, headers: { ...headers, ...length } },
			(incoming) => {
				const chunks: Buffer[] = [];
				incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
				incoming.on('error', reject);
				incoming.on('end', () =>
					resolve({
						status: incoming.statusCode ?? 0,
						headers: incoming.headers,
						body: Buffer.concat(chunks),
						tookMs: performance.now() - started
					})
				);
			}
		);
		outgoing.on('error', reject);
		if (chunked) for (const byte of bytes) outgoing.write(Buffer.of(byte));
		else outgoing.write(bytes);
		outgoing.end();
	});
}

/** Writes raw bytes and returns everything that comes back until `enough`, the other side ends, or 10 s pass. */
export function raw(
	{ ip, port }: { readonly ip: string; readonly port: number },
	bytes: string,
	enough: (text: string) => boolean
): Promise<string> {
	return new Promise((resolve, reject) => {
		let text = '';
		const socket = connect(port, ip, () => socket.write(bytes));
		const end = () => {
			socket.destroy();
			resolve(text);
		};
		socket.setTimeout(10_000, end);
		socket.on('data', (chunk) => {
			text += chunk.toString('latin1');
			if (enough(text)) end();
		});
		socket.on('end', end);
		socket.on('error', (error) => (text === '' ? reject(error) : end()));
	});
}

/** The parts of a raw response that a transcript names. */
export function parseRaw(text: string): { status: number; contentType: string | null; body: string } {
	const [head = '', body = ''] = text.split('\r\n\r\n');
	return {
		status: Number(head.split(' ')[1]),
		contentType: /^content-type: *(.+)$/im.exec(head)?.[1]?.trim() ?? null,
		body
	};
}

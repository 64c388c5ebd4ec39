/** The server that onions leave the network for: notes what it gets and answers what the recording answered. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fromHex, fromUtf8, toBytes, utf8 } from '../../../src/protocol/bytes';
import { parseX25519PublicKey, x25519KeyPair } from '../../../src/protocol/keys';
import {
	decryptLayer,
	encryptLayer,
	nodeLayerKey,
	parseEncryption,
	splitCombined,
	type LayerKey
} from '../../../src/protocol/onion-cipher';

export interface Received {
	readonly method: string;
	readonly url: string;
	readonly headers: IncomingHttpHeaders;
	readonly json: string;
	readonly decrypted: string;
}

export interface PlannedReply {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Uint8Array;
	/** The body is this text, sealed with the key of the request. */
	readonly sealed: string | null;
}

export class OutsideServer {
	received: Received | null = null;
	plan: PlannedReply | null = null;
	private readonly server: Server;

	constructor(private readonly secret: string) {
		this.server = createServer((incoming, response) => {
			const chunks: Buffer[] = [];
			incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
			incoming.on('end', () => {
				void this.answer(toBytes(Buffer.concat(chunks)))
					.then(({ key, ...opened }) => {
						this.received = {
							method: incoming.method!,
							url: incoming.url!,
							headers: incoming.headers,
							...opened
						};
						return this.bodyFor(key);
					})
					.then((body) => {
						response.writeHead(this.plan!.status, this.plan!.headers);
						response.end(body);
					});
			});
		});
	}

	async start(): Promise<number> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		return (this.server.address() as AddressInfo).port;
	}

	async stop(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}

	private async answer(body: Uint8Array): Promise<{ json: string; decrypted: string; key: LayerKey }> {
		const { blob, json } = splitCombined(body);
		const control = JSON.parse(json) as { ephemeral_key: string; enc_type?: string };
		const ephemeral = parseX25519PublicKey(fromHex(control.ephemeral_key));
		const own = x25519KeyPair(fromHex(this.secret));
		const key = await nodeLayerKey(parseEncryption(control.enc_type), own, ephemeral);
		return { json, key, decrypted: fromUtf8(await decryptLayer(key, blob)) };
	}

	private async bodyFor(key: LayerKey): Promise<Uint8Array> {
		const { sealed, body } = this.plan!;
		if (sealed === null) return body;
		return encryptLayer(key, utf8(sealed), crypto.getRandomValues(new Uint8Array(12)));
	}
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

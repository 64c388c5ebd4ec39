import { createHash } from 'node:crypto';
import http from 'node:http';
import { isIP } from 'node:net';
import tls from 'node:tls';
import type { Seed } from '../networks/profile';
import type { GatewayNode } from './nodes';
import { readBody } from './read-body';
import { parseSeedReply } from './seed-reply';

/** Why a seed's list is not used; fixed words, fit for a log. */
export type SeedFailure =
	'unreachable' | 'wrong-key' | 'wrong-certificate' | 'wrong-name' | 'expired' | 'bad-reply';

export class SeedError extends Error {
	override readonly name = 'SeedError';
	constructor(
		readonly reason: SeedFailure,
		options?: ErrorOptions
	) {
		super(reason, options);
	}
}

const replyBytes = 8 * 1024 * 1024;
const request = JSON.stringify({
	jsonrpc: '2.0',
	method: 'get_n_service_nodes',
	params: {
		active_only: true,
		fields: {
			public_ip: true,
			storage_port: true,
			pubkey_x25519: true,
			pubkey_ed25519: true,
			requested_unlock_height: true,
			height: true
		}
	}
});

/** The seed's list of active nodes, after its certificate was checked. Throws SeedError. */
export async function fetchSeedNodes(seed: Seed, timeoutMs = 5_000): Promise<GatewayNode[]> {
	const url = new URL(seed.url);
	const signal = AbortSignal.timeout(timeoutMs);
	const socket = url.protocol === 'https:' ? await connectPinned(url, seed, signal) : null;
	try {
		return parseSeedReply(await ask(url, socket, signal), url);
	} catch (cause) {
		if (cause instanceof SeedError) throw cause;
		throw new SeedError('bad-reply', { cause });
	} finally {
		socket?.destroy();
	}
}

/**
 * A TLS connection whose certificate is the pinned one. The chain is not asked: seeds sign their own
 * certificates, and the pins say more than any authority could. Nothing is sent before the check.
 */
function connectPinned(url: URL, seed: Seed, signal: AbortSignal): Promise<tls.TLSSocket> {
	return new Promise((resolve, reject) => {
		const socket = tls.connect({
			host: url.hostname,
			port: Number(url.port) || 443,
			...(isIP(url.hostname) === 0 ? { servername: url.hostname } : {}),
			rejectUnauthorized: false,
			minVersion: 'TLSv1.2'
		});
		const fail = (error: SeedError): void => {
			socket.destroy();
			reject(error);
		};
		const expire = (): void => fail(new SeedError('unreachable'));
		signal.addEventListener('abort', expire, { once: true });
		socket.once('error', (cause) => fail(new SeedError('unreachable', { cause })));
		socket.once('secureConnect', () => {
			const failure = checkCertificate(socket, url.hostname, seed);
			if (failure) {
				fail(new SeedError(failure));
				return;
			}
			signal.removeEventListener('abort', expire);
			resolve(socket);
		});
	});
}

function checkCertificate(socket: tls.TLSSocket, host: string, seed: Seed): SeedFailure | null {
	const certificate = socket.getPeerX509Certificate();
	if (!certificate) return 'wrong-certificate';
	const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
	if (createHash('sha256').update(spki).digest('base64') !== seed.spkiSha256) return 'wrong-key';
	const whole = createHash('sha256').update(certificate.raw).digest('hex');
	if (seed.certificateSha256 !== null && whole !== seed.certificateSha256) return 'wrong-certificate';
	const named = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host);
	if (named === undefined) return 'wrong-name';
	const now = Date.now();
	const valid = Date.parse(certificate.validFrom) <= now && now <= Date.parse(certificate.validTo);
	return valid ? null : 'expired';
}

function ask(url: URL, socket: tls.TLSSocket | null, signal: AbortSignal): Promise<string> {
	return new Promise((resolve, reject) => {
		const post = http.request({
			host: url.hostname,
			port: Number(url.port) || (socket ? 443 : 80),
			path: '/json_rpc',
			method: 'POST',
			headers: {
				'Content-Type': 'application/json',
				'Content-Length': Buffer.byteLength(request),
				'User-Agent': 'WhatsApp',
				'Accept-Language': 'en-us'
			},
			// An agent would open a connection of its own, unchecked.
			...(socket ? { createConnection: () => socket } : { agent: false }),
			signal
		});
		post.once('error', (cause) => reject(new SeedError('unreachable', { cause })));
		post.once('response', (response) => {
			if (response.statusCode !== 200 || response.headers['content-type'] !== 'application/json') {
				reject(new SeedError('bad-reply'));
				post.destroy();
				return;
			}
			readBody(response, replyBytes, () => undefined).then(
				(body) => resolve(body.toString('utf8')),
				(cause: unknown) => {
					post.destroy();
					reject(new SeedError('bad-reply', { cause }));
				}
			);
		});
		post.end(request);
	});
}

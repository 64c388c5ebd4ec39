import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIPv4, isIPv6 } from 'node:net';

/** An IPv6 customer holds at least a /64, so that is what counts as one client. */
function ipv6Prefix(address: string): string {
	const [head = '', tail] = address.split('::');
	const first = head === '' ? [] : head.split(':');
	const last = tail === undefined || tail === '' ? [] : tail.split(':');
	const gap =
		tail === undefined ? [] : new Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0');
	return [...first, ...gap, ...last]
		.slice(0, 4)
		.map((group) => group.padStart(4, '0'))
		.join(':');
}

/** The part of an address that stands for one client; addresses that are none all count as one. */
export function clientNetwork(address: string): string {
	const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
	if (isIPv4(plain)) return plain;
	return isIPv6(plain) ? ipv6Prefix(plain.toLowerCase()) : '';
}

/**
 * Names clients for the rate limit without keeping their addresses: the key exists in this process only and
 * changes with each start. Behind a reverse proxy the client is the last entry of X-Forwarded-For, which that
 * proxy wrote; the entries before it are the client's own claims.
 */
export function clientNamer(behindProxy: boolean): (request: IncomingMessage) => string {
	const key = randomBytes(32);
	return (request) => {
		const forwarded = behindProxy ? request.headers['x-forwarded-for'] : undefined;
		const address = forwarded?.toString().split(',').at(-1)?.trim() ?? request.socket.remoteAddress ?? '';
		return createHmac('sha256', key).update(clientNetwork(address)).digest('base64');
	};
}

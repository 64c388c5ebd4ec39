/** What an IPv4 address may be used for; decides where a gateway agrees to connect. */
export type AddressKind = 'public' | 'private' | 'loopback' | 'forbidden';

type Range = readonly [base: string, bits: number];

// IANA's special-purpose registry, without the ranges that a network of one's own may use.
const forbidden: readonly Range[] = [
	['0.0.0.0', 8],
	['169.254.0.0', 16],
	['192.0.0.0', 24],
	['192.0.2.0', 24],
	['192.88.99.0', 24],
	['198.18.0.0', 15],
	['198.51.100.0', 24],
	['203.0.113.0', 24],
	['224.0.0.0', 3]
];
const ownNetworks: readonly Range[] = [
	['10.0.0.0', 8],
	['100.64.0.0', 10],
	['172.16.0.0', 12],
	['192.168.0.0', 16]
];

/** The address as an unsigned 32-bit number, or null when it is not four plain decimal parts. */
export function parseIpv4(text: string): number | null {
	const parts = text.split('.');
	if (parts.length !== 4) return null;
	let value = 0;
	for (const part of parts) {
		// No signs, spaces, hex or leading zeros: other readers take "010" for octal.
		if (!/^(0|[1-9]\d{0,2})$/.test(part)) return null;
		const byte = Number(part);
		if (byte > 255) return null;
		value = value * 256 + byte;
	}
	return value;
}

export function formatIpv4(value: number): string {
	return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

function within(value: number, ranges: readonly Range[]): boolean {
	return ranges.some(([base, bits]) => {
		const size = 2 ** (32 - bits);
		return Math.floor(value / size) === Math.floor((parseIpv4(base) ?? 0) / size);
	});
}

/** `forbidden` for anything that is not an IPv4 address of one machine. */
export function addressKind(ip: string): AddressKind {
	const value = parseIpv4(ip);
	if (value === null || within(value, forbidden)) return 'forbidden';
	if (within(value, [['127.0.0.0', 8]])) return 'loopback';
	return within(value, ownNetworks) ? 'private' : 'public';
}

/** True for a URL's host name that can only be this machine. */
export function isLoopbackHost(host: string): boolean {
	return host === 'localhost' || host === '[::1]' || addressKind(host) === 'loopback';
}

/** Addresses of communities, and how configs keep them: config.md §9.3 and §9.4. */
import { fromBase64, fromHex, toHex } from '../../bytes';
import { ProtocolError } from '../../errors';
import { parseX25519PublicKey } from '../../keys';
import type { X25519PublicKey } from '../../types';

const BASE_URL_MAX = 267;
/** What can still have a canonical form: with a port and a slash that go away. */
const URL_MAX = BASE_URL_MAX + 8;
const HOST_MIN = 4;
const ROOM_MAX = 64;
const MAX_PORT = 65_535;
const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([
	['http', 80],
	['https', 443]
]);
const PUBLIC_KEY_QUERY = '?public_key=';
const BASE32Z = 'ybndrfg8ejkmcpqxot1uwisza345h769';

/** One room of a community server. */
export interface CommunityRoom {
	/** Scheme, host and perhaps port, as `canonicalBaseUrl` gives it. */
	readonly baseUrl: string;
	/** In the case that its owner wrote it in. */
	readonly room: string;
}

/** A room with the key that its server signs and is blinded for with. */
export interface CommunityAddress extends CommunityRoom {
	readonly publicKey: X25519PublicKey;
}

/**
 * Lower case, without the scheme's own port and without a path. Throws ProtocolError: 'too-large' above 267
 * characters, 'malformed' for anything but http or https with a host name that has a dot.
 */
export function canonicalBaseUrl(url: string): string {
	if (url.length > URL_MAX) throw new ProtocolError('too-large', 'community address is too long');
	const [, scheme, host, port] =
		/^(https?):\/\/([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::([0-9]{1,5}))?\/?$/.exec(url.toLowerCase()) ?? [];
	if (scheme === undefined || host === undefined || host.length < HOST_MIN || Number(port ?? 0) > MAX_PORT) {
		throw new ProtocolError('malformed', 'not the address of a community server');
	}
	const number = Number(port ?? 0);
	const shown = number === 0 || number === DEFAULT_PORTS.get(scheme) ? '' : `:${number}`;
	const canonical = `${scheme}://${host}${shown}`;
	if (canonical.length > BASE_URL_MAX) throw new ProtocolError('too-large', 'community address is too long');
	return canonical;
}

/** Lower case: what rooms are compared and kept by. Throws ProtocolError 'too-large' or 'malformed'. */
export function canonicalRoom(room: string): string {
	if (room.length > ROOM_MAX) throw new ProtocolError('too-large', 'room name is too long');
	if (!/^[a-z0-9_-]+$/i.test(room)) throw new ProtocolError('malformed', 'not the name of a room');
	return room.toLowerCase();
}

/**
 * Reads `URL/room?public_key=…` and `URL/r/room?public_key=…`; the key in hex, base64 or base32z. Throws
 * ProtocolError 'malformed' or 'too-large'.
 */
export function parseCommunityUrl(url: string): CommunityAddress {
	const query = url.lastIndexOf(PUBLIC_KEY_QUERY);
	if (query === -1) throw new ProtocolError('malformed', 'community address has no key');
	const publicKey = parsePublicKey(url.slice(query + PUBLIC_KEY_QUERY.length));
	const [, base, room] = /^(.*?)(?:\/r)?\/([^/]*)$/.exec(url.slice(0, query)) ?? [];
	if (base === undefined || room === undefined) {
		throw new ProtocolError('malformed', 'community address has no room');
	}
	canonicalRoom(room);
	return { baseUrl: canonicalBaseUrl(base), room, publicKey };
}

/** The form to share. */
export function communityUrl({ baseUrl, room, publicKey }: CommunityAddress): string {
	return `${baseUrl}/${room}${PUBLIC_KEY_QUERY}${toHex(publicKey)}`;
}

function parsePublicKey(text: string): X25519PublicKey {
	if (text.length === 64) return parseX25519PublicKey(fromHex(text));
	if (text.length === 52) return parseX25519PublicKey(fromBase32z(text));
	return parseX25519PublicKey(fromBase64(text));
}

/** z-base-32: five bits a character. The bits that 32 bytes leave over are not looked at. */
function fromBase32z(text: string): Uint8Array {
	const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
	let [held, bits, offset] = [0, 0, 0];
	for (const character of text.toLowerCase()) {
		const value = BASE32Z.indexOf(character);
		if (value === -1) throw new ProtocolError('malformed', 'text is not base32z');
		held = ((held << 5) | value) & 0xfff;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			bytes[offset++] = (held >> bits) & 0xff;
		}
	}
	return bytes;
}

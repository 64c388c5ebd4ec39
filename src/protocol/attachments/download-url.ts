/** Where an attachment or picture lies, as messages and configs write it: attachments.md §3, file-server.md §4. */
import { fromHex, toHex, utf8 } from '../bytes';
import { ProtocolError } from '../errors';
import { parseEd25519PublicKey, x25519FromEd25519Public } from '../keys';
import type { Ed25519PublicKey, X25519PublicKey } from '../types';

/** A file server as an onion's exit reaches it. */
export interface FileServer {
	readonly host: string;
	readonly port: number;
	readonly protocol: 'http' | 'https';
	readonly x25519: X25519PublicKey;
}

export interface FileLocation {
	readonly server: FileServer;
	/** Opaque: never a number, never computed. */
	readonly id: string;
	/** The blob is of the newer, deterministic form. */
	readonly isStream: boolean;
}

/** Configs cannot hold more. */
const MAX_URL_BYTES = 223;
const FILE_URL = /^(https?):\/\/([a-z0-9.-]+)(?::(\d{1,5}))?\/files?\/([\w-]+)(?:#(.*))?$/i;
const HOUSE = '.getsession.org';
const COMMUNITIES_HOST = 'open.getsession.org';
const DEFAULT_PORT = { http: 80, https: 443 } as const;
const LAST_PORT = 65_535;
const SERVER_KEY = 'p';
const STREAM = 'd';

/** `key`: of a server that is not the network's own, whose key is never named: others refuse it there. */
export function formatFileUrl({ server, id, isStream }: FileLocation, key?: Ed25519PublicKey): string {
	const { protocol, host, port } = server;
	const explicitPort = port === DEFAULT_PORT[protocol] ? '' : `:${port}`;
	const parameters = [...(key ? [`${SERVER_KEY}=${toHex(key)}`] : []), ...(isStream ? [STREAM] : [])];
	const fragment = parameters.length === 0 ? '' : `#${parameters.join('&')}`;
	return `${protocol}://${host}${explicitPort}/file/${id}${fragment}`;
}

/**
 * `own` is the network's server, null where it has none; without a key of its own in the URL, a host must be that one or belong to the same
 * house. The result is only ever to be asked through an onion path. Throws ProtocolError 'malformed' for URLs that are
 * not to be asked at all: other forms, hosts without a key, files of communities.
 */
export function parseFileUrl(url: string, own: FileServer | null): FileLocation {
	if (utf8(url).length > MAX_URL_BYTES) throw new ProtocolError('malformed', 'file URL is too long');
	const [, scheme = '', hostText = '', portText, id = '', fragment = ''] = FILE_URL.exec(url) ?? [];
	if (id === '') throw new ProtocolError('malformed', 'not a file URL');
	const protocol = scheme.toLowerCase() === 'https' ? 'https' : 'http';
	const host = hostText.toLowerCase();
	const port = portText === undefined ? DEFAULT_PORT[protocol] : Number(portText);
	if (port === 0 || port > LAST_PORT) throw new ProtocolError('malformed', 'file URL has an impossible port');
	if (host === COMMUNITIES_HOST) throw new ProtocolError('malformed', 'file URL is of a community');
	const parameters = new Map(fragment.split('&').map(parameter));
	const named = parameters.get(SERVER_KEY);
	const isOwn = own !== null && host === own.host && port === own.port;
	const x25519 = named === undefined ? keyOfHost(host, isOwn, own) : namedKey(named, isOwn ? own : null);
	return { server: { protocol, host, port, x25519 }, id, isStream: parameters.has(STREAM) };
}

function parameter(text: string): readonly [name: string, value: string] {
	const end = text.indexOf('=');
	return end === -1 ? [text, ''] : [text.slice(0, end), text.slice(end + 1)];
}

function keyOfHost(host: string, isOwn: boolean, own: FileServer | null): X25519PublicKey {
	const isSameHouse = own?.host.endsWith(HOUSE) === true && host.endsWith(HOUSE);
	if (own === null || (!isOwn && !isSameHouse))
		throw new ProtocolError('malformed', 'file URL does not name its server');
	return own.x25519;
}

/** An Ed25519 key, though one library writes its server's X25519 key there: that is known for our own server only. */
function namedKey(text: string, own: FileServer | null): X25519PublicKey {
	const key = parseEd25519PublicKey(fromHex(text));
	return own !== null && toHex(key) === toHex(own.x25519) ? own.x25519 : x25519FromEd25519Public(key);
}

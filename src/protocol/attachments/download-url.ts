/** Where an attachment or picture lies, as messages and configs write it: attachments.md §3, file-server.md §4. */
import { fromHex, toHex, utf8 } from '../bytes';
import { ProtocolError } from '../errors';
import { parseEd25519PublicKey, x25519FromEd25519Public } from '../keys';
import type { X25519PublicKey } from '../types';

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

/** A file on the network's own server: only that is ever uploaded to, so its key is never named. */
export function formatFileUrl({ server, id, isStream }: FileLocation): string {
	const { protocol, host, port } = server;
	const explicitPort = port === DEFAULT_PORT[protocol] ? '' : `:${port}`;
	return `${protocol}://${host}${explicitPort}/file/${id}${isStream ? `#${STREAM}` : ''}`;
}

/**
 * `own` is the network's server; without a key of its own in the URL, a host must be that one or belong to the same
 * house. The result is only ever to be asked through an onion path. Throws ProtocolError 'malformed' for URLs that are
 * not to be asked at all: other forms, hosts without a key, files of communities.
 */
export function parseFileUrl(url: string, own: FileServer): FileLocation {
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
	const isOwn = host === own.host && port === own.port;
	const x25519 = named === undefined ? keyOfHost(host, isOwn, own) : namedKey(named, isOwn, own);
	return { server: { protocol, host, port, x25519 }, id, isStream: parameters.has(STREAM) };
}

function parameter(text: string): readonly [name: string, value: string] {
	const end = text.indexOf('=');
	return end === -1 ? [text, ''] : [text.slice(0, end), text.slice(end + 1)];
}

function keyOfHost(host: string, isOwn: boolean, own: FileServer): X25519PublicKey {
	const isSameHouse = own.host.endsWith(HOUSE) && host.endsWith(HOUSE);
	if (!isOwn && !isSameHouse) throw new ProtocolError('malformed', 'file URL does not name its server');
	return own.x25519;
}

/** An Ed25519 key, though one library writes its server's X25519 key there: that is known for our own server only. */
function namedKey(text: string, isOwn: boolean, own: FileServer): X25519PublicKey {
	const key = parseEd25519PublicKey(fromHex(text));
	return isOwn && toHex(key) === toHex(own.x25519) ? own.x25519 : x25519FromEd25519Public(key);
}

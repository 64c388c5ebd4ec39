/** Records by community server, which has one key, and room: config.md §9.2 to §9.4. */
import { bytesToKey, keyToBytes, sortedEntries } from '../../bt/value';
import { fromUtf8, utf8 } from '../../bytes';
import { attempt, ProtocolError } from '../../errors';
import { parseX25519PublicKey } from '../../keys';
import type { X25519PublicKey } from '../../types';
import type { ConfigObject } from '../object';
import { isConfigDict } from '../tree';
import type { ConfigDict, Path } from '../tree';
import { canonicalBaseUrl } from './community';
import { dictAt, readBytes } from './fields';

const PUBLIC_KEY = '#';
const ROOMS = 'R';
const KEY_BYTES = 32;

export interface RoomRecord {
	readonly baseUrl: string;
	/** What it is kept by. */
	readonly room: string;
	readonly publicKey: X25519PublicKey;
	readonly record: ConfigDict;
}

export class RoomRecords {
	constructor(
		private readonly config: ConfigObject,
		private readonly key: string,
		/** Gives the room's key in its one form. Throws ProtocolError for what is no room. */
		private readonly canonical: (room: string) => string
	) {}

	/** Where the room's record is. Throws ProtocolError 'malformed' or 'too-large' for what is no server or no room. */
	path(baseUrl: string, room: string): Path {
		return [...this.serverPath(baseUrl), ROOMS, this.canonical(room)];
	}

	/** In the order of servers, then rooms. What came from broken clients is passed over. */
	all(): RoomRecord[] {
		const servers = sortedEntries(dictAt(this.config, [this.key]) ?? new Map<string, never>());
		return servers.flatMap(([key, server]) => {
			const publicKey = isConfigDict(server) ? readBytes(server, PUBLIC_KEY, KEY_BYTES) : undefined;
			const rooms = isConfigDict(server) ? server.get(ROOMS) : undefined;
			const baseUrl = readKey(key, canonicalBaseUrl);
			if (publicKey === undefined || baseUrl === undefined || !isConfigDict(rooms)) return [];
			return sortedEntries(rooms).flatMap(([roomKey, record]) => {
				const room = readKey(roomKey, this.canonical);
				if (room === undefined || !isConfigDict(record)) return [];
				return [{ baseUrl, room, publicKey: parseX25519PublicKey(publicKey), record }];
			});
		});
	}

	publicKeyOf(baseUrl: string): X25519PublicKey | undefined {
		const server = dictAt(this.config, this.serverPath(baseUrl));
		const key = server === undefined ? undefined : readBytes(server, PUBLIC_KEY, KEY_BYTES);
		return key === undefined ? undefined : parseX25519PublicKey(key);
	}

	/** One key for all rooms of a server. */
	setPublicKey(baseUrl: string, publicKey: X25519PublicKey): void {
		this.config.set([...this.serverPath(baseUrl), PUBLIC_KEY], publicKey);
	}

	/** The last room takes its server along. */
	erase(baseUrl: string, room: string): void {
		const path = this.path(baseUrl, room);
		if (dictAt(this.config, path) === undefined) return;
		this.config.remove(path);
		const server = this.serverPath(baseUrl);
		if (dictAt(this.config, [...server, ROOMS]) === undefined) this.config.remove(server);
	}

	private serverPath(baseUrl: string): Path {
		return [this.key, bytesToKey(utf8(canonicalBaseUrl(baseUrl)))];
	}
}

/** Only what is kept in its one form counts, or two keys could be the same room. */
function readKey(key: string, canonical: (text: string) => string): string | undefined {
	const text = attempt(() => fromUtf8(keyToBytes(key)));
	if (text instanceof ProtocolError) return undefined;
	return attempt(() => canonical(text)) === text ? text : undefined;
}

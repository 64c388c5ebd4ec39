/** The communities of an account: config.md §9.4. */
import type { ConfigObject } from '../object';
import type { ConfigDict } from '../tree';
import { canonicalBaseUrl, canonicalRoom } from './community';
import type { CommunityAddress, CommunityRoom } from './community';
import { dictAt, FieldWriter, readText } from './fields';
import { readMembership, writeMembership } from './membership';
import type { Membership } from './membership';
import { RoomRecords } from './rooms';

export interface JoinedCommunity extends CommunityAddress, Membership {}

export class JoinedCommunities {
	private readonly rooms: RoomRecords;

	constructor(private readonly config: ConfigObject) {
		this.rooms = new RoomRecords(config, 'o', canonicalRoom);
	}

	/** In the order of servers, then rooms. */
	all(): JoinedCommunity[] {
		return this.rooms
			.all()
			.map(({ baseUrl, room, publicKey, record }) => read({ baseUrl, room, publicKey }, record));
	}

	/** Throws ProtocolError 'malformed' or 'too-large' for what is no community. */
	get({ baseUrl, room }: CommunityRoom): JoinedCommunity | undefined {
		const record = dictAt(this.config, this.rooms.path(baseUrl, room));
		const publicKey = this.rooms.publicKeyOf(baseUrl);
		if (record === undefined || publicKey === undefined) return undefined;
		return read({ baseUrl: canonicalBaseUrl(baseUrl), room, publicKey }, record);
	}

	/**
	 * Makes the entry when it is new, with the room's spelling; the key is taken from the address. Throws ProtocolError
	 * 'malformed' or 'too-large' for what is no community, and changes nothing.
	 */
	update(address: CommunityAddress, changes: Partial<Membership>): void {
		const path = this.rooms.path(address.baseUrl, address.room);
		const record = dictAt(this.config, path) ?? new Map<string, never>();
		const community = { ...read(address, record), ...changes };
		this.rooms.setPublicKey(address.baseUrl, address.publicKey);
		const fields = new FieldWriter(this.config, path);
		writeMembership(fields, community);
		fields.keptText('n', community.room);
	}

	/** Left. Throws ProtocolError 'malformed' or 'too-large' for what is no community. */
	erase({ baseUrl, room }: CommunityRoom): void {
		this.rooms.erase(baseUrl, room);
	}
}

function read(address: CommunityAddress, record: ConfigDict): JoinedCommunity {
	const spelled = readText(record, 'n');
	const room = spelled.toLowerCase() === address.room.toLowerCase() ? spelled : address.room;
	return { ...address, room, ...readMembership(record) };
}

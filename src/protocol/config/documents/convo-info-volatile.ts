/** How far every conversation was read: config.md §9.3. */
import { parseBlindedId } from '../../blinding/blinded-id';
import { parseGroupId } from '../../groups/group-id';
import { parseAccountId } from '../../identity';
import type {
	AccountId,
	BlindedId,
	Bytes,
	Ed25519KeyPair,
	GroupId,
	NetworkTime,
	X25519PublicKey
} from '../../types';
import { CONVO_INFO_VOLATILE } from '../kinds';
import type { ConfigObject, ConfigPush } from '../object';
import { openAccountConfig } from '../open';
import type { ConfigDict, Path } from '../tree';
import { canonicalRoom } from './community';
import { dictAt, FieldWriter, readBytes, readFlag, readInteger, toSeconds } from './fields';
import { idKey, recordsOf } from './records';
import { RoomRecords } from './rooms';

export type Conversation =
	| { readonly kind: 'one-to-one'; readonly id: AccountId }
	| { readonly kind: 'group'; readonly id: GroupId }
	| {
			readonly kind: 'community';
			readonly baseUrl: string;
			readonly room: string;
			readonly publicKey: X25519PublicKey;
	  }
	/** Groups of the time before 2025, whose ids look like Account IDs. */
	| { readonly kind: 'legacy-group'; readonly id: AccountId }
	/** Someone met in a community. */
	| { readonly kind: 'blinded'; readonly id: BlindedId };

export interface ReadState {
	/** Timestamp of the last message that was read, milliseconds; 0 when unknown. */
	readonly lastRead: number;
	/** Marked as unread by hand. */
	readonly unread: boolean;
	/** Of the other person, as seen in messages. Unix seconds; 0 when they have no Pro. */
	readonly proExpires?: number;
	/** 32 bytes that name their Pro credential. */
	readonly proTag?: Bytes;
}

export type ConversationState = Conversation & ReadState;

const DAY = 24 * 60 * 60 * 1000;
/** Older read marks are not written, so that devices do not bring back what others dropped. */
const WRITE_LIMIT = 30 * DAY;
/** Older entries are dropped before a push. */
const KEEP_LIMIT = 45 * DAY;
const PRO_TAG_BYTES = 32;

const KEYS = { 'one-to-one': '1', group: 'g', 'legacy-group': 'C', blinded: 'b' } as const;

export class ConvoInfoVolatile {
	private readonly rooms: RoomRecords;

	constructor(readonly config: ConfigObject) {
		this.rooms = new RoomRecords(config, 'o', canonicalRoom);
	}

	static open(account: Ed25519KeyPair, dump?: Bytes): ConvoInfoVolatile {
		return new ConvoInfoVolatile(openAccountConfig(CONVO_INFO_VOLATILE, account, dump));
	}

	/** One-to-one first, then groups, communities, legacy groups and blinded ones, each in the order of their ids. */
	all(): ConversationState[] {
		const records = <Id>(key: string, parse: (hex: string) => Id) => recordsOf(this.config, key, parse);
		return [
			...records(KEYS['one-to-one'], parseAccountId).map(([id, record]) => ({
				kind: 'one-to-one' as const,
				id,
				...readState(record)
			})),
			...records(KEYS.group, parseGroupId).map(([id, record]) => ({
				kind: 'group' as const,
				id,
				...readState(record)
			})),
			...this.rooms.all().map(({ baseUrl, room, publicKey, record }) => ({
				kind: 'community' as const,
				baseUrl,
				room,
				publicKey,
				...readState(record)
			})),
			...records(KEYS['legacy-group'], parseAccountId).map(([id, record]) => ({
				kind: 'legacy-group' as const,
				id,
				...readState(record)
			})),
			...records(KEYS.blinded, parseBlindedId).map(([id, record]) => ({
				kind: 'blinded' as const,
				id,
				...readState(record)
			}))
		];
	}

	/** Throws ProtocolError 'malformed' or 'too-large' for what is no community. */
	get(conversation: Conversation): ReadState | undefined {
		const record = dictAt(this.config, this.path(conversation));
		return record === undefined ? undefined : readState(record);
	}

	/**
	 * Changes what is given. A read mark of more than 30 days ago is only stored to move the mark back. Throws
	 * ProtocolError 'malformed' or 'too-large' for what is no community, and changes nothing.
	 */
	update(conversation: Conversation, changes: Partial<ReadState>, now: NetworkTime): void {
		const path = this.path(conversation);
		const before = dictAt(this.config, path);
		const fields = new FieldWriter(this.config, path);
		if (conversation.kind === 'community') {
			this.rooms.setPublicKey(conversation.baseUrl, conversation.publicKey);
		}
		const state = { ...readState(before ?? new Map()), ...changes };
		const stored = before === undefined ? undefined : readInteger(before, 'r');
		const movesBack = stored !== undefined && state.lastRead < stored;
		if (movesBack || state.lastRead > now - WRITE_LIMIT) fields.number('r', state.lastRead);
		fields.flag('u', state.unread);
		if (conversation.kind === 'community' || conversation.kind === 'group') return;
		if (conversation.kind === 'blinded') fields.flag('y', conversation.id.startsWith('15'));
		fields.positive('e', state.proExpires ?? 0);
		fields.bytes('g', state.proTag);
	}

	/** Throws ProtocolError 'malformed' or 'too-large' for what is no community. */
	erase(conversation: Conversation): void {
		if (conversation.kind === 'community') this.rooms.erase(conversation.baseUrl, conversation.room);
		else this.config.remove(this.path(conversation));
	}

	/**
	 * Drops what was last read more than 45 days ago and is not marked unread, but never a group: its entry comes with
	 * the membership.
	 */
	dropStale(now: NetworkTime): void {
		for (const conversation of this.all()) {
			const { kind, lastRead, unread, proExpires = 0 } = conversation;
			const stale = lastRead < now - KEEP_LIMIT && !unread && proExpires * 1000 < now;
			if (stale && kind !== 'group') this.erase(conversation);
		}
	}

	/** To be used instead of the config's own push. */
	push(now: NetworkTime): ConfigPush {
		this.dropStale(now);
		return this.config.push(now);
	}

	private path(conversation: Conversation): Path {
		if (conversation.kind === 'community') {
			return this.rooms.path(conversation.baseUrl, conversation.room);
		}
		return [KEYS[conversation.kind], idKey(conversation.id)];
	}
}

function readState(record: ConfigDict): ReadState {
	const state = { lastRead: readInteger(record, 'r') ?? 0, unread: readFlag(record, 'u') };
	const proExpires = readInteger(record, 'e');
	const proTag = readBytes(record, 'g', PRO_TAG_BYTES);
	return {
		...state,
		...(proExpires === undefined ? {} : { proExpires: toSeconds(proExpires) }),
		...(proTag === undefined ? {} : { proTag })
	};
}

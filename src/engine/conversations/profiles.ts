import { truncateDisplayName } from '../../protocol/display-name';
import { utf8 } from '../../protocol/bytes';
import { ProtocolError } from '../../protocol/errors';
import type { Bytes } from '../../protocol/types';
import type { ConversationRecord, ProfilePicture } from '../storage/types';

const KEY_BYTES = 32;
/** Configs, which carry it to other devices, cannot hold more. */
const MAX_URL_BYTES = 223;

/** What a message says of its sender. */
export interface SaidProfile {
	readonly displayName: string;
	/** Null for none. */
	readonly picture: ProfilePicture | null;
	/** 0 for clients too old to say. */
	readonly updatedSeconds: number;
}

/** A name as it may be shown, or null when nothing of it is left. */
export function saidName(text: string): string | null {
	try {
		const name = truncateDisplayName(text);
		return name === '' ? null : name;
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	}
}

/** Null for what is no pair of an address and a key, as clients without a picture send. */
export function saidPicture(url: string, key: Bytes): ProfilePicture | null {
	const isPair = url !== '' && utf8(url).length <= MAX_URL_BYTES && key.length === KEY_BYTES;
	return isPair ? { url, key } : null;
}

/** behaviours.md §3: the newer profile wins; without any time on either side, the one heard last. */
export function withProfile(record: ConversationRecord, said: SaidProfile): ConversationRecord {
	const newer = said.updatedSeconds > record.profileUpdatedSeconds;
	const untimed = said.updatedSeconds === 0 && record.profileUpdatedSeconds === 0;
	if (!newer && !untimed) return record;
	const { displayName, picture, updatedSeconds } = said;
	return { ...record, displayName, picture, profileUpdatedSeconds: updatedSeconds };
}

import { truncateDisplayName } from '../../protocol/display-name';
import { ProtocolError } from '../../protocol/errors';
import type { ConversationRecord } from '../storage/types';

/** What a message says of its sender. */
export interface SaidProfile {
	readonly displayName: string;
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

/** behaviours.md §3: the newer profile wins; without any time on either side, the one heard last. */
export function withProfile(record: ConversationRecord, said: SaidProfile): ConversationRecord {
	const newer = said.updatedSeconds > record.profileUpdatedSeconds;
	const untimed = said.updatedSeconds === 0 && record.profileUpdatedSeconds === 0;
	if (!newer && !untimed) return record;
	return { ...record, displayName: said.displayName, profileUpdatedSeconds: said.updatedSeconds };
}

import type { ConversationKey } from '../api';

/** What the account database keeps of the person themself, under the meta name `profile`. */
export interface OwnProfile {
	readonly displayName: string;
	/** Network seconds when the name was set: others take the newer one. */
	readonly updatedSeconds: number;
	readonly recoverySeen: boolean;
	readonly createdHere: boolean;
	readonly noteToSelf: ConversationKey;
}

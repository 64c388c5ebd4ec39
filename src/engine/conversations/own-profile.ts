import type { ConversationKey } from '../api';
import { EngineError } from '../errors';
import type { AccountTransaction, ProfilePicture } from '../storage/types';

/** What the account database keeps of the person themself, under the meta name `profile`. */
export interface OwnProfile {
	/** '' while it is being looked for in the network, after a restore. */
	readonly displayName: string;
	readonly picture: ProfilePicture | null;
	/** The picture is what the person set, uploaded again because its file was about to end. */
	readonly pictureRenewed: boolean;
	/** Network seconds of the last change or renewal: others take the newer one. */
	readonly updatedSeconds: number;
	readonly recoverySeen: boolean;
	readonly createdHere: boolean;
	readonly noteToSelf: ConversationKey;
}

/** Fails with `no-account` where there is none. */
export async function profileOf(tx: AccountTransaction): Promise<OwnProfile> {
	const profile = await tx.meta.get<OwnProfile>('profile');
	if (profile === null) throw new EngineError('no-account');
	return profile;
}

import type { PictureRef } from '../api';
import type { OwnProfile } from '../conversations/own-profile';
import type { OwnPicture } from '../media/own-picture';
import type { AccountTransaction } from '../storage/types';

/** As whom my own messages are shown. */
export interface OwnLook {
	readonly ownName: string;
	readonly ownPicture: PictureRef | null;
}

export async function ownLook(tx: AccountTransaction): Promise<OwnLook> {
	const profile = await tx.meta.get<OwnProfile>('profile');
	const picture = await tx.meta.get<OwnPicture>('own-picture');
	return { ownName: profile?.displayName ?? '', ownPicture: picture?.ref ?? null };
}

/** My own picture: what the account keeps of it, and what the person's wish changes at once. */
import { toHex } from '../../protocol/bytes';
import type { Bytes, RandomBytes } from '../../protocol/types';
import type { EngineErrorCode, PictureRef } from '../api';
import { profileOf, type OwnProfile } from '../conversations/own-profile';
import { EngineError } from '../errors';
import { newPictureRef } from '../storage/local-keys';
import type { AccountDatabase, AccountTransaction, ProfilePicture } from '../storage/types';
import { pictureType } from './picture-type';
import { sealAvatar } from '../../protocol/attachments/avatar';

/** Under the meta name `own-picture`; none for none. */
export interface OwnPicture {
	/** What is shown here; null while it is still to be fetched, or cannot be. */
	readonly ref: PictureRef | null;
	/** The profile's picture that this is; null before it is on a server. */
	readonly of: ProfilePicture | null;
	/** Still to be sent. */
	readonly upload: { readonly key: Bytes; readonly reason: EngineErrorCode | null } | null;
	readonly file: OwnPictureFile | null;
}

/** How the file on the server lives on. Network ms all. */
export interface OwnPictureFile {
	readonly uploadedAt: number;
	readonly expiry: number | null;
	readonly checkedAt: number;
}

const KEY_BYTES = 32;
/** What the page makes has a tenth of it. */
const MAX_OWN_BYTES = 1_000_000;

/** Fails with `invalid-picture` or `too-large`. */
export async function chooseOwnPicture(
	db: AccountDatabase,
	bytes: Bytes,
	random: RandomBytes
): Promise<void> {
	const type = pictureType(bytes);
	if (type === null) throw new EngineError('invalid-picture');
	if (bytes.length > MAX_OWN_BYTES) {
		throw new EngineError('too-large', { limit: MAX_OWN_BYTES, actual: bytes.length });
	}
	const ref = newPictureRef(random);
	const key = random(KEY_BYTES);
	// Sealed once: whatever dies in between, the same bytes go up again, and the server keeps them once.
	const sealed = await sealAvatar(bytes, key, random);
	await db.write(async (tx) => {
		await forgetShown(tx);
		await tx.pictures.put({ ref, type, bytes, sealed });
		const chosen: OwnPicture = { ref, of: null, upload: { key, reason: null }, file: null };
		await tx.meta.put('own-picture', chosen);
	});
}

/** `now`: network ms. */
export async function removeOwnPicture(db: AccountDatabase, now: number): Promise<void> {
	await db.write(async (tx) => {
		await forgetShown(tx);
		await tx.meta.put('own-picture', null);
		const profile = await profileOf(tx);
		if (profile.picture !== null) await tx.meta.put('profile', withPicture(profile, null, now));
	});
}

/** The profile as others are to take it over: a newer one. `pictureRenewed`: the person changed nothing. */
export function withPicture(
	profile: OwnProfile,
	picture: ProfilePicture | null,
	now: number,
	pictureRenewed = false
): OwnProfile {
	// An earlier change may have been made under a wrong clock, ahead of this one.
	const updatedSeconds = Math.max(Math.floor(now / 1000), profile.updatedSeconds + 1);
	return { ...profile, picture, pictureRenewed, updatedSeconds };
}

export async function forgetShown(tx: AccountTransaction): Promise<void> {
	const before = await tx.meta.get<OwnPicture>('own-picture');
	if (before?.ref) await tx.pictures.remove(before.ref);
}

export function isSamePicture(a: ProfilePicture | null, b: ProfilePicture | null): boolean {
	if (a === null || b === null) return a === b;
	return a.url === b.url && toHex(a.key) === toHex(b.key);
}

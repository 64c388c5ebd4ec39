/** What every account has from its first moment: a profile, a note to self, and the network it belongs to. */
import { builtinProfile } from '../networks/builtin';
import { isBuiltinName } from '../networks/builtin-names';
import { profileDocument } from '../networks/document';
import { parseNetworkProfile } from '../networks/parse-profile';
import type { NetworkProfile } from '../networks/profile';
import { ProfileError } from '../networks/profile-error';
import { cleanDisplayName, DISPLAY_NAME_MAX_BYTES } from '../protocol/display-name';
import { ProtocolError } from '../protocol/errors';
import type { RandomBytes } from '../protocol/types';
import { utf8 } from '../protocol/bytes';
import type { NetworkPin } from './account/entry';
import type { OpenAccount } from './account/vault';
import { findOrMake } from './conversations/find';
import { profileOf } from './conversations/own-profile';
import type { OwnProfile } from './conversations/own-profile';
import { EngineError } from './errors';
import { RESTORE_BEGINS } from './sync/restore';
import type { AccountDatabase } from './storage/types';

interface Settings {
	/** The document of a custom network, so that it is known offline; null for built-in ones. */
	readonly network: unknown;
}

/** Fails with `invalid-name` and the reason `empty` or `too-long`, with limit and actual in bytes. */
export function ownDisplayName(text: string): string {
	try {
		return cleanDisplayName(text);
	} catch (error) {
		if (!(error instanceof ProtocolError)) throw error;
		if (error.kind !== 'too-large') throw new EngineError('invalid-name', { reason: 'empty' });
		const actual = utf8(text.trim()).length;
		throw new EngineError('invalid-name', { reason: 'too-long', limit: DISPLAY_NAME_MAX_BYTES, actual });
	}
}

/**
 * Makes whatever of it is missing: after creation, and when a row was damaged. `db`: the one that other devices do not hear
 * of, since what they have comes first. `now`: network ms.
 */
export async function ensureOwnProfile(
	{ db, facts, identity }: Pick<OpenAccount, 'db' | 'facts' | 'identity'>,
	random: RandomBytes,
	now: number
): Promise<void> {
	if ((await db.read((tx) => tx.meta.get<OwnProfile>('profile'))) !== null) return;
	await db.write(async (tx) => {
		if (!facts.createdHere) await tx.meta.put('restore', RESTORE_BEGINS);
		const note = await findOrMake(tx, identity.accountId, { random, now });
		await tx.conversations.put({ ...note, approved: true, approvedMe: true });
		const profile: OwnProfile = {
			displayName: facts.displayName,
			picture: null,
			pictureRenewed: false,
			updatedSeconds: Math.floor(now / 1000),
			recoverySeen: !facts.createdHere,
			createdHere: facts.createdHere,
			noteToSelf: note.key
		};
		await tx.meta.put('profile', profile);
	});
}

export async function changeProfile(
	db: AccountDatabase,
	change: (profile: OwnProfile) => OwnProfile
): Promise<OwnProfile> {
	return db.write(async (tx) => {
		const profile = await profileOf(tx);
		const changed = change(profile);
		await tx.meta.put('profile', changed);
		return changed;
	});
}

export async function rememberNetwork(db: AccountDatabase, profile: NetworkProfile): Promise<void> {
	const settings: Settings = { network: profile.kind === 'custom' ? profileDocument(profile) : null };
	await db.write((tx) => tx.meta.put('settings', settings));
}

/** The network that the account was made on, without asking anyone; null when its document was lost. */
export async function rememberedNetwork(
	db: AccountDatabase,
	pin: NetworkPin
): Promise<NetworkProfile | null> {
	if (pin.fingerprint === null) return isBuiltinName(pin.name) ? builtinProfile(pin.name) : null;
	const settings = await db.read((tx) => tx.meta.get<Settings>('settings'));
	try {
		return settings === null ? null : parseNetworkProfile(settings.network);
	} catch (error) {
		if (error instanceof ProfileError) return null;
		throw error;
	}
}

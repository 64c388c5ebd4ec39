/** The pictures of other people: which are wanted, and what becomes of each. */
import type { RandomBytes } from '../../protocol/types';
import type { ConversationKey, PictureRef } from '../api';
import { newPictureRef } from '../storage/local-keys';
import type {
	AccountDatabase,
	ConversationRecord,
	KeptPicture,
	ProfilePicture,
	StoredPicture
} from '../storage/types';
import type { FileTransfer } from './file-transfer';
import { isFinal, openPicture } from './open-picture';
import type { OwnPicture } from './own-picture';
import { isSamePicture } from './own-picture';

/** All together; whoever was heard of longest ago goes first. */
const PICTURES_BUDGET_BYTES = 64 * 1024 * 1024;

export interface ContactPictureParts {
	readonly db: AccountDatabase;
	readonly transfer: FileTransfer;
	readonly random: RandomBytes;
}

/** Only of people I approved: a stranger could otherwise learn from their server that I am there. */
export function wantsPicture({ picture, keptPicture, approved, blocked }: ConversationRecord): boolean {
	return picture !== null && approved && !blocked && !isSamePicture(keptPicture?.of ?? null, picture);
}

/** They took it away, here or on another device of mine. */
export function hasLeftover({ picture, keptPicture }: ConversationRecord): boolean {
	return picture === null && keptPicture !== null;
}

/** Those with the liveliest conversations, whose pictures fit; the others are to go. */
export function overBudget(
	records: readonly ConversationRecord[],
	budget = PICTURES_BUDGET_BYTES
): readonly ConversationRecord[] {
	const activeAt = ({ newest, createdAt }: ConversationRecord) => newest?.sentAt ?? createdAt;
	let total = 0;
	return records
		.filter(({ keptPicture }) => keptPicture?.ref)
		.sort((a, b) => activeAt(b) - activeAt(a))
		.filter(({ keptPicture }) => (total += keptPicture?.bytes ?? 0) > budget);
}

/** Fails when it is worth another try. */
export async function fetchContactPicture(
	parts: ContactPictureParts,
	key: ConversationKey,
	picture: ProfilePicture,
	signal: AbortSignal
): Promise<void> {
	const stored = await download(parts, picture, signal);
	await parts.db.write(async (tx) => {
		const record = await tx.conversations.get(key);
		if (record === null || !wantsPicture(record) || !isSamePicture(record.picture, picture)) return;
		const before = record.keptPicture;
		if (stored === null) {
			// What was good stays in sight: a broken picture is no wish to have none.
			const given: KeptPicture = { of: picture, ref: before?.ref ?? null, bytes: before?.bytes ?? 0 };
			await tx.conversations.put({ ...record, keptPicture: given });
			return;
		}
		if (before?.ref) await tx.pictures.remove(before.ref);
		await tx.pictures.put(stored);
		const kept: KeptPicture = { of: picture, ref: stored.ref, bytes: stored.bytes.length };
		await tx.conversations.put({ ...record, keptPicture: kept });
	});
}

/** Null when this file will never be a picture. */
async function download(
	{ transfer, random }: ContactPictureParts,
	{ url, key }: ProfilePicture,
	signal: AbortSignal
): Promise<StoredPicture | null> {
	try {
		const opened = await openPicture(await transfer.download(url, signal), key);
		return { ref: newPictureRef(random), ...opened, sealed: null };
	} catch (error) {
		if (isFinal(error)) return null;
		throw error;
	}
}

/** `forget`: also that there was one; otherwise it is not fetched again until they have another. */
export async function dropContactPicture(
	db: AccountDatabase,
	key: ConversationKey,
	forget: boolean
): Promise<void> {
	await db.write(async (tx) => {
		const record = await tx.conversations.get(key);
		const kept = record?.keptPicture ?? null;
		if (record === null || kept === null) return;
		if (kept.ref !== null) await tx.pictures.remove(kept.ref);
		const keptPicture = forget ? null : { ...kept, ref: null, bytes: 0 };
		await tx.conversations.put({ ...record, keptPicture });
	});
}

/** Pictures that no row names any more: of people who were deleted. */
export async function sweepPictures(db: AccountDatabase): Promise<void> {
	await db.write(async (tx) => {
		// In this transaction: one that the person chooses right now must not look forgotten.
		const own = await tx.meta.get<OwnPicture>('own-picture');
		const records = await tx.conversations.all();
		const named = new Set<PictureRef | null>([
			own?.ref ?? null,
			...records.map(({ keptPicture }) => keptPicture?.ref ?? null)
		]);
		for (const ref of await tx.pictures.refs()) if (!named.has(ref)) await tx.pictures.remove(ref);
	});
}

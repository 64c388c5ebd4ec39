/**
 * What my picture needs in the background: sending it, keeping its file alive on the server, fetching what another
 * device set. attachments.md §6, file-server.md §5.
 */
import type { NetworkTime, RandomBytes } from '../../protocol/types';
import { profileOf } from '../conversations/own-profile';
import { EngineError } from '../errors';
import { newPictureRef } from '../storage/local-keys';
import type { AccountDatabase, ProfilePicture } from '../storage/types';
import type { FileTransfer } from './file-transfer';
import { isFinal, openPicture } from './open-picture';
import { forgetShown, isSamePicture, withPicture, type OwnPicture, type OwnPictureFile } from './own-picture';

export interface OwnPictureParts {
	readonly db: AccountDatabase;
	readonly transfer: FileTransfer;
	readonly random: RandomBytes;
	/** Network ms. */
	readonly now: () => NetworkTime;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CHECK_EVERY_MS = 2 * HOUR_MS;
/** Servers keep files 14 days; those that cannot be extended are sent again before. */
const OLD_MS = 12 * DAY_MS;
const LITTLE_LEFT_MS = 2 * DAY_MS;

/** Does whatever is due; fails with why it could not, to be tried again later. */
export async function keepOwnPicture(parts: OwnPictureParts): Promise<void> {
	const { own, picture } = await parts.db.read(async (tx) => ({
		own: await tx.meta.get<OwnPicture>('own-picture'),
		picture: (await profileOf(tx)).picture
	}));
	if (own?.upload) return send(parts, own);
	if (!isSamePicture(own?.of ?? null, picture)) return picture === null ? drop(parts) : fetch(parts, picture);
	if (own?.file && parts.now() - own.file.checkedAt >= CHECK_EVERY_MS) await keepAlive(parts, own, own.file);
}

async function send({ db, transfer, now }: OwnPictureParts, own: OwnPicture): Promise<void> {
	const { ref, upload } = own;
	const stored = ref && (await db.read((tx) => tx.pictures.get(ref)));
	if (!ref || !upload || !stored?.sealed) {
		// The row was damaged: there is nothing left to send.
		await db.write((tx) => tx.meta.put('own-picture', null));
		return;
	}
	try {
		const { url, expiry } = await transfer.upload(stored.sealed);
		const of = { url, key: upload.key };
		const file = { uploadedAt: now(), expiry, checkedAt: now() };
		await db.write(async (tx) => {
			// The person may have chosen another one meanwhile, or none.
			if ((await tx.meta.get<OwnPicture>('own-picture'))?.ref !== ref) return;
			await tx.meta.put('own-picture', { ref, of, upload: null, file } satisfies OwnPicture);
			await tx.meta.put('profile', withPicture(await profileOf(tx), of, now()));
		});
	} catch (error) {
		const reason = error instanceof EngineError ? error.code : 'internal';
		if (reason !== upload.reason) {
			await db.write(async (tx) => {
				if ((await tx.meta.get<OwnPicture>('own-picture'))?.ref !== ref) return;
				await tx.meta.put('own-picture', { ...own, upload: { ...upload, reason } } satisfies OwnPicture);
			});
		}
		throw error;
	}
}

/** Another device took it away. */
async function drop({ db }: OwnPictureParts): Promise<void> {
	await db.write(async (tx) => {
		const own = await tx.meta.get<OwnPicture>('own-picture');
		if (own === null || own.upload !== null || (await profileOf(tx)).picture !== null) return;
		await forgetShown(tx);
		await tx.meta.put('own-picture', null);
	});
}

/** Another device set it. */
async function fetch({ db, transfer, random, now }: OwnPictureParts, picture: ProfilePicture): Promise<void> {
	const fetched = await fetchPicture(transfer, picture);
	await db.write(async (tx) => {
		const before = await tx.meta.get<OwnPicture>('own-picture');
		if (before?.upload || !isSamePicture((await profileOf(tx)).picture, picture)) return;
		if (fetched === null) {
			const given: OwnPicture = { ref: before?.ref ?? null, of: picture, upload: null, file: null };
			await tx.meta.put('own-picture', given);
			return;
		}
		const { bytes, type, blob, expiry } = fetched;
		await forgetShown(tx);
		const ref = newPictureRef(random);
		await tx.pictures.put({ ref, type, bytes, sealed: blob });
		const file = { uploadedAt: now(), expiry, checkedAt: now() };
		await tx.meta.put('own-picture', { ref, of: picture, upload: null, file } satisfies OwnPicture);
	});
}

/** Null when it never will be one. */
async function fetchPicture(transfer: FileTransfer, { url, key }: ProfilePicture) {
	try {
		const file = await transfer.download(url);
		return { ...file, ...(await openPicture(file, key)) };
	} catch (error) {
		if (isFinal(error)) return null;
		throw error;
	}
}

async function keepAlive(parts: OwnPictureParts, own: OwnPicture, file: OwnPictureFile): Promise<void> {
	const { db, transfer, now } = parts;
	const { ref, of } = own;
	if (of === null) return;
	const expiry = await transfer.extend(of.url);
	if (expiry !== null) {
		await record(parts, own, of, { ...file, expiry, checkedAt: now() });
		return;
	}
	const stored = ref && (await db.read((tx) => tx.pictures.get(ref)));
	if (!stored?.sealed || !isDue(of, file, now())) {
		await record(parts, own, of, { ...file, checkedAt: now() });
		return;
	}
	const sent = await transfer.upload(stored.sealed);
	// The form stays what it was, and the link has to say so.
	const url = of.url.includes('#') && /[#&]d(?:=|&|$)/.test(of.url) ? withStream(sent.url) : sent.url;
	await record(parts, own, { ...of, url }, { uploadedAt: now(), expiry: sent.expiry, checkedAt: now() });
}

function withStream(url: string): string {
	return url.includes('#') ? `${url}&d` : `${url}#d`;
}

/** An extendable file that could not be extended is gone; others are sent again before they are. */
function isDue({ url }: ProfilePicture, { uploadedAt, expiry }: OwnPictureFile, now: number): boolean {
	const id = /\/file\/([\w-]+)/.exec(url)?.[1] ?? '';
	if (id.length === 44) return true;
	return expiry === null ? now - uploadedAt > OLD_MS : expiry - now < LITTLE_LEFT_MS;
}

async function record(
	{ db, now }: OwnPictureParts,
	own: OwnPicture,
	of: ProfilePicture,
	file: OwnPictureFile
): Promise<void> {
	await db.write(async (tx) => {
		const profile = await profileOf(tx);
		const current = await tx.meta.get<OwnPicture>('own-picture');
		if (current?.ref !== own.ref || !isSamePicture(profile.picture, own.of)) return;
		await tx.meta.put('own-picture', { ...own, of, file } satisfies OwnPicture);
		if (isSamePicture(profile.picture, of)) return;
		// Others look for it where it is now only if this counts as newer.
		await tx.meta.put('profile', withPicture(profile, of, now(), true));
	});
}

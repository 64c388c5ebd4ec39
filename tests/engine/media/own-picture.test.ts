/** What my picture needs in the background, against a file server that does what the test says. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EngineError } from '../../../src/engine/errors';
import type { FileTransfer, SentFile } from '../../../src/engine/media/file-transfer';
import { chooseOwnPicture, removeOwnPicture, type OwnPicture } from '../../../src/engine/media/own-picture';
import { keepOwnPicture } from '../../../src/engine/media/own-picture-upkeep';
import type { OwnProfile } from '../../../src/engine/conversations/own-profile';
import type { AccountDatabase } from '../../../src/engine/storage/types';
import { openAvatar, sealAvatar } from '../../../src/protocol/attachments/avatar';
import { toHex } from '../../../src/protocol/bytes';
import { sodiumReady } from '../../../src/protocol/sodium';
import type { Bytes, NetworkTime } from '../../../src/protocol/types';
import { systemRandom as random } from '../network/sample-nodes';
import { openFresh } from '../storage/fixture';
import { png } from './samples';

beforeAll(() => sodiumReady);

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

class FakeFiles implements FileTransfer {
	readonly blobs: Bytes[] = [];
	readonly log: string[] = [];
	contentIds = true;
	failing: EngineError | null = null;
	expiry: number | null = null;
	extended: number | null = null;
	meanwhile: () => Promise<void> = () => Promise.resolve();

	async upload(blob: Bytes): Promise<SentFile> {
		this.log.push('upload');
		await this.meanwhile();
		if (this.failing) throw this.failing;
		this.blobs.push(blob);
		const id = this.contentIds ? 'A'.repeat(43) + String(this.blobs.length) : String(this.blobs.length);
		return { url: `http://files.test/file/${id}`, expiry: this.expiry };
	}

	download(url: string) {
		this.log.push('download');
		if (this.failing) return Promise.reject(this.failing);
		const blob = this.blobs[Number(url.at(-1)) - 1]!;
		return Promise.resolve({ blob, isStream: false, expiry: this.expiry });
	}

	extend() {
		this.log.push('extend');
		return Promise.resolve(this.extended);
	}
}

let db: AccountDatabase;
let files: FakeFiles;
let now: number;

const keep = () => keepOwnPicture({ db, transfer: files, random, now: () => now as NetworkTime });
const own = () => db.read((tx) => tx.meta.get<OwnPicture>('own-picture'));
const profile = () => db.read((tx) => tx.meta.get<OwnProfile>('profile'));
const refs = () => db.read((tx) => tx.pictures.refs());

beforeEach(async () => {
	({ db } = await openFresh());
	files = new FakeFiles();
	now = 1_797_000_000_000;
	await db.write((tx) =>
		tx.meta.put('profile', {
			displayName: 'Ada',
			picture: null,
			pictureRenewed: false,
			updatedSeconds: 5,
			recoverySeen: true,
			createdHere: true,
			noteToSelf: ''
		})
	);
});

describe('sending', () => {
	test('the profile names the picture when the file is there, not before', async () => {
		await chooseOwnPicture(db, png(64, 64), random);
		expect((await profile())?.picture).toBeNull();
		await keep();
		const { picture, updatedSeconds } = (await profile())!;
		expect(updatedSeconds).toBe(now / 1000);
		expect(toHex(await openAvatar(files.blobs[0]!, picture!.key))).toBe(toHex(png(64, 64)));
		expect(await own()).toMatchObject({ of: picture, upload: null });
		await keep();
		expect(files.log).toEqual(['upload']);
	});

	test('a failure is kept for the person to see, and the same bytes are sent again', async () => {
		await chooseOwnPicture(db, png(64, 64), random);
		const sealed = await db.read(
			async (tx) => (await tx.pictures.get((await tx.pictures.refs())[0]!))?.sealed
		);
		files.failing = new EngineError('server-unreachable');
		await expect(keep()).rejects.toMatchObject({ code: 'server-unreachable' });
		expect((await own())?.upload?.reason).toBe('server-unreachable');
		files.failing = null;
		await keep();
		expect(toHex(files.blobs[0]!)).toBe(toHex(sealed!));
	});

	test('another choice while one is on its way wins', async () => {
		await chooseOwnPicture(db, png(64, 64, 'first'), random);
		files.meanwhile = async () => {
			files.meanwhile = () => Promise.resolve();
			await chooseOwnPicture(db, png(64, 64, 'second'), random);
		};
		await keep();
		expect((await profile())?.picture).toBeNull();
		await keep();
		const { picture } = (await profile())!;
		expect(toHex(await openAvatar(files.blobs[1]!, picture!.key))).toBe(toHex(png(64, 64, 'second')));
		expect(await refs()).toHaveLength(1);
	});

	test('none while one is on its way wins too', async () => {
		await chooseOwnPicture(db, png(64, 64), random);
		files.meanwhile = () => removeOwnPicture(db, now);
		await keep();
		expect((await profile())?.picture).toBeNull();
		expect(await own()).toBeNull();
		expect(await refs()).toEqual([]);
	});

	test('what is no picture, or too large, is not taken', async () => {
		const svg = new TextEncoder().encode('<svg/>');
		await expect(chooseOwnPicture(db, svg, random)).rejects.toMatchObject({ code: 'invalid-picture' });
		const large = png(64, 64, 'x'.repeat(1_000_000));
		await expect(chooseOwnPicture(db, large, random)).rejects.toMatchObject({ code: 'too-large' });
		expect(await refs()).toEqual([]);
	});
});

describe('taking it away', () => {
	test('is a newer profile, even under a clock that is behind', async () => {
		await chooseOwnPicture(db, png(64, 64), random);
		await keep();
		const before = (await profile())!.updatedSeconds;
		await removeOwnPicture(db, now - DAY);
		expect(await profile()).toMatchObject({ picture: null, updatedSeconds: before + 1 });
	});
});

describe('keeping it alive', () => {
	test('at most every two hours, by a longer life where the server gives one', async () => {
		await chooseOwnPicture(db, png(64, 64), random);
		await keep();
		const before = await profile();
		now += HOUR;
		await keep();
		now += HOUR;
		files.extended = now + 14 * DAY;
		await keep();
		await keep();
		expect(files.log).toEqual(['upload', 'extend']);
		expect((await own())?.file).toMatchObject({ expiry: files.extended, checkedAt: now });
		expect(await profile()).toEqual(before);
	});

	test('by sending the same file again when the server lost it', async () => {
		await chooseOwnPicture(db, png(64, 64), random);
		await keep();
		const before = (await profile())!;
		now += 3 * HOUR;
		await keep();
		expect(files.log).toEqual(['upload', 'extend', 'upload']);
		expect(toHex(files.blobs[1]!)).toBe(toHex(files.blobs[0]!));
		const after = (await profile())!;
		expect(after.picture).toEqual({ ...before.picture, url: `http://files.test/file/${'A'.repeat(43)}2` });
		expect(after.updatedSeconds).toBeGreaterThan(before.updatedSeconds);
		expect([before.pictureRenewed, after.pictureRenewed]).toEqual([false, true]);
	});

	test('files that cannot be extended are sent again before they end, not sooner', async () => {
		files.contentIds = false;
		files.expiry = now + 14 * DAY;
		await chooseOwnPicture(db, png(64, 64), random);
		await keep();
		now += 11 * DAY;
		await keep();
		expect(files.blobs).toHaveLength(1);
		now += 2 * DAY;
		await keep();
		expect(files.blobs).toHaveLength(2);
	});
});

describe('what another device did', () => {
	test('set one: it is fetched, and can be sent again from here', async () => {
		const key = random(32);
		files.blobs.push(await sealAvatar(png(32, 32), key, random));
		const picture = { url: 'http://files.test/file/1', key };
		await db.write(async (tx) => tx.meta.put('profile', { ...(await profileIn(tx)), picture }));
		await keep();
		const { ref } = (await own())!;
		const stored = await db.read((tx) => tx.pictures.get(ref!));
		expect(stored).toMatchObject({ type: 'image/png', bytes: png(32, 32), sealed: files.blobs[0] });
	});

	test('set one that is broken: given up once, and the others are left in peace', async () => {
		files.blobs.push(new Uint8Array(60));
		const picture = { url: 'http://files.test/file/1', key: random(32) };
		await db.write(async (tx) => tx.meta.put('profile', { ...(await profileIn(tx)), picture }));
		await keep();
		await keep();
		expect(files.log).toEqual(['download']);
		expect(await own()).toMatchObject({ ref: null, of: picture });
	});

	test('took it away: nothing is left here', async () => {
		await chooseOwnPicture(db, png(64, 64), random);
		await keep();
		await db.write(async (tx) => tx.meta.put('profile', { ...(await profileIn(tx)), picture: null }));
		await keep();
		expect(await own()).toBeNull();
		expect(await refs()).toEqual([]);
	});
});

function profileIn(tx: Parameters<Parameters<AccountDatabase['read']>[0]>[0]) {
	return tx.meta.get<OwnProfile>('profile');
}

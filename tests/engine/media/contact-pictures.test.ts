import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ConversationKey, PictureRef } from '../../../src/engine/api';
import {
	dropContactPicture,
	hasLeftover,
	overBudget,
	sweepPictures,
	wantsPicture
} from '../../../src/engine/media/contact-pictures';
import type { AccountDatabase, ConversationRecord } from '../../../src/engine/storage/types';
import { sodiumReady } from '../../../src/protocol/sodium';
import { conversation, openFresh } from '../storage/fixture';
import { png } from './samples';

beforeAll(() => sodiumReady);

const picture = { url: 'http://files.test/file/1', key: new Uint8Array(32) };
const ref = (name: string) => name as PictureRef;

function kept(name: string, bytes: number, createdAt: number): ConversationRecord {
	const keptPicture = { of: picture, ref: ref(name), bytes };
	return conversation({ key: name as ConversationKey, picture, keptPicture, createdAt });
}

describe('whose picture is fetched', () => {
	test.each([
		['a contact’s', {}, true],
		['of someone I wrote to', { approvedMe: false }, true],
		['a stranger’s', { approved: false }, false],
		['a blocked person’s', { blocked: true }, false],
		['nobody’s', { picture: null }, false],
		['one that is here', { keptPicture: { of: picture, ref: ref('a'), bytes: 1 } }, false],
		['one that was given up', { keptPicture: { of: picture, ref: null, bytes: 0 } }, false],
		['another one', { keptPicture: { of: { ...picture, url: 'x' }, ref: ref('a'), bytes: 1 } }, true],
		[
			'one of another key',
			{ keptPicture: { of: { ...picture, key: new Uint8Array(1) }, ref: null, bytes: 0 } },
			true
		]
	])('%s', (_, facts, wanted) => {
		expect(wantsPicture(conversation({ picture, ...facts }))).toBe(wanted);
	});
});

test('a picture that was taken away is a leftover', () => {
	expect(hasLeftover({ ...kept('a', 1, 1), picture: null })).toBe(true);
	expect(hasLeftover(kept('a', 1, 1))).toBe(false);
	expect(hasLeftover(conversation())).toBe(false);
});

test('beyond the budget those who were heard of longest ago go', () => {
	const records = [kept('old', 40, 1), kept('new', 40, 3), kept('middle', 40, 2), conversation()];
	expect(overBudget(records, 120)).toEqual([]);
	expect(overBudget(records, 100).map(({ key }) => key)).toEqual(['old']);
	expect(overBudget(records, 50).map(({ key }) => key)).toEqual(['middle', 'old']);
});

describe('in the database', () => {
	let db: AccountDatabase;

	beforeEach(async () => {
		({ db } = await openFresh());
		await db.write(async (tx) => {
			for (const name of ['named', 'own', 'nobody']) {
				await tx.pictures.put({ ref: ref(name), type: 'image/png', bytes: png(1, 1), sealed: null });
			}
			const keptPicture = { of: picture, ref: ref('named'), bytes: 9 };
			await tx.conversations.put(conversation({ picture, keptPicture }));
			await tx.meta.put('own-picture', { ref: ref('own'), of: null, upload: null, file: null });
		});
	});

	test('what no row names is swept away', async () => {
		await sweepPictures(db);
		expect([...(await db.read((tx) => tx.pictures.refs()))].sort()).toEqual(['named', 'own']);
	});

	test('what was dropped for want of space is not fetched again', async () => {
		const { key } = conversation();
		await dropContactPicture(db, key, false);
		const record = (await db.read((tx) => tx.conversations.get(key)))!;
		expect(wantsPicture(record)).toBe(false);
		expect(await db.read((tx) => tx.pictures.get(ref('named')))).toBeNull();
		await dropContactPicture(db, key, true);
		expect((await db.read((tx) => tx.conversations.get(key)))?.keptPicture).toBeNull();
	});
});

import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { mergeDocument } from '../../../src/engine/documents/merge';
import { beginPush, finishPush } from '../../../src/engine/documents/push';
import { KINDS } from '../../../src/engine/documents/state';
import type { DocumentName, DocumentStates } from '../../../src/engine/documents/state';
import { syncedDatabase } from '../../../src/engine/documents/synced-database';
import type { SyncedDatabase } from '../../../src/engine/documents/synced-database';
import { findOrMake } from '../../../src/engine/conversations/find';
import { profileOf } from '../../../src/engine/conversations/own-profile';
import { withPicture } from '../../../src/engine/media/own-picture';
import type { ConversationRecord } from '../../../src/engine/storage/types';
import { Contacts } from '../../../src/protocol/config/documents/contacts';
import { ConvoInfoVolatile } from '../../../src/protocol/config/documents/convo-info-volatile';
import { UserProfile } from '../../../src/protocol/config/documents/user-profile';
import { encryptConfig } from '../../../src/protocol/config/encrypt';
import { CONTACTS } from '../../../src/protocol/config/kinds';
import { pack } from '../../../src/protocol/config/pack';
import { utf8 } from '../../../src/protocol/bytes';
import type { ConfigObject } from '../../../src/protocol/config/object';
import { messageHash } from '../../../src/protocol/storage-rpc';
import type { StoredMessage } from '../../../src/protocol/storage-rpc';
import type { AccountId, Bytes, NetworkTime, SnodeId } from '../../../src/protocol/types';
import { startZstd } from '../../../src/protocol/zstd';
import { openFresh, type Opened } from '../storage/fixture';
import { ada, bob, carol, NOW, person, random } from '../sync/people';

const NODE = 'a'.repeat(64) as SnodeId;
const now = NOW as NetworkTime;

let opened: Opened;
let db: SyncedDatabase;

beforeAll(() => startZstd());

beforeEach(async () => {
	opened = await openFresh();
	const options = { account: ada.ed25519, random, clock: { now: () => now } };
	db = syncedDatabase(opened.db, ada.accountId, options);
	await opened.db.write((tx) => tx.meta.put('profile', { displayName: 'Ada', updatedSeconds: 0 }));
});

function stored(name: DocumentName, data: Bytes, timestamp = NOW - 1000): StoredMessage {
	const hash = messageHash(ada.accountId, KINDS[name].namespace, data);
	return { hash, data, timestamp, expiration: timestamp + 1 };
}

/** As another device would push it. */
function pushed(name: DocumentName, config: ConfigObject, timestamp?: number): StoredMessage[] {
	return config.push(now).messages.map((data) => stored(name, data, timestamp));
}

function merge(name: DocumentName, items: readonly StoredMessage[]): Promise<number> {
	const context = { db, self: ada.accountId, random, codec: () => startZstd() };
	return mergeDocument(context, [{ name, stored: items, node: NODE }]);
}

function contactsOf(
	...people: readonly (readonly [AccountId, Parameters<Contacts['update']>[1]])[]
): Contacts {
	const contacts = Contacts.open(ada.ed25519);
	for (const [id, facts] of people) contacts.update(id, facts);
	return contacts;
}

const recordOf = (id: AccountId): Promise<ConversationRecord | null> =>
	db.read((tx) => tx.conversations.byAccount(id));
const states = async (): Promise<DocumentStates> =>
	(await db.read((tx) => tx.meta.get<DocumentStates>('documents')))!;

describe('contacts of another device', () => {
	const facts = { name: 'Bob', nickname: 'Bobby', approved: true, approvedMe: true, priority: 3 };

	test('become conversations, with all that is shared', async () => {
		const mute = Math.trunc(NOW / 1000) + 60;
		const contacts = contactsOf(
			[bob.accountId, { ...facts, muteUntil: mute, notifications: 2, created: 1_700_000_000 }],
			[carol.accountId, { name: 'Carol', blocked: true }]
		);
		expect(await merge('contacts', pushed('contacts', contacts.config))).toBe(1);
		expect(await recordOf(bob.accountId)).toMatchObject({
			displayName: 'Bob',
			nickname: 'Bobby',
			approved: true,
			approvedMe: true,
			priority: 3,
			muteUntil: mute,
			notify: 'none',
			createdAt: 1_700_000_000_000
		});
		expect(await recordOf(carol.accountId)).toMatchObject({ displayName: 'Carol', blocked: true });
		expect((await states()).contacts).toMatchObject({ needsPush: false, mergedAt: NOW - 1000 });
	});

	test('that come twice are taken in once', async () => {
		const items = pushed('contacts', contactsOf([bob.accountId, facts]).config);
		expect(await merge('contacts', items)).toBe(1);
		expect(await merge('contacts', items)).toBe(0);
	});

	test('that were deleted there go here too, with what was said', async () => {
		const contacts = contactsOf([bob.accountId, facts], [carol.accountId, { name: 'Carol', approved: true }]);
		await merge('contacts', pushed('contacts', contacts.config));
		contacts.erase(bob.accountId);
		await merge('contacts', pushed('contacts', contacts.config));
		expect(await recordOf(bob.accountId)).toBeNull();
		expect(await recordOf(carol.accountId)).not.toBeNull();
	});

	test('meet what was changed here at the same time, and neither is lost', async () => {
		const contacts = contactsOf([bob.accountId, facts]);
		await merge('contacts', pushed('contacts', contacts.config));
		await db.write(async (tx) => {
			await tx.conversations.put({
				...(await tx.conversations.byAccount(bob.accountId))!,
				nickname: 'Robert'
			});
		});
		contacts.update(bob.accountId, { blocked: true });
		await merge('contacts', pushed('contacts', contacts.config));
		expect(await recordOf(bob.accountId)).toMatchObject({ nickname: 'Robert', blocked: true });
		expect((await states()).contacts.needsPush).toBe(true);
	});

	test('never overwrite a newer name of which a message told', async () => {
		await merge(
			'contacts',
			pushed('contacts', contactsOf([bob.accountId, { ...facts, profileUpdated: 100 }]).config)
		);
		await db.write(async (tx) => {
			const record = (await tx.conversations.byAccount(bob.accountId))!;
			await tx.conversations.put({ ...record, displayName: 'Robert', profileUpdatedSeconds: 200 });
		});
		const elsewhere = contactsOf([bob.accountId, { ...facts, profileUpdated: 100, priority: 0 }]);
		await merge('contacts', pushed('contacts', elsewhere.config));
		expect(await recordOf(bob.accountId)).toMatchObject({ displayName: 'Robert' });
	});
});

test('read marks only move on, and marks made by hand follow', async () => {
	await merge('contacts', pushed('contacts', contactsOf([bob.accountId, { approved: true }]).config));
	await db.write(async (tx) => {
		const record = (await tx.conversations.byAccount(bob.accountId))!;
		await tx.conversations.put({ ...record, lastReadAt: NOW - 50 });
	});
	const reading = ConvoInfoVolatile.open(ada.ed25519);
	reading.update({ kind: 'one-to-one', id: bob.accountId }, { lastRead: NOW - 900, unread: true }, now);
	await merge('reading', pushed('reading', reading.config));
	expect(await recordOf(bob.accountId)).toMatchObject({ lastReadAt: NOW - 50, markedUnread: true });
	expect((await states()).reading.needsPush).toBe(true);
});

test('a picture that is renewed is no change that the person made', async () => {
	const picture = { url: 'http://files.test/file/1', key: random(32) };
	const renewed = { ...picture, url: 'http://files.test/file/2' };
	const theirs = UserProfile.open(ada.ed25519);
	theirs.setName('Ada', (NOW - 9_000) as NetworkTime);
	theirs.setPicture(picture, (NOW - 9_000) as NetworkTime);
	await merge('profile', pushed('profile', theirs.config));
	const changed = theirs.config.data.get('t');

	await db.write(async (tx) => tx.meta.put('profile', withPicture(await profileOf(tx), renewed, NOW, true)));
	const push = (await beginPush(db, ada.accountId))!;
	theirs.config.merge(push.messages, now);
	expect(theirs.picture).toEqual(renewed);
	expect(theirs.config.data.get('t')).toEqual(changed);
	expect(theirs.config.data.get('p')).toEqual(utf8(picture.url));
	expect(theirs.updated).toBe(Math.trunc(NOW / 1000));

	// Renewed once more over there, then replaced by the person here.
	const again = { ...picture, url: 'http://files.test/file/3' };
	theirs.setRenewedPicture(again, (NOW + 9_000) as NetworkTime);
	await merge('profile', pushed('profile', theirs.config));
	expect(await db.read(profileOf)).toMatchObject({ picture: again, pictureRenewed: true });
	const other = { url: 'http://files.test/file/4', key: random(32) };
	await db.write(async (tx) => tx.meta.put('profile', withPicture(await profileOf(tx), other, NOW)));
	theirs.config.merge((await beginPush(db, ada.accountId))!.messages, now);
	expect([theirs.picture, theirs.renewedPicture]).toEqual([other, undefined]);
});

describe('a push', () => {
	test('names what it makes needless until that is deleted, also over a restart', async () => {
		const contacts = contactsOf([bob.accountId, { approved: true }]);
		const [before] = pushed('contacts', contacts.config);
		await merge('contacts', [before!]);
		await db.write(async (tx) => {
			await tx.conversations.put({ ...(await tx.conversations.byAccount(bob.accountId))!, nickname: 'B' });
		});
		const first = (await beginPush(db, ada.accountId))!;
		expect(first.obsolete).toEqual([before!.hash]);
		expect(await beginPush(db, ada.accountId)).toEqual(first);
		const stored = new Set(first.messages.map(({ hash }) => hash));
		await finishPush(db, first, { stored, deleted: false });
		expect(await beginPush(db, ada.accountId)).toMatchObject({ messages: [], obsolete: [before!.hash] });
		await finishPush(db, first, { stored, deleted: true });
		expect(await beginPush(db, ada.accountId)).toBeNull();
	});

	test('that was stored only in part is not taken for done', async () => {
		await db.write(async (tx) => {
			const record = await findOrMake(tx, bob.accountId, { random, now });
			await tx.conversations.put({ ...record, approved: true, lastReadAt: NOW });
		});
		const push = (await beginPush(db, ada.accountId))!;
		expect(push.messages.map(({ name }) => name)).toEqual(['contacts', 'reading']);
		const stored = new Set([push.messages[0]!.hash]);
		await finishPush(db, push, { stored, deleted: true });
		const again = (await beginPush(db, ada.accountId))!;
		expect(again.messages.map(({ name }) => name)).toEqual(['reading']);
		expect(again.messages[0]!.hash).toBe(push.messages[1]!.hash);
	});
});

describe('bad input', () => {
	test('that does not decrypt is counted once, kept aside, and hinders nothing', async () => {
		const good = pushed('contacts', contactsOf([bob.accountId, { name: 'Bob', approved: true }]).config);
		const garbage = stored('contacts', random(400));
		expect(await merge('contacts', [garbage, ...good])).toBe(2);
		expect(await recordOf(bob.accountId)).toMatchObject({ displayName: 'Bob' });
		await merge('contacts', [garbage]);
		const [ignored, aside] = await db.read(async (tx) => [
			await tx.meta.get<{ undecryptable: number }>('ignored'),
			await tx.aside.count()
		]);
		expect(ignored).toMatchObject({ undecryptable: 1 });
		expect(aside).toBe(1);
		expect((await states()).contacts.unreadable).toBe(false);
	});

	test('of a document that makes no sense here is not covered by one of ours', async () => {
		const theirs = stored('contacts', nonsense());
		await merge('contacts', [theirs]);
		await merge('contacts', [stored('contacts', random(400))]);
		expect((await states()).contacts.unreadable).toBe(true);
		await db.write(async (tx) => {
			const record = await findOrMake(tx, bob.accountId, { random, now });
			await tx.conversations.put({ ...record, approved: true });
		});
		expect(await recordOf(bob.accountId)).toMatchObject({ approved: true });
		expect(await beginPush(db, ada.accountId)).toBeNull();
		const good = contactsOf([carol.accountId, { name: 'Carol', approved: true }]);
		await merge('contacts', pushed('contacts', good.config));
		expect((await states()).contacts.unreadable).toBe(false);
		expect(await beginPush(db, ada.accountId)).not.toBeNull();
	});

	test('under a hash that is not its own does not count as seen', async () => {
		const [item] = pushed('contacts', contactsOf([bob.accountId, { approved: true }]).config);
		const forged = { ...item!, data: random(300) };
		expect(await merge('contacts', [forged])).toBe(0);
		expect(await merge('contacts', [item!])).toBe(1);
		expect(await recordOf(bob.accountId)).not.toBeNull();
	});

	test('of ten branches at once ends in one document that names everyone', async () => {
		const base = contactsOf([bob.accountId, { approved: true }]);
		const common = pushed('contacts', base.config);
		const people = Array.from({ length: 10 }, (_, index) => person(50 + index).accountId);
		const branches = people.map((id) => {
			const branch = Contacts.open(ada.ed25519);
			branch.config.merge(common, now);
			branch.update(id, { name: 'Someone', approved: true });
			return pushed('contacts', branch.config);
		});
		await merge('contacts', [...common, ...branches.flat()]);
		for (const id of people) expect(await recordOf(id)).toMatchObject({ approved: true });
		const push = (await beginPush(db, ada.accountId))!;
		expect(push.versions.get('contacts')).toBe(3);
		expect(new Set(push.obsolete).size).toBe(11);
	});

	test('dated by a wrong clock changes nothing of what counts as later', async () => {
		const contacts = contactsOf([bob.accountId, { approved: true }]);
		await db.write((tx) =>
			tx.meta.put('elsewhere', {
				knownFrom: NOW - 10_000,
				firstAt: null,
				lastAt: null,
				lastKind: null,
				toAnnounce: null
			})
		);
		await merge('contacts', pushed('contacts', contacts.config, NOW + 7_200_000));
		expect(await db.read((tx) => tx.meta.get('elsewhere'))).toMatchObject({ lastAt: NOW });
		expect((await states()).contacts.mergedAt).toBe(NOW);
	});

	test('in its own row: a damaged document is not pushed before the swarm has given it back', async () => {
		const contacts = contactsOf(
			[bob.accountId, { name: 'Bob', approved: true }],
			[carol.accountId, { name: 'Carol', approved: true }]
		);
		const items = pushed('contacts', contacts.config);
		await merge('contacts', items);
		await opened.db.write((tx) => tx.meta.put('document-contacts', null));
		const fresh = syncedDatabase(opened.db, ada.accountId, {
			account: ada.ed25519,
			random,
			clock: { now: () => now }
		});
		db = fresh;
		await db.write(async (tx) => {
			await tx.conversations.put({ ...(await tx.conversations.byAccount(bob.accountId))!, nickname: 'B' });
		});
		expect((await states()).contacts.lost).toBe(true);
		expect(await beginPush(db, ada.accountId)).toBeNull();
		await merge('contacts', items);
		expect((await states()).contacts.lost).toBe(false);
		expect(await recordOf(bob.accountId)).toMatchObject({ displayName: 'Bob', nickname: 'B' });
		expect(await recordOf(carol.accountId)).toMatchObject({ displayName: 'Carol' });
	});
});

/** Encrypted as a document is, but no document. */
function nonsense(): Bytes {
	const seed = ada.ed25519.secretKey.subarray(0, 32);
	return encryptConfig(pack(utf8('d1:#i1ee')), seed, CONTACTS.domain);
}

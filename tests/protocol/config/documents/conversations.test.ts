import { beforeAll, describe, expect, it } from 'vitest';
import { bytesToKey } from '../../../../src/protocol/bt/value';
import { fromHex, toHex, utf8 } from '../../../../src/protocol/bytes';
import { parseBlindedId } from '../../../../src/protocol/blinding/blinded-id';
import {
	canonicalBaseUrl,
	canonicalRoom,
	communityUrl,
	parseCommunityUrl
} from '../../../../src/protocol/config/documents/community';
import { ConvoInfoVolatile } from '../../../../src/protocol/config/documents/convo-info-volatile';
import type { Conversation } from '../../../../src/protocol/config/documents/convo-info-volatile';
import { NotifyMode } from '../../../../src/protocol/config/documents/fields';
import { RemovedStatus, UserGroups } from '../../../../src/protocol/config/documents/user-groups';
import { groupIdOf, groupPair, parseGroupId, parseGroupSeed } from '../../../../src/protocol/groups/group-id';
import { parseX25519PublicKey } from '../../../../src/protocol/keys';
import { startZstd } from '../../../../src/protocol/zstd';
import { at, sodiumReady } from '../../setup';
import { now } from '../world';
import { account, carry, malformed, person, tooLarge } from './people';

beforeAll(() => Promise.all([sodiumReady, startZstd()]));

const DAY = 24 * 60 * 60 * 1000;
const server = parseX25519PublicKey(new Uint8Array(32).fill(9));
const address = { baseUrl: 'https://open.example.org', room: 'Room_1', publicKey: server };

describe('read marks', () => {
	const volatile = () => ConvoInfoVolatile.open(account());
	const someone: Conversation = { kind: 'one-to-one', id: person(1) };
	const group: Conversation = { kind: 'group', id: parseGroupId(`03${'ab'.repeat(32)}`) };
	const community: Conversation = { kind: 'community', ...address };
	const legacy: Conversation = { kind: 'legacy-group', id: person(2) };
	const stranger: Conversation = { kind: 'blinded', id: parseBlindedId(`15${'cd'.repeat(32)}`) };
	const everyone = [someone, group, community, legacy, stranger];

	it('come to the other devices for every kind of conversation', () => {
		const [mine, other] = [volatile(), volatile()];
		const state = { lastRead: now - DAY, unread: true };
		for (const conversation of everyone) mine.update(conversation, state, now);
		carry(mine.config, other.config);
		for (const conversation of everyone) expect(other.get(conversation)).toEqual(state);
		expect(other.all()).toEqual(
			everyone.map((conversation) => ({
				...conversation,
				...state,
				...(conversation.kind === 'community' ? { room: 'room_1' } : {})
			}))
		);
		for (const conversation of everyone) other.erase(conversation);
		expect(other.config.data.size).toBe(0);
		expect(other.get(someone)).toBeUndefined();
	});

	it('carry what is known of the other one’s Pro', () => {
		const mine = volatile();
		const pro = { proExpires: 1_900_000_000, proTag: new Uint8Array(32).fill(1) };
		mine.update(someone, { lastRead: now, ...pro }, now);
		mine.update(community, { lastRead: now, ...pro }, now);
		expect(mine.get(someone)).toEqual({ lastRead: now, unread: false, ...pro });
		expect(mine.get(community)).toEqual({ lastRead: now, unread: false });
		mine.config.set(['1', bytesToKey(fromHex(person(1))), 'e'], 1_900_000_000_000n);
		expect(mine.get(someone)?.proExpires).toBe(1_900_000_000);
	});

	it('of long ago are stored only to move back', () => {
		const mine = volatile();
		mine.update(someone, { lastRead: now - 31 * DAY }, now);
		expect(mine.config.needsPush).toBe(false);
		mine.update(someone, { lastRead: now - DAY }, now);
		mine.update(someone, { lastRead: now - 40 * DAY }, now);
		expect(mine.get(someone)?.lastRead).toBe(now - 40 * DAY);
		mine.update(someone, { lastRead: now - 35 * DAY }, now);
		expect(mine.get(someone)?.lastRead).toBe(now - 40 * DAY);
	});

	it('that nobody needs any more are dropped before a push', () => {
		const mine = volatile();
		for (const conversation of everyone) mine.update(conversation, { lastRead: now }, now);
		const pro: Conversation = { kind: 'one-to-one', id: person(3) };
		mine.update(pro, { lastRead: now, proExpires: (now + 90 * DAY) / 1000 }, now);
		const marked: Conversation = { kind: 'one-to-one', id: person(4) };
		mine.update(marked, { lastRead: now, unread: true }, now);
		mine.push(at(now + 44 * DAY));
		expect(mine.all()).toHaveLength(7);
		mine.push(at(now + 46 * DAY));
		expect(mine.all()).toMatchObject([pro, marked, group]);
	});

	it('are refused for what is no community', () => {
		const mine = volatile();
		expect(() => mine.update({ ...community, room: 'no/room' }, { unread: true }, now)).toThrow(malformed);
		expect(() => mine.get({ ...community, baseUrl: 'ftp://example.org' })).toThrow(malformed);
		expect(mine.config.data.size).toBe(0);
	});

	it('of broken servers are passed over', () => {
		const mine = volatile();
		mine.update(community, { lastRead: now }, now);
		mine.config.set(['o', 'https://nokey.example.org', 'R', 'room', 'r'], 1n);
		mine.config.set(['o', 'https://norooms.example.org', '#'], new Uint8Array(32));
		mine.config.set(['o', 'https://badroom.example.org', '#'], new Uint8Array(32));
		mine.config.set(['o', 'https://badroom.example.org', 'R', 'UPPER', 'r'], 1n);
		mine.config.set(['o', 'https://badroom.example.org', 'R', 'room'], 1n);
		mine.config.set(['o', 'scalar'], 1n);
		mine.config.set(['o', '\u00ff\u00fe', 'x'], 1n);
		expect(mine.all()).toHaveLength(1);
	});
});

describe('groups', () => {
	const groups = () => UserGroups.open(account());
	const seed = parseGroupSeed(new Uint8Array(32).fill(4));
	const auth = new Uint8Array(100).fill(6);
	const owned = () => groupIdOf(groupPair(seed).publicKey);
	const joined = parseGroupId(`03${'ab'.repeat(32)}`);
	const membership = {
		priority: 2,
		joinedAt: 1_700_000_000,
		notifications: NotifyMode.MentionsOnly,
		muteUntil: 1_800_000_000,
		invited: true
	};

	it('come to the other devices with their secrets', () => {
		const [mine, other] = [groups(), groups()];
		mine.update(owned(), { name: 'Mine', seed, ...membership });
		mine.update(joined, { name: 'Theirs', auth });
		carry(mine.config, other.config);
		expect(other.get(owned())).toEqual({
			id: owned(),
			name: 'Mine',
			seed,
			auth: undefined,
			removed: RemovedStatus.No,
			...membership
		});
		expect(other.get(joined)).toMatchObject({ name: 'Theirs', auth, seed: undefined, priority: 0 });
		expect(
			other
				.all()
				.map(({ id }) => id)
				.sort()
		).toEqual([owned(), joined].sort());
		other.erase(joined);
		expect(other.get(joined)).toBeUndefined();
	});

	it('with the seed of another group are ours no more than before', () => {
		const mine = groups();
		mine.update(joined, { seed, auth });
		expect(mine.get(joined)).toMatchObject({ seed: undefined, auth });
		mine.config.set(['g', bytesToKey(fromHex(joined)), 'K'], seed);
		expect(mine.get(joined)?.seed).toBeUndefined();
	});

	it('have auth data of 100 bytes', () => {
		const mine = groups();
		expect(() => mine.update(joined, { auth: new Uint8Array(99) })).toThrow(malformed);
		expect(mine.all()).toEqual([]);
	});

	it('are marked as kicked, invited and destroyed', () => {
		const mine = groups();
		mine.update(owned(), { seed });
		mine.markInvited(owned());
		expect(mine.get(owned())?.removed).toBe(RemovedStatus.No);
		mine.markKicked(owned());
		expect(mine.get(owned())).toMatchObject({ seed: undefined, removed: RemovedStatus.Kicked });
		mine.markInvited(owned());
		expect(mine.get(owned())?.removed).toBe(RemovedStatus.No);
		mine.markDestroyed(owned());
		mine.markKicked(owned());
		mine.markInvited(owned());
		expect(mine.get(owned())?.removed).toBe(RemovedStatus.Destroyed);
		mine.markKicked(joined);
		mine.markInvited(parseGroupId(`03${'cd'.repeat(32)}`));
		expect(mine.all()).toHaveLength(3);
	});

	it('have names of 100 bytes', () => {
		const mine = groups();
		mine.update(joined, { name: 'é'.repeat(60) });
		expect(mine.get(joined)?.name).toBe('é'.repeat(50));
	});

	describe('of the past', () => {
		const members = new Map([
			[person(1), true],
			[person(2), false]
		]);
		const encryption = { publicKey: new Uint8Array(32).fill(1), secretKey: new Uint8Array(32).fill(2) };

		it('are kept', () => {
			const [mine, other] = [groups(), groups()];
			mine.legacy.update(person(9), { name: 'Old', encryption, expirySeconds: 60, members, ...membership });
			carry(mine.config, other.config);
			const expected = { id: person(9), name: 'Old', encryption, expirySeconds: 60, members, ...membership };
			expect(other.legacy.get(person(9))).toEqual(expected);
			expect(other.legacy.all()).toEqual([expected]);
			other.legacy.update(person(9), { encryption: undefined, members: new Map() });
			expect(other.legacy.get(person(9))).toMatchObject({ encryption: undefined, members: new Map() });
			other.legacy.erase(person(9));
			expect(other.legacy.get(person(9))).toBeUndefined();
		});

		it('are read as far as they make sense', () => {
			const mine = groups();
			const path = ['C', bytesToKey(fromHex(person(9)))];
			mine.config.set([...path, 'm'], [5n, utf8('x'), fromHex(person(1))]);
			mine.config.set([...path, 'a'], [fromHex(person(1))]);
			mine.config.set([...path, 'k'], new Uint8Array(32));
			expect(mine.legacy.get(person(9))).toMatchObject({
				encryption: undefined,
				members: new Map([[person(1), false]])
			});
		});

		it('have keys of 32 bytes', () => {
			const mine = groups();
			const bad = { ...encryption, secretKey: new Uint8Array(31) };
			expect(() => mine.legacy.update(person(9), { encryption: bad })).toThrow(malformed);
			expect(mine.config.data.size).toBe(0);
		});
	});

	describe('that are communities', () => {
		it('come to the other devices under one address a room', () => {
			const [mine, other] = [groups(), groups()];
			mine.communities.update({ ...address, baseUrl: 'HTTPS://Open.Example.org:443/' }, membership);
			carry(mine.config, other.config);
			expect(other.communities.all()).toEqual([{ ...address, ...membership }]);
			expect(other.communities.get({ baseUrl: address.baseUrl, room: 'ROOM_1' })).toMatchObject(address);
			other.communities.update({ ...address, room: 'ROOM_1' }, { priority: 5 });
			expect(other.communities.all()).toEqual([{ ...address, ...membership, priority: 5 }]);
			expect(other.communities.get({ baseUrl: address.baseUrl, room: 'other' })).toBeUndefined();
			other.communities.erase({ baseUrl: address.baseUrl, room: 'nothing' });
			other.communities.erase({ baseUrl: address.baseUrl, room: 'ROOM_1' });
			expect(other.config.data.size).toBe(0);
		});

		it('share a server and its key', () => {
			const mine = groups();
			mine.communities.update(address, {});
			const newKey = parseX25519PublicKey(new Uint8Array(32).fill(1));
			mine.communities.update({ ...address, room: 'second', publicKey: newKey }, {});
			expect(mine.communities.all().map(({ publicKey }) => toHex(publicKey))).toEqual(
				[newKey, newKey].map(toHex)
			);
			mine.communities.erase(address);
			expect(mine.communities.all()).toHaveLength(1);
		});

		it('are nothing without their server’s key', () => {
			const mine = groups();
			mine.config.set(['o', address.baseUrl, 'R', 'room_1', 'n'], utf8('Room_1'));
			expect(mine.communities.get(address)).toBeUndefined();
			expect(mine.communities.get({ ...address, baseUrl: 'https://other.example.org' })).toBeUndefined();
			mine.communities.update(address, {});
			expect(mine.communities.get(address)?.publicKey).toEqual(server);
		});

		it('are shown by their key when the spelling is another room’s', () => {
			const mine = groups();
			mine.communities.update(address, {});
			mine.config.set(['o', address.baseUrl, 'R', 'room_1', 'n'], utf8('elsewhere'));
			expect(mine.communities.all()[0]?.room).toBe('room_1');
		});
	});
});

describe('the address of a community', () => {
	const key = toHex(server);

	it('has one form', () => {
		for (const [url, canonical] of [
			['HTTP://Example.ORG', 'http://example.org'],
			['https://example.org:443/', 'https://example.org'],
			['http://example.org:443', 'http://example.org:443'],
			['http://a-b.example.org:08080', 'http://a-b.example.org:8080'],
			['http://1.2.3.4:0', 'http://1.2.3.4']
		] as const) {
			expect(canonicalBaseUrl(url)).toBe(canonical);
		}
		expect(canonicalRoom('Room_1-x')).toBe('room_1-x');
	});

	it('is refused when it is none', () => {
		for (const url of [
			'example.org',
			'ftp://example.org',
			'http://localhost',
			'http://a.b',
			'http://.example.org',
			'http://example..org',
			'http://example.org.',
			'http://example.org/path',
			'http://example.org:65536',
			'http://example.org:x',
			'http://user@example.org',
			'http://exämple.org',
			''
		]) {
			expect(() => canonicalBaseUrl(url)).toThrow(malformed);
		}
		expect(() => canonicalBaseUrl(`http://${'a'.repeat(256)}.org`)).not.toThrow();
		expect(() => canonicalBaseUrl(`http://${'a'.repeat(257)}.org`)).toThrow(tooLarge);
		expect(() => canonicalBaseUrl(`http://${'a.'.repeat(1_000_000)}`)).toThrow(tooLarge);
		for (const room of ['', 'bad room', 'bad/room', 'ümlaut']) {
			expect(() => canonicalRoom(room)).toThrow(malformed);
		}
		expect(() => canonicalRoom('r'.repeat(65))).toThrow(tooLarge);
	});

	it('is read and written with its key', () => {
		const written = communityUrl(address);
		expect(written).toBe(`https://open.example.org/Room_1?public_key=${key}`);
		expect(parseCommunityUrl(written)).toEqual(address);
		expect(parseCommunityUrl(written.replace('/Room_1', '/r/Room_1'))).toEqual(address);
	});

	it('takes the key in three alphabets', () => {
		const bytes = fromHex('fe1bdd1544c717ffd1e0a807b1672858321ed1d5f4e6dc51e3a67efcb45ae601');
		for (const text of [
			'fe1bdd1544c717ffd1e0a807b1672858321ed1d5f4e6dc51e3a67efcb45ae601',
			'/hvdFUTHF//R4KgHsWcoWDIe0dX05txR46Z+/LRa5gE',
			'/hvdFUTHF//R4KgHsWcoWDIe0dX05txR46Z+/LRa5gE='
		]) {
			const parsed = parseCommunityUrl(`https://open.example.org/room?public_key=${text}`);
			expect(toHex(parsed.publicKey)).toBe(toHex(bytes));
		}
		for (const text of ['', 'abc', 'x'.repeat(64), 'l'.repeat(52), 'é'.repeat(43)]) {
			expect(() => parseCommunityUrl(`https://open.example.org/room?public_key=${text}`)).toThrow(malformed);
		}
		expect(() => parseCommunityUrl('https://open.example.org/room')).toThrow(malformed);
		expect(() => parseCommunityUrl(`nothing?public_key=${key}`)).toThrow(malformed);
		expect(() => parseCommunityUrl(`https://open.example.org/?public_key=${key}`)).toThrow(malformed);
	});

	it('takes base32z as libsession writes it', () => {
		const text = 'y'.repeat(52);
		const zeros = parseCommunityUrl(`https://open.example.org/room?public_key=${text}`);
		expect(toHex(zeros.publicKey)).toBe('00'.repeat(32));
		const ones = parseCommunityUrl(`https://open.example.org/room?public_key=${'9'.repeat(51)}o`);
		expect(toHex(ones.publicKey)).toBe('ff'.repeat(32));
	});
});

import { beforeAll, describe, expect, it } from 'vitest';
import { bytesToKey } from '../../../../src/protocol/bt/value';
import { fromHex, toBytes, utf8 } from '../../../../src/protocol/bytes';
import { Contacts, ExpiryMode } from '../../../../src/protocol/config/documents/contacts';
import { NotifyMode } from '../../../../src/protocol/config/documents/fields';
import { UserProfile } from '../../../../src/protocol/config/documents/user-profile';
import { parseBlindedId } from '../../../../src/protocol/blinding/blinded-id';
import { parseX25519PublicKey } from '../../../../src/protocol/keys';
import { startZstd } from '../../../../src/protocol/zstd';
import { at, sodiumReady } from '../../setup';
import { now } from '../world';
import { account, carry, malformed, person, picture, tooLarge } from './people';

beforeAll(() => Promise.all([sodiumReady, startZstd()]));

describe('a profile', () => {
	const profile = () => UserProfile.open(account());

	it('comes to the other devices as it was written', () => {
		const [mine, other] = [profile(), profile()];
		mine.setName('Zoë', now);
		mine.setPicture(picture, now);
		mine.setNotePriority(-1);
		mine.setNoteExpiry(3600);
		mine.setCommunityRequests(false);
		mine.setProFeatures([1, 0]);
		carry(mine.config, other.config);
		expect(other.name).toBe('Zoë');
		expect(other.picture).toEqual(picture);
		expect([other.notePriority, other.noteExpiry]).toEqual([-1, 3600]);
		expect(other.communityRequests).toBe(false);
		expect(other.proFeatures).toEqual([0, 1]);
		expect(other.updated).toBe(now / 1000);
	});

	it('is empty at first, and again when everything was taken back', () => {
		const mine = profile();
		const empty = () => [
			mine.name,
			mine.picture,
			mine.notePriority,
			mine.noteExpiry,
			mine.communityRequests,
			mine.proFeatures,
			mine.updated
		];
		const before = empty();
		mine.setName('n');
		mine.setPicture(picture);
		mine.setNotePriority(3);
		mine.setNoteExpiry(10);
		mine.setCommunityRequests(true);
		mine.setProFeatures([0]);
		mine.setName('');
		mine.setPicture(undefined);
		mine.setNotePriority(0);
		mine.setNoteExpiry(0);
		mine.setCommunityRequests(undefined);
		mine.setProFeatures([]);
		expect(empty()).toEqual(before);
		expect(mine.config.data.size).toBe(0);
	});

	it('has limits in bytes', () => {
		const mine = profile();
		mine.setName('é'.repeat(50));
		expect(() => mine.setName('é'.repeat(51))).toThrow(tooLarge);
		expect(mine.name).toBe('é'.repeat(50));
		mine.setPicture({ ...picture, url: 'u'.repeat(223) });
		expect(() => mine.setPicture({ ...picture, url: 'u'.repeat(224) })).toThrow(tooLarge);
		expect(() => mine.setPicture({ ...picture, url: '' })).toThrow(malformed);
		expect(() => mine.setPicture({ ...picture, key: new Uint8Array(31) })).toThrow(malformed);
	});

	it('shows the picture that was uploaded again while it is the newer', () => {
		const mine = profile();
		const renewed = { ...picture, url: 'http://example.org/file/2' };
		mine.setPicture(picture, at(1_000_000));
		mine.setRenewedPicture(renewed, at(2_000_000));
		expect(mine.picture).toEqual(renewed);
		expect(mine.updated).toBe(2000);
		mine.setName('n', at(3_000_000));
		expect([mine.picture, mine.updated]).toEqual([renewed, 3000]);
		const chosen = { ...picture, url: 'http://example.org/file/3' };
		mine.setPicture(chosen, at(4_000_000));
		expect([mine.picture, mine.updated]).toEqual([chosen, 4000]);
		mine.setName('m', at(5_000_000));
		expect(mine.picture).toEqual(chosen);
		mine.setPicture(undefined, at(6_000_000));
		expect(mine.picture).toBeUndefined();
		expect(['P', 'Q'].map((key) => mine.config.data.has(key))).toEqual([false, false]);
		expect(['t', 'T'].map((key) => mine.config.data.get(key))).toEqual([6000n, 6000n]);
	});

	it('does not become newer by what does not change it', () => {
		const mine = profile();
		mine.setName('n', at(1_000_000));
		mine.setPicture(picture, at(1_000_000));
		mine.setCommunityRequests(true, at(1_000_000));
		mine.setProFeatures([1], at(1_000_000));
		mine.setName('n', at(2_000_000));
		mine.setPicture({ ...picture }, at(2_000_000));
		mine.setCommunityRequests(true, at(2_000_000));
		mine.setProFeatures([1], at(2_000_000));
		expect(mine.updated).toBe(1000);
	});

	it('keeps what Pro needs', () => {
		const [mine, other] = [profile(), profile()];
		const access = {
			credential: {
				expires: 1_900_000_000,
				tag: new Uint8Array(32).fill(1),
				rotatingSeed: new Uint8Array(32).fill(2),
				signature: new Uint8Array(64).fill(3)
			},
			expires: 1_900_000_000,
			autoRenewing: true,
			grace: 60,
			refundRequested: 5,
			prepaid: 6
		};
		expect(mine.pro.credential).toBeUndefined();
		mine.setPro(access);
		carry(mine.config, other.config);
		expect(other.pro).toEqual(access);
		other.setPro({ ...access, credential: undefined, autoRenewing: false });
		expect(other.pro).toEqual({ ...access, autoRenewing: false });
		other.config.set(['E'], 1_900_000_000_123n);
		other.config.set(['s'], utf8('d1:ei1e1:g1:xe'));
		expect([other.pro.expires, other.pro.credential]).toEqual([1_900_000_000, undefined]);
		other.config.remove(['s']);
		other.config.set(['s', 'r'], utf8('old form'));
		expect(other.pro.credential).toBeUndefined();
	});

	it('reads what others wrote badly as missing', () => {
		const mine = profile();
		mine.config.set(['n'], 5n);
		mine.config.set(['p'], utf8('http://example.org'));
		mine.config.set(['q'], new Uint8Array(31));
		mine.config.set(['+'], 2n ** 60n);
		mine.config.set(['e'], -5n);
		mine.config.set(['f'], 1n);
		mine.config.set(['M'], utf8('yes'));
		expect([mine.name, mine.picture, mine.notePriority, mine.noteExpiry]).toEqual(['', undefined, 0, 0]);
		expect([mine.proFeatures, mine.communityRequests]).toEqual([[], undefined]);
	});

	it('keeps what it does not know through changes, pushes and merges', () => {
		const [newer, mine, third] = [profile(), profile(), profile()];
		newer.config.set(['~new'], 42n);
		newer.config.set(['Zd', 'k'], utf8('deep'));
		newer.config.set(['Zs'], [1n, utf8('a')]);
		carry(newer.config, mine.config);
		mine.setName('me');
		newer.setNotePriority(2);
		carry(newer.config, mine.config);
		carry(mine.config, third.config);
		expect([...third.config.data.keys()].sort()).toEqual(['+', 'Zd', 'Zs', 'n', '~new']);
		expect(third.config.data.get('Zs')).toEqual([1n, utf8('a')]);
	});
});

describe('contacts', () => {
	const contacts = () => Contacts.open(account());

	it('come to the other devices as they were written', () => {
		const [mine, other] = [contacts(), contacts()];
		const changes = {
			name: 'Name',
			nickname: 'Nick',
			picture,
			profileUpdated: 1_700_000_000,
			approved: true,
			approvedMe: true,
			blocked: true,
			priority: 3,
			notifications: NotifyMode.Disabled,
			muteUntil: 1_800_000_000,
			expiryMode: ExpiryMode.AfterRead,
			expirySeconds: 60,
			created: 1_600_000_000,
			proFeatures: [0, 1]
		};
		mine.update(person(2), changes);
		mine.update(person(1), {});
		carry(mine.config, other.config);
		expect(other.get(person(2))).toEqual({ id: person(2), ...changes });
		expect(other.all().map(({ id }) => id)).toEqual([person(1), person(2)]);
		expect(other.get(person(3))).toBeUndefined();
		other.erase(person(2));
		expect(other.all()).toHaveLength(1);
	});

	it('change only where something is said', () => {
		const mine = contacts();
		mine.update(person(1), { name: 'n', approved: true });
		mine.config.set(['c', bytesToKey(fromHex(person(1))), 'Zz'], 1n);
		mine.config.push(now);
		mine.config.confirm(1, []);
		mine.update(person(1), { approved: true });
		expect(mine.config.needsPush).toBe(false);
		mine.update(person(1), { nickname: 'x' });
		expect(mine.get(person(1))).toMatchObject({ name: 'n', nickname: 'x', approved: true });
		expect(mine.config.data).toEqual(
			new Map([
				[
					'c',
					new Map([
						[
							bytesToKey(fromHex(person(1))),
							new Map<string, unknown>([
								['n', utf8('n')],
								['N', utf8('x')],
								['a', 1n],
								['Zz', 1n]
							])
						]
					])
				]
			])
		);
	});

	it('have limits', () => {
		const mine = contacts();
		mine.update(person(1), { name: `x${'🎂'.repeat(30)}` });
		expect(mine.get(person(1))?.name).toBe(`x${'🎂'.repeat(24)}`);
		expect(() => mine.update(person(2), { name: 'n', nickname: 'k'.repeat(101) })).toThrow(tooLarge);
		expect(() => mine.update(person(2), { picture: { ...picture, url: 'u'.repeat(300) } })).toThrow(tooLarge);
		expect(mine.get(person(2))).toBeUndefined();
	});

	it('have a disappearing timer with a mode and a time, or none', () => {
		const mine = contacts();
		const none = { expiryMode: ExpiryMode.None, expirySeconds: 0 };
		mine.update(person(1), { expiryMode: ExpiryMode.AfterSend, expirySeconds: 0 });
		expect(mine.get(person(1))).toMatchObject(none);
		mine.update(person(1), { expiryMode: ExpiryMode.None, expirySeconds: 60 });
		expect(mine.get(person(1))).toMatchObject(none);
		mine.config.set(['c', bytesToKey(fromHex(person(1))), 'e'], 9n);
		mine.config.set(['c', bytesToKey(fromHex(person(1))), 'E'], 60n);
		expect(mine.get(person(1))).toMatchObject(none);
	});

	it('under ids that are none are passed over', () => {
		const mine = contacts();
		mine.update(person(1), { name: 'n' });
		for (const id of ['short', bytesToKey(new Uint8Array(33).fill(3)), bytesToKey(new Uint8Array(34))]) {
			mine.config.set(['c', id, 'n'], utf8('x'));
		}
		mine.config.set(['c', bytesToKey(fromHex(person(2)))], 1n);
		expect(mine.all().map(({ id }) => id)).toEqual([person(1)]);
		const other = contacts();
		carry(mine.config, other.config);
		expect(other.config.data).toEqual(mine.config.data);
		mine.config.set(['c'], 1n);
		expect(mine.all()).toEqual([]);
	});

	it('keep names that were cut inside a character as they are', () => {
		const mine = contacts();
		const path = ['c', bytesToKey(fromHex(person(1))), 'n'];
		const cut = toBytes(utf8('aé').subarray(0, 2));
		mine.config.set(path, cut);
		mine.update(person(1), { approved: true });
		expect(mine.get(person(1))?.name).toBe('a\ufffd');
		expect(mine.config.data).toEqual(
			new Map([
				[
					'c',
					new Map([
						[
							path[1],
							new Map<string, unknown>([
								['n', cut],
								['a', 1n]
							])
						]
					])
				]
			])
		);
		mine.update(person(1), { name: 'b' });
		expect(mine.get(person(1))?.name).toBe('b');
	});
});

describe('contacts through communities', () => {
	const server = parseX25519PublicKey(new Uint8Array(32).fill(9));
	const id = parseBlindedId(`15${'ab'.repeat(32)}`);
	const contact = {
		baseUrl: 'https://open.example.org',
		publicKey: server,
		id,
		name: 'Someone',
		picture,
		profileUpdated: 1_700_000_000,
		priority: 1,
		created: 1_600_000_000,
		proFeatures: [1]
	};

	it('come to the other devices as they were written', () => {
		const [mine, other] = [Contacts.open(account()), Contacts.open(account())];
		const nothing = { picture: undefined, profileUpdated: 0, priority: 0, created: 0, proFeatures: [] };
		const second = { ...contact, ...nothing, id: parseBlindedId(`25${'cd'.repeat(32)}`) };
		mine.blinded.set(contact);
		mine.blinded.set(second);
		carry(mine.config, other.config);
		expect(other.blinded.all()).toEqual([contact, second]);
		expect(other.blinded.get('https://OPEN.example.org:443', id)).toEqual({
			...contact,
			baseUrl: 'https://OPEN.example.org:443'
		});
		other.blinded.erase(contact.baseUrl, second.id);
		expect(other.blinded.get(contact.baseUrl, second.id)).toBeUndefined();
		other.blinded.erase(contact.baseUrl, id);
		expect(other.config.data.size).toBe(0);
	});

	it('are refused without a server, and read without those that are none', () => {
		const mine = Contacts.open(account());
		expect(() => mine.blinded.set({ ...contact, baseUrl: 'nowhere' })).toThrow(malformed);
		expect(() => mine.blinded.set({ ...contact, picture: { ...picture, url: '' } })).toThrow(malformed);
		expect(mine.config.data.size).toBe(0);
		mine.blinded.set(contact);
		mine.config.set(['b', 'https://open.example.org', 'R', 'no id', 'n'], utf8('x'));
		mine.config.set(['b', 'HTTPS://upper.example.org', 'R', 'ab'.repeat(32), 'n'], utf8('x'));
		expect(mine.blinded.all()).toEqual([contact]);
	});
});

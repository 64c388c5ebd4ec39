import { beforeAll, describe, expect, it } from 'vitest';
import { memberChanges } from '../../../src/protocol/config/documents/group-members';
import { Group } from '../../../src/protocol/groups/group';
import { groupIdOf, groupPair, newGroupSeed } from '../../../src/protocol/groups/group-id';
import { currentGeneration, keyList } from '../../../src/protocol/groups/group-keys';
import type { Bytes, GroupSeed, MessageHash } from '../../../src/protocol/types';
import { startZstd } from '../../../src/protocol/zstd';
import { errorOf, person, type Person } from '../people';
import { at, seededRandom, sodiumReady } from '../setup';

const NOW = at(1_760_000_000_000);

beforeAll(() => Promise.all([sodiumReady, startZstd()]));

const seed = () => newGroupSeed(seededRandom('a group'));
const id = () => groupIdOf(groupPair(seed()).publicKey);
const open = (who: Person, groupSeed?: GroupSeed) => Group.open(id(), who.ed25519, groupSeed);

let hashes = 0;
const stored = (data: Bytes) => ({ hash: `hash ${hashes++}` as MessageHash, data, timestamp: NOW });

/** What a device of the group pushed of its documents, as others get it. */
function pushed(group: Group) {
	const both = { info: group.info.config.push(NOW), members: group.members.config.push(NOW) };
	return {
		info: both.info.messages.map(stored),
		members: both.members.messages.map(stored)
	};
}

function created(...members: readonly Person[]) {
	const admin = person('admin');
	const group = open(admin, seed());
	group.info.setName('Sunday walks');
	group.members.update(admin.accountId, memberChanges.promotionAccepted);
	for (const { accountId } of members) group.members.update(accountId, memberChanges.inviteSent);
	const message = group.rekey();
	const documents = pushed(group);
	const key = stored(message);
	group.loadKey(key);
	return { group, key, documents };
}

describe('a group', () => {
	it('is read by its members with the keys that they got', () => {
		const ada = person('ada');
		const { key, documents } = created(ada);
		const group = open(ada);
		expect(() => group.info.config.merge(documents.info, NOW)).toThrowError(errorOf('malformed'));
		expect(group.loadKey(key)).toBe(true);
		group.info.config.merge(documents.info, NOW);
		group.members.config.merge(documents.members, NOW);
		expect(group.info.name).toBe('Sunday walks');
		expect(group.members.get(ada.accountId)).toMatchObject({ admin: false });
		expect(group.isAdmin).toBe(false);
	});

	it('is encrypted anew after a rotation, which a removed member cannot follow', () => {
		const [ada, bob] = [person('ada'), person('bob')];
		const { group, key, documents } = created(ada, bob);
		const [stays, goes] = [open(ada), open(bob)];
		for (const device of [stays, goes]) {
			device.loadKey(key);
			device.members.config.merge(documents.members, NOW);
		}
		group.members.config.confirm(
			1,
			documents.members.map(({ hash }) => hash)
		);
		group.members.erase(bob.accountId);
		const rotation = stored(group.rekey());
		expect(group.info.config.needsPush).toBe(true);
		const later = pushed(group);
		expect(stays.loadKey(rotation)).toBe(true);
		expect(goes.loadKey(rotation)).toBe(false);
		expect(stays.members.config.merge(later.members, NOW).size).toBe(1);
		expect(goes.members.config.merge(later.members, NOW).size).toBe(0);
		expect(stays.members.get(bob.accountId)).toBeUndefined();
		expect(goes.members.get(bob.accountId)).toBeDefined();
	});

	it('lets somebody who comes later read what was before, when an admin wants that', () => {
		const [ada, late] = [person('ada'), person('late')];
		const { group, documents } = created(ada);
		const device = open(late);
		expect(device.loadKey(stored(group.supplement([late.accountId])))).toBe(true);
		expect(device.info.config.merge(documents.info, NOW).size).toBe(1);
	});

	it('is changed by whoever was made an admin, and by nobody else', () => {
		const ada = person('ada');
		const { key, documents, group } = created(ada);
		const device = open(ada);
		device.loadKey(key);
		device.info.config.merge(documents.info, NOW);
		expect(() => device.info.setName('Mine')).toThrowError('read-only');
		expect(() => device.rekey()).toThrowError('only admins');
		expect(() => device.supplement([ada.accountId])).toThrowError('only admins');
		expect(() => device.promote(newGroupSeed(seededRandom('another')))).toThrowError(
			errorOf('unauthenticated')
		);
		expect(device.isAdmin).toBe(false);
		device.promote(seed());
		expect(device.isAdmin).toBe(true);
		expect(device.adminPair).toEqual(groupPair(seed()));
		device.info.setName('Ours');
		const [name] = device.info.config.push(NOW).messages;
		group.info.config.merge([stored(name!)], NOW);
		expect(group.info.name).toBe('Ours');
	});

	it('needs another rotation when two admins rotated at once', () => {
		const { group, key } = created(person('ada'));
		const [one, other] = [open(person('admin'), seed()), open(person('ada'), seed())];
		one.loadKey(key);
		other.loadKey(key);
		one.members.update(person('bob').accountId, {});
		const [first, second] = [stored(one.rekey()), stored(other.rekey())];
		for (const device of [group, one, other]) {
			device.loadKey(first);
			device.loadKey(second);
			expect(device.needsRekey).toBe(true);
		}
		expect(keyList(one.keys)).toEqual(keyList(other.keys));
		const member = open(person('bob'));
		expect(member.loadKey(first)).toBe(true);
		expect(member.needsRekey).toBe(false);
		group.loadKey(stored(group.rekey()));
		expect(group.needsRekey).toBe(false);
		expect(currentGeneration(group.keys)).toBe(2);
	});

	it('is as it was after it was kept', () => {
		const { group } = created(person('ada'));
		group.rekey();
		const dumps = {
			keys: group.dumpKeys(),
			info: group.info.config.dump(NOW),
			members: group.members.config.dump(NOW)
		};
		const again = Group.open(id(), person('admin').ed25519, seed(), dumps);
		expect(again.keys).toEqual(group.keys);
		expect(again.info.name).toBe('Sunday walks');
		expect(again.members.all()).toEqual(group.members.all());
		expect(again.info.config.push(NOW).messages).toEqual(group.info.config.push(NOW).messages);
	});

	it('does not open with the seed of another', () => {
		const other = newGroupSeed(seededRandom('another'));
		expect(() => open(person('ada'), other)).toThrowError(errorOf('unauthenticated'));
	});
});

import { beforeAll, describe, expect, it } from 'vitest';
import { GroupInfo } from '../../../../src/protocol/config/documents/group-info';
import {
	GroupMembers,
	memberChanges,
	RemovalStatus,
	SendStatus
} from '../../../../src/protocol/config/documents/group-members';
import { ed25519FromSeed } from '../../../../src/protocol/keys';
import { startZstd } from '../../../../src/protocol/zstd';
import { sodiumReady } from '../../setup';
import { now } from '../world';
import { carry, malformed, person, picture, tooLarge } from './people';

beforeAll(() => Promise.all([sodiumReady, startZstd()]));

const keys = [new Uint8Array(32).fill(1)];
const admin = () => ed25519FromSeed(new Uint8Array(32).fill(8));
const reader = () => ({ publicKey: admin().publicKey });

describe('what a group says of itself', () => {
	it('comes to its members', () => {
		const [mine, other] = [GroupInfo.open(keys, admin()), GroupInfo.open(keys, reader())];
		mine.setName('Name');
		mine.setDescription('What it is about');
		mine.setPicture(picture);
		mine.setCreated(1_700_000_000_123);
		mine.setExpirySeconds(60);
		mine.setDeleteBefore(1_700_000_001);
		mine.setDeleteAttachmentsBefore(1_700_000_002_000_000);
		carry(mine.config, other.config);
		expect([other.name, other.description, other.picture]).toEqual(['Name', 'What it is about', picture]);
		expect([other.created, other.expirySeconds]).toEqual([1_700_000_000, 60]);
		expect([other.deleteBefore, other.deleteAttachmentsBefore]).toEqual([1_700_000_001, 1_700_000_002]);
		expect(other.isDestroyed).toBe(false);
		mine.destroy();
		carry(mine.config, other.config);
		expect(other.isDestroyed).toBe(true);
		expect(() => other.setName('x')).toThrow('read-only');
	});

	it('has limits in bytes', () => {
		const mine = GroupInfo.open(keys, admin());
		mine.setName('n'.repeat(100));
		mine.setDescription('d'.repeat(600));
		expect(() => mine.setName('n'.repeat(101))).toThrow(tooLarge);
		expect(() => mine.setDescription('d'.repeat(601))).toThrow(tooLarge);
		expect(() => mine.setPicture({ ...picture, key: new Uint8Array(3) })).toThrow(malformed);
		mine.setPicture(undefined);
		expect(mine.picture).toBeUndefined();
	});
});

describe('members', () => {
	const members = () => GroupMembers.open(keys, admin());

	it('come to each other', () => {
		const [mine, other] = [members(), GroupMembers.open(keys, reader())];
		mine.update(person(1), { name: 'One', picture, profileUpdated: 1_700_000_000, supplement: true });
		mine.update(person(2), { ...memberChanges.promotionAccepted });
		carry(mine.config, other.config);
		expect(other.all()).toEqual([
			{
				id: person(1),
				name: 'One',
				picture,
				profileUpdated: 1_700_000_000,
				admin: false,
				invite: SendStatus.NotSent,
				promotion: 0,
				removal: RemovalStatus.None,
				supplement: true
			},
			{
				id: person(2),
				name: '',
				picture: undefined,
				profileUpdated: 0,
				admin: true,
				invite: 0,
				promotion: 0,
				removal: 0,
				supplement: false
			}
		]);
		expect(other.get(person(3))).toBeUndefined();
		mine.erase(person(1));
		expect(mine.all()).toHaveLength(1);
	});

	it('go through an invite, a promotion and a removal', () => {
		const mine = members();
		const after = (change: Parameters<GroupMembers['update']>[1]) => {
			mine.update(person(1), change);
			return mine.statusOf(mine.get(person(1))!);
		};
		expect(after({})).toBe('invite-sending');
		expect(after(memberChanges.inviteFailed)).toBe('invite-failed');
		expect(after(memberChanges.inviteSent)).toBe('invite-sent');
		expect(after(memberChanges.inviteAccepted)).toBe('invite-accepted');
		expect(after({ invite: 8 })).toBe('invite-unknown');
		expect(after(memberChanges.promoted)).toBe('promotion-sending');
		expect(after(memberChanges.promotionFailed)).toBe('promotion-failed');
		expect(after(memberChanges.promotionSent)).toBe('promotion-sent');
		expect(after(memberChanges.promotionAccepted)).toBe('promotion-accepted');
		expect(after({ promotion: 8 })).toBe('promotion-unknown');
		expect(after({ removal: 8 })).toBe('removed-unknown');
		expect(after(memberChanges.removed)).toBe('removed');
		expect(after(memberChanges.removedWithMessages)).toBe('removed-with-messages');
	});

	it('are being invited from one device only, and until it stops', () => {
		const [mine, other] = [members(), members()];
		mine.update(person(1), {});
		carry(mine.config, other.config);
		const status = (device: GroupMembers) => device.statusOf(device.get(person(1))!);
		expect([status(mine), status(other)]).toEqual(['invite-sending', 'invite-not-sent']);
		const again = GroupMembers.open(keys, admin(), mine.config.dump(now));
		expect(status(again)).toBe('invite-sending');
		expect(again.config.needsDump).toBe(false);
		again.forgetSending();
		expect([status(again), again.config.needsDump]).toEqual(['invite-not-sent', true]);
		again.forgetSending();
		again.update(person(2), {});
		again.erase(person(2));
		expect(status(again)).toBe('invite-not-sent');
	});

	it('have limits', () => {
		const mine = members();
		expect(() => mine.update(person(1), { name: 'n'.repeat(101) })).toThrow(tooLarge);
		expect(() => mine.update(person(1), { picture: { ...picture, url: '' } })).toThrow(malformed);
		expect(mine.all()).toEqual([]);
	});
});

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { concat, utf8 } from '../../../src/protocol/bytes';
import {
	signStatement,
	verifyStatement,
	type AdminStatement
} from '../../../src/protocol/groups/admin-signatures';
import { openKicked, sealKicked } from '../../../src/protocol/groups/kicked';
import { encryptForMany } from '../../../src/protocol/multi-encrypt';
import type { AccountId, MessageHash } from '../../../src/protocol/types';
import {
	anybody,
	anyBytes,
	anyProtocolError,
	BAD_X25519_KEYS,
	damaged,
	errorOf,
	nodeVerifies,
	person
} from '../people';
import { seededRandom, sodiumReady } from '../setup';

beforeAll(() => sodiumReady);

const random = seededRandom('control');

describe('what removed members are told', () => {
	it('opens for each of them with the generation, and for nobody else', () => {
		const people = fc.uniqueArray(anybody, { minLength: 1, maxLength: 5, selector: (one) => one.accountId });
		fc.assert(
			fc.property(anybody, people, fc.nat(), (group, removed, generation) => {
				const ids = removed.map(({ accountId }) => accountId);
				const blob = sealKicked(group.ed25519, ids, generation, random);
				for (const { x25519 } of removed) {
					expect(openKicked(blob, x25519, group.ed25519.publicKey)).toBe(generation);
				}
				const stays = person('stays').x25519;
				expect(() => openKicked(blob, stays, group.ed25519.publicKey)).toThrowError(
					errorOf('unauthenticated')
				);
			}),
			{ numRuns: 40 }
		);
	});

	it('is believed only of the group itself', () => {
		const [group, eve, ada] = [person('group'), person('eve'), person('ada')];
		const forged = sealKicked(eve.ed25519, [ada.accountId], 3, random);
		expect(() => openKicked(forged, ada.x25519, group.ed25519.publicKey)).toThrowError(
			errorOf('unauthenticated')
		);
	});

	it('is refused when it was damaged', () => {
		const [group, ada] = [person('group'), person('ada')];
		const blob = sealKicked(group.ed25519, [ada.accountId], 3, random);
		fc.assert(
			fc.property(fc.oneof(damaged(blob.subarray(0, -2)), anyBytes()), (other) => {
				expect(() => openKicked(other, ada.x25519, group.ed25519.publicKey)).toThrowError(anyProtocolError);
			})
		);
	});

	it('must name the one it is for, and a generation', () => {
		const [group, ada, bob] = [person('group'), person('ada'), person('bob')];
		const saying = (message: Uint8Array) => {
			const messages = [{ recipient: ada.x25519.publicKey, message }];
			const blob = encryptForMany(messages, group.x25519, 'SessionGroupKickedMessage', random(24));
			return () => openKicked(blob, ada.x25519, group.ed25519.publicKey);
		};
		const key = ada.x25519.publicKey;
		expect(saying(concat(key, utf8('12')))()).toBe(12);
		expect(saying(concat(bob.x25519.publicKey, utf8('12')))).toThrowError(errorOf('unauthenticated'));
		expect(saying(key.subarray(0, 31))).toThrowError(errorOf('unauthenticated'));
		for (const text of ['', '-1', '1.5', ' 1', '0x1', '1e3', '9'.repeat(16)]) {
			expect(saying(concat(key, utf8(text)))).toThrowError(errorOf('malformed'));
		}
		expect(saying(concat(key, Uint8Array.of(0xff)))).toThrowError(errorOf('malformed'));
	});

	it('cannot be sealed for ids that are no usable keys', () => {
		const bad = [`05${BAD_X25519_KEYS[0]!}` as AccountId];
		expect(() => sealKicked(person('group').ed25519, bad, 1, random)).toThrowError(errorOf('malformed'));
	});
});

describe('what an admin states', () => {
	const ada = () => person('ada').accountId;
	const statements = (): readonly (readonly [AdminStatement, string])[] => [
		[{ kind: 'invite', member: ada(), timestamp: 17 }, `INVITE${ada()}17`],
		[{ kind: 'info-change', type: 3, timestamp: 17 }, 'INFO_CHANGE317'],
		[{ kind: 'member-change', type: 1, timestamp: 17 }, 'MEMBER_CHANGE117'],
		[
			{
				kind: 'delete-content',
				timestamp: 17,
				members: [ada(), person('bob').accountId],
				hashes: ['x', 'y'] as MessageHash[]
			},
			`DELETE_CONTENT17${ada()}${person('bob').accountId}xy`
		]
	];

	it('is signed by the group in the words of the protocol', () => {
		const { ed25519 } = person('group');
		for (const [statement, text] of statements()) {
			const signature = signStatement(statement, ed25519);
			expect(nodeVerifies(signature, utf8(text), ed25519.publicKey)).toBe(true);
			expect(verifyStatement(statement, signature, ed25519.publicKey)).toBe(true);
		}
	});

	it('is not believed of another time, of another group, or without its signature', () => {
		const { ed25519 } = person('group');
		for (const [statement] of statements()) {
			const signature = signStatement(statement, ed25519);
			expect(verifyStatement({ ...statement, timestamp: 18 }, signature, ed25519.publicKey)).toBe(false);
			expect(verifyStatement(statement, signature, person('eve').ed25519.publicKey)).toBe(false);
			expect(verifyStatement(statement, new Uint8Array(), ed25519.publicKey)).toBe(false);
		}
	});
});

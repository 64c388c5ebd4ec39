import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { concat, fromHex } from '../../../src/protocol/bytes';
import { isNegative } from '../../../src/protocol/ed25519-scalars';
import {
	adminStorageAuth,
	memberAuth,
	memberStorageAuth,
	MEMBER_RIGHTS,
	parseMemberAuth,
	signAsMember,
	subaccountToken,
	verifyMemberAuth
} from '../../../src/protocol/groups/subaccount';
import { sign } from '../../../src/protocol/keys';
import { revokeSubaccountCall } from '../../../src/protocol/storage-rpc';
import { parseSubaccountToken, signedString } from '../../../src/protocol/storage-signatures';
import type { AccountId } from '../../../src/protocol/types';
import { anybody, anyBytes, BAD_X25519_KEYS, damaged, errorOf, nodeVerifies, person } from '../people';
import { at, sodiumReady } from '../setup';

beforeAll(() => sodiumReady);

const rights = fc.record({ write: fc.boolean(), delete: fc.boolean() });

describe('a member of a group', () => {
	it('signs so that the swarm can verify it with the token, and the token with the group', () => {
		fc.assert(
			fc.property(anybody, anybody, rights, anyBytes(), (group, member, given, message) => {
				const auth = memberAuth(group.ed25519, member.accountId, given);
				const { token, tokenSignature, signature } = signAsMember(message, member.ed25519, auth);
				expect(token).toEqual(subaccountToken(group.ed25519, member.accountId, given));
				expect(nodeVerifies(tokenSignature, token, group.ed25519.publicKey)).toBe(true);
				expect(nodeVerifies(signature, message, token.subarray(4))).toBe(true);
			})
		);
	});

	it('does so with a key of either sign', () => {
		const group = person('group').ed25519;
		const people = Array.from({ length: 12 }, (_, index) => person(`member ${index}`));
		for (const negative of [true, false]) {
			const one = people.find(({ ed25519 }) => isNegative(ed25519.publicKey) === negative)!;
			const { token, signature } = signAsMember(
				new Uint8Array(3),
				one.ed25519,
				memberAuth(group, one.accountId)
			);
			expect(nodeVerifies(signature, new Uint8Array(3), token.subarray(4))).toBe(true);
		}
	});

	it('has a token that tells nothing to another group, and another one for other rights', () => {
		const { accountId } = person('ada');
		const [one, other] = [person('one group').ed25519, person('other group').ed25519];
		const token = subaccountToken(one, accountId);
		expect(token.slice(0, 4)).toEqual(Uint8Array.of(3, 3, 0, 0));
		expect(subaccountToken(one, accountId, MEMBER_RIGHTS)).toEqual(token);
		expect(subaccountToken(other, accountId).slice(4)).not.toEqual(token.slice(4));
		const withDelete = subaccountToken(one, accountId, { write: true, delete: true });
		expect(withDelete).toEqual(concat(Uint8Array.of(3, 7, 0, 0), token.slice(4)));
	});

	it('makes requests that the swarm knows as theirs', () => {
		const [group, ada] = [person('group').ed25519, person('ada')];
		const auth = memberStorageAuth(ada.ed25519, memberAuth(group, ada.accountId));
		const message = signedString.retrieve(11, 1_760_000_000_000);
		expect(auth.ed25519).toBeNull();
		expect(nodeVerifies(auth.sign(message), message, auth.subaccount!.token.subarray(4))).toBe(true);
		expect(nodeVerifies(auth.subaccount!.signature, auth.subaccount!.token, group.publicKey)).toBe(true);
	});
});

describe('auth data', () => {
	const [group, ada, eve] = ['group', 'ada', 'eve'].map((name) => () => person(name));

	it('verifies for its member, of its group, for the rights it gives', () => {
		fc.assert(
			fc.property(anybody, anybody, rights, rights, (of, member, given, wanted) => {
				const auth = memberAuth(of.ed25519, member.accountId, given);
				const enough = (given.write || !wanted.write) && (given.delete || !wanted.delete);
				const verified = verifyMemberAuth(auth, of.ed25519.publicKey, member.ed25519.publicKey, wanted);
				expect(verified).toBe(enough);
			})
		);
	});

	it('does not for somebody else, nor of another group', () => {
		const auth = memberAuth(group!().ed25519, ada!().accountId);
		const [groupKey, adaKey, eveKey] = [group!, ada!, eve!].map((who) => who().ed25519.publicKey);
		expect(verifyMemberAuth(auth, groupKey!, adaKey!)).toBe(true);
		expect(verifyMemberAuth(auth, groupKey!, eveKey!)).toBe(false);
		expect(verifyMemberAuth(auth, eveKey!, adaKey!)).toBe(false);
	});

	it('does not when it was damaged, has another length, or a factor that is none', () => {
		const auth = memberAuth(group!().ed25519, ada!().accountId);
		const [groupKey, adaKey] = [group!, ada!].map((who) => who().ed25519.publicKey);
		fc.assert(
			fc.property(fc.oneof(damaged(auth), anyBytes()), (other) => {
				expect(verifyMemberAuth(other, groupKey!, adaKey!)).toBe(false);
			})
		);
		expect(verifyMemberAuth(concat(auth, new Uint8Array(1)), groupKey!, adaKey!)).toBe(false);
		const noFactor = auth.slice().fill(0, 4, 36);
		expect(verifyMemberAuth(noFactor, groupKey!, adaKey!)).toBe(false);
		expect(() => signAsMember(new Uint8Array(), ada!().ed25519, parseMemberAuth(noFactor))).toThrowError(
			errorOf('malformed')
		);
		expect(() => parseMemberAuth(auth.slice(1))).toThrowError(errorOf('malformed'));
	});

	it('has one form only, though others give the same token', () => {
		const auth = memberAuth(group!().ed25519, ada!().accountId);
		const marked = auth.slice();
		marked[35] = marked[35]! | 0x80;
		const order = 2n ** 252n + 27742317777372353535851937790883648493n;
		const larger = auth.slice();
		let carried = order;
		for (let index = 4; index < 36; index++) {
			carried += BigInt(larger[index]!);
			larger[index] = Number(carried & 0xffn);
			carried >>= 8n;
		}
		for (const other of [marked, larger]) {
			const [groupKey, adaKey] = [group!, ada!].map((who) => who().ed25519.publicKey);
			expect(verifyMemberAuth(other, groupKey!, adaKey!)).toBe(false);
			expect(() => parseMemberAuth(other)).toThrowError(errorOf('malformed'));
		}
	});

	it('may be of any network when it says so, and must give the right to read', () => {
		const { ed25519 } = group!();
		const [own, auth] = [ada!().ed25519.publicKey, memberAuth(ed25519, ada!().accountId)];
		const token = subaccountToken(ed25519, ada!().accountId);
		const signedAgain = (network: number, flags: number) => {
			const prefix = Uint8Array.of(network, flags, 0, 0);
			const signature = sign(concat(prefix, token.slice(4)), ed25519.secretKey);
			return concat(prefix, auth.slice(4, 36), signature);
		};
		expect(verifyMemberAuth(signedAgain(3, 3), ed25519.publicKey, own)).toBe(true);
		expect(verifyMemberAuth(signedAgain(5, 3), ed25519.publicKey, own)).toBe(false);
		expect(verifyMemberAuth(signedAgain(5, 11), ed25519.publicKey, own)).toBe(true);
		expect(verifyMemberAuth(signedAgain(3, 2), ed25519.publicKey, own)).toBe(false);
	});

	it('cannot be made for ids that are no usable points', () => {
		for (const key of BAD_X25519_KEYS) {
			const account = `05${key}` as AccountId;
			expect(() => memberAuth(group!().ed25519, account)).toThrowError(errorOf('malformed'));
			expect(() => subaccountToken(group!().ed25519, account)).toThrowError(errorOf('malformed'));
		}
	});
});

describe('an admin', () => {
	it('revokes tokens in a request that the group signs', () => {
		const { ed25519 } = person('group');
		const tokens = ['ada', 'bob'].map((name) => subaccountToken(ed25519, person(name).accountId));
		const account = `03${Buffer.from(ed25519.publicKey).toString('hex')}`;
		const timestamp = at(1_760_000_000_000);
		const { params } = revokeSubaccountCall({ account, tokens, timestamp, auth: adminStorageAuth(ed25519) });
		const signature = new Uint8Array(Buffer.from(params['signature'] as string, 'base64'));
		const signed = concat(new TextEncoder().encode(`revoke_subaccount${timestamp}`), ...tokens);
		expect(nodeVerifies(signature, signed, ed25519.publicKey)).toBe(true);
		expect((params['revoke'] as string[]).map(parseSubaccountToken)).toEqual(tokens);
		expect(params['pubkey_ed25519']).toBeUndefined();
		expect(fromHex(account.slice(2))).toEqual(ed25519.publicKey);
	});
});

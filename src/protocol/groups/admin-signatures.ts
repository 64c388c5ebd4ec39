/**
 * What the group's key signs inside of control messages: groups-v2.md §7. Times are those of the message's envelope, in
 * milliseconds; the parts follow one another without a separator.
 */
import { utf8 } from '../bytes';
import { sign, verify } from '../keys';
import type { AccountId, Ed25519KeyPair, Ed25519PublicKey, Ed25519Signature, MessageHash } from '../types';

export type AdminStatement =
	| { readonly kind: 'invite'; readonly member: AccountId; readonly timestamp: number }
	/** `type`: see GroupInfoChangeType. */
	| { readonly kind: 'info-change'; readonly type: number; readonly timestamp: number }
	/** `type`: see GroupMemberChangeType. */
	| { readonly kind: 'member-change'; readonly type: number; readonly timestamp: number }
	| {
			readonly kind: 'delete-content';
			readonly timestamp: number;
			readonly members: readonly AccountId[];
			readonly hashes: readonly MessageHash[];
	  };

export function signStatement(statement: AdminStatement, group: Ed25519KeyPair): Ed25519Signature {
	return sign(utf8(textOf(statement)), group.secretKey);
}

/** False for anything that does not verify: such a control message is dropped. */
export function verifyStatement(
	statement: AdminStatement,
	signature: Uint8Array,
	group: Ed25519PublicKey
): boolean {
	return verify(signature, utf8(textOf(statement)), group);
}

function textOf(statement: AdminStatement): string {
	switch (statement.kind) {
		case 'invite':
			return `INVITE${statement.member}${statement.timestamp}`;
		case 'info-change':
			return `INFO_CHANGE${statement.type}${statement.timestamp}`;
		case 'member-change':
			return `MEMBER_CHANGE${statement.type}${statement.timestamp}`;
		case 'delete-content':
			return `DELETE_CONTENT${statement.timestamp}${[...statement.members, ...statement.hashes].join('')}`;
	}
}

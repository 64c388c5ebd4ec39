/**
 * A group as one device has it: its keys, and the two documents that are encrypted with them. Whatever changes the keys
 * hands them on to the documents, which is what this is for.
 */
import { GroupInfo } from '../config/documents/group-info';
import { GroupMembers } from '../config/documents/group-members';
import { x25519FromEd25519 } from '../identity';
import type { AccountId, Bytes, Ed25519KeyPair, GroupId, GroupSeed } from '../types';
import { groupPairOf, groupPublicKey } from './group-id';
import { hasCollision, keyList, noKeys, type GroupKeys } from './group-keys';
import { dumpKeys, loadKeys } from './key-dump';
import { loadKeyMessage, type KeyReader, type StoredKeyMessage } from './load-key';
import { rekey } from './rekey';
import { supplement } from './supplement';

/** What was kept of a group: `dumpKeys` and the dumps of both documents. */
export interface GroupDumps {
	readonly keys: Bytes;
	readonly info: Bytes;
	readonly members: Bytes;
}

export class Group {
	private constructor(
		readonly id: GroupId,
		private readonly own: Ed25519KeyPair,
		private pair: Ed25519KeyPair | undefined,
		private known: GroupKeys,
		readonly info: GroupInfo,
		readonly members: GroupMembers
	) {}

	/**
	 * `own`: the account's keys; `seed`: of admins only. Throws ProtocolError 'unauthenticated' when the seed is of another
	 * group, 'malformed' for unreadable dumps.
	 */
	static open(id: GroupId, own: Ed25519KeyPair, seed?: GroupSeed, dumps?: GroupDumps): Group {
		const pair = seed === undefined ? undefined : groupPairOf(id, seed);
		const known = dumps === undefined ? noKeys : loadKeys(dumps.keys);
		const signing = { publicKey: groupPublicKey(id), ...(pair && { secretKey: pair.secretKey }) };
		const info = GroupInfo.open(keyList(known), signing, dumps?.info);
		const members = GroupMembers.open(keyList(known), signing, dumps?.members);
		return new Group(id, own, pair, known, info, members);
	}

	get isAdmin(): boolean {
		return this.pair !== undefined;
	}

	get keys(): GroupKeys {
		return this.known;
	}

	/** Two admins rotated at once: one who sees this has to rotate again. */
	get needsRekey(): boolean {
		return this.isAdmin && hasCollision(this.known);
	}

	/** The group's own keys. Throws Error for members. */
	get adminPair(): Ed25519KeyPair {
		if (this.pair === undefined) throw new Error('only admins hold the keys of the group');
		return this.pair;
	}

	/**
	 * Makes a new key for everybody in the list of members, pending until its message comes back from namespace 12. Both
	 * documents have to be pushed after it. Throws Error for members.
	 */
	rekey(): Bytes {
		const members = this.members.all().map(({ id }) => id);
		const keys = rekey(this.known, this.adminPair, members);
		this.replaceKeys(keys, true);
		return keys.pending.message;
	}

	/** A message with the keys so far, for members who come later. Throws like `supplement`; Error for members. */
	supplement(members: readonly AccountId[]): Bytes {
		return supplement(this.known, this.adminPair, members);
	}

	/** Takes in a message of namespace 12; true when it had keys for us. Throws like `loadKeyMessage`. */
	loadKey(stored: StoredKeyMessage): boolean {
		const { keys, loaded } = loadKeyMessage(this.known, this.reader(), stored);
		this.known = keys;
		if (loaded) this.replaceKeys(keys, false);
		return loaded;
	}

	/** We were made an admin. Throws ProtocolError 'unauthenticated' when the seed is of another group. */
	promote(seed: GroupSeed): void {
		this.pair = groupPairOf(this.id, seed);
		this.info.config.grantSecretKey(this.pair.secretKey);
		this.members.config.grantSecretKey(this.pair.secretKey);
	}

	dumpKeys(): Bytes {
		return dumpKeys(this.known);
	}

	private reader(): KeyReader {
		if (this.pair !== undefined) return { role: 'admin', group: this.pair };
		return { role: 'member', group: groupPublicKey(this.id), own: x25519FromEd25519(this.own) };
	}

	private replaceKeys(keys: GroupKeys, push: boolean): void {
		this.known = keys;
		this.info.config.replaceKeys(keyList(keys), push);
		this.members.config.replaceKeys(keyList(keys), push);
	}
}

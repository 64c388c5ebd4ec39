/**
 * A config as one device has it: what it says, what of it has still to be pushed, and which stored messages hold it.
 * config.md §4. The typed documents in documents/ say what stands where.
 */
import type { BtDict } from '../bt/value';
import { ProtocolError } from '../errors';
import type { Bytes, Ed25519SecretKey, MessageHash, NetworkTime } from '../types';
import { Draft } from './draft';
import { readDump, writeDump } from './dump';
import type { ConfigState } from './dump';
import { mergeMessages } from './merge';
import { emptyMessage, nextVersion } from './message';
import type { ConfigMessage, SigningKeys } from './message';
import { PartCollector } from './multipart';
import { pack } from './pack';
import { receive } from './receive';
import type { Candidate, StoredConfig } from './receive';
import { encodeStored } from './transport';
import type { Transport } from './transport';
import { isScalarSet, sameValue, valueAt } from './tree';
import type { ConfigDict, Path, Scalar, ScalarSet } from './tree';

export interface ConfigOptions extends Transport {
	/** For configs that are signed: those of groups. */
	readonly signing: SigningKeys | undefined;
}

export interface ConfigPush {
	readonly seqno: number;
	/** All of them have to be stored. */
	readonly messages: readonly Bytes[];
	/**
	 * To be deleted once the messages are stored; handed out once. Another device may have pushed the very same merge
	 * before: then a hash under which a message was just stored can be among these, and must not be deleted.
	 */
	readonly obsolete: readonly MessageHash[];
}

const NOTHING: ConfigDict = new Map();

export class ConfigObject {
	private state: ConfigState = 'clean';
	/** The version that is pushed or being pushed; while dirty, the one before the draft. */
	private message: ConfigMessage = emptyMessage();
	private draft: Draft | undefined;
	private current = new Set<MessageHash>();
	private readonly old = new Set<MessageHash>();
	private parts = new PartCollector();
	private unsaved = false;
	private local: BtDict = new Map();

	constructor(private options: ConfigOptions) {}

	/** What `dump` wrote. Throws ProtocolError 'malformed' for anything else. */
	static load(options: ConfigOptions, dump: Bytes): ConfigObject {
		const config = new ConfigObject(options);
		const snapshot = readDump(dump);
		config.state = snapshot.state;
		config.message = snapshot.message;
		config.draft = snapshot.draft;
		config.current = new Set(snapshot.current);
		for (const hash of snapshot.old) config.old.add(hash);
		config.parts = new PartCollector(snapshot.parts);
		config.local = snapshot.extra;
		return config;
	}

	get data(): ConfigDict {
		return (this.draft ?? this.message).data;
	}

	/** The version's number, as it is or as it would be pushed. */
	get seqno(): number {
		return (this.draft?.base ?? this.message).seqno;
	}

	/** The stored messages that hold exactly this config. Empty while there are changes that nobody has seen. */
	get currentHashes(): ReadonlySet<MessageHash> {
		return this.current;
	}

	/** True until a push is confirmed. */
	get needsPush(): boolean {
		return this.state !== 'clean';
	}

	get needsDump(): boolean {
		return this.unsaved;
	}

	/** Changed since the last push. */
	get isDirty(): boolean {
		return this.state === 'dirty';
	}

	/** Without the secret key of a signed config there is nothing to change. */
	get isReadOnly(): boolean {
		return this.options.signing !== undefined && this.options.signing.secretKey === undefined;
	}

	/** Does nothing when the value is there already. A set that is empty goes away. Throws Error when read-only. */
	set(path: Path, value: Scalar | ScalarSet): void {
		if (isScalarSet(value) && value.length === 0) {
			this.remove(path);
		} else if (!sameValue(valueAt(this.data, path), value)) {
			this.edit().set(path, value);
		}
	}

	/** Does nothing when there is no value. Throws Error when read-only. */
	remove(path: Path): void {
		if (valueAt(this.data, path) !== undefined) this.edit().remove(path);
	}

	/**
	 * Becomes waiting; changes after this make a new version. Pushing what is stored already gives the same messages
	 * again. Throws ProtocolError: 'too-large' for configs above 5,000,000 bytes compressed, 'malformed' without a key.
	 */
	push(now: NetworkTime): ConfigPush {
		const message = this.pushable();
		const padded = pack(message.serialized);
		const messages = encodeStored(padded, message.seqno, this.options);
		if (messages.length > 1) this.parts.remember(padded, now);
		if (this.state === 'dirty') {
			this.adopt(message);
			this.enter('waiting');
		}
		const obsolete = this.isReadOnly ? [] : [...this.old];
		this.old.clear();
		return { seqno: message.seqno, messages, obsolete };
	}

	/**
	 * All messages of the push are stored, under these hashes. Ignored when there was a change or a merge since the
	 * push.
	 */
	confirm(seqno: number, hashes: Iterable<MessageHash>): void {
		if (this.state !== 'waiting' || seqno !== this.message.seqno) return;
		this.enter('clean');
		this.hold(hashes);
	}

	/**
	 * Takes in what other devices stored and gives the hashes that were understood. Whether something has to be pushed,
	 * shown or saved now, ask afterwards.
	 *
	 * All that a poll brought belongs into one call: the order in it does not matter, but a second call before a push
	 * merges on top of the first one's merge, and then values that only the first knew can win. A config that holds
	 * nothing yet throws ProtocolError when messages decrypt but none of them is valid, so that it is not taken for a
	 * new one; so does any config without a key.
	 */
	merge(stored: readonly StoredConfig[], now: NetworkTime): ReadonlySet<MessageHash> {
		const { signing, keys } = this.options;
		if (keys.length === 0) throw new ProtocolError('malformed', 'config has no encryption key');
		const { candidates, accepted, refusal } = receive(
			stored,
			this.options,
			signing?.publicKey,
			this.parts,
			now
		);
		this.parts.expire(now);
		if (this.parts.takeChanged()) this.unsaved = true;
		const own = this.sealed();
		const mine: Candidate[] = own.seqno > 0 ? [{ message: own, hashes: [...this.current] }] : [];
		const all = [...mine, ...candidates];
		const merged = mergeMessages(
			all.map(({ message }) => message),
			signing
		);
		if (merged === undefined) {
			if (refusal !== undefined) throw refusal;
			return accepted;
		}
		const winner = merged.index === undefined ? undefined : all[merged.index];
		for (const candidate of all) {
			if (candidate !== winner) for (const hash of candidate.hashes) this.old.add(hash);
		}
		if (winner === undefined) {
			this.becomeMerge(merged.message);
		} else if (winner !== mine[0]) {
			this.adopt(winner.message);
			this.enter('clean');
			this.hold(winner.hashes);
		}
		for (const hash of this.current) this.old.delete(hash);
		return accepted;
	}

	/** Hashes of stored messages to keep alive: the current ones, and parts that wait for others. */
	activeHashes(now: NetworkTime): ReadonlySet<MessageHash> {
		return new Set([...this.current, ...this.parts.waiting(now)]);
	}

	/** Everything but the keys. */
	dump(now: NetworkTime): Bytes {
		if (this.isReadOnly) this.old.clear();
		this.parts.expire(now);
		this.unsaved = false;
		return writeDump({
			state: this.state,
			message: this.sealed(),
			draft: this.draft,
			current: this.current,
			old: this.old,
			parts: this.parts.state,
			extra: this.local
		});
	}

	/** What a document keeps beside the config, on this device only. */
	get extra(): BtDict {
		return this.local;
	}

	setExtra(extra: BtDict): void {
		this.local = extra;
		this.unsaved = true;
	}

	/**
	 * New encryption keys of a group, the newest first. With `push` the config becomes dirty when the first one
	 * changed, so that it is stored again for those who have the new key.
	 */
	replaceKeys(keys: readonly Bytes[], push: boolean): void {
		const changed = keys[0] !== undefined && !sameValue(this.options.keys[0], keys[0]);
		this.options = { ...this.options, keys };
		if (push && changed && !this.isReadOnly) this.edit();
	}

	/** A member became an admin. */
	grantSecretKey(secretKey: Ed25519SecretKey): void {
		const { signing } = this.options;
		if (signing === undefined) throw new Error('this config is not signed');
		this.options = { ...this.options, signing: { ...signing, secretKey } };
	}

	private edit(): Draft {
		if (this.draft === undefined) {
			if (this.isReadOnly) throw new Error('this config is read-only');
			this.enter('dirty');
			this.draft = new Draft(nextVersion(this.message));
		}
		this.unsaved = true;
		return this.draft;
	}

	/**
	 * The reference counts everything as changed by a merge that was made without changes of our own waiting, and
	 * nothing otherwise. Every device has to do the same, or each merge would be in conflict with those of the others.
	 */
	private becomeMerge({ seqno, data, lagged, unknown }: ConfigMessage): void {
		const before = this.state === 'dirty' ? data : NOTHING;
		this.enter('dirty');
		this.draft = new Draft({ seqno, data: before, lagged, unknown }, data);
	}

	private sealed(): ConfigMessage {
		return this.draft?.seal(this.options.signing?.secretKey) ?? this.message;
	}

	/** The empty config that everything starts from carries no signature until it is pushed. */
	private pushable(): ConfigMessage {
		const message = this.sealed();
		return message.seqno === 0 ? emptyMessage(this.options.signing?.secretKey) : message;
	}

	private adopt(message: ConfigMessage): void {
		this.message = message;
		this.draft = undefined;
	}

	private enter(state: ConfigState): void {
		if (this.state === 'clean') {
			for (const hash of this.current) this.old.add(hash);
			this.current.clear();
		}
		this.state = state;
		this.unsaved = true;
	}

	private hold(hashes: Iterable<MessageHash>): void {
		this.current = new Set(hashes);
		for (const hash of this.current) this.old.delete(hash);
	}
}

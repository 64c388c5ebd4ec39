/** A config message as it is before compression and encryption: config.md §2. */
import { compareBytes } from '../bt/value';
import type { BtDict, BtValue } from '../bt/value';
import { writeBt, writeSignedBt } from '../bt/writer';
import { blake2b, sign } from '../keys';
import type { Bytes, Ed25519PublicKey, Ed25519SecretKey } from '../types';
import type { Diff } from './diff';
import type { ConfigDict } from './tree';

/** A message carries its own diff and those of so many less one sequence numbers before; older branches are lost. */
export const LAGS = 5;
export const MESSAGE_HASH_BYTES = 32;

/** What tells messages of one config apart. */
export interface Version {
	readonly seqno: number;
	/** 32 bytes. */
	readonly hash: Bytes;
}

/** By sequence number, then hash. Negative, 0 or positive. */
export function compareVersions(a: Version, b: Version): number {
	return a.seqno - b.seqno || compareBytes(a.hash, b.hash);
}

/** The diff of an ancestor. */
export interface LaggedDiff extends Version {
	readonly diff: Diff;
}

/** What is written; `unknown` are top-level keys of newer clients. */
export interface ConfigContent {
	readonly seqno: number;
	readonly data: ConfigDict;
	readonly diff: Diff;
	/** Ascending by sequence number, then hash; none twice. */
	readonly lagged: readonly LaggedDiff[];
	readonly unknown: BtDict;
}

export interface ConfigMessage extends ConfigContent, Version {
	/** The bytes as they were received or made, signature included: what the hash is of. */
	readonly serialized: Bytes;
}

/** Of configs that are signed. Who has no secret key can only read. */
export interface SigningKeys {
	readonly publicKey: Ed25519PublicKey;
	readonly secretKey?: Ed25519SecretKey | undefined;
}

/** Every config starts from this one, whose hash the first version names as its ancestor. */
export function emptyMessage(secretKey?: Ed25519SecretKey): ConfigMessage {
	const content = { seqno: 0, data: new Map(), diff: new Map(), lagged: [], unknown: new Map() };
	return sealMessage(content, secretKey);
}

/** Serializes and, given a key, signs. */
export function sealMessage(content: ConfigContent, secretKey?: Ed25519SecretKey): ConfigMessage {
	const entries = new Map<string, BtValue>(content.unknown);
	entries.set('#', BigInt(content.seqno));
	entries.set('&', content.data);
	entries.set('<', content.lagged.filter(isCarriedBy(content.seqno)).map(laggedItem));
	entries.set('=', content.diff);
	const serialized =
		secretKey === undefined ? writeBt(entries) : writeSignedBt(entries, (signed) => sign(signed, secretKey));
	return messageOf(content, serialized);
}

export function messageOf(content: ConfigContent, serialized: Bytes): ConfigMessage {
	return { ...content, serialized, hash: blake2b(MESSAGE_HASH_BYTES, serialized) };
}

/** What the next version of a message starts from: the same data, no diff of its own, one ancestor more. */
export function nextVersion(message: ConfigMessage): Omit<ConfigContent, 'diff'> {
	const seqno = message.seqno + 1;
	const parent = { seqno: message.seqno, hash: message.hash, diff: message.diff };
	return {
		seqno,
		data: message.data,
		lagged: [...message.lagged, parent].filter(isCarriedBy(seqno)),
		unknown: message.unknown
	};
}

function isCarriedBy(seqno: number): (lagged: LaggedDiff) => boolean {
	return (lagged) => lagged.seqno > seqno - LAGS && lagged.seqno < seqno;
}

function laggedItem({ seqno, hash, diff }: LaggedDiff): BtValue {
	return [BigInt(seqno), hash, diff];
}

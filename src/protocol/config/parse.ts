/** Reading config messages as strictly as the reference does: bt-encoding.md §2, config.md §2. */
import { BtConsumer } from '../bt/consumer';
import type { BtValue } from '../bt/value';
import { equal } from '../bytes';
import { ProtocolError } from '../errors';
import { verify } from '../keys';
import type { Bytes, Ed25519PublicKey } from '../types';
import { ASSIGNED, REMOVED } from './diff';
import type { Change, Diff } from './diff';
import { compareVersions, LAGS, MESSAGE_HASH_BYTES, messageOf } from './message';
import type { ConfigMessage, LaggedDiff } from './message';
import { compareScalars } from './tree';
import type { ConfigDict, ConfigValue, Scalar, ScalarSet } from './tree';

const SIGNATURE_BYTES = 64;

/**
 * With `signer` a valid signature is required; without it one may be there and is not looked at. Bytes after the
 * message are tolerated and count for its hash. Throws ProtocolError: 'unauthenticated' for a missing or wrong
 * signature, 'too-large' for nesting that no config has, 'malformed' for everything else.
 */
export function parseMessage(serialized: Bytes, signer?: Ed25519PublicKey): ConfigMessage {
	const reader = new BtConsumer(serialized);
	const unknown = new Map<string, BtValue>();
	reader.enterDict();
	if (reader.key() !== '#') throw new ProtocolError('malformed', 'config has no sequence number');
	const seqno = parseSeqno(reader.int64());
	requireKey(reader, unknown, '#', '&');
	const data = parseData(reader);
	requireKey(reader, unknown, '&', '<');
	const lagged = parseLagged(reader, seqno);
	requireKey(reader, unknown, '<', '=');
	const diff = parseDiff(reader);
	const signedLength = advance(reader, unknown, '=', '~');
	if (signedLength !== undefined) {
		checkSignature(reader.bytes(), serialized.subarray(0, signedLength), signer);
	} else if (signer !== undefined) {
		throw new ProtocolError('unauthenticated', 'config is not signed');
	}
	reader.leave();
	return messageOf({ seqno, data, diff, lagged, unknown }, serialized);
}

function parseSeqno(seqno: bigint): number {
	if (seqno < 0n || seqno > Number.MAX_SAFE_INTEGER) {
		throw new ProtocolError('malformed', 'config sequence number is out of range');
	}
	return Number(seqno);
}

function checkSignature(signature: Bytes, signed: Bytes, signer: Ed25519PublicKey | undefined): void {
	if (signature.length !== SIGNATURE_BYTES) {
		throw new ProtocolError('malformed', 'config signature has the wrong length');
	}
	if (signer !== undefined && !verify(signature, signed, signer)) {
		throw new ProtocolError('unauthenticated', 'config signature does not verify');
	}
}

/**
 * Goes on from the key `previous` to `wanted`, whose value is next, and keeps what stands between. Gives where
 * `wanted` begins, or undefined when the message ends before.
 */
function advance(
	reader: BtConsumer,
	unknown: Map<string, BtValue>,
	previous: string,
	wanted: string
): number | undefined {
	let last = previous;
	while (!reader.atEnd()) {
		const start = reader.position;
		const key = nextKey(reader, last);
		if (key === wanted) return start;
		if (key > wanted) throw new ProtocolError('malformed', 'config key is missing or out of place');
		unknown.set(key, reader.value());
		last = key;
	}
	return undefined;
}

function requireKey(
	reader: BtConsumer,
	unknown: Map<string, BtValue>,
	previous: string,
	wanted: string
): void {
	if (advance(reader, unknown, previous, wanted) === undefined) {
		throw new ProtocolError('malformed', 'config key is missing');
	}
}

function nextKey(reader: BtConsumer, last: string | undefined): string {
	const key = reader.key();
	if (last !== undefined && key <= last) throw new ProtocolError('malformed', 'config keys are not in order');
	return key;
}

function parseData(reader: BtConsumer): ConfigDict {
	const data = new Map<string, ConfigValue>();
	let last: string | undefined;
	reader.enterDict();
	while (!reader.atEnd()) {
		last = nextKey(reader, last);
		data.set(last, parseValue(reader));
	}
	reader.leave();
	return data;
}

function parseValue(reader: BtConsumer): ConfigValue {
	const kind = reader.next();
	if (kind === 'integer') return reader.int64();
	if (kind === 'bytes') return reader.bytes();
	const value = kind === 'list' ? parseSet(reader) : parseData(reader);
	const size = 'size' in value ? value.size : value.length;
	if (size === 0) throw new ProtocolError('malformed', 'config has an empty set or dict');
	return value;
}

function parseSet(reader: BtConsumer): ScalarSet {
	const members: Scalar[] = [];
	let last: Scalar | undefined;
	reader.enterList();
	while (!reader.atEnd()) {
		const member = reader.next() === 'integer' ? reader.int64() : reader.bytes();
		if (last !== undefined && compareScalars(last, member) >= 0) {
			throw new ProtocolError('malformed', 'config set is not in order');
		}
		members.push(member);
		last = member;
	}
	reader.leave();
	return members;
}

function parseDiff(reader: BtConsumer): Diff {
	const diff = new Map<string, Change>();
	let last: string | undefined;
	reader.enterDict();
	while (!reader.atEnd()) {
		last = nextKey(reader, last);
		diff.set(last, parseChange(reader));
	}
	reader.leave();
	return diff;
}

function parseChange(reader: BtConsumer): Change {
	const kind = reader.next();
	if (kind === 'dict') return parseDiff(reader);
	if (kind === 'list') {
		reader.enterList();
		const change = [parseSet(reader), parseSet(reader)] as const;
		reader.leave();
		return change;
	}
	const bytes = reader.bytes();
	if (bytes.length === 0) return ASSIGNED;
	if (equal(bytes, REMOVED)) return REMOVED;
	throw new ProtocolError('malformed', 'config diff has an unknown change');
}

function parseLagged(reader: BtConsumer, seqno: number): LaggedDiff[] {
	const lagged: LaggedDiff[] = [];
	reader.enterList();
	while (!reader.atEnd()) {
		reader.enterList();
		const ancestor = reader.int64();
		if (ancestor >= BigInt(seqno)) throw new ProtocolError('malformed', 'config has an ancestor from later');
		if (ancestor <= BigInt(seqno - LAGS)) {
			// Too old to be merged with; nobody looks at the rest of it.
			finishList(reader);
			continue;
		}
		const item = { seqno: parseSeqno(ancestor), hash: reader.bytes(), diff: parseDiff(reader) };
		reader.leave();
		if (item.hash.length !== MESSAGE_HASH_BYTES) {
			throw new ProtocolError('malformed', 'config ancestor has no hash');
		}
		const last = lagged.at(-1);
		if (last !== undefined && compareVersions(last, item) >= 0) {
			throw new ProtocolError('malformed', 'config ancestors are not in order');
		}
		lagged.push(item);
	}
	reader.leave();
	return lagged;
}

function finishList(reader: BtConsumer): void {
	while (!reader.atEnd()) reader.skip();
	reader.leave();
}

/** How a config is kept on this device: a format of our own, config.md §4. To be sealed by whoever stores it. */
import { readBt } from '../bt/reader';
import { isBytes, isDict, isList } from '../bt/value';
import type { BtDict, BtValue } from '../bt/value';
import { writeBt } from '../bt/writer';
import { fromUtf8, utf8 } from '../bytes';
import { ProtocolError } from '../errors';
import type { Bytes, MessageHash } from '../types';
import { Draft } from './draft';
import { sealMessage } from './message';
import type { ConfigMessage } from './message';
import type { OpenSet, PartsState } from './multipart';
import { parseMessage } from './parse';

const STATES = ['clean', 'dirty', 'waiting'] as const;
export type ConfigState = (typeof STATES)[number];

/** A config with all that has to survive a restart. */
export interface ConfigSnapshot {
	readonly state: ConfigState;
	readonly message: ConfigMessage;
	/** While dirty: what `message` was sealed from. */
	readonly draft: Draft | undefined;
	readonly current: Iterable<MessageHash>;
	readonly old: Iterable<MessageHash>;
	readonly parts: PartsState;
	/** What a document keeps beside the config, never pushed. */
	readonly extra: BtDict;
}

export function writeDump(snapshot: ConfigSnapshot): Bytes {
	const { state, message, draft, current, old, parts, extra } = snapshot;
	const entries = new Map<string, BtValue>([
		['!', BigInt(STATES.indexOf(state))],
		['$', message.serialized],
		['(', writeHashes(current)],
		[')', writeHashes(old)],
		['*', new Map([...parts.open].map(([name, set]) => [name, writeOpenSet(set)]))],
		['+', extra],
		['-', new Map([...parts.done].map(([name, expires]) => [name, BigInt(expires)]))]
	]);
	if (draft !== undefined) entries.set('<', sealMessage({ ...draft.base, diff: new Map() }).serialized);
	return writeBt(entries);
}

/** Throws ProtocolError 'malformed' for anything that `writeDump` does not write. */
export function readDump(dump: Bytes): ConfigSnapshot {
	const entries = asDict(readBt(dump));
	const state = STATES[asNumber(entries.get('!'))];
	if (state === undefined) throw unreadable();
	const message = parseMessage(asBytes(entries.get('$')));
	const draft = state === 'dirty' ? readDraft(asBytes(entries.get('<')), message) : undefined;
	return {
		state,
		message,
		draft,
		current: readHashes(entries.get('(')),
		old: readHashes(entries.get(')')),
		parts: {
			open: mapValues(asDict(entries.get('*')), readOpenSet),
			done: mapValues(asDict(entries.get('-')), asNumber)
		},
		extra: asDict(entries.get('+'))
	};
}

function readDraft(base: Bytes, message: ConfigMessage): Draft {
	return new Draft(parseMessage(base), message.data);
}

function writeOpenSet({ count, expires, parts }: OpenSet): BtValue {
	const items = [...parts].map(([index, { message, chunk }]) => [BigInt(index), utf8(message), chunk]);
	return [BigInt(count), BigInt(expires), items];
}

function readOpenSet(value: BtValue): OpenSet {
	const [count, expires, items] = asList(value);
	const parts = asList(items).map((item) => {
		const [index, message, chunk] = asList(item);
		return [asNumber(index), { message: readHash(message), chunk: asBytes(chunk) }] as const;
	});
	return { count: asNumber(count), expires: asNumber(expires), parts: new Map(parts) };
}

function writeHashes(hashes: Iterable<MessageHash>): BtValue {
	return [...hashes].map(utf8);
}

function readHashes(value: BtValue | undefined): MessageHash[] {
	return asList(value).map(readHash);
}

/** The brand was checked before the hash was written. */
function readHash(value: BtValue | undefined): MessageHash {
	return fromUtf8(asBytes(value)) as MessageHash;
}

function mapValues<Value>(dict: BtDict, read: (value: BtValue) => Value): Map<string, Value> {
	return new Map([...dict].map(([key, value]) => [key, read(value)]));
}

function asNumber(value: BtValue | undefined): number {
	if (typeof value !== 'bigint') throw unreadable();
	return Number(value);
}

function asBytes(value: BtValue | undefined): Bytes {
	if (value === undefined || !isBytes(value)) throw unreadable();
	return value;
}

function asList(value: BtValue | undefined): readonly BtValue[] {
	if (value === undefined || !isList(value)) throw unreadable();
	return value;
}

function asDict(value: BtValue | undefined): BtDict {
	if (value === undefined || !isDict(value)) throw unreadable();
	return value;
}

function unreadable(): ProtocolError {
	return new ProtocolError('malformed', 'config dump is not readable');
}

/** A group's keys as they are kept on the device: groups-v2.md §2, in the form that libsession has too. */
import { BtConsumer } from '../bt/consumer';
import type { BtValue } from '../bt/value';
import { writeBt } from '../bt/writer';
import { fromUtf8, utf8 } from '../bytes';
import { ProtocolError } from '../errors';
import type { Bytes, MessageHash } from '../types';
import { parseGroupKey } from './group-id';
import { compareEntries, type GroupKeys, type PendingKey } from './group-keys';
import { readCount } from './key-message';
import { consumeKeyList, keyListValue } from './supplement';

/** `A`: hashes by generation; `L`: keys; `P`: the pending key, if any. */
export function dumpKeys({ entries, hashes, pending }: GroupKeys): Bytes {
	const dump = new Map<string, BtValue>([
		['A', hashLists(hashes)],
		['L', keyListValue(entries)]
	]);
	if (pending !== null) dump.set('P', pendingValue(pending));
	return writeBt(dump);
}

/** Throws ProtocolError 'malformed'. */
export function loadKeys(dump: Uint8Array): GroupKeys {
	const consumer = new BtConsumer(dump);
	consumer.enterDict();
	consumer.require('A');
	const hashes = consumeHashes(consumer);
	consumer.require('L');
	const entries = consumeKeyList(consumer);
	const isSorted = entries.every((entry, index) => {
		const before = entries[index - 1];
		return before === undefined || compareEntries(before, entry) < 0;
	});
	if (!isSorted) throw new ProtocolError('malformed', 'kept keys are not in order');
	return { entries, hashes, pending: consumer.skipTo('P') ? consumePending(consumer) : null };
}

function hashLists(hashes: GroupKeys['hashes']): BtValue {
	const byGeneration = [...hashes].sort(([a], [b]) => a - b);
	return byGeneration.map(([generation, some]) => [BigInt(generation), ...[...some].sort().map(utf8)]);
}

function consumeHashes(consumer: BtConsumer): GroupKeys['hashes'] {
	const hashes = new Map<number, Set<MessageHash>>();
	consumer.enterList();
	while (!consumer.atEnd()) {
		consumer.enterList();
		const some = new Set<MessageHash>();
		hashes.set(readCount(consumer), some);
		while (!consumer.atEnd()) some.add(fromUtf8(consumer.bytes()) as MessageHash);
		consumer.leave();
	}
	consumer.leave();
	return hashes;
}

function pendingValue({ generation, key, message }: PendingKey): BtValue {
	return new Map<string, BtValue>([
		['c', message],
		['g', BigInt(generation)],
		['k', key]
	]);
}

function consumePending(consumer: BtConsumer): PendingKey {
	consumer.enterDict();
	consumer.require('c');
	const message = consumer.bytes();
	consumer.require('g');
	const generation = readCount(consumer);
	consumer.require('k');
	return { generation, key: parseGroupKey(consumer.bytes()), message };
}

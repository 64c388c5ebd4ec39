/** The keys so far for members who come later: groups-v2.md §3.2. */
import { BtConsumer } from '../bt/consumer';
import type { BtValue } from '../bt/value';
import { writeBt, writeSignedBt } from '../bt/writer';
import { concat, utf8 } from '../bytes';
import { ProtocolError } from '../errors';
import { x25519FromEd25519 } from '../identity';
import { blake2b, sign } from '../keys';
import type { AccountId, Bytes, Ed25519KeyPair } from '../types';
import { parseGroupKey } from './group-id';
import { currentGeneration, type GroupKeys, type KeyEntry } from './group-keys';
import { GENERATION_HASH_KEY, generationSecret } from './key-derivation';
import { readCount } from './key-message';
import { sealForMember } from './rekey';

const NONCE_BYTES = 24;

/**
 * A message for namespace 12 with every key that came back from the swarm, never the pending one. `members` are hashed in
 * the order given: pass them sorted, so that all admins make the same message. Throws ProtocolError 'malformed' when
 * there is no key to give, or nobody to give it to.
 */
export function supplement(keys: GroupKeys, group: Ed25519KeyPair, members: readonly AccountId[]): Bytes {
	if (keys.entries.length === 0) throw new ProtocolError('malformed', 'no key to supplement');
	const plaintext = writeBt(keyListValue(keys.entries));
	const hashed = concat(utf8(members.join('')), plaintext, generationSecret(group));
	const nonce = blake2b(NONCE_BYTES, hashed, GENERATION_HASH_KEY);
	const sender = x25519FromEd25519(group);
	const entries = members.flatMap((member) => sealForMember(member, plaintext, nonce, sender));
	if (entries.length === 0) throw new ProtocolError('malformed', 'nobody to supplement keys for');
	return writeSignedBt(
		new Map<string, BtValue>([
			['#', nonce],
			['+', entries],
			['G', BigInt(currentGeneration(keys))]
		]),
		(signed) => sign(signed, group.secretKey)
	);
}

/** `[{g: generation, k: key, t: milliseconds}, …]` */
export function keyListValue(entries: readonly KeyEntry[]): BtValue {
	return entries.map(
		({ generation, key, timestamp }) =>
			new Map<string, BtValue>([
				['g', BigInt(generation)],
				['k', key],
				['t', BigInt(timestamp)]
			])
	);
}

/** Throws ProtocolError 'malformed'. */
export function readKeyList(data: Uint8Array): readonly KeyEntry[] {
	return consumeKeyList(new BtConsumer(data));
}

export function consumeKeyList(consumer: BtConsumer): readonly KeyEntry[] {
	const entries: KeyEntry[] = [];
	consumer.enterList();
	while (!consumer.atEnd()) entries.push(consumeEntry(consumer));
	consumer.leave();
	return entries;
}

function consumeEntry(consumer: BtConsumer): KeyEntry {
	consumer.enterDict();
	consumer.require('g');
	const generation = readCount(consumer);
	consumer.require('k');
	const key = parseGroupKey(consumer.bytes());
	consumer.require('t');
	const timestamp = readCount(consumer);
	while (!consumer.atEnd()) {
		consumer.key();
		consumer.skip();
	}
	consumer.leave();
	return { generation, key, timestamp };
}

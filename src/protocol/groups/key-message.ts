/**
 * Reading messages of namespace 12, up to where a key is needed: groups-v2.md §3. Any member can store anything there, so
 * nothing of a message counts before the group's signature verifies.
 */
import { BtConsumer } from '../bt/consumer';
import { ProtocolError } from '../errors';
import { verify } from '../keys';
import type { Bytes, Ed25519PublicKey } from '../types';
import { XCHACHA_NONCE_BYTES, XCHACHA_TAG_BYTES } from '../xchacha20';

/** How many entries for members a message is filled up to a multiple of, so that it does not tell their number. */
export const ENTRY_MULTIPLE = 45;
/** A key of 32 bytes, sealed. */
export const KEY_ENTRY_BYTES = 32 + XCHACHA_TAG_BYTES;
/** The shortest dict that carries a key, sealed. */
const SMALLEST_SUPPLEMENT = 52 + XCHACHA_TAG_BYTES;

/** A new key for everybody. */
export interface FullKeyMessage {
	readonly kind: 'full';
	readonly nonce: Bytes;
	readonly generation: number;
	/** The key, for admins. */
	readonly forAdmins: Bytes;
	/** The key, once for each member, and junk. */
	readonly forMembers: readonly Bytes[];
}

/** The keys so far, for some members. */
export interface SupplementMessage {
	readonly kind: 'supplement';
	readonly nonce: Bytes;
	readonly generation: number;
	/** A list of keys, once for each of them. */
	readonly forMembers: readonly Bytes[];
}

/** Throws ProtocolError: 'malformed' for anything that is no key message, 'unauthenticated' when the group did not sign it. */
export function readKeyMessage(
	data: Uint8Array,
	group: Ed25519PublicKey
): FullKeyMessage | SupplementMessage {
	const consumer = new BtConsumer(data);
	consumer.enterDict();
	consumer.require('#');
	const nonce = consumer.bytes();
	expect(nonce.length === XCHACHA_NONCE_BYTES, 'key message has a wrong nonce');
	const message = consumer.skipTo('+') ? readSupplement(consumer, nonce) : readFull(consumer, nonce);
	verifySignature(consumer, data, group);
	return message;
}

function readFull(consumer: BtConsumer, nonce: Bytes): FullKeyMessage {
	consumer.require('G');
	const generation = readCount(consumer);
	consumer.require('K');
	const forAdmins = consumer.bytes();
	consumer.require('k');
	const forMembers = readEntries(consumer);
	expect(
		[forAdmins, ...forMembers].every(({ length }) => length === KEY_ENTRY_BYTES),
		'key message has an entry of the wrong length'
	);
	expect(forMembers.length % ENTRY_MULTIPLE === 0, 'key message has a wrong number of entries');
	return { kind: 'full', nonce, generation, forAdmins, forMembers };
}

function readSupplement(consumer: BtConsumer, nonce: Bytes): SupplementMessage {
	const forMembers = readEntries(consumer);
	expect(
		forMembers.every(({ length }) => length >= SMALLEST_SUPPLEMENT),
		'supplemental key message has an entry that is too short'
	);
	consumer.require('G');
	return { kind: 'supplement', nonce, generation: readCount(consumer), forMembers };
}

function readEntries(consumer: BtConsumer): readonly Bytes[] {
	const entries: Bytes[] = [];
	consumer.enterList();
	while (!consumer.atEnd()) entries.push(consumer.bytes());
	consumer.leave();
	return entries;
}

/** Generations and times: whole numbers from 0 that a double holds exactly. */
export function readCount(consumer: BtConsumer): number {
	const value = consumer.int64();
	expect(value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER), 'key message has a number out of range');
	return Number(value);
}

/** The signature is of everything before the key `~`, which is the last one: bt-encoding.md §3. */
function verifySignature(consumer: BtConsumer, data: Uint8Array, group: Ed25519PublicKey): void {
	let end = consumer.position;
	while (!consumer.atEnd()) {
		end = consumer.position;
		if (consumer.key() === '~') break;
		consumer.skip();
	}
	expect(consumer.next() === 'bytes', 'key message is not signed');
	const signature = consumer.bytes();
	consumer.leave();
	if (!verify(signature, data.subarray(0, end), group)) {
		throw new ProtocolError('unauthenticated', 'key message is not signed by the group');
	}
}

function expect(condition: boolean, otherwise: string): asserts condition {
	if (!condition) throw new ProtocolError('malformed', otherwise);
}

/** Configs that do not fit one stored message and travel in several: config.md §7. */
import { BtConsumer } from '../bt/consumer';
import { bytesToKey } from '../bt/value';
import { writeBt } from '../bt/writer';
import { concat, equal } from '../bytes';
import { ProtocolError } from '../errors';
import { blake2b } from '../keys';
import type { Bytes, MessageHash, NetworkTime } from '../types';
import { ENCRYPTION_OVERHEAD } from './encrypt';
import { MAX_PADDED_BYTES, unpadded } from './pack';

/** Largest message that a swarm stores, in bytes. */
export const MAX_MESSAGE_BYTES = 76_800;

/** First byte of a part; of nothing else. */
const PART = 0x6d;
/** Around a chunk: `m`, the list, the 32-byte hash, two one-byte strings, and the length of the chunk. */
const PART_OVERHEAD = 50;
const CHUNK_BYTES = MAX_MESSAGE_BYTES - PART_OVERHEAD - ENCRYPTION_OVERHEAD;
const HASH_BYTES = 32;

const DAY = 24 * 60 * 60 * 1000;
const MAX_WAIT = 7 * DAY;
const MAX_REMEMBER = 14 * DAY;
/** Unfinished sets that are kept at once; more than this many large configs do not wait at the same time. */
const MAX_OPEN_SETS = 8;

export function isPart(content: Bytes): boolean {
	return content[0] === PART;
}

/** The plaintexts of the parts, two or more, which are encrypted one by one without further padding. */
export function splitConfig(padded: Bytes): Bytes[] {
	const hash = blake2b(HASH_BYTES, padded);
	const count = Math.ceil(padded.length / CHUNK_BYTES);
	return Array.from({ length: count }, (_, index) => {
		const chunk = padded.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
		const list = writeBt([hash, Uint8Array.of(index), Uint8Array.of(count), chunk]);
		// The reference leaves the room that the length of a shorter last chunk does not take.
		const spare = chunk.length + PART_OVERHEAD - 1 - list.length;
		return concat(Uint8Array.of(PART), list, new Uint8Array(spare));
	});
}

interface Part {
	/** Of the whole config, as it was padded. */
	readonly hash: Bytes;
	readonly index: number;
	readonly count: number;
	readonly chunk: Bytes;
}

function parsePart(content: Bytes): Part {
	if (content.length > MAX_MESSAGE_BYTES) throw new ProtocolError('too-large', 'config part is too large');
	const reader = new BtConsumer(content, 1);
	reader.enterList();
	const hash = reader.bytes();
	const [index, ...moreIndex] = reader.bytes();
	const [count, ...moreCount] = reader.bytes();
	const chunk = reader.bytes();
	reader.leave();
	if (hash.length !== HASH_BYTES || index === undefined || count === undefined) {
		throw new ProtocolError('malformed', 'config part has no hash or number');
	}
	if (moreIndex.length + moreCount.length > 0 || count < 2 || index >= count || chunk.length === 0) {
		throw new ProtocolError('malformed', 'config part is numbered wrongly');
	}
	return { hash, index, count, chunk };
}

export interface OpenSet {
	readonly count: number;
	readonly expires: number;
	readonly parts: ReadonlyMap<number, { readonly message: MessageHash; readonly chunk: Bytes }>;
}

/** What is remembered between polls and kept on disk, by `bytesToKey` of the config's hash. */
export interface PartsState {
	/** Sets of which parts are missing. */
	readonly open: ReadonlyMap<string, OpenSet>;
	/** When a set that is done, or was pushed by us, may be forgotten: ms. */
	readonly done: ReadonlyMap<string, number>;
}

export interface WholeConfig {
	/** Without padding. */
	readonly content: Bytes;
	/** The stored messages that it came in. */
	readonly hashes: readonly MessageHash[];
}

/** Puts parts together that come in any order, over many polls. */
export class PartCollector {
	private changed = false;
	private readonly open: Map<string, OpenSet>;
	private readonly done: Map<string, number>;

	constructor(state?: PartsState) {
		this.open = new Map(state?.open);
		this.done = new Map(state?.done);
	}

	get state(): PartsState {
		return { open: this.open, done: this.done };
	}

	/** Whether parts came since the last time this was asked. */
	takeChanged(): boolean {
		const { changed } = this;
		this.changed = false;
		return changed;
	}

	/** Hashes of stored messages that wait for others. */
	waiting(now: NetworkTime): MessageHash[] {
		return [...this.open.values()]
			.filter(({ expires }) => expires > now)
			.flatMap(({ parts }) => [...parts.values()].map(({ message }) => message));
	}

	/**
	 * The whole config when this was its last missing part. Parts that are known already are fine. Throws ProtocolError
	 * 'malformed' or 'too-large' for what is no part, does not belong to the others, or completes something that does
	 * not have the announced hash.
	 */
	add(message: MessageHash, content: Bytes, now: NetworkTime): WholeConfig | undefined {
		const { hash, index, count, chunk } = parsePart(content);
		const name = bytesToKey(hash);
		if (this.done.has(name)) return undefined;
		const set: OpenSet = this.open.get(name) ?? { count, expires: 0, parts: new Map() };
		if (set.count !== count) throw new ProtocolError('malformed', 'config part is of another set');
		if (set.parts.has(index)) return undefined;
		const parts = new Map(set.parts).set(index, { message, chunk });
		checkSize(parts);
		this.open.set(name, { count, expires: now + MAX_WAIT, parts });
		this.changed = true;
		if (parts.size < count) {
			this.limitOpen();
			return undefined;
		}
		const inOrder = Array.from({ length: count }, (_, position) => parts.get(position)?.chunk);
		const padded = concat(...inOrder.filter((part) => part !== undefined));
		if (!equal(blake2b(HASH_BYTES, padded), hash)) {
			throw new ProtocolError('malformed', 'config parts do not have their hash');
		}
		this.open.delete(name);
		this.done.set(name, now + MAX_REMEMBER);
		return { content: unpadded(padded), hashes: [...parts.values()].map((part) => part.message) };
	}

	/** Our own pushes come back in polls and must not be put together again. */
	remember(padded: Bytes, now: NetworkTime): void {
		this.done.set(bytesToKey(blake2b(HASH_BYTES, padded)), now + MAX_REMEMBER);
	}

	/** Forgets what is past its time. */
	expire(now: NetworkTime): void {
		for (const [name, { expires }] of this.open) if (expires < now) this.open.delete(name);
		for (const [name, expires] of this.done) if (expires < now) this.done.delete(name);
	}

	private limitOpen(): void {
		if (this.open.size <= MAX_OPEN_SETS) return;
		const [oldest] = [...this.open].sort(([, a], [, b]) => a.expires - b.expires);
		if (oldest !== undefined) this.open.delete(oldest[0]);
	}
}

function checkSize(parts: OpenSet['parts']): void {
	let size = 0;
	for (const { chunk } of parts.values()) size += chunk.length;
	if (size > MAX_PADDED_BYTES) throw new ProtocolError('too-large', 'config parts are too large');
}

/**
 * The encryption keys of a group as one of its members or admins knows them: groups-v2.md §2. A key belongs to a
 * generation; usually a generation has one key, but two admins who rotate at once make two.
 *
 * Values of these types never change: every function gives a new one.
 */
import { compareBytes } from '../bt/value';
import { equal } from '../bytes';
import type { GroupKey, MessageHash } from '../types';

/** Sixty days, by the times that the swarm gave to the key messages. */
const EXPIRY = 60 * 24 * 60 * 60 * 1000;

export interface KeyEntry {
	readonly generation: number;
	/** Milliseconds: when the swarm stored the message that brought the key. */
	readonly timestamp: number;
	readonly key: GroupKey;
}

/** A new key of ours that has not come back from the swarm. */
export interface PendingKey {
	readonly generation: number;
	readonly key: GroupKey;
	/** The message to store in namespace 12. */
	readonly message: Uint8Array<ArrayBuffer>;
}

export interface GroupKeys {
	/** Ascending by generation, then time, then key: the last one is the current one. */
	readonly entries: readonly KeyEntry[];
	/** Hashes of the messages that brought keys, by generation: those to keep alive on the swarm. */
	readonly hashes: ReadonlyMap<number, ReadonlySet<MessageHash>>;
	readonly pending: PendingKey | null;
}

export const noKeys: GroupKeys = { entries: [], hashes: new Map(), pending: null };

/** Every key to try when decrypting, the one to encrypt with first: the pending one, then from newest to oldest. */
export function keyList({ entries, pending }: GroupKeys): readonly GroupKey[] {
	const known = entries.map(({ key }) => key).reverse();
	return pending === null ? known : [pending.key, ...known];
}

/** The generation of the current key, without the pending one; 0 as well when there is none. */
export function currentGeneration({ entries }: GroupKeys): number {
	return entries.at(-1)?.generation ?? 0;
}

export function nextGeneration({ entries }: GroupKeys): number {
	const last = entries.at(-1);
	return last === undefined ? 0 : last.generation + 1;
}

/** Whether two admins rotated at once, after which one of them has to rotate again. */
export function hasCollision({ entries }: GroupKeys): boolean {
	const [before, last] = [entries.at(-2), entries.at(-1)];
	return before !== undefined && before.generation === last?.generation;
}

export function activeHashes({ hashes }: GroupKeys): ReadonlySet<MessageHash> {
	return new Set([...hashes.values()].flatMap((some) => [...some]));
}

/** Adds a key that a message brought, unless it is known or too old to matter. */
export function withKey(keys: GroupKeys, hash: MessageHash, entry: KeyEntry): GroupKeys {
	const { entries } = keys;
	const isKnown = entries.some(
		({ generation, key }) => generation === entry.generation && equal(key, entry.key)
	);
	if (isKnown) return { ...keys, hashes: withHash(keys.hashes, entry.generation, hash) };
	if (isStale(entries, entry)) return keys;
	const sorted = [...entries, entry].sort(compareEntries);
	return withoutExpired({ ...keys, entries: sorted, hashes: withHash(keys.hashes, entry.generation, hash) });
}

/** Notes a key message that had nothing for us, so that it is kept alive for those it has something for. */
export function withMessage(keys: GroupKeys, hash: MessageHash, generation: number): GroupKeys {
	return withoutExpired({ ...keys, hashes: withHash(keys.hashes, generation, hash) });
}

export function compareEntries(a: KeyEntry, b: KeyEntry): number {
	return a.generation - b.generation || a.timestamp - b.timestamp || compareBytes(a.key, b.key);
}

/** Older than all, when even the oldest is already due to go. */
function isStale(entries: readonly KeyEntry[], { generation }: KeyEntry): boolean {
	const [first, last] = [entries[0], entries.at(-1)];
	if (first === undefined || last === undefined || entries.length < 2) return false;
	return generation < first.generation && first.timestamp + EXPIRY < last.timestamp;
}

function withHash(
	hashes: GroupKeys['hashes'],
	generation: number,
	hash: MessageHash
): ReadonlyMap<number, ReadonlySet<MessageHash>> {
	return new Map(hashes).set(generation, new Set(hashes.get(generation)).add(hash));
}

/**
 * A generation goes when the first key of the next one is more than sixty days older than the newest key. With it go the
 * hashes of everything below the oldest generation that stays; someone without any key keeps none.
 */
function withoutExpired(keys: GroupKeys): GroupKeys {
	const { entries } = keys;
	const newest = entries.at(-1);
	let start = 0;
	for (const [index, entry] of entries.entries()) {
		const isFirstOfGeneration = entry.generation !== entries[index - 1]?.generation;
		if (index === 0 || !isFirstOfGeneration || newest === undefined) continue;
		if (entry.timestamp + EXPIRY >= newest.timestamp) break;
		start = index;
	}
	const oldest = entries[start]?.generation ?? Infinity;
	const hashes = new Map([...keys.hashes].filter(([generation]) => generation >= oldest));
	return { ...keys, entries: entries.slice(start), hashes };
}

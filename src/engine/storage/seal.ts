import { decode, Encoder } from '@msgpack/msgpack';
import { concat, toBytes, utf8 } from '../../protocol/bytes';
import { blake2b } from '../../protocol/keys';
import { sodium } from '../../protocol/sodium';
import type { Bytes, RandomBytes } from '../../protocol/types';
import { fromBucket, padToBucket } from './buckets';

const NONCE_BYTES = 24;
const KEY_BYTES = 32;

/** The primary key that a row is stored under. */
export type RowKey = string | number | Uint8Array;

/** A row that cannot be opened: changed, moved from another place, or written with another key. */
export class DamagedRowError extends Error {
	override readonly name = 'DamagedRowError';
}

const PREFIX_BYTES = 5;

/** Encodes parts so that no two lists of parts give the same bytes. */
export function lengthPrefixed(parts: readonly (string | number | Uint8Array)[]): Bytes {
	const encoded = parts.map((part) => (typeof part === 'object' ? part : utf8(String(part))));
	const whole = new Uint8Array(encoded.reduce((length, part) => length + PREFIX_BYTES + part.length, 0));
	const view = new DataView(whole.buffer);
	let offset = 0;
	for (const [index, part] of encoded.entries()) {
		// The tag keeps 7, '7' and the byte 0x37 apart.
		view.setUint8(offset, TAGS[typeof parts[index]] ?? 0);
		view.setUint32(offset + 1, part.length);
		whole.set(part, offset + PREFIX_BYTES);
		offset += PREFIX_BYTES + part.length;
	}
	return whole;
}

const TAGS: Readonly<Record<string, number>> = { string: 1, number: 2, object: 3 };

/** A key of its own for each purpose, from the account's data key. */
export function subkey(dataKey: Uint8Array, purpose: string): Bytes {
	return blake2b(KEY_BYTES, utf8(`sotto storage ${purpose}`), dataKey);
}

/**
 * Seals records with XChaCha20-Poly1305. Synchronous, because an IndexedDB transaction commits when it is left idle.
 * The associated data binds a row to its database, table, key and format version, so that rows cannot be swapped.
 */
export class Sealer {
	readonly #dataKey: Bytes;
	readonly #owner: Bytes;
	readonly #random: RandomBytes;
	readonly #keys = new Map<string, Bytes>();
	readonly #encoder = new Encoder();

	/** `owner`: random bytes that name the database, known only inside sealed entries. */
	constructor(dataKey: Bytes, owner: Bytes, random: RandomBytes) {
		this.#dataKey = dataKey;
		this.#owner = owner;
		this.#random = random;
	}

	/** Nonce, ciphertext, tag. Plain data only: what msgpack can carry. */
	seal(table: string, key: RowKey, version: number, record: unknown, bucket?: number): Bytes {
		const nonce = this.#random(NONCE_BYTES);
		const sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
			padToBucket(this.#encoder.encode(record), bucket),
			this.#associated(table, key, version),
			null,
			nonce,
			this.#key(table)
		);
		return concat(nonce, sealed);
	}

	/** Throws DamagedRowError, whatever the row holds. */
	open(table: string, key: RowKey, version: number, sealed: Uint8Array): unknown {
		try {
			const padded = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
				null,
				sealed.subarray(NONCE_BYTES),
				this.#associated(table, key, version),
				sealed.subarray(0, NONCE_BYTES),
				this.#key(table)
			);
			return ownBytes(decode(fromBucket(padded)));
		} catch (cause) {
			throw new DamagedRowError('row cannot be opened', { cause });
		}
	}

	#key(table: string): Bytes {
		const known = this.#keys.get(table);
		if (known) return known;
		const key = subkey(this.#dataKey, `table ${table}`);
		this.#keys.set(table, key);
		return key;
	}

	#associated(table: string, key: RowKey, version: number): Bytes {
		return lengthPrefixed([this.#owner, table, key, version]);
	}
}

/** msgpack gives views into the whole plaintext; whoever keeps or sends one would keep or send all of it. */
function ownBytes(value: unknown): unknown {
	if (value instanceof Uint8Array) return toBytes(value.slice());
	if (Array.isArray(value)) return value.map(ownBytes);
	if (typeof value !== 'object' || value === null) return value;
	for (const [name, field] of Object.entries(value)) {
		if (typeof field === 'object' && field !== null) Reflect.set(value, name, ownBytes(field));
	}
	return value;
}

/** Registered names as the chain keeps them, readable only for who knows the name: identity.md §5. */
import { fromHex, toBase64, toHex, utf8 } from '../protocol/bytes';
import { blake2b } from '../protocol/keys';
import { sodium } from '../protocol/sodium';
import type { Bytes } from '../protocol/types';

export interface NameRecord {
	/** Base64 of BLAKE2b-256 of the lower-case name. */
	readonly hash: string;
	/** Hex both. */
	readonly encryptedValue: string;
	readonly nonce: string;
}

const NONCE_BYTES = 24;

export class Names {
	private readonly records = new Map<string, NameRecord>();

	constructor(private readonly onRecord: (record: NameRecord) => void = () => undefined) {}

	/** A name that is registered again is replaced. */
	register(
		name: string,
		accountId: string,
		nonce: Bytes = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
	): void {
		const plain = utf8(name.toLowerCase());
		const hash = blake2b(32, plain);
		const key = blake2b(32, plain, hash);
		const sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
			fromHex(accountId),
			null,
			null,
			nonce,
			key
		);
		const record = { hash: toBase64(hash), encryptedValue: toHex(sealed), nonce: toHex(nonce) };
		this.restore(record);
		this.onRecord(record);
	}

	restore(record: NameRecord): void {
		this.records.set(record.hash, record);
	}

	find(hash: string): NameRecord | undefined {
		return this.records.get(hash);
	}

	all(): readonly NameRecord[] {
		return [...this.records.values()];
	}
}

/** What libsodium can do and its wrapper does not offer, done in libsodium's own memory. */
import { sodium } from '../sodium';
import type { Bytes } from '../types';

/** The part of libsodium's WebAssembly module that is used here; pointers are numbers. */
interface Module {
	/** Another array each time that the memory has grown. */
	readonly HEAPU8: Uint8Array;
	_malloc(bytes: number): number;
	_free(pointer: number): void;
	_crypto_secretstream_xchacha20poly1305_statebytes(): number;
	_crypto_generichash_blake2b_statebytes(): number;
	_crypto_generichash_blake2b_init_salt_personal(
		state: number,
		key: number,
		keyBytes: number,
		hashBytes: number,
		salt: number,
		personal: number
	): number;
	_crypto_generichash_blake2b_update(
		state: number,
		input: number,
		lengthLow: number,
		lengthHigh: number
	): number;
	_crypto_generichash_blake2b_final(state: number, hash: number, hashBytes: number): number;
}

const SALT_BYTES = 16;
const PIECE = 65_536;

const ALIGNMENT = 64;

function module(): Module {
	return (sodium as unknown as { readonly libsodium: Module }).libsodium;
}

function wipe(libsodium: Module, pointer: number, bytes: number): void {
	libsodium.HEAPU8.fill(0, pointer, pointer + bytes);
	libsodium._free(pointer);
}

/** A secretstream's state as its wrapper hands it out, which never gives the memory back. */
export function freeSecretstream(state: unknown): void {
	const libsodium = module();
	wipe(libsodium, Number(state), libsodium._crypto_secretstream_xchacha20poly1305_statebytes());
}

/** BLAKE2b with a personalisation, piece by piece: `key` of up to 64 bytes, `personal` and `salt` of 16. */
export async function personalHash(
	size: number,
	key: Uint8Array,
	personal: Uint8Array,
	message: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
	saltBytes: Uint8Array = new Uint8Array(SALT_BYTES)
): Promise<Bytes> {
	const libsodium = module();
	const stateBytes = libsodium._crypto_generichash_blake2b_statebytes();
	const allBytes = stateBytes + ALIGNMENT + PIECE;
	const memory = libsodium._malloc(allBytes);
	// malloc does not align as strictly as the state wants.
	const state = Math.ceil(memory / ALIGNMENT) * ALIGNMENT;
	const work = state + stateBytes;
	const put = (bytes: Uint8Array, at: number) => libsodium.HEAPU8.set(bytes, at);
	try {
		const salt = work + key.length;
		const person = salt + SALT_BYTES;
		put(key, work);
		put(saltBytes, salt);
		put(personal, person);
		libsodium._crypto_generichash_blake2b_init_salt_personal(state, work, key.length, size, salt, person);
		for await (const part of message) {
			for (let start = 0; start < part.length; start += PIECE) {
				const piece = part.subarray(start, start + PIECE);
				put(piece, work);
				libsodium._crypto_generichash_blake2b_update(state, work, piece.length, 0);
			}
		}
		libsodium._crypto_generichash_blake2b_final(state, work, size);
		return libsodium.HEAPU8.slice(work, work + size);
	} finally {
		wipe(libsodium, memory, allBytes);
	}
}

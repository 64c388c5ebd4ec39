/** Encoding bt values, always in the one canonical form: bt-encoding.md §1. */
import { utf8 } from '../bytes';
import { ProtocolError } from '../errors';
import type { Bytes } from '../types';
import { isBytes, isList, keyToBytes, sortedEntries } from './value';
import type { BtDict, BtValue } from './value';

const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 64n - 1n;

const LIST = 0x6c;
const DICT = 0x64;
const END = 0x65;
const COLON = 0x3a;
const ZERO = 0x30;
const FIRST_BUFFER = 1024;

/** Shortest integers, ascending keys. Throws ProtocolError 'malformed' for integers outside -2^63…2^64-1. */
export function writeBt(value: BtValue): Bytes {
	const output = new Output();
	output.value(value);
	return output.finish();
}

/**
 * A dict that ends with a signature: `sign` gets the encoding up to, not including, the key `~`, and its result
 * becomes the value of that key (bt-encoding.md §3). The dict itself holds no key from `~` on.
 */
export function writeSignedBt(dict: BtDict, sign: (signed: Bytes) => Bytes): Bytes {
	const output = new Output();
	output.openDict();
	output.entries(dict);
	const signature = sign(output.finish());
	output.key('~');
	output.value(signature);
	output.close();
	return output.finish();
}

class Output {
	private buffer = new Uint8Array(FIRST_BUFFER);
	private length = 0;

	finish(): Bytes {
		return this.buffer.slice(0, this.length);
	}

	value(value: BtValue): void {
		if (typeof value === 'bigint') this.integer(value);
		else if (isBytes(value)) this.string(value);
		else if (isList(value)) this.list(value);
		else {
			this.openDict();
			this.entries(value);
			this.close();
		}
	}

	openDict(): void {
		this.byte(DICT);
	}

	close(): void {
		this.byte(END);
	}

	entries(dict: BtDict): void {
		for (const [key, value] of sortedEntries(dict)) {
			this.key(key);
			this.value(value);
		}
	}

	key(key: string): void {
		this.prefix(key.length);
		this.reserve(key.length);
		for (let index = 0; index < key.length; index++) this.buffer[this.length++] = key.charCodeAt(index);
	}

	private list(items: readonly BtValue[]): void {
		this.byte(LIST);
		for (const item of items) this.value(item);
		this.close();
	}

	private integer(value: bigint): void {
		if (value < LOWEST || value > HIGHEST) throw new ProtocolError('malformed', 'integer has over 64 bits');
		this.raw(utf8(`i${value}e`));
	}

	private string(bytes: Uint8Array): void {
		this.prefix(bytes.length);
		this.raw(bytes);
	}

	private prefix(length: number): void {
		if (length < 10) this.byte(ZERO + length);
		else this.raw(keyToBytes(String(length)));
		this.byte(COLON);
	}

	private byte(value: number): void {
		this.reserve(1);
		this.buffer[this.length++] = value;
	}

	private raw(bytes: Uint8Array): void {
		this.reserve(bytes.length);
		this.buffer.set(bytes, this.length);
		this.length += bytes.length;
	}

	private reserve(more: number): void {
		if (this.length + more <= this.buffer.length) return;
		const larger = new Uint8Array(Math.max(2 * this.buffer.length, this.length + more));
		larger.set(this.buffer.subarray(0, this.length));
		this.buffer = larger;
	}
}

/**
 * Reading bt values piece by piece, where the value itself is not wanted but its order, its raw bytes or the place of
 * a key: config messages, signed dicts, group keys. bt-encoding.md §2.
 *
 * As lenient as the reference: leading zeros and `i-0e` are read, what follows the outermost value is not looked at.
 * Strings are copied out, so that nothing read holds on to the whole input. Every method throws ProtocolError
 * 'malformed' when the next thing is not what it was asked for.
 */
import { ProtocolError } from '../errors';
import type { Bytes } from '../types';
import { keyWithin } from './value';
import type { BtValue } from './value';

export type BtKind = 'integer' | 'bytes' | 'list' | 'dict';

/** Nothing on the network nests deeper than ten; the limit only keeps the stack safe. */
const MAX_DEPTH = 100;
const MAX_SIGNIFICANT_DIGITS = 20;
const MAX_UNSIGNED = 2n ** 64n - 1n;
const MAX_NEGATED = 2n ** 63n;

const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const MINUS = 0x2d;
const INTEGER = 0x69;
const LIST = 0x6c;
const DICT = 0x64;
const END = 0x65;

export class BtConsumer {
	private depth = 0;

	private readonly input: Uint8Array;

	constructor(
		input: Uint8Array,
		/** Where the next value, key or end begins. */
		private offset = 0
	) {
		// A plain view: Node's Buffer is a Uint8Array too, and its slices are no copies.
		this.input = new Uint8Array(input.buffer, input.byteOffset, input.length);
	}

	get position(): number {
		return this.offset;
	}

	/** A copy of the input between two positions, for signatures and for keeping what is not understood. */
	raw(start: number, end: number): Bytes {
		return this.input.slice(start, end);
	}

	/** What comes next; undefined at the end of a list or dict. */
	next(): BtKind | undefined {
		const byte = this.input[this.offset];
		if (byte === INTEGER) return 'integer';
		if (byte === LIST) return 'list';
		if (byte === DICT) return 'dict';
		if (byte === END) return undefined;
		if (byte !== undefined && byte >= ZERO && byte <= NINE) return 'bytes';
		throw new ProtocolError('malformed', byte === undefined ? 'bt value is cut off' : 'no bt value');
	}

	atEnd(): boolean {
		return this.next() === undefined;
	}

	enterList(): void {
		this.enter(LIST);
	}

	enterDict(): void {
		this.enter(DICT);
	}

	/** Past the end of the list or dict that was entered last. */
	leave(): void {
		this.expect(END);
		this.depth--;
	}

	/** From -2^63 to 2^64-1. */
	integer(): bigint {
		this.expect(INTEGER);
		const negative = this.input[this.offset] === MINUS;
		if (negative) this.offset++;
		const magnitude = this.magnitude();
		this.expect(END);
		if (magnitude > (negative ? MAX_NEGATED : MAX_UNSIGNED)) {
			throw new ProtocolError('malformed', 'integer has over 64 bits');
		}
		return negative ? -magnitude : magnitude;
	}

	/** From -2^63 to 2^63-1, the range of every number in a config. */
	int64(): bigint {
		const value = this.integer();
		if (value >= MAX_NEGATED) throw new ProtocolError('malformed', 'integer has over 64 bits');
		return value;
	}

	bytes(): Bytes {
		const start = this.string();
		return this.raw(start, this.offset);
	}

	/** A dict's next key; `bytesToKey` says what it looks like. */
	key(): string {
		const start = this.string();
		return keyWithin(this.input, start, this.offset);
	}

	/**
	 * Inside a dict: goes past every key below `wanted`. True when `wanted` is there, and then its value is next; false
	 * when a greater key or the end is next.
	 */
	skipTo(wanted: string): boolean {
		while (!this.atEnd()) {
			const start = this.offset;
			const key = this.key();
			if (key === wanted) return true;
			if (key > wanted) {
				this.offset = start;
				return false;
			}
			this.skip();
		}
		return false;
	}

	/** The same for a key that has to be there. */
	require(wanted: string): void {
		if (!this.skipTo(wanted)) throw new ProtocolError('malformed', 'bt dict lacks a key');
	}

	/** Past one value of any kind. */
	skip(): void {
		const kind = this.next();
		if (kind === 'integer') this.integer();
		else if (kind === 'bytes') this.string();
		else if (kind === 'list') {
			this.enterList();
			while (!this.atEnd()) this.skip();
			this.leave();
		} else {
			this.enterDict();
			while (!this.atEnd()) {
				this.string();
				this.skip();
			}
			this.leave();
		}
	}

	/** One value of any kind. Keys may come in any order; of equal keys the first counts. */
	value(): BtValue {
		const kind = this.next();
		if (kind === 'integer') return this.integer();
		if (kind === 'bytes') return this.bytes();
		return kind === 'list' ? this.list() : this.dict();
	}

	private list(): BtValue {
		const items: BtValue[] = [];
		this.enterList();
		while (!this.atEnd()) items.push(this.value());
		this.leave();
		return items;
	}

	private dict(): BtValue {
		const entries = new Map<string, BtValue>();
		this.enterDict();
		while (!this.atEnd()) {
			const key = this.key();
			const value = this.value();
			if (!entries.has(key)) entries.set(key, value);
		}
		this.leave();
		return entries;
	}

	private enter(kind: number): void {
		this.expect(kind);
		if (++this.depth > MAX_DEPTH) throw new ProtocolError('too-large', 'bt value nests too deeply');
	}

	private expect(byte: number): void {
		if (this.input[this.offset] !== byte) throw new ProtocolError('malformed', 'bt value is of another kind');
		this.offset++;
	}

	/** Past a string; gives where its bytes begin. */
	private string(): number {
		const length = this.length();
		this.expect(COLON);
		const start = this.offset;
		if (start + length > this.input.length) throw new ProtocolError('malformed', 'bt string is cut off');
		this.offset = start + length;
		return start;
	}

	private length(): number {
		const start = this.offset;
		let length = 0;
		for (;;) {
			const digit = this.digit();
			if (digit === undefined) break;
			length = length * 10 + digit;
			if (length > this.input.length) throw new ProtocolError('malformed', 'bt string is cut off');
			this.offset++;
		}
		if (this.offset === start) throw new ProtocolError('malformed', 'bt string has no length');
		return length;
	}

	/** Leading zeros may be many, but only a number of at most 20 digits is ever computed. */
	private magnitude(): bigint {
		const start = this.offset;
		while (this.input[this.offset] === ZERO) this.offset++;
		let digits = '';
		for (let digit = this.digit(); digit !== undefined; digit = this.digit()) {
			digits += digit;
			if (digits.length > MAX_SIGNIFICANT_DIGITS) {
				throw new ProtocolError('malformed', 'integer has over 64 bits');
			}
			this.offset++;
		}
		if (this.offset === start) throw new ProtocolError('malformed', 'integer has no digits');
		return digits === '' ? 0n : BigInt(digits);
	}

	private digit(): number | undefined {
		const byte = this.input[this.offset];
		return byte !== undefined && byte >= ZERO && byte <= NINE ? byte - ZERO : undefined;
	}
}

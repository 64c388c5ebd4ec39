/** Reading and writing the fields of a record: what every document has in common. config.md §1 and §9. */
import { isBytes } from '../../bt/value';
import { utf8 } from '../../bytes';
import { ProtocolError } from '../../errors';
import type { Bytes } from '../../types';
import type { ConfigObject } from '../object';
import { isConfigDict, isScalarSet, scalarSet, valueAt } from '../tree';
import type { ConfigDict, Path } from '../tree';

/** For names and nicknames, of UTF-8. */
export const NAME_MAX_BYTES = 100;
const PICTURE_URL_MAX_BYTES = 223;
const PICTURE_KEY_BYTES = 32;

/** An encrypted picture on a file server. */
export interface Picture {
	/** Up to 223 bytes. */
	readonly url: string;
	/** 32 bytes. */
	readonly key: Bytes;
}

export const NotifyMode = { Default: 0, All: 1, Disabled: 2, MentionsOnly: 3 } as const;
export type NotifyMode = (typeof NotifyMode)[keyof typeof NotifyMode];

// A name that was cut between the bytes of a character is still a name.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Undefined when it is missing, no integer, or one that no number holds. */
export function readInteger(dict: ConfigDict, key: string): number | undefined {
	const value = dict.get(key);
	if (typeof value !== 'bigint') return undefined;
	const number = Number(value);
	return Number.isSafeInteger(number) ? number : undefined;
}

export function readFlag(dict: ConfigDict, key: string): boolean {
	return typeof dict.get(key) === 'bigint' && dict.get(key) !== 0n;
}

/** Empty when it is missing. */
export function readText(dict: ConfigDict, key: string): string {
	const value = dict.get(key);
	return value !== undefined && isBytes(value) ? decoder.decode(value) : '';
}

/** Undefined when it is missing or of another length. */
export function readBytes(dict: ConfigDict, key: string, length: number): Bytes | undefined {
	const value = dict.get(key);
	return value !== undefined && isBytes(value) && value.length === length ? value : undefined;
}

/** Both parts or nothing. */
export function readPicture(dict: ConfigDict, urlKey: string, keyKey: string): Picture | undefined {
	const url = readText(dict, urlKey);
	const key = readBytes(dict, keyKey, PICTURE_KEY_BYTES);
	return url === '' || key === undefined ? undefined : { url, key };
}

export function readNotifyMode(dict: ConfigDict, key: string): NotifyMode {
	const value = readInteger(dict, key);
	return Object.values(NotifyMode).find((mode) => mode === value) ?? NotifyMode.Default;
}

/** Seconds, whatever the writer counted in: values that are too large for a date are milliseconds or microseconds. */
export function toSeconds(time: number): number {
	if (time > 9e12) return Math.trunc(time / 1e6);
	return time > 9e9 ? Math.trunc(time / 1e3) : time;
}

/** Unix seconds; 0 when it is missing. */
export function readSeconds(dict: ConfigDict, key: string): number {
	return toSeconds(readInteger(dict, key) ?? 0);
}

/** The members of a set that are numbers, such as the numbers of the bits of a bit set. */
export function readNumbers(dict: ConfigDict, key: string): readonly number[] {
	const value = dict.get(key);
	if (!isScalarSet(value)) return [];
	return value
		.filter((member) => typeof member === 'bigint')
		.map(Number)
		.filter(Number.isSafeInteger);
}

export function dictAt(config: ConfigObject, path: Path): ConfigDict | undefined {
	const value = valueAt(config.data, path);
	return isConfigDict(value) ? value : undefined;
}

/** Cuts between code points. */
export function truncateUtf8(text: string, maxBytes: number): string {
	let end = 0;
	let bytes = 0;
	for (const character of text) {
		bytes += utf8(character).length;
		if (bytes > maxBytes) return text.slice(0, end);
		end += character.length;
	}
	return text;
}

/** Throws ProtocolError 'too-large'. */
export function checkText(text: string, maxBytes: number): string {
	if (utf8(text).length > maxBytes) throw new ProtocolError('too-large', 'text of a config is too long');
	return text;
}

/** Throws ProtocolError: 'too-large' for the address, 'malformed' for the key or without an address. */
export function checkPicture(picture: Picture | undefined): Picture | undefined {
	if (picture === undefined) return undefined;
	checkText(picture.url, PICTURE_URL_MAX_BYTES);
	if (picture.url === '' || picture.key.length !== PICTURE_KEY_BYTES) {
		throw new ProtocolError('malformed', 'picture has no address or no key');
	}
	return picture;
}

/** Writes fields of one dict. What is the same already is left alone; fields it is not told of stay. */
export class FieldWriter {
	constructor(
		private readonly config: ConfigObject,
		private readonly path: Path
	) {}

	/** 1, or nothing. */
	flag(key: string, on: boolean): void {
		this.number(key, on ? 1 : undefined);
	}

	positive(key: string, value: number): void {
		this.number(key, value > 0 ? value : undefined);
	}

	nonzero(key: string, value: number): void {
		this.number(key, value === 0 ? undefined : value);
	}

	number(key: string, value: number | undefined): void {
		if (value === undefined) this.remove(key);
		else this.config.set([...this.path, key], BigInt(Math.trunc(value)));
	}

	/** Nothing when empty. */
	text(key: string, text: string): void {
		if (text === '') this.remove(key);
		else this.keptText(key, text);
	}

	/** Also when empty: for fields that keep a record from vanishing. */
	keptText(key: string, text: string): void {
		const path = [...this.path, key];
		const present = valueAt(this.config.data, path);
		// Bytes that are no UTF-8 stay as they are as long as nobody writes another text.
		const same = present !== undefined && isBytes(present) && decoder.decode(present) === text;
		if (!same) this.config.set(path, utf8(text));
	}

	bytes(key: string, bytes: Bytes | undefined): void {
		if (bytes === undefined) this.remove(key);
		else this.config.set([...this.path, key], bytes);
	}

	picture(urlKey: string, keyKey: string, picture: Picture | undefined): void {
		this.text(urlKey, picture?.url ?? '');
		this.bytes(keyKey, picture?.key);
	}

	numbers(key: string, numbers: Iterable<number>): void {
		this.config.set([...this.path, key], scalarSet([...numbers].map(BigInt)));
	}

	remove(key: string): void {
		this.config.remove([...this.path, key]);
	}
}

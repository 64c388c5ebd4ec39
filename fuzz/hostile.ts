/** Inputs made to be slow for a careless decoder. */
import { concat, utf8 } from '../src/protocol/bytes';
import type { Bytes } from '../src/protocol/types';

export function repeated(text: string): (size: number) => Bytes {
	const unit = utf8(text);
	return (size) => {
		const bytes = new Uint8Array(size);
		for (let at = 0; at < size; at += unit.length) bytes.set(unit.subarray(0, size - at), at);
		return bytes;
	};
}

/** `before`, something repeated, `after`. */
export function between(before: string, text: string, after: string): (size: number) => Bytes {
	const middle = repeated(text);
	return (size) => {
		const count = Math.max(1, Math.floor(size / text.length));
		return concat(utf8(before), middle(count * utf8(text).length), utf8(after));
	};
}

export const zeros = (size: number): Bytes => new Uint8Array(size);

/** A dict of ascending keys, each with this value. */
export function wideDict(value: string): (size: number) => Bytes {
	return (size) => {
		const entries: string[] = [];
		for (let length = 0, index = 0; length < size; index++) {
			const entry = `8:${String(index).padStart(8, '0')}${value}`;
			entries.push(entry);
			length += entry.length;
		}
		return utf8(`d${entries.join('')}e`);
	};
}

/** A list of distinct ascending integers. */
export function longList(size: number): Bytes {
	const items: string[] = [];
	for (let length = 0, index = 0; length < size; index++) {
		items.push(`i${index}e`);
		length += items.at(-1)?.length ?? 0;
	}
	return utf8(`l${items.join('')}e`);
}

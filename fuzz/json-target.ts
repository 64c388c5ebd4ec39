import { concat, fromUtf8, utf8 } from '../src/protocol/bytes';
import { parseJson } from '../src/protocol/json';
import { between } from './hostile';
import type { Target } from './target';

/** A parser of JSON that came over the network: text and parser are fuzzed together. */
export function jsonTarget(
	name: string,
	parse: (body: unknown) => unknown,
	seeds: readonly unknown[],
	hostile: readonly ((size: number) => Uint8Array<ArrayBuffer>)[] = []
): Target {
	return {
		name,
		seeds: seeds.map((seed) => utf8(JSON.stringify(seed))),
		decode: (input) => parse(parseJson(fromUtf8(input))),
		hostile: [
			between('[', '1234567890123456789,', '1]'),
			(size) => concat(utf8('"'), utf8('\\"'.repeat(size / 2)), utf8('"')),
			...hostile
		]
	};
}

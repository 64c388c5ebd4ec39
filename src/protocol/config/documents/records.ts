/** Dicts whose keys are 33-byte ids and whose values are records. */
import { bytesToKey, keyToBytes, sortedEntries } from '../../bt/value';
import { fromHex, toHex } from '../../bytes';
import { attempt, ProtocolError } from '../../errors';
import type { ConfigObject } from '../object';
import { isConfigDict } from '../tree';
import type { ConfigDict } from '../tree';
import { dictAt } from './fields';

const ID_BYTES = 33;
const NOTHING: ConfigDict = new Map();

/** The key of an id that is hex; the id was parsed before. */
export function idKey(id: string): string {
	return bytesToKey(fromHex(id));
}

/**
 * All records under `key` whose ids `parse` takes, in the order of the ids. What else stands there came from a newer
 * client, or from a broken one, and is passed over.
 */
export function recordsOf<Id>(
	config: ConfigObject,
	key: string,
	parse: (hex: string) => Id
): (readonly [Id, ConfigDict])[] {
	const records: (readonly [Id, ConfigDict])[] = [];
	for (const [idBytes, record] of sortedEntries(dictAt(config, [key]) ?? NOTHING)) {
		if (idBytes.length !== ID_BYTES || !isConfigDict(record)) continue;
		const id = parsedOrNothing(parse, toHex(keyToBytes(idBytes)));
		if (id !== undefined) records.push([id, record]);
	}
	return records;
}

/** Undefined when `parse` throws ProtocolError. */
export function parsedOrNothing<Id>(parse: (hex: string) => Id, hex: string): Id | undefined {
	const id = attempt(() => parse(hex));
	return id instanceof ProtocolError ? undefined : id;
}

import { expect } from 'vitest';
import { toHex } from '../../../../src/protocol/bytes';
import type { Picture } from '../../../../src/protocol/config/documents/fields';
import type { ConfigObject } from '../../../../src/protocol/config/object';
import { parseAccountId } from '../../../../src/protocol/identity';
import { ed25519FromSeed } from '../../../../src/protocol/keys';
import type { AccountId, Ed25519KeyPair, MessageHash } from '../../../../src/protocol/types';
import { now } from '../world';

export const malformed = expect.objectContaining({ name: 'ProtocolError', kind: 'malformed' }) as Error;
export const tooLarge = expect.objectContaining({ name: 'ProtocolError', kind: 'too-large' }) as Error;

export function account(): Ed25519KeyPair {
	return ed25519FromSeed(new Uint8Array(32).fill(7));
}

export function person(number: number): AccountId {
	return parseAccountId(`05${toHex(new Uint8Array(32).fill(number))}`);
}

export const picture: Picture = { url: 'http://example.org/file/1', key: new Uint8Array(32).fill(5) };

/** Hands everything from one device to another, as bytes. */
export function carry(from: ConfigObject, to: ConfigObject): void {
	const stored = from.push(now).messages.map((data, index) => ({ hash: `h${index}` as MessageHash, data }));
	expect(to.merge(stored, now).size).toBe(stored.length);
}

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readBt } from '../../../src/protocol/bt/reader';
import { isDict, isList, type BtDict, type BtValue } from '../../../src/protocol/bt/value';
import { writeBt, writeSignedBt } from '../../../src/protocol/bt/writer';
import { concat, fromHex, toHex, utf8 } from '../../../src/protocol/bytes';
import { currentGeneration, keyList, noKeys, type GroupKeys } from '../../../src/protocol/groups/group-keys';
import { loadKeyMessage, type KeyReader } from '../../../src/protocol/groups/load-key';
import { rekey } from '../../../src/protocol/groups/rekey';
import { supplement } from '../../../src/protocol/groups/supplement';
import { x25519Of } from '../../../src/protocol/identity';
import { sign } from '../../../src/protocol/keys';
import { sealEntry } from '../../../src/protocol/multi-encrypt';
import type { AccountId, MessageHash } from '../../../src/protocol/types';
import {
	anybody,
	anyBytes,
	anyProtocolError,
	BAD_X25519_KEYS,
	damaged,
	errorOf,
	person,
	type Person
} from '../people';
import { seededRandom, sodiumReady } from '../setup';

beforeAll(() => sodiumReady);

const group = () => person('the group');
const admin = (): KeyReader => ({ role: 'admin', group: group().ed25519 });
const member = ({ x25519 }: Person): KeyReader => ({
	role: 'member',
	group: group().ed25519.publicKey,
	own: x25519
});
const stored = (data: Uint8Array, timestamp = 1000, name = 'a') => ({
	hash: `hash ${name}` as MessageHash,
	data,
	timestamp
});
const ids = (count: number) =>
	Array.from({ length: count }, (_, index) => person(`member ${index}`).accountId);

function rotated(keys: GroupKeys, members: readonly AccountId[], timestamp = 1000): GroupKeys {
	const { pending, ...rest } = rekey(keys, group().ed25519, members);
	const message = stored(pending.message, timestamp, String(pending.generation));
	return loadKeyMessage({ ...rest, pending }, admin(), message).keys;
}

function dictOf(message: Uint8Array): BtDict {
	const value = readBt(message);
	if (!isDict(value)) throw new Error('no dict');
	return value;
}

function listIn(message: Uint8Array, key: string): readonly BtValue[] {
	const value = dictOf(message).get(key);
	if (value === undefined || !isList(value)) throw new Error('no list');
	return value;
}

/** A message as an admin would sign it, with some keys changed or taken out. */
function changed(message: Uint8Array, changes: Readonly<Record<string, BtValue | null>>): Uint8Array {
	const dict = new Map(dictOf(message));
	dict.delete('~');
	for (const [key, value] of Object.entries(changes)) {
		if (value === null) dict.delete(key);
		else dict.set(key, value);
	}
	return writeSignedBt(dict, (signed) => sign(signed, group().ed25519.secretKey));
}

describe('a rotation', () => {
	it('reaches every member and admin with one key, and nobody else', () => {
		const people = fc.uniqueArray(anybody, { minLength: 1, maxLength: 5, selector: (one) => one.accountId });
		fc.assert(
			fc.property(people, (members) => {
				const { pending } = rekey(
					noKeys,
					group().ed25519,
					members.map(({ accountId }) => accountId)
				);
				for (const reader of [admin(), ...members.map(member)]) {
					const { keys, loaded } = loadKeyMessage(noKeys, reader, stored(pending.message));
					expect(loaded).toBe(true);
					expect(keyList(keys)).toEqual([pending.key]);
				}
				const outside = loadKeyMessage(noKeys, member(person('outside')), stored(pending.message));
				expect(outside).toMatchObject({ loaded: false, keys: { entries: [] } });
			}),
			{ numRuns: 25 }
		);
	});

	it('is the same for every admin, in whatever order and however often members are listed', () => {
		const members = ids(4);
		const one = rekey(noKeys, group().ed25519, members);
		const other = rekey(noKeys, group().ed25519, [...members].reverse().concat(members));
		expect(other).toEqual(one);
		expect(rekey(noKeys, group().ed25519, members.slice(1)).pending.key).not.toEqual(one.pending.key);
	});

	it.each([
		[0, 0],
		[1, 45],
		[44, 45],
		[45, 45],
		[46, 90],
		[100, 135]
	])('of %i members has %i entries', (count, entries) => {
		const { pending } = rekey(noKeys, group().ed25519, ids(count));
		const list = listIn(pending.message, 'k');
		expect(list).toHaveLength(entries);
		expect(new Set(list.map((item) => toHex(item as Uint8Array))).size).toBe(entries);
	});

	it('passes over ids that are no usable keys', () => {
		const ada = person('ada');
		const bad = BAD_X25519_KEYS.map((key) => `05${key}` as AccountId);
		const { pending } = rekey(noKeys, group().ed25519, [...bad, ada.accountId]);
		expect(listIn(pending.message, 'k')).toHaveLength(45);
		expect(loadKeyMessage(noKeys, member(ada), stored(pending.message)).loaded).toBe(true);
	});

	it('counts generations up from 0', () => {
		let keys = noKeys;
		for (const generation of [0, 1, 2]) {
			keys = rotated(keys, ids(2), generation);
			expect(currentGeneration(keys)).toBe(generation);
			expect(keys.entries).toHaveLength(generation + 1);
		}
	});

	it('is pending until it comes back, or is overtaken', () => {
		const first = rekey(noKeys, group().ed25519, ids(1));
		expect(keyList(first)).toEqual([first.pending.key]);
		const other = rekey(noKeys, group().ed25519, ids(2));
		const collided = loadKeyMessage(first, admin(), stored(other.pending.message)).keys;
		expect(collided.pending).toEqual(first.pending);
		expect(loadKeyMessage(collided, admin(), stored(first.pending.message)).keys.pending).toBeNull();
		const later = rekey(rotated(noKeys, ids(2)), group().ed25519, ids(2));
		expect(loadKeyMessage(first, admin(), stored(later.pending.message)).keys.pending).toBeNull();
	});

	it('leaves alone what is pending at a member, who has nothing pending', () => {
		const pending = rekey(noKeys, group().ed25519, ids(1));
		const ada = person('ada');
		const { message } = rekey(noKeys, group().ed25519, [ada.accountId]).pending;
		const { keys } = loadKeyMessage(pending, member(ada), stored(message));
		expect(keys.pending).toEqual(pending.pending);
	});
});

describe('a supplement', () => {
	it('gives its members every key that came back, and nobody else any', () => {
		const [ada, eve] = [person('ada'), person('eve')];
		const keys = rotated(rotated(noKeys, ids(2), 100), ids(3), 200);
		const pending = rekey(keys, group().ed25519, ids(3));
		const message = supplement(pending, group().ed25519, [ada.accountId]);
		const got = loadKeyMessage(noKeys, member(ada), stored(message, 300));
		expect(got.loaded).toBe(true);
		expect(got.keys.entries).toEqual(keys.entries);
		expect(loadKeyMessage(keys, member(eve), stored(message, 300)).loaded).toBe(false);
		const byAdmin = loadKeyMessage(pending, admin(), stored(message, 300, 'supplement'));
		expect(byAdmin).toMatchObject({ loaded: false, keys: { pending: pending.pending } });
		expect([...byAdmin.keys.hashes.get(1)!]).toContain('hash supplement');
	});

	it('needs keys to give and somebody to give them to', () => {
		const keys = rotated(noKeys, ids(1));
		const { ed25519 } = group();
		expect(() => supplement(noKeys, ed25519, ids(1))).toThrowError(errorOf('malformed'));
		expect(() => supplement(keys, ed25519, [])).toThrowError(errorOf('malformed'));
		const bad = [`05${BAD_X25519_KEYS[0]!}` as AccountId];
		expect(() => supplement(keys, ed25519, bad)).toThrowError(errorOf('malformed'));
	});

	it('is refused when what it opens to is no list of keys', () => {
		const ada = person('ada');
		const keys = rotated(noKeys, ids(1));
		const message = supplement(keys, group().ed25519, [ada.accountId]);
		const nonce = dictOf(message).get('#') as Uint8Array;
		const carrying = (plaintext: Uint8Array) => {
			const address = { recipient: x25519Of(ada.accountId), message: concat(plaintext, new Uint8Array(80)) };
			const entry = sealEntry(address, group().x25519, 'SessionGroupKeyMemberKey', nonce);
			return stored(changed(message, { '+': [entry] }));
		};
		const key = ['k', new Uint8Array(32)] as const;
		const bt = (...entries: (readonly [string, BtValue])[]) => writeBt([new Map(entries)]);
		const wrong = [
			utf8('de'),
			utf8('l'),
			bt(key, ['t', 0n]),
			bt(['g', 0n], ['t', 0n]),
			bt(['g', 0n], key),
			bt(['g', 0n], ['k', new Uint8Array(31)], ['t', 0n]),
			bt(['g', -1n], key, ['t', 0n]),
			bt(['g', 0n], key, ['t', 2n ** 53n])
		];
		for (const plaintext of wrong) {
			expect(() => loadKeyMessage(noKeys, member(ada), carrying(plaintext))).toThrowError(
				errorOf('malformed')
			);
		}
		const newer = bt(['a', 1n], ['g', 4n], ['h', []], key, ['t', 7n], ['z', new Map()]);
		const { keys: got } = loadKeyMessage(noKeys, member(ada), carrying(newer));
		expect(got.entries).toMatchObject([{ generation: 4, timestamp: 7 }]);
	});
});

describe('a key message', () => {
	const readers = () => [admin(), member(person('ada')), member(person('outside'))];
	const full = () => rekey(noKeys, group().ed25519, [person('ada').accountId]).pending.message;
	const supplemental = () => supplement(rotated(noKeys, ids(1)), group().ed25519, [person('ada').accountId]);

	it('is refused when it was damaged, whoever reads it', () => {
		for (const message of [full(), supplemental()]) {
			fc.assert(
				fc.property(damaged(message), fc.constantFrom(0, 1, 2), (other, index) => {
					expect(() => loadKeyMessage(noKeys, readers()[index]!, stored(other))).toThrowError(
						anyProtocolError
					);
				})
			);
		}
	});

	it('is refused when another group signed it', () => {
		const dict = new Map(dictOf(full()));
		dict.delete('~');
		const forged = writeSignedBt(dict, (signed) => sign(signed, person('eve').ed25519.secretKey));
		for (const reader of readers()) {
			expect(() => loadKeyMessage(noKeys, reader, stored(forged))).toThrowError(errorOf('unauthenticated'));
		}
	});

	it('is refused without a signature, or with anything after it', () => {
		const dict = new Map(dictOf(full()));
		dict.delete('~');
		const [unsigned, body] = [writeBt(dict), full()];
		const after = concat(body.subarray(0, -1), utf8('3:~~~i1ee'));
		const wrongKind = concat(writeBt(dict).subarray(0, -1), utf8('1:~i1ee'));
		for (const message of [unsigned, after, wrongKind]) {
			for (const reader of readers()) {
				expect(() => loadKeyMessage(noKeys, reader, stored(message))).toThrowError(errorOf('malformed'));
			}
		}
	});

	it('may carry what newer clients add, as long as it is signed', () => {
		const message = changed(full(), { '!': 5n, H: [1n, []], zz: new Map() });
		for (const reader of readers().slice(0, 2)) {
			expect(loadKeyMessage(noKeys, reader, stored(message)).loaded).toBe(true);
		}
	});

	it('is refused by everybody when something in it has another form, though it is signed', () => {
		const entry = new Uint8Array(48);
		const entries = Array.from({ length: 45 }, () => entry);
		const wrong: Readonly<Record<string, BtValue | null>>[] = [
			{ '#': null },
			{ '#': new Uint8Array(12) },
			{ G: null },
			{ G: -1n },
			{ G: 2n ** 53n },
			{ G: new Uint8Array(1) },
			{ K: null },
			{ K: new Uint8Array(47) },
			{ k: null },
			{ k: entry },
			{ k: entries.slice(1) },
			{ k: [...entries, entry] },
			{ k: [...entries.slice(1), new Uint8Array(49)] },
			{ k: [...entries.slice(1), 1n] }
		];
		const supplementWrong: Readonly<Record<string, BtValue | null>>[] = [
			{ '+': new Uint8Array(68) },
			{ '+': [new Uint8Array(67)] },
			{ '+': [new Uint8Array(68), []] },
			{ G: null },
			{ G: -1n }
		];
		const messages = [
			...wrong.map((changes) => changed(full(), changes)),
			...supplementWrong.map((changes) => changed(supplemental(), changes))
		];
		for (const message of messages) {
			for (const reader of readers()) {
				expect(() => loadKeyMessage(noKeys, reader, stored(message))).toThrowError(errorOf('malformed'));
			}
		}
	});

	it('is refused by an admin when the entry for admins does not open', () => {
		const message = changed(full(), { K: new Uint8Array(48) });
		expect(() => loadKeyMessage(noKeys, admin(), stored(message))).toThrowError(errorOf('unauthenticated'));
		expect(loadKeyMessage(noKeys, member(person('ada')), stored(message)).loaded).toBe(true);
	});

	it('never is anything but a message or a ProtocolError', () => {
		const seeds = [full(), supplemental()];
		const random = seededRandom('mutations');
		fc.assert(
			fc.property(fc.oneof(anyBytes(2000), fc.constantFrom(...seeds).chain(damaged)), (bytes) => {
				expect(() => loadKeyMessage(noKeys, admin(), stored(bytes))).toThrowError(anyProtocolError);
			})
		);
		expect(() => loadKeyMessage(noKeys, admin(), stored(random(5000)))).toThrowError(anyProtocolError);
		expect(() => loadKeyMessage(noKeys, admin(), stored(fromHex('')))).toThrowError(errorOf('malformed'));
	});
});

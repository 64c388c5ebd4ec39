import { beforeAll, describe, expect, it } from 'vitest';
import { writeBt } from '../../../src/protocol/bt/writer';
import { concat, toHex, utf8 } from '../../../src/protocol/bytes';
import { PartCollector, splitConfig } from '../../../src/protocol/config/multipart';
import { blake2b } from '../../../src/protocol/keys';
import type { Bytes, MessageHash } from '../../../src/protocol/types';
import { at, seededRandom, sodiumReady } from '../setup';
import { now } from './world';

beforeAll(() => sodiumReady);

const malformed = expect.objectContaining({ name: 'ProtocolError', kind: 'malformed' }) as Error;
const tooLarge = expect.objectContaining({ name: 'ProtocolError', kind: 'too-large' }) as Error;

const random = seededRandom('parts');
const DAY = 24 * 60 * 60 * 1000;
const id = (name: string) => name as MessageHash;

/** A config of which every byte counts: no padding in front. */
function config(length: number): Bytes {
	return concat(utf8('d'), random(length - 1));
}

function part(
	hash: Bytes,
	index: number | Bytes,
	count: number | Bytes,
	chunk: Bytes,
	...more: Bytes[]
): Bytes {
	const one = (value: number | Bytes) => (typeof value === 'number' ? Uint8Array.of(value) : value);
	return concat(utf8('m'), writeBt([hash, one(index), one(count), chunk, ...more]));
}

describe('a config in parts', () => {
	it('fits the stored messages', () => {
		const parts = splitConfig(config(200_000));
		expect(parts.map((one) => one.length)).toEqual([76_760, 76_760, 200_000 - 2 * 76_710 + 50]);
	});

	it('is put together in any order, once', () => {
		const whole = config(250_000);
		const parts = splitConfig(whole);
		const collector = new PartCollector();
		for (const index of [2, 0, 2, 3]) {
			expect(collector.add(id(`h${index}`), parts[index]!, now)).toBeUndefined();
		}
		expect(collector.waiting(now)).toEqual(['h2', 'h0', 'h3']);
		const complete = collector.add(id('h1'), parts[1]!, now);
		expect(toHex(complete!.content)).toBe(toHex(whole));
		expect([...complete!.hashes].sort()).toEqual(['h0', 'h1', 'h2', 'h3']);
		expect(collector.add(id('h0'), parts[0]!, now)).toBeUndefined();
		expect(collector.waiting(now)).toEqual([]);
	});

	it('goes on after a restart', () => {
		const parts = splitConfig(config(100_000));
		const before = new PartCollector();
		before.add(id('h0'), parts[0]!, now);
		expect(before.takeChanged()).toBe(true);
		expect(before.takeChanged()).toBe(false);
		const after = new PartCollector(before.state);
		expect(after.add(id('h1'), parts[1]!, now)?.hashes).toEqual(['h0', 'h1']);
	});

	it('is not put together when it was pushed from here', () => {
		const whole = config(100_000);
		const collector = new PartCollector();
		collector.remember(whole, now);
		for (const one of splitConfig(whole)) expect(collector.add(id('h'), one, now)).toBeUndefined();
	});

	it('is waited for a week, and remembered for two', () => {
		const parts = splitConfig(config(100_000));
		const collector = new PartCollector();
		collector.add(id('h0'), parts[0]!, now);
		expect(collector.waiting(at(now + 6 * DAY))).toEqual(['h0']);
		expect(collector.waiting(at(now + 8 * DAY))).toEqual([]);
		collector.expire(at(now + 8 * DAY));
		expect(collector.state.open.size).toBe(0);
		collector.add(id('h0'), parts[0]!, now);
		collector.add(id('h1'), parts[1]!, now);
		collector.expire(at(now + 13 * DAY));
		expect(collector.state.done.size).toBe(1);
		collector.expire(at(now + 15 * DAY));
		expect(collector.state.done.size).toBe(0);
	});

	it('has to have its hash', () => {
		const collector = new PartCollector();
		const hash = blake2b(32, utf8('dabc'));
		collector.add(id('h0'), part(hash, 0, 2, utf8('da')), now);
		expect(() => collector.add(id('h1'), part(hash, 1, 2, utf8('xx')), now)).toThrow(malformed);
	});
});

describe('a part', () => {
	const hash = new Uint8Array(32).fill(1);
	const refuse = (content: Bytes, error: Error) => {
		expect(() => new PartCollector().add(id('h'), content, now)).toThrow(error);
	};

	it('is well numbered and not empty', () => {
		for (const content of [
			part(hash.subarray(1), 0, 2, utf8('x')),
			part(hash, 0, 1, utf8('x')),
			part(hash, 0, 0, utf8('x')),
			part(hash, 2, 2, utf8('x')),
			part(hash, Uint8Array.of(0, 0), 2, utf8('x')),
			part(hash, 0, Uint8Array.of(2, 2), utf8('x')),
			part(hash, utf8(''), 2, utf8('x')),
			part(hash, 0, utf8(''), utf8('x')),
			part(hash, 0, 2, utf8('')),
			part(hash, 0, 2, utf8('x'), utf8('more')),
			utf8('m'),
			utf8('mde'),
			utf8('mle')
		]) {
			refuse(content, malformed);
		}
	});

	it('is no larger than a message, nor all of them than a config', () => {
		refuse(part(hash, 0, 2, new Uint8Array(76_800)), tooLarge);
		const collector = new PartCollector();
		const chunk = new Uint8Array(76_000);
		for (let index = 0; index < 65; index++) collector.add(id('h'), part(hash, index, 255, chunk), now);
		expect(() => collector.add(id('h'), part(hash, 65, 255, chunk), now)).toThrow(tooLarge);
	});

	it('belongs to a set of one size', () => {
		const collector = new PartCollector();
		collector.add(id('h0'), part(hash, 0, 3, utf8('x')), now);
		expect(() => collector.add(id('h1'), part(hash, 1, 2, utf8('x')), now)).toThrow(malformed);
	});

	it('of very many sets makes room for the newer ones', () => {
		const collector = new PartCollector();
		for (let set = 0; set < 100; set++) {
			collector.add(id(`h${set}`), part(blake2b(32, utf8(`${set}`)), 0, 2, utf8('x')), at(now + set));
		}
		expect(collector.waiting(now)).toEqual(Array.from({ length: 8 }, (_, index) => `h${92 + index}`));
	});
});

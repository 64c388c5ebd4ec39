import { beforeAll, describe, expect, it } from 'vitest';
import { readBt } from '../../../src/protocol/bt/reader';
import { writeBt } from '../../../src/protocol/bt/writer';
import { toHex, utf8 } from '../../../src/protocol/bytes';
import { GROUP_INFO, USER_PROFILE } from '../../../src/protocol/config/kinds';
import type { ConfigObject } from '../../../src/protocol/config/object';
import { openAccountConfig, openGroupConfig } from '../../../src/protocol/config/open';
import type { StoredConfig } from '../../../src/protocol/config/receive';
import { ed25519FromSeed } from '../../../src/protocol/keys';
import type { Bytes, MessageHash } from '../../../src/protocol/types';
import { startZstd } from '../../../src/protocol/zstd';
import { seededRandom, sodiumReady } from '../setup';
import { now } from './world';

beforeAll(() => Promise.all([sodiumReady, startZstd()]));

const malformed = expect.objectContaining({ name: 'ProtocolError', kind: 'malformed' }) as Error;
const unauthenticated = expect.objectContaining({ name: 'ProtocolError', kind: 'unauthenticated' }) as Error;

const account = () => ed25519FromSeed(new Uint8Array(32).fill(7));
const group = () => ed25519FromSeed(new Uint8Array(32).fill(8));
const groupKeys = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)] as [Bytes, Bytes];
const hash = (name: string) => name as MessageHash;

function stored(name: string, config: ConfigObject): StoredConfig {
	return { hash: hash(name), data: config.push(now).messages[0]! };
}

function profile(): ConfigObject {
	return openAccountConfig(USER_PROFILE, account());
}

function reload(config: ConfigObject): ConfigObject {
	return openAccountConfig(USER_PROFILE, account(), config.dump(now));
}

describe('pushing', () => {
	it('goes from dirty over waiting to clean', () => {
		const config = profile();
		expect([config.needsPush, config.isDirty, config.needsDump]).toEqual([false, false, false]);
		config.set(['n'], utf8('a'));
		expect([config.needsPush, config.isDirty, config.needsDump]).toEqual([true, true, true]);
		const { seqno, messages, obsolete } = config.push(now);
		expect([seqno, messages.length, obsolete]).toEqual([1, 1, []]);
		expect([config.needsPush, config.isDirty]).toEqual([true, false]);
		config.confirm(1, [hash('h1')]);
		expect([config.needsPush, [...config.currentHashes]]).toEqual([false, ['h1']]);
		config.set(['n'], utf8('b'));
		expect([...config.currentHashes]).toEqual([]);
		expect(config.push(now)).toMatchObject({ seqno: 2, obsolete: ['h1'] });
		expect(config.push(now)).toMatchObject({ seqno: 2, obsolete: [] });
	});

	it('is not confirmed when something changed since', () => {
		const config = profile();
		config.set(['n'], utf8('a'));
		config.push(now);
		config.set(['n'], utf8('b'));
		config.confirm(1, [hash('h1')]);
		expect(config.needsPush).toBe(true);
		config.push(now);
		config.confirm(1, [hash('h1')]);
		expect(config.needsPush).toBe(true);
		config.confirm(2, [hash('h2')]);
		config.confirm(2, [hash('h3')]);
		expect([...config.currentHashes]).toEqual(['h2']);
	});

	it('never calls a message obsolete that holds the config', () => {
		const config = profile();
		config.set(['n'], utf8('a'));
		const pushed = stored('h1', config);
		config.merge([pushed], now);
		config.confirm(1, [hash('h1')]);
		expect(config.push(now).obsolete).toEqual([]);
		config.merge([pushed], now);
		expect(config.push(now).obsolete).toEqual([]);
	});

	it('of what did not change makes the same bytes', () => {
		const config = profile();
		config.set(['n'], utf8('a'));
		const first = config.push(now).messages.map(toHex);
		expect(config.push(now).messages.map(toHex)).toEqual(first);
		expect(reload(config).push(now).messages.map(toHex)).toEqual(first);
	});
});

describe('changing', () => {
	it('to what is there already is no change', () => {
		const config = profile();
		config.set(['a', 'b'], 1n);
		config.set(['s'], [1n, utf8('x')]);
		config.push(now);
		config.confirm(1, []);
		config.set(['a', 'b'], 1n);
		config.set(['s'], [1n, utf8('x')]);
		config.remove(['c']);
		config.remove(['a', 'b', 'c']);
		config.set(['d'], []);
		expect(config.needsPush).toBe(false);
		config.set(['s'], []);
		expect([config.needsPush, config.data.has('s')]).toEqual([true, false]);
	});

	it('leaves what was pushed as it was', () => {
		const config = profile();
		config.set(['a', 'b'], 1n);
		const data = config.data;
		const first = stored('h1', config);
		config.set(['a', 'b'], 2n);
		config.set(['a', 'c'], 3n);
		expect(data).toEqual(new Map([['a', new Map([['b', 1n]])]]));
		const other = profile();
		other.merge([first], now);
		expect(other.data).toEqual(data);
	});
});

describe('a dump', () => {
	it('brings back a clean config with its hashes', () => {
		const config = profile();
		config.set(['n'], utf8('a'));
		config.push(now);
		config.confirm(1, [hash('h1')]);
		expect(config.needsDump).toBe(true);
		const again = reload(config);
		expect([config.needsDump, again.needsDump, again.needsPush]).toEqual([false, false, false]);
		expect([...again.currentHashes]).toEqual(['h1']);
		expect(again.data).toEqual(config.data);
	});

	it('brings back changes under way, under the same number, as often as it takes', () => {
		const config = profile();
		config.set(['n'], utf8('a'));
		config.push(now);
		config.confirm(1, [hash('h1')]);
		config.set(['n'], utf8('b'));
		config.set(['m'], 1n);
		let again = config;
		for (let start = 0; start < 7; start++) again = reload(again);
		expect([again.seqno, again.isDirty]).toEqual([2, true]);
		again.remove(['m']);
		config.remove(['m']);
		const [one, other] = [again.push(now), config.push(now)];
		expect(one.messages.map(toHex)).toEqual(other.messages.map(toHex));
		expect(one.obsolete).toEqual(['h1']);
	});

	it('brings back a merge that was not pushed', () => {
		const [a, b, reader] = [profile(), profile(), profile()];
		a.set(['a'], 1n);
		b.set(['b'], 1n);
		reader.merge([stored('ha', a), stored('hb', b)], now);
		expect(reader.isDirty).toBe(true);
		const again = reload(reader);
		expect(again.push(now)).toEqual(reader.push(now));
	});

	it('brings back a push that was not confirmed', () => {
		const config = profile();
		config.set(['n'], utf8('a'));
		config.push(now);
		const again = reload(config);
		expect([again.needsPush, again.isDirty]).toEqual([true, false]);
		again.confirm(1, [hash('h1')]);
		expect(again.needsPush).toBe(false);
	});

	it('brings back the parts of a config that is not complete', () => {
		const [writer, reader] = [profile(), profile()];
		writer.set(['large'], seededRandom('parts')(200_000));
		const { messages } = writer.push(now);
		expect(messages).toHaveLength(3);
		const parts = messages.map((data, index) => ({ hash: hash(`p${index}`), data }));
		expect([...reader.merge(parts.slice(0, 2), now)]).toEqual(['p0', 'p1']);
		const again = reload(reload(reader));
		expect([...again.activeHashes(now)]).toEqual(['p0', 'p1']);
		expect([...again.currentHashes]).toEqual([]);
		again.merge(parts.slice(2), now);
		expect([...again.currentHashes].sort()).toEqual(['p0', 'p1', 'p2']);
		expect(again.data).toEqual(writer.data);
		const pusher = reload(writer);
		expect([...pusher.merge(parts, now)]).toEqual(['p0', 'p1', 'p2']);
		expect(pusher.activeHashes(now).size).toBe(0);
	});

	it('of another format is refused', () => {
		const dump = profile().dump(now);
		const entries = readBt(dump) as Map<string, bigint>;
		for (const key of entries.keys()) {
			for (const value of [undefined, 99n, utf8('x'), [1n], new Map([['k', [1n]]])]) {
				const broken = new Map<string, unknown>(entries);
				if (value === undefined) broken.delete(key);
				else broken.set(key, value);
				if (key === '+' && value instanceof Map) continue;
				const bytes = writeBt(broken as Map<string, bigint>);
				expect(() => openAccountConfig(USER_PROFILE, account(), bytes)).toThrow(malformed);
			}
		}
		expect(() => openAccountConfig(USER_PROFILE, account(), utf8('le'))).toThrow(malformed);
	});
});

describe('a config of a group', () => {
	const admin = () => openGroupConfig(GROUP_INFO, groupKeys, group());
	const member = () => openGroupConfig(GROUP_INFO, groupKeys, { publicKey: group().publicKey });

	it('is signed by those who may, and read by all', () => {
		const [writer, reader] = [admin(), member()];
		writer.set(['n'], utf8('group'));
		reader.merge([stored('h1', writer)], now);
		expect(reader.data).toEqual(writer.data);
		expect(reader.isReadOnly).toBe(true);
		expect(() => reader.set(['n'], utf8('mine'))).toThrow('read-only');
		expect(() => reader.remove(['n'])).toThrow('read-only');
		reader.set(['n'], utf8('group'));
		expect(reader.needsPush).toBe(false);
	});

	it('is believed only with a signature', () => {
		const forger = openGroupConfig(GROUP_INFO, groupKeys, account());
		forger.set(['n'], utf8('forged'));
		const forged = stored('h1', forger);
		const reader = member();
		expect(() => reader.merge([forged], now)).toThrow(unauthenticated);
		const writer = admin();
		writer.set(['n'], utf8('group'));
		expect([...reader.merge([forged, stored('h2', writer)], now)]).toEqual(['h2']);
		expect([...reader.merge([forged], now)]).toEqual([]);
		expect(reader.data).toEqual(writer.data);
	});

	it('ends the same for all who only read, in any order and any portions', () => {
		const [a, b] = [admin(), admin()];
		a.set(['n'], utf8('a'));
		b.set(['n'], utf8('b'));
		const messages = [stored('ha', a), stored('hb', b)];
		const states = [messages, [...messages].reverse()].map((order) => {
			const [whole, parts] = [member(), member()];
			whole.merge(order, now);
			for (const message of order) parts.merge([message], now);
			expect(parts.data).toEqual(whole.data);
			expect([...parts.currentHashes]).toEqual([...whole.currentHashes]);
			return whole.data;
		});
		expect(states[0]).toEqual(states[1]);
	});

	it('lets members delete nothing', () => {
		const [writer, reader] = [admin(), member()];
		writer.set(['n'], utf8('a'));
		reader.merge([stored('h1', writer)], now);
		writer.set(['n'], utf8('b'));
		reader.merge([stored('h2', writer)], now);
		expect(reader.push(now).obsolete).toEqual([]);
		const again = openGroupConfig(GROUP_INFO, groupKeys, { publicKey: group().publicKey }, reader.dump(now));
		expect(again.data).toEqual(writer.data);
	});

	it('is stored again when the key changed, and read with any of the keys', () => {
		const [writer, reader] = [admin(), member()];
		writer.set(['n'], utf8('group'));
		const before = stored('h1', writer);
		writer.confirm(1, [before.hash]);
		const newest = new Uint8Array(32).fill(9);
		writer.replaceKeys([newest, ...groupKeys], false);
		expect(writer.needsPush).toBe(false);
		writer.replaceKeys(groupKeys, true);
		expect(writer.seqno).toBe(2);
		writer.replaceKeys([newest, ...groupKeys], true);
		const after = stored('h2', writer);
		expect([...reader.merge([after], now)]).toEqual([]);
		reader.replaceKeys([newest, ...groupKeys], true);
		expect([...reader.merge([before, after], now)]).toEqual(['h1', 'h2']);
		expect(reader.needsPush).toBe(false);
	});

	it('opens to a member who becomes an admin', () => {
		const config = member();
		config.grantSecretKey(group().secretKey);
		config.set(['n'], utf8('mine'));
		expect(config.needsPush).toBe(true);
		expect(() => profile().grantSecretKey(group().secretKey)).toThrow('not signed');
	});

	it('is signed even when it is empty', () => {
		const [writer, reader] = [admin(), member()];
		expect([...reader.merge([stored('h0', writer)], now)]).toEqual(['h0']);
		expect(member().push(now).messages).toHaveLength(1);
	});

	it('is not pushed without a key', () => {
		expect(() => openGroupConfig(GROUP_INFO, [], group()).push(now)).toThrow(malformed);
	});
});

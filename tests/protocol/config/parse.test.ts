import { beforeAll, describe, expect, it } from 'vitest';
import { keyToBytes } from '../../../src/protocol/bt/value';
import { concat, toHex, utf8 } from '../../../src/protocol/bytes';
import { emptyMessage, nextVersion, sealMessage } from '../../../src/protocol/config/message';
import { parseMessage } from '../../../src/protocol/config/parse';
import { ed25519FromSeed } from '../../../src/protocol/keys';
import { sodiumReady } from '../setup';

beforeAll(() => sodiumReady);

const malformed = expect.objectContaining({ name: 'ProtocolError', kind: 'malformed' }) as Error;
const unauthenticated = expect.objectContaining({ name: 'ProtocolError', kind: 'unauthenticated' }) as Error;
const tooLarge = expect.objectContaining({ name: 'ProtocolError', kind: 'too-large' }) as Error;

const HASH = 'h'.repeat(32);

function parse(text: string): ReturnType<typeof parseMessage> {
	return parseMessage(keyToBytes(text));
}

function withData(data: string): string {
	return `d1:#i9e1:&${data}1:<le1:=dee`;
}

function withDiff(diff: string): string {
	return `d1:#i9e1:&de1:<le1:=${diff}e`;
}

function withLagged(items: string): string {
	return `d1:#i9e1:&de1:<l${items}e1:=dee`;
}

describe('a config message', () => {
	it('starts empty, with a hash that every history names', () => {
		const { serialized, hash } = emptyMessage();
		expect(new TextDecoder().decode(serialized)).toBe('d1:#i0e1:&de1:<le1:=dee');
		expect(toHex(hash)).toBe('ea173b57beca8af18c3519a7bbf69c3e7a05d1c049fa9558341d8ebb48b0c965');
	});

	it('keeps what it does not know, between any of the known keys', () => {
		const text = 'd1:#i1e1:$3:abc1:&d1:xi1ee1:+li1ed1:bi2eee1:<le1:=de1:ade1:bi18446744073709551615ee';
		const message = parse(text);
		expect([...message.unknown.keys()]).toEqual(['$', '+', 'a', 'b']);
		const next = sealMessage({ ...nextVersion(message), diff: new Map() });
		expect([...parseMessage(next.serialized).unknown]).toEqual([...message.unknown]);
		expect(toHex(sealMessage(message).serialized)).toBe(toHex(utf8(text)));
	});

	it('has its keys in order, each once, and nothing after the signature', () => {
		expect(() => parse('de')).toThrow(malformed);
		expect(() => parse('d1:!i0e1:#i1e1:&de1:<le1:=dee')).toThrow(malformed);
		expect(() => parse('d1:#i1e1:<le1:=dee')).toThrow(malformed);
		expect(() => parse('d1:#i1e1:&de1:=dee')).toThrow(malformed);
		expect(() => parse('d1:#i1e1:&de1:<lee')).toThrow(malformed);
		expect(() => parse('d1:#i1e1:&de1:&de1:<le1:=dee')).toThrow(malformed);
		expect(() => parse('d1:#i1e1:$i1e1:$i1e1:&de1:<le1:=dee')).toThrow(malformed);
		expect(() => parse('d1:#i1e1:%i1e1:$i1e1:&de1:<le1:=dee')).toThrow(malformed);
		expect(() => parse(`d1:#i1e1:&de1:<le1:=de1:~64:${'s'.repeat(64)}2:~~i1ee`)).toThrow(malformed);
		expect(() => parse('d1:#i1e1:&de1:<le1:=de2:~~i1ee')).toThrow(malformed);
		expect(() => parse('d1:#i1e1:&de1:<le1:=de')).toThrow(malformed);
	});

	it('has a sequence number that can be counted on', () => {
		expect(() => parse('d1:#1:x1:&de1:<le1:=dee')).toThrow(malformed);
		expect(() => parse('d1:#i-1e1:&de1:<le1:=dee')).toThrow(malformed);
		expect(() => parse('d1:#i9223372036854775807e1:&de1:<le1:=dee')).toThrow(malformed);
		expect(() => parse('d1:#i9223372036854775808e1:&de1:<le1:=dee')).toThrow(malformed);
	});

	it('may be followed by anything, which counts for its hash', () => {
		const plain = keyToBytes('d1:#i1e1:&de1:<le1:=dee');
		const padded = concat(plain, new Uint8Array(4));
		expect(parseMessage(padded).seqno).toBe(1);
		expect(toHex(parseMessage(padded).hash)).not.toBe(toHex(parseMessage(plain).hash));
	});
});

describe('its data', () => {
	it('is in order, pruned, and of known kinds', () => {
		expect(parse(withData('d1:ai1e1:bli1e1:xe1:cd1:xi2eee')).data.size).toBe(3);
		for (const data of [
			'd1:bi1e1:ai1ee',
			'd1:ai1e1:ai1ee',
			'd1:adee',
			'd1:alee',
			'd1:ad1:bleee',
			'd1:alleee',
			'd1:aldeee',
			'd1:ali2ei1eee',
			'd1:ali1ei1eee',
			'd1:al1:b1:aee',
			'd1:al1:ai1eee',
			'd1:ai9223372036854775808ee',
			'le'
		]) {
			expect(() => parse(withData(data))).toThrow(malformed);
		}
	});

	it('does not nest without end', () => {
		const deep = (levels: number) => withData(`${'d1:a'.repeat(levels)}i1e${'e'.repeat(levels)}`);
		expect(parse(deep(90)).data.size).toBe(1);
		expect(() => parse(deep(200))).toThrow(tooLarge);
		expect(() => parse(deep(100_000))).toThrow(tooLarge);
	});
});

describe('its diff', () => {
	it('says what was assigned, removed, added', () => {
		const diff = 'd1:a0:1:b1:-1:cll1:xel1:yee1:dd1:e0:ee';
		expect(toHex(sealMessage(parse(withDiff(diff))).serialized)).toBe(toHex(utf8(withDiff(diff))));
	});

	it('says nothing else', () => {
		for (const diff of [
			'd1:b0:1:a0:e',
			'd1:a1:xe',
			'd1:a2:--e',
			'd1:ai1ee',
			'd1:alee',
			'd1:alleee',
			'd1:alleleleee',
			'd1:allelie',
			'd1:ali1eleee',
			'd1:al1:xleee',
			'd1:alli2ei1eeleee',
			'd1:alldeeleee'
		]) {
			expect(() => parse(withDiff(diff))).toThrow(malformed);
		}
	});
});

describe('its ancestors', () => {
	it('are kept for four versions', () => {
		const items = [5, 6, 8].map((seqno) => `li${seqno}e32:${HASH}dee`).join('');
		expect(parse(withLagged(items)).lagged.map(({ seqno }) => seqno)).toEqual([5, 6, 8]);
	});

	it('are not looked at when they are older', () => {
		expect(parse(withLagged(`li4e3:abci-7eeli8e32:${HASH}dee`)).lagged).toHaveLength(1);
		expect(parse(withLagged('li1ee')).lagged).toHaveLength(0);
	});

	it('are in order, each once, before this version, and whole', () => {
		const item = (seqno: number, hash = HASH) => `li${seqno}e${hash.length}:${hash}dee`;
		for (const items of [
			item(9),
			item(10),
			item(7) + item(6),
			item(7) + item(7),
			item(7, 'b'.repeat(32)) + item(7, 'a'.repeat(32)),
			item(7, 'short'),
			'li7ee',
			`li7e32:${HASH}e`,
			`li7e32:${HASH}dei1ee`,
			'i7e',
			'de'
		]) {
			expect(() => parse(withLagged(items))).toThrow(malformed);
		}
	});
});

describe('its signature', () => {
	const content = { seqno: 1, data: new Map([['n', 1n]]), diff: new Map(), lagged: [], unknown: new Map() };

	it('is asked for where there is a signer', () => {
		const group = ed25519FromSeed(new Uint8Array(32).fill(3));
		const signed = sealMessage(content, group.secretKey).serialized;
		expect(parseMessage(signed, group.publicKey).data).toEqual(content.data);
		expect(parseMessage(signed).data).toEqual(content.data);
		const other = ed25519FromSeed(new Uint8Array(32).fill(4));
		expect(() => parseMessage(signed, other.publicKey)).toThrow(unauthenticated);
		expect(() => parseMessage(sealMessage(content).serialized, group.publicKey)).toThrow(unauthenticated);
		for (let place = 0; place < signed.length; place += 7) {
			const altered = signed.slice();
			altered[place] = (altered[place] ?? 0) ^ 1;
			expect(() => parseMessage(altered, group.publicKey)).toThrow();
		}
	});

	it('has 64 bytes', () => {
		expect(() => parse('d1:#i1e1:&de1:<le1:=de1:~3:abce')).toThrow(malformed);
		expect(parse(`d1:#i1e1:&de1:<le1:=de1:~64:${'s'.repeat(64)}e`).seqno).toBe(1);
	});
});

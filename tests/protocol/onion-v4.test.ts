import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromUtf8, utf8 } from '../../src/protocol/bytes';
import { ProtocolError } from '../../src/protocol/errors';
import {
	decodeV4Reply,
	decodeV4Request,
	encodeV4Reply,
	encodeV4Request,
	type V4Method
} from '../../src/protocol/onion-v4';

const malformed = expect.objectContaining({ name: 'ProtocolError', kind: 'malformed' }) as Error;
const headers = fc.dictionary(fc.stringMatching(/^[a-z-]{1,12}$/), fc.string({ maxLength: 20 }), {
	noNullPrototype: true
});
const body = fc.option(fc.uint8Array({ maxLength: 300 }).map((bytes) => new Uint8Array(bytes)));

describe('what goes inside a layer for a server', () => {
	it('comes back as it was, both ways', () => {
		fc.assert(
			fc.property(
				fc.constantFrom<V4Method>('GET', 'POST', 'PUT', 'DELETE'),
				fc.string({ unit: 'grapheme', maxLength: 30 }),
				headers,
				body,
				fc.integer({ min: 0, max: 599 }),
				(method, path, fields, content, status) => {
					const request = { method, endpoint: `/${path}`, headers: fields, body: content };
					expect(decodeV4Request(encodeV4Request(request))).toEqual(request);
					// A reply always has a second string, if an empty one.
					const reply = { status, headers: fields, body: content };
					expect(decodeV4Reply(encodeV4Reply(reply))).toEqual({
						...reply,
						body: content ?? new Uint8Array()
					});
				}
			)
		);
	});

	it('has one string without a body, and two with an empty one', () => {
		const request = { method: 'POST', endpoint: '/x', headers: {} } as const;
		expect(fromUtf8(encodeV4Request({ ...request, body: null }))).toBe(
			'l46:{"endpoint":"/x","method":"POST","headers":{}}e'
		);
		expect(fromUtf8(encodeV4Request({ ...request, body: new Uint8Array() }))).toMatch(/\}0:e$/);
	});

	it('names headers in lower case, whoever wrote them', () => {
		const reply = decodeV4Reply(utf8('l43:{"code":200,"headers":{"Content-Type":"a"}}e'));
		expect(reply).toEqual({ status: 200, headers: { 'content-type': 'a' }, body: null });
		const bare = utf8('l31:{"method":"GET","endpoint":"/"}e');
		expect(decodeV4Request(bare)).toEqual({ method: 'GET', endpoint: '/', headers: {}, body: null });
		expect(decodeV4Reply(utf8('l12:{"code":404}e'))).toEqual({ status: 404, headers: {}, body: null });
	});

	it.each([
		'',
		'l',
		'le',
		'l2:{}e',
		'd12:{"code":200}e',
		'l12:{"code":200}',
		'l12:{"code":200}e1',
		'l12:{"code":200}1:a1:be',
		'l12:{"code":600}e',
		'l13:{"code":-200}e',
		'l14:{"code":"200"}e',
		'l25:{"code":200,"headers":[]}e',
		'l30:{"code":200,"headers":{"a":1}}e',
		'l999999999999:{"code":200}e',
		'li5ee'
	])('is no reply: %j', (text) => {
		expect(() => decodeV4Reply(utf8(text))).toThrowError(malformed);
	});

	it.each([
		'{"method":"GET"}',
		'{"endpoint":"/"}',
		'{"method":"PATCH","endpoint":"/"}',
		'{"method":"toString","endpoint":"/"}',
		'{"method":"GET","endpoint":"capabilities"}',
		'{"method":"GET","endpoint":"/","headers":{"a":null}}',
		'nothing'
	])('is no request: %j', (head) => {
		expect(() => decodeV4Request(utf8(`l${head.length}:${head}e`))).toThrowError(malformed);
	});

	it('is refused and never anything else, whatever came', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
				for (const decode of [decodeV4Reply, decodeV4Request]) {
					try {
						decode(bytes);
					} catch (error) {
						expect(error).toBeInstanceOf(ProtocolError);
					}
				}
			})
		);
	});
});

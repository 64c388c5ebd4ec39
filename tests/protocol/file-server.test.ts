import { beforeAll, describe, expect, it } from 'vitest';
import { fromBase64, fromHex, utf8 } from '../../src/protocol/bytes';
import {
	canExtend,
	downloadRequest,
	extendRequest,
	fileInfoRequest,
	parseFileInfo,
	parseUploadReply,
	parseVersionReply,
	uploadRequest,
	versionRequest
} from '../../src/protocol/file-server';
import { ed25519FromSeed, verify } from '../../src/protocol/keys';
import type { V4Reply } from '../../src/protocol/onion-v4';
import { sodiumReady } from './setup';

beforeAll(() => sodiumReady);

const malformed = expect.objectContaining({ name: 'ProtocolError', kind: 'malformed' }) as Error;
const answer = (body: string | null): V4Reply => ({
	status: 200,
	headers: {},
	body: body === null ? null : utf8(body)
});

describe('requests to a file server', () => {
	it('say what is wanted in path and headers', () => {
		const body = utf8('blob');
		expect(uploadRequest(body)).toMatchObject({ method: 'POST', endpoint: '/file', body });
		expect(uploadRequest(body).headers).not.toHaveProperty('X-FS-TTL');
		expect(uploadRequest(body, 60).headers).toMatchObject({ 'X-FS-TTL': '60' });
		expect(downloadRequest('a_-9')).toEqual({
			method: 'GET',
			endpoint: '/file/a_-9',
			headers: {},
			body: null
		});
		expect(fileInfoRequest('7').endpoint).toBe('/file/7/info');
		expect(extendRequest('7')).toEqual({
			method: 'POST',
			endpoint: '/file/7/extend',
			headers: {},
			body: null
		});
		expect(extendRequest('7', 9).headers).toEqual({ 'X-FS-TTL': '9' });
		expect(canExtend('7'.repeat(44))).toBe(true);
		expect(canExtend('7'.repeat(16))).toBe(false);
	});

	it('for a version are signed by a key that tells nobody who asks', () => {
		expect(versionRequest('ios').headers).toEqual({});
		const account = ed25519FromSeed(new Uint8Array(32).fill(1));
		const { headers, endpoint } = versionRequest('desktop', { account, timestamp: 1_795_369_357 });
		const id = headers['X-FS-Pubkey']!;
		expect(id).toMatch(/^07[0-9a-f]{64}$/);
		const signed = utf8(`1795369357GET${endpoint}`);
		expect(verify(fromBase64(headers['X-FS-Signature']!), signed, fromHex(id.slice(2)))).toBe(true);
	});

	it.each(['', '../x', 'a/b', 'a?b', 'a b', 'é', 'x'.repeat(65)])('name no file %j', (id) => {
		expect(() => downloadRequest(id)).toThrowError(malformed);
		expect(() => fileInfoRequest(id)).toThrowError(malformed);
		expect(() => extendRequest(id)).toThrowError(malformed);
	});
});

describe('replies of a file server', () => {
	it('name an upload by a text or a number, with or without its end', () => {
		expect(parseUploadReply(answer('{"id":"abc","expires":1797183757.379782}'))).toEqual({
			id: 'abc',
			expiry: 1_797_183_757_379
		});
		expect(parseUploadReply(answer('{"id":3094729685295136}'))).toEqual({
			id: '3094729685295136',
			expiry: null
		});
		expect(parseUploadReply(answer('{"id":9007199254740993,"expires":null}')).id).toBe('9007199254740993');
	});

	it('tell how long a file stays', () => {
		expect(parseFileInfo(answer('{"size":9,"uploaded":1.5,"expires":2}'))).toEqual({
			size: 9,
			uploaded: 1500,
			expiry: 2000
		});
		expect(parseVersionReply(answer('{"status_code":200,"result":"1.17.13"}'))).toBe('1.17.13');
	});

	it.each([
		null,
		'',
		'[]',
		'{}',
		'{"id":-1}',
		'{"id":1.5}',
		'{"id":"a/b"}',
		'{"id":"a","expires":"soon"}',
		'{"id":"a","expires":-1}',
		'{"id":"a","expires":1e300}'
	])('are refused when they are %j', (body) => {
		expect(() => parseUploadReply(answer(body))).toThrowError(malformed);
		expect(() => parseFileInfo(answer(body))).toThrowError(malformed);
		expect(() => parseVersionReply(answer(body))).toThrowError(malformed);
	});
});

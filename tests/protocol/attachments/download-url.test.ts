import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { formatFileUrl, parseFileUrl, type FileServer } from '../../../src/protocol/attachments/download-url';
import { fromHex, toHex } from '../../../src/protocol/bytes';
import { parseX25519PublicKey } from '../../../src/protocol/keys';
import { ProtocolError } from '../../../src/protocol/errors';
import { sodiumReady } from '../setup';

beforeAll(() => sodiumReady);

const ED25519 = 'b8eef9821445ae16e2e97ef8aa6fe782fd11ad5253cd6723b281341dba22e371';
const X25519 = '09324794aa9c11948189762d198c618148e9136ac9582068180661208927ef34';
const TEST_ED25519 = 'ff86dcd4b26d1bfec944c59859494248626d6428efc12168749d65a1b92f5e28';
const TEST_X25519 = 'fc097b06821c98a2db75ce02e521cef5fd9d3446e42e81d843c4c8c4e9260f48';
const ID = 'xmQChPKpzH0Z6ZcQCcJLKIEk_3BqghX0Avzdm2yEmNIU';

const own: FileServer = {
	host: 'filev2.getsession.org',
	port: 80,
	protocol: 'http',
	x25519: parseX25519PublicKey(fromHex(X25519))
};
const local: FileServer = { ...own, host: '127.0.0.1', port: 5021 };
const malformed = expect.objectContaining({ name: 'ProtocolError', kind: 'malformed' }) as Error;

describe('URLs of files', () => {
	it.each([
		[`http://filev2.getsession.org/file/${ID}`, own, ID, false, X25519],
		[`http://filev2.getsession.org/file/${ID}#d`, own, ID, true, X25519],
		[`http://filev2.getsession.org/file/${ID}#d=`, own, ID, true, X25519],
		[`http://filev2.getsession.org:80/file/1234567890123456`, own, '1234567890123456', false, X25519],
		[`HTTP://FileV2.GetSession.org/file/7`, own, '7', false, X25519],
		[`http://filev2.getsession.org/files/7`, own, '7', false, X25519],
		[`http://file.getsession.org/file/7#sr=1&d`, { ...own, host: 'file.getsession.org' }, '7', true, X25519],
		[`https://filev2.getsession.org/file/7`, { ...own, protocol: 'https', port: 443 }, '7', false, X25519],
		[`http://filev2.getsession.org/file/7#p=${ED25519}`, own, '7', false, X25519],
		// One library writes its server's other key there.
		[`http://filev2.getsession.org/file/7#p=${X25519}&d`, own, '7', true, X25519],
		[
			`http://potatofiles.getsession.org/file/7#p=${TEST_ED25519}&d=`,
			{ ...own, host: 'potatofiles.getsession.org' },
			'7',
			true,
			TEST_X25519
		],
		[
			`https://files.example:8443/file/7#d&p=${TEST_ED25519.toUpperCase()}&e=00`,
			{ ...own, host: 'files.example', protocol: 'https', port: 8443 },
			'7',
			true,
			TEST_X25519
		]
	] as const)('%s', (url, server, id, isStream, key) => {
		const parsed = parseFileUrl(url, own);
		expect(parsed).toMatchObject({ id, isStream });
		const { x25519, ...address } = parsed.server;
		const { x25519: _, ...expected } = server;
		expect(address).toEqual(expected);
		expect(toHex(x25519)).toBe(key);
	});

	it.each([
		'',
		'filev2.getsession.org/file/7',
		'ftp://filev2.getsession.org/file/7',
		'http://filev2.getsession.org/7',
		'http://filev2.getsession.org/file/',
		'http://filev2.getsession.org/file/7/',
		'http://filev2.getsession.org/file/7/info',
		'http://filev2.getsession.org/file/../x',
		'http://filev2.getsession.org/file/7?a=b',
		'http://filev2.getsession.org/room/file/7',
		'http://user@filev2.getsession.org/file/7',
		'http://filev2.getsession.org:0/file/7',
		'http://filev2.getsession.org:65536/file/7',
		'http://files.example/file/7',
		'http://getsession.org.example/file/7',
		'http://evilgetsession.org/file/7',
		'http://open.getsession.org/file/7',
		`http://open.getsession.org/file/7#p=${ED25519}`,
		'http://files.example/file/7#p=',
		'http://files.example/file/7#p=abcd',
		`http://files.example/file/7#p=${'00'.repeat(32)}`,
		`http://filev2.getsession.org/file/${'7'.repeat(200)}`
	])('refuses %j', (url) => {
		expect(() => parseFileUrl(url, own)).toThrowError(malformed);
	});

	it('of another network may lie on its own server only', () => {
		expect(parseFileUrl('http://127.0.0.1:5021/file/7', local).server).toEqual(local);
		expect(() => parseFileUrl('http://127.0.0.1:5022/file/7', local)).toThrowError(malformed);
		expect(() => parseFileUrl('http://filev2.getsession.org/file/7', local)).toThrowError(malformed);
	});

	it('that we write are read back', () => {
		fc.assert(
			fc.property(
				fc.stringMatching(/^[\w-]{1,44}$/),
				fc.boolean(),
				fc.constantFrom(own, local, { ...own, protocol: 'https' as const, port: 443 }),
				(id, isStream, server) => {
					const url = formatFileUrl({ server, id, isStream });
					expect(parseFileUrl(url, server)).toEqual({ server, id, isStream });
					expect(url).not.toContain('p=');
				}
			)
		);
		expect(formatFileUrl({ server: own, id: '7', isStream: true })).toBe(
			'http://filev2.getsession.org/file/7#d'
		);
		expect(formatFileUrl({ server: local, id: '7', isStream: false })).toBe('http://127.0.0.1:5021/file/7');
	});

	it('of any other text are refused and never anything else', () => {
		fc.assert(
			fc.property(
				fc.oneof(fc.string(), fc.webUrl({ withFragments: true, withQueryParameters: true })),
				(text) => {
					try {
						parseFileUrl(text, own);
					} catch (error) {
						expect(error).toBeInstanceOf(ProtocolError);
					}
				}
			)
		);
	});
});

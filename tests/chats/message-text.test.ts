import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostMayImitate, isEmojiOnly, textPieces } from '../../src/lib/conversation/message-text';

const links = (text: string) =>
	textPieces(text).flatMap((piece) => (piece.kind === 'link' ? [piece.url] : []));

describe('links in a message', () => {
	it('finds http and https, and leaves out the punctuation around them', () => {
		expect(links('See https://a.example/x?y=1. And (http://b.example)!')).toEqual([
			'https://a.example/x?y=1',
			'http://b.example/'
		]);
	});

	it.each([
		'javascript:alert(1)',
		'data:text/html,x',
		'ftp://a.example',
		'mailto:a@b.example',
		'file:///etc/passwd',
		'//a.example',
		'www.a.example',
		'a.example/x',
		'blob:https://a.example/1'
	])('makes no link of %s', (text) => {
		expect(links(text).filter((url) => !/^https?:/u.test(url))).toEqual([]);
		if (!text.includes('https:')) expect(links(text)).toEqual([]);
	});

	it('changes no letter of the text', () => {
		fc.assert(
			fc.property(
				fc.array(fc.oneof(fc.string(), fc.webUrl(), fc.constant(' https://x.example/ü '))),
				(parts) => {
					const text = parts.join('');
					expect(
						textPieces(text)
							.map((piece) => piece.text)
							.join('')
					).toBe(text);
				}
			)
		);
	});

	it('warns of hosts whose letters may imitate others', () => {
		expect(hostMayImitate(links('https://аpple.example/')[0] ?? '')).toBe(true);
		expect(hostMayImitate('https://apple.example/')).toBe(false);
	});
});

describe('emoji-only messages', () => {
	it.each(['🙂', '👍🏽', '👩‍👩‍👧 🇨🇭', '😅🙏', '❤️', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'])('enlarges %s', (text) => {
		expect(isEmojiOnly(text)).toBe(true);
	});

	it.each(['', ' ', 'ok 🙂', '1', '12', '#', '🙂🙂🙂🙂🙂🙂', '…'])('leaves %s as text', (text) => {
		expect(isEmojiOnly(text)).toBe(false);
	});
});

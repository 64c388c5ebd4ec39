import { LinkifyIt } from 'linkify-it';

export type TextPiece =
	| { readonly kind: 'text'; readonly text: string }
	| { readonly kind: 'link'; readonly text: string; readonly url: string };

const linkify = new LinkifyIt({ fuzzyEmail: false, fuzzyLink: false, fuzzyIP: false, maxLength: 2000 });

/** Splits message text into plain runs and http(s) links; joined again the pieces are the text, unchanged. */
export function textPieces(text: string): readonly TextPiece[] {
	if (!/https?:\/\//iu.test(text)) return [{ kind: 'text', text }];
	const pieces: TextPiece[] = [];
	let at = 0;
	for (const match of linkify.match(text) ?? []) {
		const url = safeUrl(match.url);
		if (url === null || match.index < at) continue;
		if (match.index > at) pieces.push({ kind: 'text', text: text.slice(at, match.index) });
		pieces.push({ kind: 'link', text: text.slice(match.index, match.lastIndex), url });
		at = match.lastIndex;
	}
	if (at < text.length) pieces.push({ kind: 'text', text: text.slice(at) });
	return pieces;
}

/** The address as the browser will open it, or null for anything but http and https. */
function safeUrl(text: string): string | null {
	if (!URL.canParse(text)) return null;
	const url = new URL(text);
	return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
}

/** True when the host's letters may imitate another host: it is written with letters beyond ASCII. */
export function hostMayImitate(url: string): boolean {
	return new URL(url).hostname.split('.').some((label) => label.startsWith('xn--'));
}

const onlyEmoji =
	/^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u{200d}|\u{fe0f}|[\u{e0020}-\u{e007f}]|\s)+$/u;
const mostLargeEmoji = 5;

/** True for one to five emoji and nothing else: those are shown large. */
export function isEmojiOnly(text: string): boolean {
	const trimmed = text.trim();
	if (trimmed === '' || trimmed.length > 100 || !onlyEmoji.test(trimmed)) return false;
	const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(
		trimmed.replace(/\s/gu, '')
	);
	return [...segments].length <= mostLargeEmoji;
}

/** Longer texts than this may pass 25 lines somewhere; shorter ones need no measuring. */
export function mayBeLong(text: string): boolean {
	return text.length > 400 || text.split('\n').length > 25;
}

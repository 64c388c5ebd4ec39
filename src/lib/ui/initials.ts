/**
 * One or two letters that stand for a name: the first of the first and of the last word. A name in joined
 * script keeps the first two letters together; a shortened Account ID gives its first two characters.
 */
export function initialsOf(name: string): string {
	const words = name
		.trim()
		.split(/\s+/u)
		.map((word) => letters(word))
		.filter((word) => word.length > 0);
	const first = words[0];
	if (first === undefined) return graphemes(name.trim()).slice(0, 1).join('');
	const last = words.at(-1);
	if (words.length === 1 || last === undefined || joined.test(first[0] ?? '')) {
		return upper(first.slice(0, joined.test(first[0] ?? '') || words.length === 1 ? 2 : 1));
	}
	return upper([...first.slice(0, 1), ...last.slice(0, 1)]);
}

/** Scripts whose letters are written joined, or where one sign is a whole word. */
const joined = /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Nko}\p{Script=Mongolian}]/u;

function letters(word: string): string[] {
	return graphemes(word).filter((sign) => /[\p{L}\p{N}]/u.test(sign));
}

function graphemes(text: string): string[] {
	if (typeof Intl.Segmenter !== 'function') return Array.from(text);
	return Array.from(
		new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text),
		(s) => s.segment
	);
}

function upper(signs: readonly string[]): string {
	return signs.join('').toLocaleUpperCase();
}

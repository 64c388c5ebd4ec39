/** The rules for names that people give themselves: identity.md §4. */
import { utf8 } from './bytes';
import { ProtocolError } from './errors';

/** Bytes of UTF-8, not characters. */
export const DISPLAY_NAME_MAX_BYTES = 100;

const LINE_BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
/** Control characters, lone surrogates, and marks that would turn the direction of the text around the name. */
const NEVER_IN_A_NAME = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu;
const OUTER_BLANKS = /^[\s\u200b-\u200f\u2060\ufeff]+|[\s\u200b-\u200f\u2060\ufeff]+$/g;

function tidy(text: string): string {
	return text.replace(LINE_BREAKS, ' ').replace(NEVER_IN_A_NAME, '').replace(OUTER_BLANKS, '');
}

/**
 * A name as it is kept and sent: one line, no blanks around it. Throws ProtocolError, 'malformed' when nothing is left,
 * 'too-large' above 100 bytes.
 */
export function cleanDisplayName(text: string): string {
	const name = tidy(text);
	if (name === '') throw new ProtocolError('malformed', 'display name is empty');
	if (utf8(name).length > DISPLAY_NAME_MAX_BYTES) {
		throw new ProtocolError('too-large', 'display name is too long');
	}
	return name;
}

/** A stranger's name made to fit, cut between code points; empty when there is nothing to show. */
export function truncateDisplayName(text: string): string {
	let name = '';
	let bytes = 0;
	for (const character of tidy(text)) {
		bytes += utf8(character).length;
		if (bytes > DISPLAY_NAME_MAX_BYTES) break;
		name += character;
	}
	return tidy(name);
}

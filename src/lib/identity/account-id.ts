/**
 * What a person typed into "New message", judged at once on the page. The engine decides again when it is opened;
 * this only lets the field say precisely what is wrong while it is being filled in.
 */
export type AddressProblem =
	'blinded' | 'group' | 'too-short' | 'too-long' | 'not-hex' | 'prefix' | 'name-shape';

export type Address =
	| { readonly kind: 'empty' }
	| { readonly kind: 'account-id'; readonly id: string }
	| { readonly kind: 'name'; readonly name: string }
	| { readonly kind: 'problem'; readonly problem: AddressProblem; readonly length: number };

/** An Account ID is the byte 05 and a 32-byte X25519 key, as hex. */
const accountIdLength = 66;

/** Hex this long is an Account ID in the making; anything shorter may still be a Session name such as "cafe". */
const longestHexName = 20;

/** A Session name: letters, digits, "-" and "_", not at the edges with "-"; 64 at most. */
const nameShape = /^[\p{L}\p{N}_]([\p{L}\p{N}_-]{0,62}[\p{L}\p{N}_])?$/u;

export function readAddress(input: string): Address {
	const trimmed = input.trim();
	if (trimmed === '') return { kind: 'empty' };
	// Account IDs are shown in groups, so they are pasted with spaces and line breaks.
	const joined = trimmed.replace(/\s+/gu, '').toLowerCase();
	const hex = /^[0-9a-f]+$/u.test(joined);
	const problem = (problem: AddressProblem): Address => ({ kind: 'problem', problem, length: joined.length });

	if (hex && joined.length > longestHexName) {
		if (joined.length < accountIdLength) return problem('too-short');
		if (joined.length > accountIdLength) return problem('too-long');
		if (joined.startsWith('05')) return { kind: 'account-id', id: joined };
		if (joined.startsWith('15') || joined.startsWith('25')) return problem('blinded');
		if (joined.startsWith('03')) return problem('group');
		return problem('prefix');
	}
	if (joined.startsWith('05') && joined.length >= accountIdLength - 6) return problem('not-hex');
	if (!nameShape.test(trimmed)) return problem('name-shape');
	return { kind: 'name', name: trimmed };
}

/** First and last groups, enough to recognise an id in passing. */
export function accountIdGlimpse(id: string): string {
	return `${id.slice(0, 4)} ${id.slice(4, 8)} … ${id.slice(-8, -4)} ${id.slice(-4)}`;
}

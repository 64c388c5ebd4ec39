/** JSON as the file server's Python writes it: a space after every comma and colon, nothing outside of ASCII. */

/** A Python float, which keeps its point even when it is whole. */
export class Float {
	constructor(readonly value: number) {}
}

export type PythonValue =
	| null
	| boolean
	| number
	| string
	| Float
	| readonly PythonValue[]
	| { readonly [key: string]: PythonValue | undefined };

export function pythonJson(value: PythonValue): string {
	if (value instanceof Float) return Number.isInteger(value.value) ? `${value.value}.0` : String(value.value);
	if (typeof value === 'string') return asciiOnly(JSON.stringify(value));
	if (typeof value !== 'object' || value === null) return JSON.stringify(value);
	if (isList(value)) return `[${value.map(pythonJson).join(', ')}]`;
	const members = Object.entries(value).flatMap(([key, member]) =>
		member === undefined ? [] : [`${asciiOnly(JSON.stringify(key))}: ${pythonJson(member)}`]
	);
	return `{${members.join(', ')}}`;
}

function isList(value: object): value is readonly PythonValue[] {
	return Array.isArray(value);
}

function asciiOnly(text: string): string {
	return text.replace(
		/[^ -~]/g,
		(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
	);
}

/**
 * Searches a browser's whole profile folder for known texts, names and ids, in every form they may have there.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isLevelDbTable, tableContents } from './leveldb';

export interface Finding {
	readonly file: string;
	readonly needle: string;
	readonly form: string;
}

/** A needle as UTF-8, UTF-16 (both orders), hex (both cases) and base64 (all three alignments, both alphabets). */
function forms(needle: string): { form: string; bytes: Buffer }[] {
	const utf8 = Buffer.from(needle, 'utf8');
	const utf16 = Buffer.from(needle, 'utf16le');
	const wide = (text: string): Buffer => Buffer.from(text, 'utf16le');
	const found: { form: string; bytes: Buffer }[] = [
		{ form: 'utf-8', bytes: utf8 },
		{ form: 'utf-16le', bytes: utf16 },
		{ form: 'utf-16be', bytes: Buffer.from(utf16).swap16() }
	];
	const texts: [form: string, text: string][] = [
		['hex', utf8.toString('hex')],
		['HEX', utf8.toString('hex').toUpperCase()]
	];
	for (let shift = 0; shift < 3; shift++) {
		// The first and last characters depend on the neighbours, so only the inner ones can be searched for.
		const padded = Buffer.concat([Buffer.alloc(shift), utf8]);
		const head = shift === 0 ? 0 : shift + 1;
		const tail = Math.floor((padded.length * 8) / 6);
		texts.push([`base64+${shift}`, padded.toString('base64').slice(head, tail)]);
		texts.push([`base64url+${shift}`, padded.toString('base64url').slice(head, tail)]);
	}
	// An Account ID is itself hex: its raw bytes count too.
	if (/^(?:[0-9a-f]{2}){16,}$/.test(needle)) found.push({ form: 'raw', bytes: Buffer.from(needle, 'hex') });
	for (const [form, text] of texts) {
		found.push({ form, bytes: Buffer.from(text, 'latin1') }, { form: `${form} wide`, bytes: wide(text) });
	}
	return found;
}

async function* files(folder: string): AsyncGenerator<string> {
	for (const entry of await readdir(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) yield* files(path);
		else if (entry.isFile()) yield path;
	}
}

export async function scanProfile(folder: string, needles: readonly string[]): Promise<Finding[]> {
	const searched = needles.map((needle) => ({ needle, forms: forms(needle) }));
	const findings: Finding[] = [];
	for await (const path of files(folder)) {
		const name = relative(folder, path);
		const file = await readFile(path);
		const parts: Uint8Array[] = [Buffer.from(name), file];
		if (isLevelDbTable(file)) parts.push(...tableContents(file));
		for (const part of parts) {
			const haystack = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
			for (const { needle, forms: needleForms } of searched) {
				for (const { form, bytes } of needleForms) {
					if (haystack.includes(bytes)) findings.push({ file: name, needle, form });
				}
			}
		}
	}
	return findings;
}

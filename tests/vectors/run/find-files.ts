import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { parseJson } from '../../../src/protocol/json';
import type { VectorFile } from './run-file';

const ENDINGS = ['.json', '.json.br'];

/** Every vector file under a folder, or the one file that is named, in the order of their names. */
export function findVectorFiles(root: string): readonly VectorFile[] {
	const found = statSync(root).isDirectory()
		? readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => path.join(root, name))
		: [root];
	return found
		.filter((name) => ENDINGS.some((ending) => name.endsWith(ending)))
		.sort()
		.map((name) => ({
			name: (path.relative(root, name) || path.basename(name)).replace(/\.json(\.br)?$/, ''),
			value: read(name),
			sibling: (other) => readSibling(path.dirname(name), other)
		}));
}

function readSibling(folder: string, name: string): unknown {
	const found = readdirSync(folder).find((entry) => ENDINGS.some((ending) => entry === name + ending));
	if (found === undefined) throw new Error(`${name} is not in the folder`);
	return read(path.join(folder, found));
}

/** Integers above 2^53, as swarm ids are, come as texts. What is no JSON comes as null, which fails the file. */
function read(name: string): unknown {
	const bytes = readFileSync(name);
	const text = (name.endsWith('.br') ? brotliDecompressSync(bytes) : bytes).toString('utf8');
	try {
		return parseJson(text);
	} catch {
		return null;
	}
}

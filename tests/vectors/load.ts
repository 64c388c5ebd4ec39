import { existsSync, readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';

/**
 * Reads one reference vector file by its path in this folder, without the ending: `load<HashFile>('hash')`.
 * Large files are kept as brotli (`.json.br`), small ones as they are.
 */
export function load<T>(name: string): T {
	const plain = new URL(`./${name}.json`, import.meta.url);
	const text = existsSync(plain)
		? readFileSync(plain, 'utf8')
		: brotliDecompressSync(readFileSync(new URL(`./${name}.json.br`, import.meta.url))).toString('utf8');
	return JSON.parse(text) as T;
}

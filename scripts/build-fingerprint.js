import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Where the app can read it; not part of what it is the fingerprint of. */
const fingerprintFile = 'build-fingerprint.json';
/** Compressed copies say the same as the files they were made from. */
const copies = /\.(br|gz)$/;

/**
 * One number over everything that is served: SHA-256 over the sorted lines "<sha256 of the file>  <path>".
 * @param {string} folder
 */
function fingerprintOf(folder) {
	const lines = filesUnder(folder)
		.map((file) => ({ file, path: relative(folder, file).split(sep).join('/') }))
		.filter(({ path }) => path !== fingerprintFile && !copies.test(path))
		.sort((a, b) => (a.path < b.path ? -1 : 1))
		.map(({ file, path }) => `${sha256(readFileSync(file))}  ${path}\n`);
	return { sha256: sha256(lines.join('')), files: lines.length };
}

/**
 * The version of the sources: the same sources give the same version, and with it the same build, wherever and
 * whenever it is made.
 * @param {string} root
 */
export function sourceVersion(root) {
	const hash = createHash('sha256');
	for (const part of [
		'src',
		'static',
		'messages',
		'package-lock.json',
		'svelte.config.js',
		'vite.config.ts'
	]) {
		for (const file of filesUnder(join(root, part)).sort()) {
			if (file.includes(`${sep}paraglide${sep}`)) continue;
			hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
		}
	}
	return hash.digest('hex').slice(0, 16);
}

/**
 * Writes the fingerprint after the given adapter has written the build.
 * @param {import('@sveltejs/kit').Adapter} adapter
 * @param {{ folder: string, release: string }} options
 * @returns {import('@sveltejs/kit').Adapter}
 */
export function withFingerprint(adapter, { folder, release }) {
	return {
		...adapter,
		async adapt(builder) {
			await adapter.adapt(builder);
			const fingerprint = fingerprintOf(folder);
			writeFileSync(join(folder, fingerprintFile), JSON.stringify({ release, ...fingerprint }) + '\n');
			builder.log.minor(`Build fingerprint ${fingerprint.sha256}`);
		}
	};
}

/** @param {string} path @returns {string[]} */
function filesUnder(path) {
	if (statSync(path).isFile()) return [path];
	return readdirSync(path, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name));
}

/** @param {string | Buffer} data */
function sha256(data) {
	return createHash('sha256').update(data).digest('hex');
}

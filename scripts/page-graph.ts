import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAst } from 'vite';

/** What vite says of a chunk of the page: its file, what it imports at once, and its styles. */
interface Chunk {
	readonly file: string;
	readonly imports?: readonly string[];
	readonly css?: readonly string[];
}

type Manifest = Readonly<Record<string, Chunk>>;

const client = '.svelte-kit/output/client';
const generatedNodes = '.svelte-kit/generated/client-optimized/nodes';

function readManifest(): Manifest {
	return JSON.parse(readFileSync(path.join(client, '.vite/manifest.json'), 'utf8')) as Manifest;
}

/** The chunk, all that it imports at once, and their styles, as paths of the built app. */
function closure(manifest: Manifest, keys: readonly string[], files = new Set<string>()): Set<string> {
	for (const key of keys) {
		const chunk = manifest[key];
		if (chunk === undefined) throw new Error(`vite's manifest has no ${key}`);
		for (const style of chunk.css ?? []) files.add(style);
		if (files.has(chunk.file)) continue;
		files.add(chunk.file);
		closure(manifest, chunk.imports ?? [], files);
	}
	return files;
}

/** What a browser fetches for a prerendered page before it runs: what the page names, and what that imports. */
export function filesOfPage(html: string): Set<string> {
	const manifest = readManifest();
	const named = [...html.matchAll(/["(]\/?((?:\.\/)?_app\/immutable\/[^"')]+)["')]/g)].map(
		(match) => match[1]
	);
	const keys = Object.keys(manifest).filter((key) => named.includes(manifest[key]?.file));
	const styles = named.filter((file) => file?.endsWith('.css') ?? false);
	return new Set([...closure(manifest, keys), ...styles.filter((file) => file !== undefined)]);
}

/** What the layouts and pages of the named route components need. Throws for one that does not exist. */
export function filesOfRoutes(components: readonly string[]): Set<string> {
	const manifest = readManifest();
	const nodes = readdirSync(generatedNodes).map((name) => ({
		key: `${generatedNodes}/${name}`,
		source: readFileSync(path.join(generatedNodes, name), 'utf8')
	}));
	const keys = components.map((component) => {
		const node = nodes.find(({ source }) => source.includes(`/src/routes/${component}"`));
		if (node === undefined) throw new Error(`no built page for src/routes/${component}`);
		return node.key;
	});
	return closure(manifest, keys);
}

/** A worker's script with every chunk that it imports, at once or later. `folder` is the built app. */
export function filesOfWorker(folder: string, script: string, files = new Set<string>()): Set<string> {
	if (files.has(script)) return files;
	if (!existsSync(path.join(folder, script))) throw new Error(`no built file ${script}`);
	files.add(script);
	for (const specifier of importsOf(readFileSync(path.join(folder, script), 'utf8')))
		filesOfWorker(folder, path.posix.join(path.posix.dirname(script), specifier), files);
	return files;
}

interface SyntaxNode {
	readonly type: string;
	readonly source?: { readonly value?: unknown } | null;
}

function importsOf(code: string): readonly string[] {
	const found: string[] = [];
	const visit = (value: unknown): void => {
		if (typeof value !== 'object' || value === null) return;
		const node = value as SyntaxNode;
		const specifier = typeof node.type === 'string' ? node.source?.value : undefined;
		if (typeof specifier === 'string' && specifier.startsWith('.')) found.push(specifier);
		Object.values(value).forEach(visit);
	};
	visit(parseAst(code));
	return found;
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAst } from 'vite';

/** What vite says of a chunk of the page: its file, what it imports at once, and its styles. */
interface Chunk {
	readonly file: string;
	readonly imports?: readonly string[];
	readonly dynamicImports?: readonly string[];
	readonly css?: readonly string[];
}

type Manifest = Readonly<Record<string, Chunk>>;

const client = '.svelte-kit/output/client';
const generatedNodes = '.svelte-kit/generated/client-optimized/nodes';

function readManifest(): Manifest {
	return JSON.parse(readFileSync(path.join(client, '.vite/manifest.json'), 'utf8')) as Manifest;
}

/**
 * The chunks with all that they import, and their styles, as paths of the built app. `later`: also what they may
 * load while they run, other pages left out.
 */
function closure(
	manifest: Manifest,
	keys: readonly string[],
	later: boolean,
	files = new Set<string>()
): Set<string> {
	for (const key of keys) {
		const chunk = manifest[key];
		if (chunk === undefined) throw new Error(`vite's manifest has no ${key}`);
		for (const style of chunk.css ?? []) files.add(style);
		if (files.has(chunk.file)) continue;
		files.add(chunk.file);
		closure(manifest, chunk.imports ?? [], later, files);
		const lazy = (chunk.dynamicImports ?? []).filter((name) => !name.startsWith(generatedNodes));
		if (later) closure(manifest, lazy, later, files);
	}
	return files;
}

/** What a browser fetches for a prerendered page before it runs: what the page names, and what that imports. */
export function filesOfPage(html: string): Set<string> {
	const manifest = readManifest();
	const named = new Set(html.match(/_app\/immutable\/[\w./-]+\.(?:js|css)/g));
	for (const script of html.matchAll(/<script[^>]* src="[./]*([\w./-]+)"/g)) named.add(script[1] ?? '');
	const keys = Object.keys(manifest).filter((key) => named.has(manifest[key]?.file ?? ''));
	if (keys.length === 0) throw new Error('the page names no script of the build');
	return new Set([...named, ...closure(manifest, keys, false)]);
}

/** What the layouts and pages of the named route components may load. Throws for one that does not exist. */
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
	return closure(manifest, keys, true);
}

/** A worker's script with every chunk and file that it names, for at once or later. `folder` is the built app. */
export function filesOfWorker(folder: string, script: string, files = new Set<string>()): Set<string> {
	if (files.has(script)) return files;
	if (!existsSync(path.join(folder, script))) throw new Error(`no built file ${script}`);
	files.add(script);
	if (!script.endsWith('.js')) return files;
	const code = readFileSync(path.join(folder, script), 'utf8');
	const assets = Array.from(
		code.matchAll(/new URL\([`'"]([\w./-]+\.\w+)[`'"],\s*import\.meta\.url/g),
		([, name]) => name ?? ''
	);
	for (const specifier of [...importsOf(code), ...assets])
		filesOfWorker(folder, path.posix.join(path.posix.dirname(script), specifier), files);
	return files;
}

interface SyntaxNode {
	readonly source?: { readonly value?: unknown; readonly quasis?: readonly TemplatePart[] } | null;
}

interface TemplatePart {
	readonly value: { readonly cooked?: string };
}

/** Relative specifiers of every import and export; minifiers also write them as templates. */
function importsOf(code: string): readonly string[] {
	const found: string[] = [];
	const visit = (value: unknown): void => {
		if (typeof value !== 'object' || value === null) return;
		const { source } = value as SyntaxNode;
		const specifier = source?.value ?? source?.quasis?.[0]?.value.cooked;
		if (typeof specifier === 'string' && specifier.startsWith('.')) found.push(specifier);
		Object.values(value).forEach(visit);
	};
	visit(parseAst(code));
	return found;
}

import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import sirv from 'sirv';

/** The built app: which inline scripts its pages have, and how its files are answered. */
export interface AppFiles {
	/** CSP sources such as `'sha256-…'`, of every page. */
	readonly scriptHashes: readonly string[];
	/** Answers GET and HEAD, or calls `next` when there is no such file. */
	readonly serve: (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
}

const engineWorker = /^\/_app\/immutable\/workers\/worker-[\w-]+\.js$/;

/** Whether the path is that of the engine's worker script, which has a policy of its own. */
export function isEngineWorker(path: string): boolean {
	return engineWorker.test(path);
}

/** `folder` is what `vite build` wrote: files with their .br and .gz beside them, 200.html for the app's own paths. */
export async function loadAppFiles(folder: string): Promise<AppFiles> {
	const scriptHashes = await findScriptHashes(folder);
	const files = sirv(folder, {
		etag: true,
		brotli: true,
		gzip: true,
		single: '200.html',
		setHeaders: (response, path) => {
			const forever = path.startsWith('/_app/immutable/');
			response.setHeader('Cache-Control', forever ? 'public, max-age=31536000, immutable' : 'no-cache');
		}
	});
	return {
		scriptHashes,
		serve: (request, response, next) => {
			// Nothing here is long enough to need parts, and a backward range would throw inside sirv.
			delete request.headers.range;
			// A file that went away since the start (a new build) breaks its own answer only.
			response.on('pipe', (file) => file.on('error', () => response.destroy()));
			files(request, response, next);
		}
	};
}

/** kit wrote the hash of each page's start script into the page's own policy. */
async function findScriptHashes(folder: string): Promise<readonly string[]> {
	const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.html'));
	if (!names.includes('200.html')) throw new Error(`no built app in ${folder}: run "npm run build" first`);
	const hashes = new Set<string>();
	for (const name of names) {
		const page = await readFile(path.join(folder, name), 'utf8');
		const policy = /<meta http-equiv="content-security-policy" content="([^"]*)"/i.exec(page)?.[1] ?? '';
		for (const hash of policy.match(/'sha256-[A-Za-z0-9+/]{43}='/g) ?? []) hashes.add(hash);
	}
	return [...hashes].sort();
}

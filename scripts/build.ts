import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { sourceVersion } from './build-fingerprint.js';
import { run } from './run';

/** kit writes the version of the sources here (svelte.config.js). */
const appVersionFile = 'build/_app/version.json';
const serverStampFile = 'dist/server/sources';
const steps = [
	['npm', 'run', '--silent', 'generate'],
	['vite', 'build', '--logLevel', 'warn'],
	['vite', 'build', '--ssr', '--config', 'vite.server.config.ts', '--logLevel', 'warn']
] as const;

function serverStamp(): string {
	return createHash('sha256')
		.update(sourceVersion('.'))
		.update(readFileSync('vite.server.config.ts'))
		.digest('hex');
}

/** By content, so that an unchanged tree is not built again, whatever the dates of its files are. */
function isBuilt(): boolean {
	try {
		const app = JSON.parse(readFileSync(appVersionFile, 'utf8')) as { version?: unknown };
		return app.version === sourceVersion('.') && readFileSync(serverStampFile, 'utf8') === serverStamp();
	} catch {
		return false;
	}
}

/** Builds app and servers, unless they are of these very sources. Throws when a step fails. */
export async function ensureBuilt(): Promise<void> {
	if (isBuilt()) return;
	console.log('Building …');
	for (const step of steps) {
		const { ok } = await run(step, { show: true });
		if (!ok) throw new Error(`building failed at: ${step.join(' ')}`);
	}
	writeFileSync(serverStampFile, serverStamp());
}

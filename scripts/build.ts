import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { sourceVersion } from './build-fingerprint.js';
import { run } from './run';

const stampFile = 'dist/sources';
const steps = [
	['npm', 'run', '--silent', 'generate'],
	['vite', 'build', '--logLevel', 'warn'],
	['vite', 'build', '--ssr', '--config', 'vite.server.config.ts', '--logLevel', 'warn']
] as const;

/** What the sources are, so that an unchanged tree is not built again, whatever its files' dates are. */
function inputs(): string {
	const server = createHash('sha256').update(readFileSync('vite.server.config.ts')).digest('hex');
	return `${sourceVersion('.')} ${server.slice(0, 16)}\n`;
}

function isBuilt(): boolean {
	try {
		return readFileSync(stampFile, 'utf8') === inputs();
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
	writeFileSync(stampFile, inputs());
}

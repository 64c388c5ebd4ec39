import { existsSync } from 'node:fs';

/** One check. Light ones run two at a time; a heavy one has the machine for itself. */
export interface Step {
	readonly name: string;
	readonly command: readonly string[];
	readonly heavy: boolean;
	/** Skipped when the named step failed: it would only repeat the failure. */
	readonly needs?: string;
	readonly env?: Readonly<Record<string, string>>;
}

const light = (name: string, ...command: readonly string[]): Step => ({ name, command, heavy: false });

/** Every check in order. `all`: each engine runs every story, not the core ones only. */
export function stepsFor(all: boolean): readonly Step[] {
	const env = { SOTTO_ALL_ENGINES: all ? '1' : '' };
	return [
		{ ...light('generate', 'npm', 'run', '--silent', 'generate'), heavy: true },
		light('types', 'svelte-check', '--tsconfig', './tsconfig.json', '--output', 'human'),
		light('lint', 'eslint', '.'),
		light('format', 'prettier', '--check', '.'),
		light('types of the service worker', 'tsc', '--noEmit', '-p', 'tsconfig.service-worker.json'),
		light('arrows', 'depcruise', 'src', '--config', '.dependency-cruiser.cjs'),
		light('dead code', 'knip'),
		{ name: 'unit and integration', command: ['vitest', 'run'], heavy: true },
		{ name: 'build', command: ['npm', 'run', '--silent', 'build'], heavy: true },
		{ name: 'sizes', command: ['npm', 'run', '--silent', 'sizes'], heavy: true, needs: 'build' },
		{
			name: 'Chromium',
			command: ['playwright', 'test', '--project', 'chromium'],
			heavy: true,
			needs: 'build',
			env
		},
		{
			name: 'Firefox',
			command: ['playwright', 'test', '--project', 'firefox'],
			heavy: true,
			needs: 'build',
			env
		},
		...webkit()
	];
}

const webkitStory = 'e2e/webkit/smoke.ts';

function webkit(): readonly Step[] {
	if (!existsSync(webkitStory)) return [];
	const command = ['dbus-run-session', '--', 'xvfb-run', '-a', 'tsx', webkitStory];
	return [{ name: 'WebKitGTK', command, heavy: true, needs: 'build', env: { LIBGL_ALWAYS_SOFTWARE: '1' } }];
}

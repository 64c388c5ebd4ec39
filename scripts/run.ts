import { spawn } from 'node:child_process';
import path from 'node:path';

export interface Outcome {
	readonly ok: boolean;
	/** What the command wrote, both streams in order. */
	readonly output: string;
	readonly seconds: number;
}

/**
 * Runs a command of this repository, node_modules/.bin included, with nothing on its standard input. `show`: what it
 * writes is passed on while it runs.
 */
export function run(
	command: readonly string[],
	options: { readonly show: boolean; readonly env?: Readonly<Record<string, string>> }
): Promise<Outcome> {
	const [program = '', ...args] = command;
	const bin = path.resolve('node_modules/.bin');
	const started = performance.now();
	const child = spawn(program, args, {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { ...process.env, ...options.env, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` }
	});
	let output = '';
	const take = (piece: Buffer): void => {
		output += piece.toString();
		if (options.show) process.stdout.write(piece);
	};
	child.stdout.on('data', take);
	child.stderr.on('data', take);
	return new Promise((resolve) => {
		const end = (ok: boolean): void => resolve({ ok, output, seconds: (performance.now() - started) / 1000 });
		child.once('error', (error) => {
			output += error.message;
			end(false);
		});
		child.once('close', (code) => end(code === 0));
	});
}

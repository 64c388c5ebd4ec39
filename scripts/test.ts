import { stripVTControlCharacters } from 'node:util';
import { ensureBrowsers } from './machine';
import { run } from './run';
import { stepsFor, type Step } from './steps';

const lanes = 2;

/** What tells why a step failed, in the words of vitest, Playwright, tsc and eslint. */
const TELLING = /\berror\b|Error:|^\s*(FAIL|[×✘]|\d+\) )|^\s*[-+] /;

/** Enough of a failed step to know what went wrong, where all but the end of a log is cut off. */
const LAST_LINES = 16;

/** The telling lines of a failed step, or its last ones where none is. */
function reasons(output: string): string {
	const lines = stripVTControlCharacters(output).trimEnd().split('\n');
	const telling = lines.filter((line) => TELLING.test(line));
	return (telling.length > 0 ? telling.slice(0, LAST_LINES) : lines.slice(-LAST_LINES)).join('\n');
}

interface Result {
	readonly name: string;
	readonly state: 'passed' | 'FAILED' | 'left out';
	readonly seconds: number;
	readonly output: string;
}

const results: Result[] = [];

function leaveOut(step: Step): boolean {
	const left = results.some(({ name, state }) => name === step.needs && state !== 'passed');
	if (left) results.push({ name: step.name, state: 'left out', seconds: 0, output: '' });
	return left;
}

async function perform(step: Step): Promise<void> {
	if (leaveOut(step)) return;
	if (step.heavy) console.log(`\n── ${step.name}`);
	const { ok, output, seconds } = await run(step.command, {
		show: step.heavy,
		...(step.env ? { env: step.env } : {})
	});
	results.push({ name: step.name, state: ok ? 'passed' : 'FAILED', seconds, output });
	if (!ok && !step.heavy) console.log(`\n── ${step.name}\n${output}`);
	console.log(`${ok ? '✓' : '✗'} ${step.name}, ${seconds.toFixed(1)} s`);
}

/** Neighbouring light steps share the lanes; results of earlier ones are in before the next heavy one. */
async function performAll(steps: readonly Step[]): Promise<void> {
	const waiting = [...steps];
	while (waiting.length > 0) {
		const next = waiting.findIndex((step) => step.heavy);
		const group = waiting.splice(0, next === 0 ? 1 : next === -1 ? waiting.length : next);
		const lane = async (): Promise<void> => {
			for (let step = group.shift(); step; step = group.shift()) await perform(step);
		};
		await Promise.all(Array.from({ length: lanes }, lane));
	}
}

if (!(await ensureBrowsers())) process.exit(1);
const started = performance.now();
await performAll(stepsFor(process.argv.includes('--all')));
console.log('\n── all checks');
for (const { name, state, seconds } of results)
	console.log(`${state.padEnd(9)} ${name.padEnd(28)} ${seconds.toFixed(1).padStart(6)} s`);
const total = (performance.now() - started) / 1000;
console.log(`${' '.repeat(9)} ${'total'.padEnd(28)} ${total.toFixed(1).padStart(6)} s`);
for (const { name, output } of results) {
	const flaky = / *\d+ flaky\n(?:\s+\[.*\n?)+/u.exec(stripVTControlCharacters(output))?.[0];
	if (flaky !== undefined) console.log(`\n── of ${name}\n${flaky.trimEnd()}`);
}
for (const { name, state, output } of results)
	if (state === 'FAILED') console.log(`\n── why ${name} failed\n${reasons(output)}`);
process.exitCode = results.every(({ state }) => state === 'passed') ? 0 : 1;

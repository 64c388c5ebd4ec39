/** The table of a replay: a line per file, then `n of n`. */
import type { FileResult } from './result';

const PROBLEMS_SHOWN = 3;

export function good(result: FileResult): number {
	return result.cases.filter(({ problems }) => problems.length === 0).length;
}

export function fileLine(result: FileResult): string {
	const { file, setting, cases, leftOut } = result;
	const score = `${good(result)} of ${cases.length}`.padStart(9);
	const out = leftOut.length === 0 ? '' : `  left out: ${leftOut.map((name) => `"${name}"`).join(', ')}`;
	return `${setting.padEnd(14)} ${file.padEnd(26)} ${score}${out}`;
}

export function problemLines(result: FileResult): readonly string[] {
	return result.cases.flatMap(({ name, problems }) =>
		problems.slice(0, PROBLEMS_SHOWN).map((problem) => `    ${result.file}, ${name}: ${problem}`)
	);
}

export function totalLine(results: readonly FileResult[]): string {
	const all = results.reduce((sum, { cases }) => sum + cases.length, 0);
	const right = results.reduce((sum, result) => sum + good(result), 0);
	return `transcripts replayed: ${right} of ${all} (13-omq-monitor is left out: no browser can speak it)`;
}

import type { Exception } from './exceptions';
import type { CaseResult, FileResult } from './run-file';

function count(results: readonly FileResult[], state: CaseResult['state']): number {
	return results.flatMap(({ cases }) => cases).filter((one) => one.state === state).length;
}

/** One line a file, below it what failed in it; at the end the totals. */
export function report(results: readonly FileResult[], exceptions: readonly Exception[]): string[] {
	const width = Math.max(0, ...results.map(({ file }) => file.length));
	const lines = results.flatMap((result) => [fileLine(result, width), ...problems(result)]);
	const empty = count(results, 'nothing to check');
	const named = count(results, 'excepted');
	const assertions = results.reduce((sum, result) => sum + result.assertions, 0);
	return [
		...lines,
		'',
		...exceptions.map((one) => `exception: ${one.file}: ${one.case}: ${one.reason} (${one.reference})`),
		`${assertions} assertions, ${empty} exchanges with nothing to check, ${named} exceptions`,
		`${count(results, 'passed')} passed, ${count(results, 'failed')} failed`
	];
}

function fileLine(result: FileResult, width: number): string {
	const part = (state: CaseResult['state'], digits: number) =>
		`${String(count([result], state)).padStart(digits)} ${state}`;
	const apart = (['nothing to check', 'excepted'] as const)
		.filter((state) => count([result], state) > 0)
		.map((state) => part(state, 0));
	const assertions = `${String(result.assertions).padStart(6)} assertions`;
	return [`${result.file.padEnd(width)}  ${part('passed', 4)}`, part('failed', 0), assertions, ...apart].join(
		', '
	);
}

function problems({ cases }: FileResult): string[] {
	return cases
		.filter(({ state }) => state === 'failed')
		.map(({ name, problem }) => `    FAILED ${name}: ${problem ?? ''}`);
}

export function allPassed(results: readonly FileResult[]): boolean {
	return count(results, 'passed') > 0 && count(results, 'failed') === 0;
}

/** Medians of repeated batches: single runs on a shared machine swing by a factor of two, ratios in one run do not. */
import { cpus } from 'node:os';

export interface Measured {
	/** Calls measured in all. */
	readonly n: number;
	/** Median ms of one call. */
	readonly medianMs: number;
}

export interface Row {
	readonly name: string;
	readonly measured: Measured;
	/** What it is compared with, measured in the same run; null where the figure stands alone. */
	readonly against: { readonly name: string; readonly measured: Measured } | null;
}

export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const upper = sorted[middle] ?? Number.NaN;
	return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Calls `work` in batches of about `batchMs`, after one batch to warm up. */
export async function measure(
	work: () => unknown,
	{ batches = 7, batchMs = 150 }: { batches?: number; batchMs?: number } = {}
): Promise<Measured> {
	const batch = async (): Promise<[calls: number, ms: number]> => {
		const start = performance.now();
		let calls = 0;
		let elapsed = 0;
		while (elapsed < batchMs) {
			await work();
			calls += 1;
			elapsed = performance.now() - start;
		}
		return [calls, elapsed];
	};
	await batch();
	let n = 0;
	const perCall: number[] = [];
	for (let index = 0; index < batches; index++) {
		const [calls, ms] = await batch();
		n += calls;
		perCall.push(ms / calls);
	}
	return { n, medianMs: median(perCall) };
}

/** For slow things that prepare themselves anew each time: `work` returns the ms it took. */
export async function measureRuns(runs: number, work: (run: number) => Promise<number>): Promise<Measured> {
	const taken: number[] = [];
	for (let run = 0; run < runs; run++) taken.push(await work(run));
	return { n: runs, medianMs: median(taken) };
}

function ms(value: number): string {
	if (value < 1) return `${(value * 1000).toFixed(1)} µs`;
	return value < 1000 ? `${value.toFixed(2)} ms` : `${(value / 1000).toFixed(2)} s`;
}

/** The ratio is speed against the comparison: 1.00 = as fast, 0.50 = takes twice as long. */
export function printRows(rows: readonly Row[]): void {
	const lines = [
		['what', 'n', 'median', 'against', 'median', 'ratio'],
		...rows.map(({ name, measured, against }) => [
			name,
			String(measured.n),
			ms(measured.medianMs),
			against?.name ?? '',
			against ? ms(against.measured.medianMs) : '',
			against ? (against.measured.medianMs / measured.medianMs).toFixed(2) : ''
		])
	];
	const widths = (lines[0] ?? []).map((_, column) =>
		Math.max(...lines.map((line) => (line[column] ?? '').length))
	);
	for (const line of lines)
		console.log(line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
	const [cpu] = cpus();
	console.log(`\nmachine: ${cpus().length} × ${cpu?.model ?? 'unknown'}, Node ${process.version}`);
}

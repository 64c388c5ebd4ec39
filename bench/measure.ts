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

interface Batches {
	readonly batches?: number;
	readonly batchMs?: number;
}

async function batchOf(work: () => unknown, batchMs: number): Promise<[calls: number, ms: number]> {
	const start = performance.now();
	let calls = 0;
	let elapsed = 0;
	while (elapsed < batchMs) {
		await work();
		calls += 1;
		elapsed = performance.now() - start;
	}
	return [calls, elapsed];
}

/** Calls each in turn in batches of about `batchMs`, after one batch to warm up: what takes the machine away hits all alike. */
async function measureInTurn(
	works: readonly (() => unknown)[],
	{ batches = 7, batchMs = 150 }: Batches
): Promise<readonly Measured[]> {
	for (const work of works) await batchOf(work, batchMs);
	const measured = works.map(() => ({ n: 0, perCall: [] as number[] }));
	for (let index = 0; index < batches; index++) {
		for (const [place, work] of works.entries()) {
			const [calls, ms] = await batchOf(work, batchMs);
			const one = measured[place];
			one?.perCall.push(ms / calls);
			if (one !== undefined) one.n += calls;
		}
	}
	return measured.map(({ n, perCall }) => ({ n, medianMs: median(perCall) }));
}

export async function measure(work: () => unknown, options: Batches = {}): Promise<Measured> {
	const [measured] = await measureInTurn([work], options);
	return measured ?? { n: 0, medianMs: Number.NaN };
}

/** A row whose two sides are measured in turn. */
export async function compare(
	[name, work]: readonly [name: string, work: () => unknown],
	[bareName, bare]: readonly [name: string, bare: () => unknown],
	options: Batches = {}
): Promise<Row> {
	const nothing = { n: 0, medianMs: Number.NaN };
	const [measured = nothing, against = nothing] = await measureInTurn([work, bare], options);
	return { name, measured, against: { name: bareName, measured: against } };
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

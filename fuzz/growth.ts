import type { Bytes } from '../src/protocol/types';

const SIZES = [65_536, 131_072, 262_144, 524_288, 1_048_576] as const;
/** Below this a decoder runs at the speed of memory, and what looks like growth are the processor's caches. */
const MEMORY_NS_PER_BYTE = 15;
const RUNS = 9;
const ENOUGH_MS = 3;

/** The least of several batches: other programs can only add to it. */
async function leastMs(decode: (input: Bytes) => unknown, input: Bytes): Promise<number> {
	const once = async () => {
		const start = performance.now();
		let calls = 0;
		do {
			try {
				await decode(input);
			} catch {
				// What it ends in is looked at elsewhere; here only the time counts.
			}
			calls += 1;
		} while (performance.now() - start < ENOUGH_MS);
		return (performance.now() - start) / calls;
	};
	const times: number[] = [];
	for (let run = 0; run < RUNS; run++) times.push(await once());
	return Math.min(...times);
}

/**
 * How the time grows with the size of an input: the slope of its logarithm, by least squares. 1 is linear, 2 is quadratic;
 * less than 1 means that fixed costs prevail. 0 stands for decoders that run at the speed of memory up to the largest size.
 */
export async function growth(
	decode: (input: Bytes) => unknown,
	hostile: (size: number) => Bytes,
	largest: number = SIZES[SIZES.length - 1] ?? 0
): Promise<{ readonly exponent: number; readonly nsPerByte: number }> {
	const scale = Math.min(1, largest / (SIZES.at(-1) ?? largest));
	const points: [size: number, ms: number][] = [];
	for (const size of SIZES) {
		const input = hostile(Math.floor(size * scale));
		points.push([input.length, await leastMs(decode, input)]);
	}
	const [size, ms] = points.at(-1) ?? [1, 0];
	const nsPerByte = (ms * 1e6) / Math.max(1, size);
	return { exponent: nsPerByte < MEMORY_NS_PER_BYTE ? 0 : slope(points), nsPerByte };
}

function slope(points: readonly (readonly [size: number, ms: number])[]): number {
	const logs = points.map(([size, ms]) => [Math.log(Math.max(1, size)), Math.log(ms)] as const);
	const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
	const [x, y] = [mean(logs.map(([size]) => size)), mean(logs.map(([, time]) => time))];
	const over = logs.reduce((sum, [size, time]) => sum + (size - x) * (time - y), 0);
	const under = logs.reduce((sum, [size]) => sum + (size - x) ** 2, 0);
	return under === 0 ? 0 : over / under;
}

/** The scale of the drawing: long enough for the time it shows, in steps that people read easily. */
export interface Scale {
	readonly endMs: number;
	/** Where a number stands. */
	readonly labels: readonly number[];
	/** Tick marks with their height in the drawing: 7 at a number, 5 half way, else 3. */
	readonly ticks: readonly { readonly at: number; readonly height: 3 | 5 | 7 }[];
}

const shortest = 400;
const tickCount = 40;
const labelEvery = 10;

export function scaleFor(ms: number): Scale {
	let endMs = shortest;
	// 400, 800, 2000, 4000, 8000, 20000 …: four equal parts are round numbers in each.
	for (let step = 0; endMs < ms; step++) endMs = endMs * (step % 3 === 1 ? 2.5 : 2);
	const tick = endMs / tickCount;
	return {
		endMs,
		labels: Array.from({ length: tickCount / labelEvery + 1 }, (_, index) => index * labelEvery * tick),
		ticks: Array.from({ length: tickCount + 1 }, (_, index) => ({
			at: index / tickCount,
			height: index % labelEvery === 0 ? 7 : index % (labelEvery / 2) === 0 ? 5 : 3
		}))
	};
}

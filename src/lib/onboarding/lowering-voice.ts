/**
 * The landing picture: a voice that lowers to a dot. Heights of its bars in units of the drawing, which stand
 * eight units apart; the narrow drawing is 132 high, the wide one 170.
 */
export interface Voice {
	readonly inlineSize: number;
	readonly blockSize: number;
	readonly bars: string;
	readonly dot: { readonly x: number; readonly y: number };
}

const narrowHeights = heights(
	'22 60 71 54 52 24 14 12 7 12 21 22 28 45 35 49 34 33 28 17 7 7 2 2 5 11 10 16 19 18 13 12 7 7 4',
	50
);
const wideHeights = heights(
	'28 79 102 94 118 80 82 120 101 124 111 66 57 67 42 51 34 33 30 24 13 21 10 8 8 11 8 11 14 16 16 22 19 35 35 ' +
		'29 28 37 40 49 46 57 44 55 63 44 74 60 54 66 62 60 41 50 52 30 40 21 31 16 20 18 11 11 11 6 7 4 3 4 4 4 5 4 ' +
		'7 9 8 13 13 12 19 20 21 13 15 13 17 24 24 25 27 26 15 18 14 16 13 16 10 10 11 9 8 9 5 4 5 3 3',
	156
);

export const narrowVoice: Voice = voice(narrowHeights, 400, 132);
export const wideVoice: Voice = voice(wideHeights, 1_248, 170);

/** What is not written out is the quiet end: bars that are barely more than their round ends. */
function heights(loud: string, count: number): readonly number[] {
	const said = loud.split(' ').map(Number);
	return [...said, ...Array.from({ length: count - said.length }, () => 1.5)];
}

function voice(bars: readonly number[], inlineSize: number, blockSize: number): Voice {
	const middle = blockSize / 2;
	return {
		inlineSize,
		blockSize,
		bars: bars.map((height, index) => `M${2 + 8 * index} ${middle - height / 2}v${height}`).join(''),
		dot: { x: 2 + 8 * (bars.length - 1), y: middle }
	};
}

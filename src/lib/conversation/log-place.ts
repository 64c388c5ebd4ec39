import type { VirtualizerHandle } from 'virtua/svelte';

/** This near to its end the log counts as being there: new messages then push it along. */
const endSlackPx = 48;

export interface LogPlace {
	/** Pixels of log below the fold. */
	readonly below: number;
	readonly atEnd: boolean;
	readonly firstVisible: number;
	readonly lastVisible: number;
}

/** Where a log of `count` messages stands, or null before it was laid out. */
export function placeOf(list: VirtualizerHandle, count: number): LogPlace | null {
	const viewport = list.getViewportSize();
	if (count === 0 || viewport === 0) return null;
	const offset = list.getScrollOffset();
	const below = list.getScrollSize() - offset - viewport;
	return {
		below,
		atEnd: below < endSlackPx,
		firstVisible: list.findItemIndex(offset),
		lastVisible: lastSeen(list, offset + viewport, count)
	};
}

/** The last message of which enough is above the fold to be read, at least its first line. */
function lastSeen(list: VirtualizerHandle, fold: number, count: number): number {
	const firstLinePx = 24;
	let index = Math.min(list.findItemIndex(fold), count - 1);
	while (index > 0) {
		const top = list.getItemOffset(index);
		if (top + Math.min(list.getItemSize(index), firstLinePx) <= fold) break;
		index--;
	}
	return index;
}

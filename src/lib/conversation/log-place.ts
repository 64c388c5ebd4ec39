/** This near to its end the log counts as being there: new messages then push it along. */
const endSlackPx = 48;
/** This much of a message must be above the fold before it counts as seen: its first line. */
const firstLinePx = 24;

export interface LogPlace {
	/** Pixels of log below the fold. */
	readonly below: number;
	readonly atEnd: boolean;
	/** Names of the entries at the top edge and at the fold, as their elements carry them in `data-entry`. */
	readonly first: string;
	readonly last: string;
	/** Pixels of the first one above the top edge. */
	readonly above: number;
}

/** Where a log stands, read off the screen: what is drawn decides, not what is estimated. Null before it is drawn. */
export function placeOf(scroller: HTMLElement): LogPlace | null {
	const { top } = scroller.getBoundingClientRect();
	const fold = top + scroller.clientHeight;
	let first: { readonly name: string; readonly above: number } | null = null;
	let last = '';
	for (const element of scroller.querySelectorAll<HTMLElement>('[data-entry]')) {
		const name = element.dataset.entry ?? '';
		const box = element.getBoundingClientRect();
		if (box.bottom <= top || box.top >= fold) continue;
		first ??= { name, above: top - box.top };
		if (last === '' || box.top + Math.min(box.height, firstLinePx) <= fold) last = name;
	}
	if (first === null) return null;
	const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
	return { below, atEnd: below < endSlackPx, first: first.name, last, above: first.above };
}

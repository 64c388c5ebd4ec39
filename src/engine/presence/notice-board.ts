import type { OwnNotice } from './notices';

/** More batches than this have not come between two looks of a living page. */
const KEPT = 50;

/** The notices of this session, numbered, so that each feed tells each of them once. */
export class NoticeBoard {
	#last = 0;
	#batches: readonly (readonly OwnNotice[])[] = [];

	put(batch: readonly OwnNotice[]): void {
		this.#last += 1;
		this.#batches = [...this.#batches, batch].slice(-KEPT);
	}

	/** How many batches there were, and those that came after the first `after`. */
	since(after: number): { readonly last: number; readonly batches: readonly (readonly OwnNotice[])[] } {
		const fresh = Math.max(0, this.#last - after);
		return { last: this.#last, batches: fresh === 0 ? [] : this.#batches.slice(-fresh) };
	}
}

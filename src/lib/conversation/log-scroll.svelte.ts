import { tick } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import type { VirtualizerHandle } from 'virtua/svelte';
import type { MessageKey } from '../../engine/api';
import type { Conversation, LogPoint } from './conversation.svelte';
import { placeOf, type LogPlace } from './log-place';

const dayLingersMs = 1_200;
/** More is loaded when fewer screens than this are left. */
const screensAhead = 1.5;
/** Frames after which an unquiet log is taken as it is. */
const mostFrames = 12;

/** Where the message log stands, and what moves it. */
export class LogScroll {
	/** What scrolls, and the list in it: bound by the component that draws them. */
	scroller = $state<HTMLElement>();
	list = $state<VirtualizerHandle>();

	/** What stands under the last message, inside what scrolls: some space, and whether somebody is typing. */
	tailPx = $state(16);

	place = $state.raw<LogPlace | null>(null);
	/** Nothing is shown before the log stands where it should. */
	positioned = $state(false);
	/** Just now or a moment ago: the day of what passes is shown. */
	scrolling = $state(false);
	/** Long messages that are shown whole. */
	readonly whole = new SvelteSet<MessageKey>();

	/** While true, the newest message stays in view whatever grows or shrinks. */
	#following = true;
	#settling = false;
	#dayTimer: ReturnType<typeof setTimeout> | undefined;

	readonly #conversation: Conversation;
	readonly #report: (error: unknown) => void;

	constructor(conversation: Conversation, report: (error: unknown) => void) {
		this.#conversation = conversation;
		this.#report = report;
	}

	indexOf(key: string | null): number {
		return key === null ? -1 : this.#conversation.entries.findIndex((entry) => entry.message.key === key);
	}

	elementOf(key: MessageKey): HTMLElement | null {
		return this.scroller?.querySelector<HTMLElement>(`[data-message="${key}"]`) ?? null;
	}

	/** The person is looking at the newest message. */
	watched(): boolean {
		return this.#following && document.visibilityState === 'visible';
	}

	/** The message at the top edge, so that a log that is read again stands where it stood; null at the end. */
	point(): LogPoint | null {
		const { place } = this;
		if (place === null || place.atEnd) return null;
		const top = this.#conversation.entries[this.indexOf(place.first)];
		return top === undefined ? null : { key: top.message.key, above: place.above };
	}

	/** A new window: stand at the place that was kept, at the first unread message, or at the newest. */
	async position(): Promise<void> {
		this.positioned = false;
		await tick();
		const { returnTo, divider } = this.#conversation;
		this.#conversation.returnTo = null;
		const index = this.indexOf(returnTo?.key ?? divider);
		if (index < 0) this.toEnd();
		else {
			this.#following = false;
			this.list?.scrollToIndex(index, { align: 'start', offset: returnTo?.above ?? 0 });
		}
		// The rows around the place are drawn in the first frame and measured in the second.
		await nextFrame();
		await nextFrame();
		this.positioned = true;
		await this.settle();
	}

	toEnd(smooth = false): void {
		this.#following = !this.#conversation.window.moreAfter;
		this.list?.scrollToIndex(this.#conversation.entries.length - 1, {
			align: 'end',
			offset: this.tailPx,
			smooth
		});
	}

	async toNewest(): Promise<void> {
		const { window } = this.#conversation;
		this.#conversation.divider = null;
		if (window.moreAfter) await window.show({ kind: 'latest' });
		else this.toEnd(!matchMedia('(prefers-reduced-motion: reduce)').matches);
		this.scroller?.focus({ preventScroll: true });
	}

	/** After I have written. */
	async followNewest(): Promise<void> {
		await this.#conversation.showNewest();
		await tick();
		this.toEnd();
	}

	async scrolled(): Promise<void> {
		this.scrolling = this.positioned;
		clearTimeout(this.#dayTimer);
		this.#dayTimer = setTimeout(() => (this.scrolling = false), dayLingersMs);
		await tick();
		this.look();
		if (this.place !== null && this.positioned)
			this.#following = this.place.atEnd && !this.#conversation.window.moreAfter;
	}

	/** The pane, or what is in it, has another size. */
	resized(): void {
		if (this.#following && this.positioned) this.toEnd();
		void this.settle();
	}

	/** Messages came, went or changed. */
	async changed(): Promise<void> {
		if (!this.positioned) return;
		await tick();
		if (this.#following) this.toEnd();
		await this.settle();
	}

	/** A long text opens downwards: its first line stays where it is being read. */
	async unfold(key: MessageKey, all: boolean): Promise<void> {
		const top = (): number => this.elementOf(key)?.getBoundingClientRect().top ?? 0;
		const before = top();
		this.#following = false;
		if (all) this.whole.add(key);
		else this.whole.delete(key);
		await tick();
		await nextFrame();
		await nextFrame();
		if (all) this.list?.scrollBy(top() - before);
		else this.elementOf(key)?.scrollIntoView({ block: 'nearest' });
		await this.settle();
	}

	/** Takes in where the log stands: what has been seen, and whether more must be loaded. */
	look(): void {
		const { scroller } = this;
		const { entries, window } = this.#conversation;
		if (scroller === undefined || !this.positioned) return;
		const place = placeOf(scroller);
		this.place = place;
		if (place === null) return;
		const last = entries[this.indexOf(place.last)];
		if (last !== undefined && document.visibilityState === 'visible') this.#conversation.seen(last.message);
		const near = scroller.clientHeight * screensAhead;
		if (scroller.scrollTop < near) window.loadBefore().catch(this.#report);
		if (place.below < near) window.loadAfter().catch(this.#report);
	}

	/** Looks until two frames show the same: rows are drawn in one, measured in the next, then more are drawn. */
	async settle(): Promise<void> {
		if (this.#settling) return;
		this.#settling = true;
		for (let frame = 0; frame < mostFrames; frame++) {
			await nextFrame();
			const before = this.place;
			this.look();
			if (before?.last === this.place?.last && before?.below === this.place?.below) break;
		}
		this.#settling = false;
	}
}

export function nextFrame(): Promise<void> {
	return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}

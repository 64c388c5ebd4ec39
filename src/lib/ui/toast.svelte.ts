/** What the page says by itself: short notes at the foot of the screen, also spoken. */
export interface Toast {
	readonly id: number;
	readonly text: string;
	readonly action: { readonly label: string; readonly run: () => void } | null;
}

/** Long enough to read and to reach the action with a keyboard. */
const shownMs = 6_000;

class ToastBoard {
	current = $state.raw<Toast | null>(null);
	/** Spoken politely, never shown. */
	spoken = $state('');
	#next = 1;
	#timer: ReturnType<typeof setTimeout> | undefined;

	show(text: string, action: Toast['action'] = null): void {
		this.current = { id: this.#next++, text, action };
		this.hold();
		this.release();
	}

	dismiss(): void {
		this.hold();
		this.current = null;
	}

	/** While the pointer or the focus is on it, it stays. */
	hold(): void {
		clearTimeout(this.#timer);
	}

	release(): void {
		this.hold();
		this.#timer = setTimeout(() => this.dismiss(), shownMs);
	}

	say(text: string): void {
		// The same words twice in a row are only spoken again when they differ from what stands there.
		this.spoken = this.spoken === text ? `${text}\u00a0` : text;
	}
}

export const toasts = new ToastBoard();
/** Shows a note, with at most one thing to do about it. */
export const toast = (text: string, action: Toast['action'] = null): void => toasts.show(text, action);
/** Says something to people who listen to the page; shows nothing. */
export const announce = (text: string): void => toasts.say(text);

import { tick } from 'svelte';
import type { MessageKey } from '../../engine/api';
import type { Conversation } from './conversation.svelte';
import type { LogActions } from './log-actions.svelte';
import { nextFrame, type LogScroll } from './log-scroll.svelte';

/** The log by keyboard: arrows go from message to message, the rest acts on the one that holds the focus. */
export class LogKeys {
	readonly #conversation: Conversation;
	readonly #actions: LogActions;
	readonly #scroll: LogScroll;
	readonly #onescape: () => void;

	readonly focusedIndex: number = $derived.by(() => this.#scroll.indexOf(this.#actions.focused));

	constructor(conversation: Conversation, actions: LogActions, scroll: LogScroll, onescape: () => void) {
		this.#conversation = conversation;
		this.#actions = actions;
		this.#scroll = scroll;
		this.#onescape = onescape;
	}

	press(event: KeyboardEvent): void {
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		const inMessage = event.target instanceof HTMLElement && event.target.dataset['message'] !== undefined;
		if (!inMessage && event.target !== this.#scroll.scroller) return;
		const step = inMessage ? this.#fromMessage(event) : this.#fromLog(event);
		if (step === undefined) return;
		event.preventDefault();
		void step();
	}

	/** The focus is on the log as a whole: the arrows begin at the last message in sight. */
	#fromLog({ key }: KeyboardEvent): (() => unknown) | undefined {
		const { place } = this.#scroll;
		if (key === 'Escape') return this.#onescape;
		if (key !== 'ArrowUp' && key !== 'ArrowDown') return undefined;
		return () => this.focus(place === null ? Infinity : this.#scroll.indexOf(place.last));
	}

	#fromMessage(event: KeyboardEvent): (() => unknown) | undefined {
		const index = this.focusedIndex;
		const message = this.#conversation.entries[index]?.message;
		if (message === undefined) return undefined;
		switch (event.key) {
			case 'ArrowUp':
				return () => this.focus(index - 1);
			case 'ArrowDown':
				return () => this.focus(index + 1);
			case 'Home':
				return () => this.focus(0);
			case 'End':
				return () => this.focus(Infinity);
			case 'c':
				return () => this.#actions.copy(message);
			case 'Enter':
			case 'ContextMenu':
				return () => this.#actions.openByKey(message);
			case 'F10':
				return event.shiftKey ? () => this.#actions.openByKey(message) : undefined;
			case 'Escape':
				return this.#onescape;
			default:
				return undefined;
		}
	}

	/** Gives the focus to the message at this place, brought into sight; beyond an end it is the one at the end. */
	async focus(index: number): Promise<void> {
		const { entries } = this.#conversation;
		const at = Math.max(0, Math.min(index, entries.length - 1));
		const key = entries[at]?.message.key;
		if (key === undefined) return;
		this.#actions.focused = key;
		this.#scroll.list?.scrollToIndex(at, { align: 'nearest' });
		await tick();
		await nextFrame();
		this.#scroll.elementOf(key)?.focus({ preventScroll: true });
	}

	/** Back to a message after a dialog or menu about it; to the log when it is gone. */
	giveFocusTo(key: MessageKey): void {
		const index = this.#scroll.indexOf(key);
		if (index >= 0) void this.focus(index);
		else this.#scroll.scroller?.focus({ preventScroll: true });
	}

	/** The browser moved the focus: to a message, into one, or elsewhere in the log. */
	moved(event: FocusEvent): void {
		const element = event.target instanceof Element ? event.target.closest('[data-message]') : null;
		const key = element instanceof HTMLElement ? (element.dataset['message'] ?? null) : null;
		this.#actions.focused = this.#conversation.entries[this.#scroll.indexOf(key)]?.message.key ?? null;
	}

	left(event: FocusEvent): void {
		const to = event.relatedTarget;
		const stays = to instanceof Node && this.#scroll.scroller?.contains(to) === true;
		if (!stays && this.#actions.menu === null) this.#actions.focused = null;
	}

	/** What was discarded or deleted must not take the focus with it. */
	keepFocus(): void {
		if (this.#actions.focused === null || this.focusedIndex >= 0) return;
		this.#actions.focused = null;
		this.#scroll.scroller?.focus({ preventScroll: true });
	}
}

import type { MessageKey, MessageView } from '../../engine/api';
import { m } from '../i18n/paraglide/messages';
import type { MenuItem } from '../ui/menu-items';
import { toast } from '../ui/toast.svelte';
import type { Conversation } from './conversation.svelte';
import { canRetry, copyableText } from './stamp';

/** What can be done with the messages of a log, and which dialog about one of them is open. */
export class LogActions {
	/** The message under the pointer, and the one that holds the focus: they carry the action bar. */
	hovered = $state<MessageKey | null>(null);
	focused = $state<MessageKey | null>(null);
	/** The message whose menu is open. */
	menu = $state<MessageKey | null>(null);
	/** The menu was opened by a key: when it closes, the keys go on from the message. */
	#byKey = false;
	#giveFocus: ((key: MessageKey) => void) | undefined;
	/** The message that was pressed long: its actions rise as a sheet. */
	sheet = $state.raw<MessageView | null>(null);
	details = $state.raw<MessageView | null>(null);
	discarding = $state.raw<MessageView | null>(null);
	/** The address that waits for a yes. */
	link = $state<string | null>(null);

	/** The one message that shows its bar. */
	readonly active: MessageKey | null = $derived(this.menu ?? this.hovered ?? this.focused);

	readonly #conversation: Conversation;

	constructor(conversation: Conversation) {
		this.#conversation = conversation;
	}

	/** The log that can give the focus to a message, until the returned function is called. */
	returnTo(giveFocus: (key: MessageKey) => void): () => void {
		this.#giveFocus = giveFocus;
		return () => {
			this.#giveFocus = undefined;
		};
	}

	/** A key asks for the actions: the menu beside the message, or the sheet where there is no room for a bar. */
	openByKey(message: MessageView): void {
		if (matchMedia('(hover: hover)').matches) this.openMenu(message.key, true);
		else this.sheet = message;
	}

	openMenu(key: MessageKey, byKey: boolean): void {
		this.#byKey = byKey;
		this.menu = key;
	}

	/** The menu and its button tell when they open or close by themselves. */
	menuChanged(key: MessageKey, open: boolean): void {
		if (open) {
			this.openMenu(key, this.focused === key);
			return;
		}
		this.menu = null;
		// The menu puts the focus on its button first; a dialog that follows takes it for itself.
		if (this.#byKey) setTimeout(() => this.#dialogOpen() || this.#giveFocus?.(key), 0);
	}

	/** Closes what is open about a message and gives the focus back to it. */
	close(): void {
		const message = this.sheet ?? this.details ?? this.discarding;
		this.sheet = null;
		this.details = null;
		this.discarding = null;
		if (message !== null) setTimeout(() => this.#dialogOpen() || this.#giveFocus?.(message.key), 0);
	}

	#dialogOpen(): boolean {
		return this.sheet !== null || this.details !== null || this.discarding !== null || this.link !== null;
	}

	itemsFor(message: MessageView): readonly MenuItem[] {
		const items: MenuItem[] = [];
		if (copyableText(message) !== null)
			items.push({
				label: m.message_copy(),
				icon: 'copy',
				shortcut: 'C',
				onselect: () => void this.copy(message)
			});
		if (canRetry(message))
			items.push({ label: m.message_retry(), icon: 'retry', onselect: () => this.retry(message) });
		items.push({
			label: m.message_details(),
			icon: 'info',
			onselect: () => {
				this.details = message;
			}
		});
		if (canRetry(message))
			items.push({
				label: m.message_discard(),
				icon: 'trash',
				danger: true,
				separated: true,
				onselect: () => {
					this.discarding = message;
				}
			});
		return items;
	}

	async copy(message: MessageView): Promise<void> {
		const text = copyableText(message);
		if (text !== null) await copyText(text, m.message_copied());
	}

	retry(message: MessageView): void {
		this.#conversation.retry(message.key);
	}

	discard(): void {
		const message = this.discarding;
		this.close();
		if (message !== null) this.#conversation.discard(message.key);
	}
}

/** Puts text on the clipboard and says so, or says that it did not work. */
export async function copyText(text: string, done: string): Promise<void> {
	try {
		await navigator.clipboard.writeText(text);
		toast(done);
	} catch {
		toast(m.message_copy_failed());
	}
}

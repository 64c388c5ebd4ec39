import { m } from '../i18n/paraglide/messages';
import { StoredChoice } from './stored-choice.svelte';

/** Single letters as shortcuts: some people press them by accident, or speak them, and switch them off. */
export const singleKeys = new StoredChoice('sotto:single-keys', () => true);

/** One line of the list under "?": the ways to press it, each a series of keys pressed together. */
export interface ShortcutLine {
	readonly keys: readonly (readonly string[])[];
	readonly words: string;
}

export function chatShortcuts(): readonly ShortcutLine[] {
	const command = isApple() ? '⌘' : m.key_control();
	const single = singleKeys.on;
	return [
		{ keys: single ? [['N'], [command, 'K']] : [[command, 'K']], words: m.keys_new() },
		...(single ? [{ keys: [['/']], words: m.keys_filter() }] : []),
		{ keys: [['↑'], ['↓']], words: m.keys_move() },
		{ keys: [[m.key_home()], [m.key_end()]], words: m.keys_ends() },
		{ keys: [[m.key_enter()]], words: m.keys_open() },
		{ keys: [[m.key_enter()], [m.key_shift(), 'F10']], words: m.keys_message_menu() },
		{ keys: [['C']], words: m.keys_message_copy() },
		{ keys: [[m.key_escape()]], words: m.keys_back_to_writing() }
	];
}

function isApple(): boolean {
	return /mac|iphone|ipad/iu.test(navigator.userAgent);
}

/** Where shortcuts lead on the screen that is shown. */
class ShortcutTargets {
	#filter: (() => void) | undefined;

	/** The filter field is there until the returned function is called. */
	offerFilter(focus: () => void): () => void {
		this.#filter = focus;
		return () => {
			if (this.#filter === focus) this.#filter = undefined;
		};
	}

	focusFilter(): boolean {
		this.#filter?.();
		return this.#filter !== undefined;
	}
}

export const shortcutTargets = new ShortcutTargets();

/** Letters are shortcuts only where no letter is being written and no dialog or menu is open. */
export function shortcutOf(event: KeyboardEvent): 'new' | 'filter' | null {
	if (event.defaultPrevented || event.isComposing) return null;
	const command = event.ctrlKey || event.metaKey;
	if (command && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') return 'new';
	if (command || event.altKey || !singleKeys.on || isBusy(event.target)) return null;
	if (event.key === '/') return 'filter';
	return event.key === 'n' ? 'new' : null;
}

function isBusy(target: EventTarget | null): boolean {
	if (!(target instanceof Element)) return false;
	return target.closest('input, textarea, select, [contenteditable], dialog, [role="menu"]') !== null;
}

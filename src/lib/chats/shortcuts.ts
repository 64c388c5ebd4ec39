import { m } from '../i18n/paraglide/messages';
import { StoredChoice } from './stored-choice.svelte';

/** Single letters as shortcuts: some people press them by accident, or speak them, and switch them off. */
export const singleKeys = new StoredChoice('sotto:single-keys', () => true);

/** One line of the list under "?": the ways to press it, each a series of keys pressed together. */
export interface ShortcutLine {
	readonly keys: readonly (readonly string[])[];
	readonly words: string;
}

/** `accounts`: there are several to choose among. */
export function chatShortcuts(accounts: boolean): readonly ShortcutLine[] {
	const command = isApple() ? '⌘' : m.key_control();
	const single = singleKeys.on;
	return [
		{ keys: single ? [['N'], [command, 'K']] : [[command, 'K']], words: m.keys_new() },
		...(single ? [{ keys: [['/']], words: m.keys_filter() }] : []),
		...(single && accounts ? [{ keys: [['A']], words: m.keys_accounts() }] : []),
		{ keys: [['↑'], ['↓']], words: m.keys_move() },
		{ keys: [[m.key_home()], [m.key_end()]], words: m.keys_ends() },
		{ keys: [[m.key_enter()]], words: m.keys_open() },
		{ keys: [[m.key_shift(), 'F10']], words: m.keys_row_menu() },
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
	readonly #accounts = new Set<() => boolean>();

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

	/** The accounts can be chosen among until the returned function is called; `open`: false where nobody could see it. */
	offerAccounts(open: () => boolean): () => void {
		this.#accounts.add(open);
		return () => this.#accounts.delete(open);
	}

	openAccounts(): boolean {
		return [...this.#accounts].some((open) => open());
	}
}

export const shortcutTargets = new ShortcutTargets();

/** Letters are shortcuts only where no letter is being written and no dialog or menu is open. */
export function shortcutOf(event: KeyboardEvent): 'new' | 'filter' | 'accounts' | null {
	if (event.defaultPrevented || event.isComposing) return null;
	const command = event.ctrlKey || event.metaKey;
	if (command && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') return 'new';
	if (command || event.altKey || !singleKeys.on || isBusy(event.target)) return null;
	if (event.key === '/') return 'filter';
	if (event.key === 'a') return 'accounts';
	return event.key === 'n' ? 'new' : null;
}

function isBusy(target: EventTarget | null): boolean {
	if (!(target instanceof Element)) return false;
	return target.closest('input, textarea, select, [contenteditable], dialog, [role="menu"]') !== null;
}

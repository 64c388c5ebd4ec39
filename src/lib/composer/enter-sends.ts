import { StoredChoice } from '../chats/stored-choice.svelte';

/**
 * Whether Enter sends and Shift+Enter breaks the line, or the reverse. Until the person chooses: Enter sends where
 * there is a mouse, and breaks the line under a thumb.
 */
export const enterSends = new StoredChoice(
	'sotto:enter-sends',
	() => !matchMedia('(pointer: coarse)').matches
);

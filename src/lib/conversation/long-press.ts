import type { Attachment } from 'svelte/attachments';

const pressMs = 450;
const slackPx = 10;
/** The click that ends a press comes right after the finger has left. */
const clickFollowsMs = 80;

/** Calls back when a finger or pen rests on the element; a moving one scrolls and is left alone. */
export function longPress(pressed: () => void): Attachment<HTMLElement> {
	return (element) => {
		let timer: ReturnType<typeof setTimeout> | undefined;
		let from = { x: 0, y: 0 };

		const stop = (): void => clearTimeout(timer);
		const down = (event: PointerEvent): void => {
			if (event.pointerType === 'mouse' || !event.isPrimary) return;
			from = { x: event.clientX, y: event.clientY };
			stop();
			timer = setTimeout(() => {
				swallowClick();
				pressed();
			}, pressMs);
		};
		const move = (event: PointerEvent): void => {
			if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > slackPx) stop();
		};

		element.addEventListener('pointerdown', down);
		element.addEventListener('pointermove', move);
		element.addEventListener('pointerup', stop);
		element.addEventListener('pointercancel', stop);
		return () => {
			stop();
			element.removeEventListener('pointerdown', down);
			element.removeEventListener('pointermove', move);
			element.removeEventListener('pointerup', stop);
			element.removeEventListener('pointercancel', stop);
		};
	};
}

/** What opens under the finger must not take its lifting for a press of its own. */
function swallowClick(): void {
	const swallow = (event: Event): void => {
		event.preventDefault();
		event.stopPropagation();
	};
	const lifted = (): void => {
		removeEventListener('pointerup', lifted, true);
		removeEventListener('pointercancel', lifted, true);
		setTimeout(() => removeEventListener('click', swallow, true), clickFollowsMs);
	};
	addEventListener('click', swallow, true);
	addEventListener('pointerup', lifted, true);
	addEventListener('pointercancel', lifted, true);
}

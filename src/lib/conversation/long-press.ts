import type { Attachment } from 'svelte/attachments';

const pressMs = 450;
const slackPx = 10;

/**
 * Calls back when a finger or pen rests on the element. A moving finger scrolls and is left alone; the click that a
 * long press would end with is swallowed.
 */
export function longPress(pressed: () => void): Attachment<HTMLElement> {
	return (element) => {
		let timer: ReturnType<typeof setTimeout> | undefined;
		let from = { x: 0, y: 0 };
		let fired = false;

		const stop = (): void => clearTimeout(timer);
		const down = (event: PointerEvent): void => {
			if (event.pointerType === 'mouse' || !event.isPrimary) return;
			fired = false;
			from = { x: event.clientX, y: event.clientY };
			stop();
			timer = setTimeout(() => {
				fired = true;
				pressed();
			}, pressMs);
		};
		const move = (event: PointerEvent): void => {
			if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > slackPx) stop();
		};
		const click = (event: MouseEvent): void => {
			if (!fired) return;
			fired = false;
			event.preventDefault();
			event.stopPropagation();
		};

		element.addEventListener('pointerdown', down);
		element.addEventListener('pointermove', move);
		element.addEventListener('pointerup', stop);
		element.addEventListener('pointercancel', stop);
		element.addEventListener('click', click, true);
		return () => {
			stop();
			element.removeEventListener('pointerdown', down);
			element.removeEventListener('pointermove', move);
			element.removeEventListener('pointerup', stop);
			element.removeEventListener('pointercancel', stop);
			element.removeEventListener('click', click, true);
		};
	};
}

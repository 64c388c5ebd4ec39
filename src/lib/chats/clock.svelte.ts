import { createSubscriber } from 'svelte/reactivity';

const minuteMs = 60_000;

/** The present, to the minute: times that say "today" and "in a moment" stay true on a page left open. */
class Clock {
	readonly #subscribe = createSubscriber((update) => {
		const timer = setInterval(update, minuteMs);
		document.addEventListener('visibilitychange', update);
		return () => {
			clearInterval(timer);
			document.removeEventListener('visibilitychange', update);
		};
	});

	get now(): number {
		this.#subscribe();
		return Date.now();
	}
}

export const clock = new Clock();

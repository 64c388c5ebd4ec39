const LOOK_AGAIN_MS = 1_000;

/**
 * Tells when the browser gains or loses its network, until the returned end. Not every browser says so with an event,
 * after a reload for one, so while it has none it is looked at each second.
 */
export function followOnline(changed: (online: boolean) => void): () => void {
	let known = navigator.onLine;
	let timer: ReturnType<typeof setTimeout> | undefined;
	const look = (): void => {
		clearTimeout(timer);
		if (navigator.onLine !== known) {
			known = navigator.onLine;
			changed(known);
		}
		if (!known) timer = setTimeout(look, LOOK_AGAIN_MS);
	};
	addEventListener('online', look);
	addEventListener('offline', look);
	look();
	return () => {
		clearTimeout(timer);
		removeEventListener('online', look);
		removeEventListener('offline', look);
	};
}

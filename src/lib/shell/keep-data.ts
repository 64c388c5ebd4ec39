/** This browser was asked already; whatever it said, the storage page is where to ask again. */
const key = 'sotto:asked-to-keep';

/**
 * Asks the browser not to clear Sotto's data by itself: once, in the gesture with which a person first puts something
 * worth keeping here, since some browsers ask the person in turn. Nothing waits for the answer.
 */
export function askToKeepData(): void {
	// Some browsers have no storage manager at all, whatever its type says.
	const manager = navigator.storage as StorageManager | undefined;
	if (typeof manager?.persist !== 'function' || wasAsked()) return;
	manager.persist().catch(() => undefined);
}

/** Where it cannot be remembered nothing is asked: it would be asked with every message. */
function wasAsked(): boolean {
	try {
		if (localStorage.getItem(key) !== null) return true;
		localStorage.setItem(key, '1');
		return false;
	} catch {
		return true;
	}
}

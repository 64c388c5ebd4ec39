/**
 * One bit kept apart from the engine's database: an account was made in this browser. It sends returning people
 * straight to their chats, and lets the engine tell storage that the browser removed from a new person.
 * static/before-paint.js reads the same key.
 */
const key = 'sotto:account';

export const accountMark = {
	isSet(): boolean {
		return withStorage((storage) => storage.getItem(key) === '1') ?? false;
	},
	set(): void {
		withStorage((storage) => storage.setItem(key, '1'));
	},
	clear(): void {
		withStorage((storage) => storage.removeItem(key));
	},
	/** Called when another tab sets or clears it. */
	onChangeElsewhere(listener: () => void): void {
		addEventListener('storage', (event) => {
			if (event.key === key && event.oldValue !== event.newValue) listener();
		});
	}
};

/** Storage may be switched off for this origin; then the mark is simply not there. */
function withStorage<Result>(use: (storage: Storage) => Result): Result | undefined {
	try {
		return use(localStorage);
	} catch {
		return undefined;
	}
}

/** A yes-or-no preference of this browser, kept beside the engine's data: it says nothing about anyone. */
export class StoredChoice {
	readonly #key: string;
	readonly #fallback: () => boolean;
	#chosen = $state<boolean | null>(null);

	/** @param fallback what holds until the person chooses. */
	constructor(key: string, fallback: () => boolean) {
		this.#key = key;
		this.#fallback = fallback;
		this.#chosen = this.#read();
	}

	get on(): boolean {
		return this.#chosen ?? this.#fallback();
	}

	set on(on: boolean) {
		this.#chosen = on;
		try {
			localStorage.setItem(this.#key, on ? '1' : '0');
		} catch {
			// Without storage the choice holds until the page is closed.
		}
	}

	#read(): boolean | null {
		try {
			const stored = localStorage.getItem(this.#key);
			return stored === null ? null : stored === '1';
		} catch {
			return null;
		}
	}
}

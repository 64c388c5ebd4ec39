/** Tells listeners of changes: once for everything that happens in one turn, with the value as it is then. */
export class Announcer<Value> {
	readonly #read: () => Value;
	readonly #listeners = new Set<(value: Value) => void>();
	#pending = false;

	constructor(read: () => Value) {
		this.#read = read;
	}

	/** Returns what ends the listening. */
	listen(listener: (value: Value) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	changed(): void {
		if (this.#pending || this.#listeners.size === 0) return;
		this.#pending = true;
		queueMicrotask(() => {
			this.#pending = false;
			const value = this.#read();
			for (const listener of this.#listeners) listener(value);
		});
	}

	/** Nobody is told of anything any more. */
	close(): void {
		this.#listeners.clear();
	}
}

/** Whatever was put away, by local keys that say nothing, of all accounts together: the oldest are forgotten. */
const most = 500;

/** What the person has put away in this browser, kept under a name of its own. */
export class PutAway {
	readonly #name: string;
	#keys = $state.raw<readonly string[]>([]);

	constructor(name: string) {
		this.#name = name;
		this.#keys = this.#read();
	}

	has(key: string): boolean {
		return this.#keys.includes(key);
	}

	add(keys: readonly string[]): void {
		// Another tab may have put away what belongs to another account.
		const others = this.#read().filter((other) => !keys.includes(other));
		this.#keys = [...others, ...keys].slice(-most);
		try {
			localStorage.setItem(this.#name, this.#keys.join(' '));
		} catch {
			// Without storage it comes back with the next visit.
		}
	}

	#read(): readonly string[] {
		try {
			return localStorage.getItem(this.#name)?.split(' ') ?? [];
		} catch {
			return [];
		}
	}
}

import { ProfileError } from './profile-error';

/**
 * Strict reading of a JSON value that somebody wrote by hand: every member is asked for by name and kind, and
 * members that nobody asked for are refused, since a misspelt pin would otherwise count as no pin.
 */
export class JsonReader {
	private constructor(
		private readonly value: unknown,
		readonly at: string
	) {}

	static root(value: unknown): JsonReader {
		return new JsonReader(value, '');
	}

	fail(problem: string): never {
		throw new ProfileError(this.at, problem);
	}

	get isNull(): boolean {
		return this.value === null || this.value === undefined;
	}

	/** The members of an object, by name; absent ones read as null. */
	members<Name extends string>(names: readonly Name[]): Readonly<Record<Name, JsonReader>> {
		const value = this.value;
		if (typeof value !== 'object' || value === null || Array.isArray(value))
			return this.fail('must be an object');
		const given = new Map<string, unknown>(Object.entries(value));
		const readers: Partial<Record<Name, JsonReader>> = {};
		for (const name of names) {
			readers[name] = new JsonReader(given.get(name), this.at === '' ? name : `${this.at}.${name}`);
			given.delete(name);
		}
		const [stranger] = given.keys();
		if (stranger !== undefined) return this.fail(`unknown member ${JSON.stringify(stranger.slice(0, 40))}`);
		return readers as Record<Name, JsonReader>;
	}

	list(most: number): readonly JsonReader[] {
		const value: unknown = this.value ?? [];
		if (!Array.isArray(value)) return this.fail('must be a list');
		if (value.length > most) return this.fail(`has more than ${most} entries`);
		return value.map((entry: unknown, index) => new JsonReader(entry, `${this.at}[${index}]`));
	}

	text(pattern: RegExp, problem: string): string {
		if (typeof this.value !== 'string' || !pattern.test(this.value)) return this.fail(problem);
		return this.value;
	}

	integer(least: number, most: number, fallback?: number): number {
		const value = this.isNull ? fallback : this.value;
		if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
			return this.fail(`must be a whole number from ${least} to ${most}`);
		return value;
	}

	flag(fallback: boolean): boolean {
		const value = this.value ?? fallback;
		return typeof value === 'boolean' ? value : this.fail('must be true or false');
	}

	choice<Choice extends string>(choices: readonly Choice[], fallback: Choice): Choice {
		const value = this.value ?? fallback;
		return choices.find((choice) => choice === value) ?? this.fail(`must be one of ${choices.join(', ')}`);
	}

	/** 32 bytes as 64 hex characters, given back in lower case. */
	hex32(): string {
		return this.text(/^[0-9a-f]{64}$/i, 'must be 64 hex characters').toLowerCase();
	}
}

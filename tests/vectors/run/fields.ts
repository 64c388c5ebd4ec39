import { fromBase64, fromHex } from '../../../src/protocol/bytes';
import type { Bytes } from '../../../src/protocol/types';

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a JSON object of a vector file and remembers which fields were looked at, so that none is skipped unseen. */
export class Fields {
	readonly #value: JsonObject;
	readonly #path: string;
	readonly #seen = new Set<string>();
	readonly #children = new Map<string, readonly Fields[]>();

	constructor(value: unknown, path: string) {
		if (!isObject(value)) throw new Error(`${path} is no object`);
		this.#value = value;
		this.#path = path;
	}

	/** Present and not null. */
	has(name: string): boolean {
		const value = this.#value[name];
		if (value === null) this.#seen.add(name);
		return value !== undefined && value !== null;
	}

	names(): string[] {
		return Object.keys(this.#value);
	}

	/** The whole value, everything in it counted as looked at; the caller must compare it exactly. */
	raw(name: string): unknown {
		if (!Object.hasOwn(this.#value, name)) throw new Error(`${this.#path}.${name} is missing`);
		this.#seen.add(name);
		this.#children.delete(name);
		return this.#value[name];
	}

	/** To decide how this object is read; counts nothing as looked at. */
	peek(): JsonObject {
		return this.#value;
	}

	/** This object as it is, everything in it counted as looked at. */
	rawAll(): JsonObject {
		this.skip(...this.names());
		return this.#value;
	}

	text(name: string): string {
		const value = this.raw(name);
		if (typeof value !== 'string') throw new Error(`${this.#path}.${name} is no text`);
		return value;
	}

	number(name: string): number {
		const value = this.raw(name);
		if (typeof value !== 'number') throw new Error(`${this.#path}.${name} is no number`);
		return value;
	}

	boolean(name: string): boolean {
		const value = this.raw(name);
		if (typeof value !== 'boolean') throw new Error(`${this.#path}.${name} is no boolean`);
		return value;
	}

	hex(name: string): Bytes {
		return fromHex(this.text(name));
	}

	base64(name: string): Bytes {
		return fromBase64(this.text(name));
	}

	texts(name: string): string[] {
		const value = this.raw(name);
		if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
			throw new Error(`${this.#path}.${name} is no list of texts`);
		}
		return value;
	}

	hexes(name: string): Bytes[] {
		return this.texts(name).map(fromHex);
	}

	/** An object inside this one; its fields are watched as these are. */
	fields(name: string): Fields {
		const known = this.#children.get(name)?.[0];
		if (known !== undefined) return known;
		const child = new Fields(this.raw(name), `${this.#path}.${name}`);
		this.#children.set(name, [child]);
		return child;
	}

	/** A list of objects inside this one, watched likewise. */
	list(name: string): readonly Fields[] {
		const known = this.#children.get(name);
		if (known !== undefined) return known;
		const value = this.raw(name);
		if (!Array.isArray(value)) throw new Error(`${this.#path}.${name} is no list`);
		const children = value.map((item, index) => new Fields(item, `${this.#path}.${name}[${index}]`));
		this.#children.set(name, children);
		return children;
	}

	/** For fields that say nothing to compare: remarks, and what other fields repeat. */
	skip(...names: readonly string[]): void {
		for (const name of names) {
			this.#seen.add(name);
			this.#children.delete(name);
		}
	}

	/** Paths of fields that nobody looked at. Names ending in `_text` are for human eyes. */
	unseen(): string[] {
		return this.names().flatMap((name) => {
			if (!this.#seen.has(name)) return name.endsWith('_text') ? [] : [`${this.#path}.${name}`];
			return (this.#children.get(name) ?? []).flatMap((child) => child.unseen());
		});
	}
}

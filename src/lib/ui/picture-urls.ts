/**
 * Pictures as addresses that an image can show. Each is made once, however many images show it, and given back when the
 * last of them has been gone for a while: lists that scroll show the same few again and again.
 */

interface Held {
	holders: number;
	/** Null when it cannot be had. */
	readonly url: Promise<string | null>;
	leaving: ReturnType<typeof setTimeout> | undefined;
}

export type ReadPicture = (name: string) => Promise<Blob | null>;

const LINGER_MS = 10_000;
const held = new Map<string, Held>();
let read: ReadPicture = () => Promise.resolve(null);

/** Where pictures come from; named once, before the first is shown. */
export function readPicturesFrom(source: ReadPicture): void {
	read = source;
}

/** `onUrl` is called at most once, unless released before. */
export function holdPicture(name: string, onUrl: (url: string) => void): { release(): void } {
	const entry = held.get(name) ?? begin(name);
	entry.holders += 1;
	clearTimeout(entry.leaving);
	let released = false;
	void entry.url.then((url) => {
		if (url !== null && !released) onUrl(url);
	});
	return {
		release() {
			if (released) return;
			released = true;
			entry.holders -= 1;
			if (entry.holders === 0) entry.leaving = setTimeout(() => giveBack(name, entry), LINGER_MS);
		}
	};
}

function begin(name: string): Held {
	const url = read(name).then(
		(blob) => (blob === null ? null : URL.createObjectURL(blob)),
		() => null
	);
	const entry: Held = { holders: 0, url, leaving: undefined };
	held.set(name, entry);
	// What could not be had is asked for again by the next who shows it.
	void url.then((made) => {
		if (made === null && held.get(name) === entry) held.delete(name);
	});
	return entry;
}

function giveBack(name: string, entry: Held): void {
	if (held.get(name) === entry) held.delete(name);
	void entry.url.then((url) => {
		if (url !== null) URL.revokeObjectURL(url);
	});
}

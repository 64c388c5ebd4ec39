/** The files that a server holds, until they expire. */

export interface StoredFile {
	readonly id: string;
	/** Bytes. */
	readonly size: number;
	/** ms both. */
	readonly uploaded: number;
	readonly expires: number;
}

export type FileRecord = ({ readonly op: 'put' } & StoredFile) | { readonly op: 'gone'; readonly id: string };

/** Where the bytes themselves are. */
export interface FileContents {
	read(id: string): Uint8Array | null;
	write(id: string, content: Uint8Array): void;
	remove(id: string): void;
}

export class FileStore {
	private readonly files = new Map<string, StoredFile>();

	constructor(
		private readonly contents: FileContents = new ContentsInMemory(),
		private readonly onRecord: (record: FileRecord) => void = () => undefined
	) {}

	/** A file that is there already lives on at least as long as before. */
	put(id: string, content: Uint8Array, now: number, expires: number): StoredFile {
		this.contents.write(id, content);
		const known = this.find(id, now);
		return this.keep({
			id,
			size: content.length,
			uploaded: now,
			expires: Math.max(expires, known?.expires ?? 0)
		});
	}

	/** null when there is none, or none any more. */
	extend(id: string, now: number, expires: number): StoredFile | null {
		const known = this.find(id, now);
		return known && this.keep({ ...known, expires: Math.max(expires, known.expires) });
	}

	find(id: string, now: number): StoredFile | null {
		const file = this.files.get(id);
		return file !== undefined && file.expires > now ? file : null;
	}

	read(id: string, now: number): Uint8Array | null {
		return this.find(id, now) && this.contents.read(id);
	}

	deleteExpired(now: number): void {
		for (const { id, expires } of this.files.values()) if (expires <= now) this.delete(id);
	}

	deleteAll(): void {
		for (const id of [...this.files.keys()]) this.delete(id);
	}

	restore(record: FileRecord): void {
		if (record.op === 'gone') this.files.delete(record.id);
		else this.files.set(record.id, fileOf(record));
	}

	snapshot(): readonly FileRecord[] {
		return [...this.files.values()].map((file) => ({ op: 'put', ...file }));
	}

	private keep(file: StoredFile): StoredFile {
		this.files.set(file.id, file);
		this.onRecord({ op: 'put', ...file });
		return file;
	}

	private delete(id: string): void {
		this.files.delete(id);
		this.contents.remove(id);
		this.onRecord({ op: 'gone', id });
	}
}

function fileOf({ id, size, uploaded, expires }: StoredFile): StoredFile {
	return { id, size, uploaded, expires };
}

class ContentsInMemory implements FileContents {
	private readonly contents = new Map<string, Uint8Array>();

	read(id: string): Uint8Array | null {
		return this.contents.get(id) ?? null;
	}

	write(id: string, content: Uint8Array): void {
		this.contents.set(id, Uint8Array.from(content));
	}

	remove(id: string): void {
		this.contents.delete(id);
	}
}

/** Append-only journals of JSON lines: what was answered to a client is on its way to the disk, a kill loses nothing. */
import {
	appendFileSync,
	closeSync,
	existsSync,
	fsyncSync,
	openSync,
	readFileSync,
	renameSync,
	writeFileSync
} from 'node:fs';

export class Journal<Entry> {
	private file: number | null = null;

	constructor(private readonly path: string) {}

	/** What was written before. A line that was cut off in the middle of a write is the last, and ignored. */
	read(isEntry: (value: unknown) => value is Entry): readonly Entry[] {
		if (!existsSync(this.path)) return [];
		const entries: Entry[] = [];
		for (const line of readFileSync(this.path, 'utf8').split('\n')) {
			const entry = parseLine(line);
			if (isEntry(entry)) entries.push(entry);
		}
		return entries;
	}

	/** Replaces the whole journal in one step, then takes further entries. */
	restart(entries: readonly Entry[]): void {
		this.close();
		const draft = `${this.path}.new`;
		const written = openSync(draft, 'w');
		writeFileSync(written, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
		fsyncSync(written);
		closeSync(written);
		renameSync(draft, this.path);
		this.file = openSync(this.path, 'a');
	}

	append(entry: Entry): void {
		if (this.file !== null) appendFileSync(this.file, `${JSON.stringify(entry)}\n`);
	}

	close(): void {
		if (this.file !== null) closeSync(this.file);
		this.file = null;
	}
}

function parseLine(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch {
		return null;
	}
}

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileContents } from './file-store';

/** A file for each, named by its id: ids are digits or base64url, so they are names everywhere. */
export class ContentsOnDisk implements FileContents {
	constructor(private readonly folder: string) {}

	read(id: string): Uint8Array | null {
		const path = join(this.folder, id);
		return existsSync(path) ? readFileSync(path) : null;
	}

	/** In one step: a kill leaves the whole file or none. */
	write(id: string, content: Uint8Array): void {
		mkdirSync(this.folder, { recursive: true });
		const draft = join(this.folder, `${id}.new`);
		writeFileSync(draft, content);
		renameSync(draft, join(this.folder, id));
	}

	remove(id: string): void {
		rmSync(join(this.folder, id), { force: true });
	}
}

/** Which file keeps what: a journal for each node, named by its key, and one each for the names and the files. */
import { join } from 'node:path';
import type { SnodeId } from '../protocol/types';
import { ContentsOnDisk } from './file-server/contents-on-disk';
import { FileStore, type FileRecord } from './file-server/file-store';
import { MessageStore, type StoreRecord } from './message-store';
import { Names, type NameRecord } from './names';
import { Journal } from './persistence';

export interface Keeper {
	store(node: SnodeId): MessageStore;
	names(): Names;
	files(): FileStore;
	close(): void;
}

/** Without a folder nothing outlives the process. */
export function openKeeper(folder: string | null): Keeper {
	if (folder === null) {
		return {
			store: () => new MessageStore(),
			names: () => new Names(),
			files: () => new FileStore(),
			close: () => undefined
		};
	}
	const open: { close(): void }[] = [];
	return {
		store: (node) => {
			const journal = new Journal<StoreRecord>(join(folder, `${node}.jsonl`));
			const store = new MessageStore((record) => journal.append(record));
			for (const record of journal.read(isStoreRecord)) store.restore(record);
			journal.restart(store.snapshot());
			open.push(journal);
			return store;
		},
		names: () => {
			const journal = new Journal<NameRecord>(join(folder, 'names.jsonl'));
			const names = new Names((record) => journal.append(record));
			for (const record of journal.read(isNameRecord)) names.restore(record);
			journal.restart(names.all());
			open.push(journal);
			return names;
		},
		files: () => {
			const journal = new Journal<FileRecord>(join(folder, 'files.jsonl'));
			const contents = new ContentsOnDisk(join(folder, 'files'));
			const files = new FileStore(contents, (record) => journal.append(record));
			for (const record of journal.read(isFileRecord)) files.restore(record);
			journal.restart(files.snapshot());
			open.push(journal);
			return files;
		},
		close: () => {
			for (const journal of open) journal.close();
		}
	};
}

/** Our own files: it is enough to tell whole lines from torn ones. */
function isStoreRecord(value: unknown): value is StoreRecord {
	return typeof value === 'object' && value !== null && 'op' in value;
}

function isFileRecord(value: unknown): value is FileRecord {
	return isStoreRecord(value) && 'id' in value;
}

function isNameRecord(value: unknown): value is NameRecord {
	return typeof value === 'object' && value !== null && 'encryptedValue' in value;
}

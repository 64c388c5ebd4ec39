/** Which file keeps what: a journal for each node, named by its key, and one for the names. */
import { join } from 'node:path';
import type { SnodeId } from '../protocol/types';
import { MessageStore, type StoreRecord } from './message-store';
import { Names, type NameRecord } from './names';
import { Journal } from './persistence';

export interface Keeper {
	store(node: SnodeId): MessageStore;
	names(): Names;
	close(): void;
}

/** Without a folder nothing outlives the process. */
export function openKeeper(folder: string | null): Keeper {
	if (folder === null) {
		return { store: () => new MessageStore(), names: () => new Names(), close: () => undefined };
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
		close: () => {
			for (const journal of open) journal.close();
		}
	};
}

/** Our own files: it is enough to tell whole lines from torn ones. */
function isStoreRecord(value: unknown): value is StoreRecord {
	return typeof value === 'object' && value !== null && 'op' in value;
}

function isNameRecord(value: unknown): value is NameRecord {
	return typeof value === 'object' && value !== null && 'encryptedValue' in value;
}

import type { Table } from 'dexie';
import type { PictureRef } from '../api';
import type { TransactionContext } from './context';
import type { PictureDiskRow } from './schema';
import type { AccountTransaction, StoredPicture } from './types';

/** Names no change: whoever shows a picture hears of the row that names it. */
export class Pictures {
	readonly #context: TransactionContext;

	constructor(context: TransactionContext) {
		this.#context = context;
	}

	async get(ref: PictureRef): Promise<StoredPicture | null> {
		const row = await this.#rows.get(ref);
		return row
			? this.#context.open<PictureDiskRow, StoredPicture>(
					'pictures',
					ref,
					row,
					(picture) => picture.ref === ref
				)
			: null;
	}

	async put(picture: StoredPicture): Promise<void> {
		const { ref } = picture;
		await this.#rows.put({ k: ref, ...this.#context.seal('pictures', ref, picture) });
	}

	async remove(ref: PictureRef): Promise<void> {
		await this.#rows.delete(ref);
	}

	refs(): ReturnType<AccountTransaction['pictures']['refs']> {
		return this.#rows.toCollection().primaryKeys();
	}

	/** Asked for when it is needed: databases of before version 3 have none. */
	get #rows(): Table<PictureDiskRow, PictureRef> {
		return this.#context.table('pictures');
	}
}

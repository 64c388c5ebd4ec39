import type { ConversationKey } from '../api';
import type { AccountDatabase, ConversationRecord } from '../storage/types';

/**
 * The opened conversation rows, kept in memory so that a new message costs one row and not the whole list.
 * `records` must not be called while an earlier call is under way: an older read could overwrite a newer one.
 */
export class ConversationCache {
	readonly #db: AccountDatabase;
	readonly #records = new Map<ConversationKey, ConversationRecord>();
	#loaded = false;
	#stale = new Set<ConversationKey>();

	constructor(db: AccountDatabase) {
		this.#db = db;
	}

	touch(keys: readonly ConversationKey[]): void {
		for (const key of keys) this.#stale.add(key);
	}

	async records(): Promise<ReadonlyMap<ConversationKey, ConversationRecord>> {
		const stale = this.#stale;
		this.#stale = new Set();
		try {
			await this.#refresh(stale);
		} catch (error) {
			this.touch([...stale]);
			throw error;
		}
		return this.#records;
	}

	async #refresh(stale: ReadonlySet<ConversationKey>): Promise<void> {
		if (!this.#loaded) {
			const all = await this.#db.read((tx) => tx.conversations.all());
			for (const record of all) this.#records.set(record.key, record);
			this.#loaded = true;
			return;
		}
		if (stale.size === 0) return;
		const fresh = await this.#db.read((tx) =>
			Promise.all([...stale].map(async (key) => [key, await tx.conversations.get(key)] as const))
		);
		for (const [key, record] of fresh) {
			if (record === null) this.#records.delete(key);
			else this.#records.set(key, record);
		}
	}
}

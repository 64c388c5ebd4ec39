/** Asks the swarm to keep the shared documents, which would be gone 30 days after the last change. */
import type { MessageHash } from '../../protocol/types';
import { DOCUMENT_NAMES } from '../documents/state';
import type { SyncedDatabase } from '../documents/synced-database';
import type { Platform } from '../platform';

const EVERY_MS = 12 * 60 * 60 * 1000;
/** Of hashes named in one request. */
const MOST_HASHES = 200;

export class KeepAlive {
	readonly #db: SyncedDatabase;
	readonly #platform: Pick<Platform, 'monotonic'>;
	#askedAt = -Infinity;

	constructor(db: SyncedDatabase, platform: Pick<Platform, 'monotonic'>) {
		this.#db = db;
		this.#platform = platform;
	}

	/** The hashes to ask for with the next poll; none when that was done of late. */
	due(): Promise<readonly MessageHash[]> {
		if (this.#platform.monotonic() - this.#askedAt < EVERY_MS) return Promise.resolve([]);
		return this.#db.writeDocuments(async (_tx, documents) => {
			const hashes: MessageHash[] = [];
			for (const name of DOCUMENT_NAMES) {
				hashes.push(...(await documents.get(name)).config.activeHashes(documents.now));
			}
			return hashes.slice(0, MOST_HASHES);
		});
	}

	asked(): void {
		this.#askedAt = this.#platform.monotonic();
	}
}

import { blake2b } from '../../protocol/keys';
import type { AccountId, Bytes, MessageHash } from '../../protocol/types';
import type { ConversationKey, MessageKey } from '../api';
import { lengthPrefixed, subkey } from './seal';
import type { CursorKey } from './types';

const HASH_BYTES = 16;

/** What rows are looked up by: keyed hashes, so that an index says nothing without the account's data key. */
export class IndexHashes {
	readonly #key: Bytes;

	constructor(dataKey: Bytes) {
		this.#key = subkey(dataKey, 'indexes');
	}

	account(id: AccountId): Bytes {
		return this.#hash('account', id);
	}

	identity(conversation: ConversationKey, author: AccountId, sentAt: number): Bytes {
		return this.#hash('identity', conversation, author, sentAt);
	}

	outboxMessage(message: MessageKey): Bytes {
		return this.#hash('outbox', message);
	}

	cursor({ node, account, namespace }: CursorKey): Bytes {
		return this.#hash('cursor', node, account, namespace);
	}

	seen(account: AccountId, namespace: number, hash: MessageHash): Bytes {
		return this.#hash('seen', account, namespace, hash);
	}

	aside(hash: MessageHash): Bytes {
		return this.#hash('aside', hash);
	}

	damaged(table: string, key: string | number | Uint8Array): Bytes {
		return this.#hash('damaged', table, key);
	}

	#hash(kind: string, ...parts: readonly (string | number | Uint8Array)[]): Bytes {
		return blake2b(HASH_BYTES, lengthPrefixed([kind, ...parts]), this.#key);
	}
}

/**
 * What one node keeps: messages in the order of their arrival at this node, and revoked subaccount tokens. Every
 * change is a record, so that a journal of the records is the whole persistence.
 */
import type { NamespaceOrAll } from './namespaces';
import { isPublicOutbox } from './namespaces';

export interface StoredMessage {
	readonly account: string;
	readonly hash: string;
	readonly namespace: number;
	/** ms, the sender's. */
	readonly timestamp: number;
	/** ms */
	readonly expiry: number;
	/** Base64. */
	readonly data: string;
}

export type StoreRecord =
	| ({ readonly op: 'put' } & StoredMessage)
	| { readonly op: 'expire'; readonly hash: string; readonly expiry: number }
	| { readonly op: 'delete'; readonly hashes: readonly string[] }
	| { readonly op: 'revoke'; readonly account: string; readonly tokens: readonly string[] }
	| { readonly op: 'unrevoke'; readonly account: string; readonly tokens: readonly string[] };

export interface Page {
	readonly messages: readonly StoredMessage[];
	readonly more: boolean;
}

interface Owner {
	readonly messages: Map<string, StoredMessage>;
	/** Oldest first. */
	readonly revoked: Set<string>;
}

const MESSAGE_OVERHEAD = 100;
const REMEMBERED_REVOCATIONS = 50;

export class MessageStore {
	private readonly owners = new Map<string, Owner>();
	private readonly accountOf = new Map<string, string>();

	constructor(private readonly onRecord: (record: StoreRecord) => void = () => undefined) {}

	/**
	 * Returns the expiry that now holds, and whether the message was there before. A public outbox keeps one message
	 * per account; with `replaceOlderOnly` it keeps the one it has unless the new one is strictly newer.
	 */
	put(message: StoredMessage, replaceOlderOnly: boolean): { already: boolean; expiry: number } {
		if (isPublicOutbox(message.namespace)) {
			const others = this.list(message.account, message.namespace).filter(
				({ hash }) => hash !== message.hash
			);
			if (replaceOlderOnly && others.some(({ timestamp }) => timestamp >= message.timestamp)) {
				return { already: false, expiry: message.expiry };
			}
			const result = this.keep(message);
			this.deleteHashes(others.map(({ hash }) => hash));
			return result;
		}
		return this.keep(message);
	}

	private keep(message: StoredMessage): { already: boolean; expiry: number } {
		const existing = this.find(message.hash);
		if (existing === undefined) {
			this.change({ op: 'put', ...message });
			return { already: false, expiry: message.expiry };
		}
		const expiry = Math.max(existing.expiry, message.expiry);
		if (expiry > existing.expiry) this.change({ op: 'expire', hash: message.hash, expiry });
		return { already: true, expiry };
	}

	/**
	 * In arrival order, after `lastHash` when this node has it in this namespace. `maxSize` counts what each message
	 * costs on the wire; at least one is always given.
	 */
	page(
		account: string,
		namespace: number,
		limits: { lastHash: string | undefined; maxCount: number; maxSize: number }
	): Page {
		const all = this.list(account, namespace);
		const last = all.findIndex(({ hash }) => hash === limits.lastHash);
		const messages: StoredMessage[] = [];
		let size = 0;
		for (const message of all.slice(last + 1)) {
			if (messages.length >= limits.maxCount) return { messages, more: true };
			size += MESSAGE_OVERHEAD + message.hash.length + Math.floor((dataBytes(message.data) * 4) / 3);
			if (messages.length > 0 && size > limits.maxSize) return { messages, more: true };
			messages.push(message);
		}
		return { messages, more: false };
	}

	/** Of one account, in arrival order. */
	list(account: string, namespace: NamespaceOrAll): readonly StoredMessage[] {
		const all = [...(this.owners.get(account)?.messages.values() ?? [])];
		return namespace === 'all' ? all : all.filter((message) => message.namespace === namespace);
	}

	/** Only what belongs to the account. */
	get(account: string, hash: string): StoredMessage | undefined {
		return this.owners.get(account)?.messages.get(hash);
	}

	setExpiry(hash: string, expiry: number): void {
		this.change({ op: 'expire', hash, expiry });
	}

	deleteHashes(hashes: readonly string[]): void {
		if (hashes.length > 0) this.change({ op: 'delete', hashes });
	}

	/** ms; returns how many went. */
	deleteExpired(now: number): number {
		const hashes = [...this.owners.values()].flatMap(({ messages }) =>
			[...messages.values()].filter(({ expiry }) => expiry <= now).map(({ hash }) => hash)
		);
		this.deleteHashes(hashes);
		return hashes.length;
	}

	/** Without effect for an account that has no message here. */
	revoke(account: string, tokens: readonly string[]): void {
		if (tokens.length > 0 && this.owners.has(account)) this.change({ op: 'revoke', account, tokens });
	}

	/** How many had been revoked. */
	unrevoke(account: string, tokens: readonly string[]): number {
		const count = new Set(tokens.filter((token) => this.isRevoked(account, token))).size;
		if (count > 0) this.change({ op: 'unrevoke', account, tokens });
		return count;
	}

	isRevoked(account: string, token: string): boolean {
		return this.owners.get(account)?.revoked.has(token) ?? false;
	}

	revokedTokens(account: string): readonly string[] {
		return [...(this.owners.get(account)?.revoked ?? [])];
	}

	accounts(): readonly string[] {
		return [...this.owners.keys()];
	}

	/** The records that make a store like this one. */
	snapshot(): readonly StoreRecord[] {
		return [...this.owners].flatMap(([account, { messages, revoked }]): StoreRecord[] => [
			...[...messages.values()].map((message): StoreRecord => ({ op: 'put', ...message })),
			...(revoked.size > 0 ? [{ op: 'revoke', account, tokens: [...revoked] } as const] : [])
		]);
	}

	/** Applies a record of a journal, without reporting it again. */
	restore(record: StoreRecord): void {
		switch (record.op) {
			case 'put': {
				const { op: _, ...message } = record;
				this.ownerOf(record.account).messages.set(record.hash, message);
				this.accountOf.set(record.hash, record.account);
				break;
			}
			case 'expire': {
				const message = this.find(record.hash);
				if (message === undefined) break;
				this.owners.get(message.account)?.messages.set(record.hash, { ...message, expiry: record.expiry });
				break;
			}
			case 'delete':
				for (const hash of record.hashes) this.forget(hash);
				break;
			case 'revoke': {
				const { revoked } = this.ownerOf(record.account);
				for (const token of record.tokens) {
					revoked.delete(token);
					revoked.add(token);
				}
				for (const token of [...revoked].slice(0, -REMEMBERED_REVOCATIONS)) revoked.delete(token);
				break;
			}
			case 'unrevoke':
				for (const token of record.tokens) this.owners.get(record.account)?.revoked.delete(token);
				break;
		}
	}

	private change(record: StoreRecord): void {
		this.restore(record);
		this.onRecord(record);
	}

	private find(hash: string): StoredMessage | undefined {
		const account = this.accountOf.get(hash);
		return account === undefined ? undefined : this.get(account, hash);
	}

	private ownerOf(account: string): Owner {
		const owner = this.owners.get(account) ?? { messages: new Map(), revoked: new Set() };
		this.owners.set(account, owner);
		return owner;
	}

	private forget(hash: string): void {
		const account = this.accountOf.get(hash);
		this.accountOf.delete(hash);
		const owner = account === undefined ? undefined : this.owners.get(account);
		owner?.messages.delete(hash);
		// With its last message an account's revocations are forgotten too, as on the real servers.
		if (account !== undefined && owner?.messages.size === 0) this.owners.delete(account);
	}
}

function dataBytes(base64: string): number {
	return Buffer.byteLength(base64, 'base64');
}

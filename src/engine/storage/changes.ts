import type { ConversationKey, MessageKey } from '../api';
import type { Changes, MetaName } from './types';

/** Collects what a transaction changes; told to everyone only after the commit. */
export class ChangeCollector {
	readonly #conversations = new Set<ConversationKey>();
	readonly #messages = new Map<
		ConversationKey,
		{ readonly upserted: Set<MessageKey>; readonly removed: Set<MessageKey> }
	>();
	readonly #meta = new Set<MetaName>();
	#outbox = false;

	conversation(key: ConversationKey): void {
		this.#conversations.add(key);
	}

	upserted(conversation: ConversationKey, message: MessageKey): void {
		const { upserted, removed } = this.#of(conversation);
		removed.delete(message);
		upserted.add(message);
	}

	removed(conversation: ConversationKey, message: MessageKey): void {
		const { upserted, removed } = this.#of(conversation);
		upserted.delete(message);
		removed.add(message);
	}

	/** The whole conversation went: its messages need no naming. */
	conversationRemoved(key: ConversationKey): void {
		this.#conversations.add(key);
		this.#messages.delete(key);
	}

	outbox(): void {
		this.#outbox = true;
	}

	meta(name: MetaName): void {
		this.#meta.add(name);
	}

	/** Null when nothing changed that anyone is told of. */
	result(): Changes | null {
		const empty = this.#conversations.size + this.#messages.size + this.#meta.size === 0 && !this.#outbox;
		if (empty) return null;
		return {
			conversations: [...this.#conversations],
			messages: [...this.#messages].map(([conversation, { upserted, removed }]) => ({
				conversation,
				upserted: [...upserted],
				removed: [...removed]
			})),
			outbox: this.#outbox,
			meta: [...this.#meta]
		};
	}

	#of(conversation: ConversationKey) {
		const known = this.#messages.get(conversation);
		if (known) return known;
		const fresh = { upserted: new Set<MessageKey>(), removed: new Set<MessageKey>() };
		this.#messages.set(conversation, fresh);
		return fresh;
	}
}

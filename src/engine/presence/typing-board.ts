import type { ConversationKey } from '../api';
import type { Platform } from '../platform';

/** Who is writing to me just now. In memory only; everyone on it leaves it by themself when nothing more is heard. */
export class TypingBoard {
	readonly #platform: Pick<Platform, 'setTimeout' | 'clearTimeout'>;
	readonly #changed: () => void;
	/** With the timer that ends it. */
	readonly #typing = new Map<ConversationKey, unknown>();

	constructor(platform: Pick<Platform, 'setTimeout' | 'clearTimeout'>, changed: () => void) {
		this.#platform = platform;
		this.#changed = changed;
	}

	keys(): readonly ConversationKey[] {
		return [...this.#typing.keys()];
	}

	/** For so long from now; 0 and less takes them off. */
	show(key: ConversationKey, forMs: number): void {
		const timer = this.#typing.get(key);
		const shown = this.#typing.delete(key);
		if (shown) this.#platform.clearTimeout(timer);
		if (forMs > 0) {
			this.#typing.set(
				key,
				this.#platform.setTimeout(() => this.show(key, 0), forMs)
			);
		}
		if (shown !== forMs > 0) this.#changed();
	}

	clear(): void {
		for (const key of this.keys()) this.show(key, 0);
	}
}

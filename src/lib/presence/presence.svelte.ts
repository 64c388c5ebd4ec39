import type { ConversationKey, Engine } from '../../engine/api';

/** What is known of others only while it lasts, for every screen. */
class Presence {
	#typing = $state.raw<ReadonlySet<ConversationKey>>(new Set());

	isTyping(key: ConversationKey): boolean {
		return this.#typing.has(key);
	}

	/** Follows the engine until the returned function is called. */
	start(engine: Pick<Engine, 'watch'>): () => void {
		let stopped = false;
		let stop: (() => void) | undefined;
		engine
			.watch('typing', null, (keys) => {
				if (!stopped) this.#typing = new Set(keys);
			})
			.then((unwatch) => {
				if (stopped) unwatch();
				else stop = unwatch;
			})
			// Without it nobody is shown typing; everything else goes on.
			.catch(() => undefined);
		return () => {
			stopped = true;
			this.#typing = new Set();
			stop?.();
		};
	}
}

export const presence = new Presence();

import type { PlatformChannel } from '../../src/engine/platform';

/** BroadcastChannel among tabs: a copy to every other channel object of the name, in a later task, in order. */
export class ChannelBus {
	readonly #open = new Map<string, Set<OpenChannel>>();

	tab(): { open(name: string): PlatformChannel; kill(): void } {
		const mine = new Set<OpenChannel>();
		let alive = true;
		return {
			open: (name) => {
				const channel = new OpenChannel((message) => {
					if (!alive) return;
					for (const other of this.#named(name)) if (other !== channel) other.deliver(message);
				});
				this.#named(name).add(channel);
				mine.add(channel);
				channel.closed = () => this.#named(name).delete(channel);
				return channel;
			},
			kill: () => {
				alive = false;
				for (const channel of mine) channel.close();
			}
		};
	}

	#named(name: string): Set<OpenChannel> {
		const set = this.#open.get(name) ?? new Set<OpenChannel>();
		this.#open.set(name, set);
		return set;
	}
}

// Taken once: fake timers in a test must not stop the messages between tabs.
const inLaterTask = setImmediate;

class OpenChannel implements PlatformChannel {
	readonly #listeners: ((message: unknown) => void)[] = [];
	readonly #send: (message: unknown) => void;
	#alive = true;
	closed: () => void = () => undefined;

	constructor(send: (message: unknown) => void) {
		this.#send = send;
	}

	post(message: unknown): void {
		if (!this.#alive) throw new DOMException('Channel is closed', 'InvalidStateError');
		this.#send(message);
	}

	onMessage(listener: (message: unknown) => void): void {
		this.#listeners.push(listener);
	}

	close(): void {
		this.#alive = false;
		this.closed();
	}

	deliver(message: unknown): void {
		const copy: unknown = structuredClone(message);
		inLaterTask(() => {
			if (this.#alive) for (const listener of this.#listeners) listener(copy);
		});
	}
}

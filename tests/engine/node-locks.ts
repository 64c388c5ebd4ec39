import type { PlatformLocks } from '../../src/engine/platform';

type Mode = 'exclusive' | 'shared';

interface Request {
	readonly mode: Mode;
	readonly owner: symbol;
	grant(): void;
}

interface Held {
	readonly mode: Mode;
	readonly owner: symbol;
}

/** Web Locks as the standard has them: first come, first served for each name; freed when the tab dies. */
export class LockManager {
	readonly #held = new Map<string, Held[]>();
	readonly #waiting = new Map<string, Request[]>();

	tab(): PlatformLocks & { kill(): void } {
		const owner = Symbol('tab');
		let alive = true;
		return {
			request: (name, options, work) => {
				if (!alive) return new Promise(() => undefined);
				return this.#request(name, options, work, owner, () => alive);
			},
			kill: () => {
				alive = false;
				for (const [name, held] of this.#held) {
					this.#held.set(
						name,
						held.filter((lock) => lock.owner !== owner)
					);
				}
				for (const [name, waiting] of this.#waiting) {
					this.#waiting.set(
						name,
						waiting.filter((request) => request.owner !== owner)
					);
				}
				for (const name of this.#waiting.keys()) this.#grantNext(name);
			}
		};
	}

	#request(
		name: string,
		options: Parameters<PlatformLocks['request']>[1],
		work: Parameters<PlatformLocks['request']>[2],
		owner: symbol,
		alive: () => boolean
	): Promise<void> {
		const mode = options.mode ?? 'exclusive';
		const { signal } = options;
		return new Promise((resolve, reject) => {
			const aborted = () => reject(new DOMException('The request was aborted', 'AbortError'));
			if (signal?.aborted) {
				aborted();
				return;
			}
			const run = (lock: unknown, after: () => void) => {
				queueMicrotask(() => {
					if (!alive()) return;
					void Promise.resolve()
						.then(() => work(lock))
						.then(resolve, reject)
						.finally(after);
				});
			};
			if (options.ifAvailable && !(this.#free(name, mode) && this.#queue(name).length === 0)) {
				run(null, () => undefined);
				return;
			}
			const request: Request = {
				mode,
				owner,
				grant: () => {
					signal?.removeEventListener('abort', leave);
					const lock: Held = { mode, owner };
					this.#holders(name).push(lock);
					run({ name, mode }, () => {
						this.#held.set(
							name,
							this.#holders(name).filter((held) => held !== lock)
						);
						this.#grantNext(name);
					});
				}
			};
			const leave = () => {
				this.#waiting.set(
					name,
					this.#queue(name).filter((waiting) => waiting !== request)
				);
				aborted();
				this.#grantNext(name);
			};
			signal?.addEventListener('abort', leave, { once: true });
			this.#queue(name).push(request);
			this.#grantNext(name);
		});
	}

	#grantNext(name: string): void {
		const queue = this.#queue(name);
		for (let next = queue[0]; next && this.#free(name, next.mode); next = queue[0]) {
			queue.shift();
			next.grant();
		}
	}

	#free(name: string, mode: Mode): boolean {
		const holders = this.#holders(name);
		return holders.length === 0 || (mode === 'shared' && holders.every((held) => held.mode === 'shared'));
	}

	#holders(name: string): Held[] {
		const held = this.#held.get(name) ?? [];
		this.#held.set(name, held);
		return held;
	}

	#queue(name: string): Request[] {
		const queue = this.#waiting.get(name) ?? [];
		this.#waiting.set(name, queue);
		return queue;
	}
}

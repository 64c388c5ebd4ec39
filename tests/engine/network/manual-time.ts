/** Timers and clocks that move only when a test says so. */
export class ManualTime {
	#now = 1_700_000_000_000;
	#monotonic = 1_000;
	#next = 1;
	readonly #timers = new Map<number, { readonly at: number; readonly callback: () => void }>();

	now = (): number => this.#now;
	monotonic = (): number => this.#monotonic;

	setTimeout = (callback: () => void, ms: number): unknown => {
		const handle = this.#next++;
		this.#timers.set(handle, { at: this.#monotonic + ms, callback });
		return handle;
	};

	clearTimeout = (handle: unknown): void => {
		this.#timers.delete(handle as number);
	};

	get pending(): number {
		return this.#timers.size;
	}

	/** When the next timer fires, from now. */
	get nextIn(): number | null {
		const times = [...this.#timers.values()].map((timer) => timer.at - this.#monotonic);
		return times.length === 0 ? null : Math.min(...times);
	}

	/** Moves on, firing what is due in order and letting promises settle in between. */
	async advance(ms: number): Promise<void> {
		const end = this.#monotonic + ms;
		for (;;) {
			await settle();
			const due = [...this.#timers.entries()]
				.filter(([, timer]) => timer.at <= end)
				.sort(([, a], [, b]) => a.at - b.at)[0];
			if (!due) break;
			const [handle, timer] = due;
			this.#timers.delete(handle);
			this.#step(Math.max(0, timer.at - this.#monotonic));
			timer.callback();
		}
		this.#step(end - this.#monotonic);
		await settle();
	}

	#step(ms: number): void {
		this.#monotonic += ms;
		this.#now += ms;
	}
}

export async function settle(): Promise<void> {
	for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

import type { ConversationKey, Engine } from '../../engine/api';

const settlesMs = 400;
const open = new Set<DraftKeeper>();

/** Stores every draft that is still waiting to be stored; awaited before the page is reloaded on purpose. */
export async function flushDrafts(): Promise<void> {
	await Promise.all([...open].map((keeper) => keeper.flush()));
}

/** Keeps the draft of one conversation: stored when writing pauses, at once when the page may be left. */
export class DraftKeeper {
	readonly #engine: Pick<Engine, 'setDraft'>;
	readonly #conversation: ConversationKey;
	readonly #report: (error: unknown) => void;
	#stored: string;
	#wanted: string;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(
		engine: Pick<Engine, 'setDraft'>,
		conversation: ConversationKey,
		stored: string,
		report: (error: unknown) => void
	) {
		this.#engine = engine;
		this.#conversation = conversation;
		this.#stored = stored;
		this.#wanted = stored;
		this.#report = report;
		open.add(this);
	}

	keep(text: string): void {
		this.#wanted = text;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.flush(), settlesMs);
	}

	async flush(): Promise<void> {
		clearTimeout(this.#timer);
		const text = this.#wanted;
		if (text === this.#stored) return;
		const before = this.#stored;
		this.#stored = text;
		try {
			await this.#engine.setDraft(this.#conversation, text);
		} catch (error) {
			// The next pause tries again.
			this.#stored = before;
			this.#report(error);
		}
	}

	/** Stores what is waiting and forgets this conversation. */
	close(): void {
		void this.flush();
		open.delete(this);
	}
}

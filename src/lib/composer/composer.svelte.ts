import type { ConversationKey, Engine, MessageKey } from '../../engine/api';
import { DraftKeeper } from './drafts';

/** Remaining characters are shown from here on. */
const counterFrom = 200;

/** What is being written in one conversation. */
export class Composer {
	text = $state('');
	readonly #limit: number;

	/** Characters (code points) still free; below 0 the message is too long. */
	readonly left: number = $derived.by(() => this.#limit - countCharacters(this.text.trim()));
	readonly counted: boolean = $derived(this.left < counterFrom);
	readonly canSend: boolean = $derived(this.text.trim() !== '' && this.left >= 0);

	readonly #engine: Pick<Engine, 'send' | 'setDraft' | 'setTyping'>;
	readonly #conversation: ConversationKey;
	readonly #report: (error: unknown) => void;
	readonly #drafts: DraftKeeper;

	constructor(
		engine: Pick<Engine, 'send' | 'setDraft' | 'setTyping'>,
		conversation: ConversationKey,
		draft: string,
		limit: number,
		report: (error: unknown) => void
	) {
		this.#engine = engine;
		this.#conversation = conversation;
		this.#limit = limit;
		this.#report = report;
		this.#drafts = new DraftKeeper(engine, conversation, draft, report);
		this.text = draft;
	}

	/** As the keys are pressed: whoever may know hears of it. */
	type(text: string): void {
		this.write(text);
		this.#tellTyping(text.trim() !== '');
	}

	write(text: string): void {
		this.text = text;
		this.#drafts.keep(text);
	}

	/**
	 * Empties the box at once and hands the text over. When the engine refuses it, it comes back in front of whatever
	 * was written since. Resolves to null when nothing was sent.
	 */
	async send(): Promise<MessageKey | null> {
		if (!this.canSend) return null;
		const body = this.text.trim();
		this.text = '';
		try {
			const key = await this.#engine.send(this.#conversation, body);
			// The draft is let go only now: had the tab died before, the text would still be there.
			this.#drafts.keep(this.text);
			await this.#drafts.flush();
			return key;
		} catch (error) {
			this.write(this.text === '' ? body : `${body}\n${this.text}`);
			this.#report(error);
			return null;
		}
	}

	/** A word of it that is lost costs nothing. */
	#tellTyping(typing: boolean): void {
		this.#engine.setTyping(this.#conversation, typing).catch(() => undefined);
	}

	flush(): void {
		void this.#drafts.flush();
	}

	close(): void {
		this.#tellTyping(false);
		this.#drafts.close();
	}
}

/** Code points, the unit of the limit. */
export function countCharacters(text: string): number {
	let count = 0;
	for (const _ of text) count++;
	return count;
}

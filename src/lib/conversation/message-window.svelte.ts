import { tick } from 'svelte';
import type {
	ConversationKey,
	Engine,
	MessageChanges,
	MessageKey,
	MessagePage,
	MessageQuery,
	MessageView,
	Unwatch
} from '../../engine/api';
import { arrivals, merge, unknownOf } from './merge-messages';

type MessageSource = Pick<Engine, 'readMessages' | 'watch'>;

export interface WindowEvents {
	/** The feed asks to read again. */
	reload(): void;
	/** Unread messages of others have come, oldest first; they may lie beyond what is loaded. */
	arrived(messages: readonly MessageView[]): void;
}

const firstPage = 60;
const nextPage = 80;

/**
 * The stretch of a conversation that is loaded: one run without gaps, growing at both ends, kept true by the
 * `messages` feed. What arrives below an end that is not loaded stays out, so that no gap can hide.
 */
export class MessageWindow {
	messages = $state.raw<readonly MessageView[]>([]);
	moreBefore = $state(false);
	moreAfter = $state(false);
	loading = $state<'opening' | 'before' | 'after' | null>(null);
	/** Counts replaced windows: a new one is a new list, with nothing measured yet. */
	version = $state(0);
	/** True while older messages are being put above the others: the list then keeps its place from its end. */
	prepending = $state(false);

	readonly #engine: MessageSource;
	readonly #conversation: ConversationKey;
	readonly #events: WindowEvents;
	/** Counts replaced windows; a page asked for by an earlier one is dropped. */
	#generation = 0;
	/** Changes heard while a page is being read: they may be newer than the page, so they are applied again. */
	#heard: MessageChanges[] = [];

	constructor(engine: MessageSource, conversation: ConversationKey, events: WindowEvents) {
		this.#engine = engine;
		this.#conversation = conversation;
		this.#events = events;
	}

	/** Listens first and reads second, so that nothing falls between. */
	async open(): Promise<Unwatch> {
		const unwatch = await this.#engine.watch('messages', this.#conversation, (changes) =>
			this.apply(changes)
		);
		await this.show({ kind: 'unread' });
		return unwatch;
	}

	/** Replaces the window by what is at a place of the conversation. */
	async show(at: MessageQuery['at']): Promise<void> {
		const generation = ++this.#generation;
		this.loading = 'opening';
		await this.#read(generation, at, firstPage, (page) => {
			this.messages = page.messages;
			this.moreBefore = page.moreBefore;
			this.moreAfter = page.moreAfter;
			this.version++;
		});
	}

	async loadBefore(): Promise<void> {
		const first = this.messages[0];
		if (first === undefined || !this.moreBefore || this.loading !== null) return;
		this.loading = 'before';
		await this.#read(this.#generation, { kind: 'before', message: first.key }, nextPage, (page) => {
			this.prepending = true;
			this.messages = [...unknownOf(page.messages, this.messages), ...this.messages];
			this.moreBefore = page.moreBefore;
		});
		await tick();
		this.prepending = false;
	}

	async loadAfter(): Promise<void> {
		const last = this.messages.at(-1);
		if (last === undefined || !this.moreAfter || this.loading !== null) return;
		this.loading = 'after';
		await this.#read(this.#generation, { kind: 'after', message: last.key }, nextPage, (page) => {
			this.messages = [...this.messages, ...unknownOf(page.messages, this.messages)];
			this.moreAfter = page.moreAfter;
		});
	}

	apply(changes: MessageChanges): void {
		if (changes.reload) {
			this.#events.reload();
			return;
		}
		const arrived = arrivals(this.messages, changes);
		if (this.loading !== null) this.#heard.push(changes);
		this.messages = merge(this.messages, changes, {
			before: !this.moreBefore,
			after: !this.moreAfter
		});
		if (arrived.length > 0) this.#events.arrived(arrived);
	}

	find(key: MessageKey): MessageView | undefined {
		return this.messages.find((message) => message.key === key);
	}

	async #read(
		generation: number,
		at: MessageQuery['at'],
		limit: number,
		use: (page: MessagePage) => void
	): Promise<void> {
		try {
			const page = await this.#engine.readMessages({
				conversation: this.#conversation,
				limit,
				at
			});
			if (generation !== this.#generation) return;
			use(page);
		} finally {
			if (generation === this.#generation) {
				this.loading = null;
				const heard = this.#heard;
				this.#heard = [];
				for (const changes of heard) this.apply(changes);
			}
		}
	}
}

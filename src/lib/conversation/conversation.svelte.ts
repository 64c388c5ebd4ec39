import type { ConversationKey, ConversationView, Engine, MessageKey, MessageView } from '../../engine/api';
import { EngineFailure } from '../engine-failure';
import { m } from '../i18n/paraglide/messages';
import { toast } from '../ui/toast.svelte';
import { logEntries, type LogEntry } from './log-entries';
import { MessageWindow } from './message-window.svelte';

/** Reading settles this long before it is told to the engine: a fast scroll is one call. */
const readSettlesMs = 150;

/** A place in the log: a message, and how many pixels of it are above the top edge. */
export interface LogPoint {
	readonly key: MessageKey;
	readonly above: number;
}

/** What the log on screen tells the conversation, and hears from it. */
export interface LogEnds {
	/** The person is looking at the newest message. */
	watched(): boolean;
	/** Where the log stands; null at its end. */
	place(): LogPoint | null;
	arrived(message: MessageView): void;
}

/** One open conversation: who it is with, its loaded messages, and what has been seen of them. */
export class Conversation {
	readonly key: ConversationKey;
	readonly window: MessageWindow;

	/** undefined until the engine has answered; null when there is no such conversation. */
	view = $state.raw<ConversationView | null | undefined>(undefined);
	/** The first page is there and it is known where reading goes on. */
	opened = $state(false);
	/** The divider stands above this message until I write. */
	divider = $state<MessageKey | null>(null);

	/** Where the next window stands when it only repeats what was there. */
	returnTo: LogPoint | null = null;

	readonly entries: readonly LogEntry[] = $derived.by(() => {
		this.#laidOut = logEntries(
			this.window.messages,
			{ firstUnread: this.divider, moreBefore: this.window.moreBefore },
			this.#laidOut
		);
		return this.#laidOut;
	});

	readonly #engine: Engine;
	readonly #report: (error: unknown) => void;
	#laidOut: readonly LogEntry[] = [];
	#unwatch: (() => void)[] = [];
	#stopped = false;
	#log: LogEnds | null = null;
	#readUpTo: MessageView | null = null;
	#readTimer: ReturnType<typeof setTimeout> | undefined;

	constructor(engine: Engine, key: ConversationKey, report: (error: unknown) => void) {
		this.#engine = engine;
		this.key = key;
		this.#report = report;
		this.window = new MessageWindow(engine, key, {
			reload: () => this.#readAgain(),
			arrived: (messages) => this.#arrived(messages)
		});
	}

	/** Opens the conversation; the returned function closes it. */
	start(): () => void {
		void this.#open().catch((error: unknown) => {
			// That it is not here is what the screen says by itself.
			if (!(error instanceof EngineFailure && error.code === 'not-found')) this.#report(error);
		});
		return () => {
			this.#stopped = true;
			clearTimeout(this.#readTimer);
			this.#tellRead();
			for (const unwatch of this.#unwatch) unwatch();
		};
	}

	async #open(): Promise<void> {
		await this.#keep(
			this.#engine.watch('conversation', this.key, (view) => {
				this.view = view;
			})
		);
		await this.#keep(this.window.open());
		this.divider = this.window.messages.find((message) => message.unread && !message.mine)?.key ?? null;
		this.opened = true;
	}

	async #keep(watching: Promise<() => void>): Promise<void> {
		const unwatch = await watching;
		if (this.#stopped) unwatch();
		else this.#unwatch.push(unwatch);
	}

	/** The log that shows this conversation, until the returned function is called. */
	attach(log: LogEnds): () => void {
		this.#log = log;
		return () => {
			this.#log = null;
		};
	}

	/** Everything up to this message has been on screen. */
	seen(message: MessageView): void {
		if (this.#readUpTo !== null && message.order <= this.#readUpTo.order) return;
		const news = this.window.messages.some(
			(each) =>
				each.unread &&
				!each.mine &&
				each.order <= message.order &&
				(this.#readUpTo === null || each.order > this.#readUpTo.order)
		);
		if (!news) return;
		this.#readUpTo = message;
		clearTimeout(this.#readTimer);
		this.#readTimer = setTimeout(() => this.#tellRead(), readSettlesMs);
	}

	#told = '';
	#tellRead(): void {
		const upTo = this.#readUpTo;
		if (upTo === null || upTo.order <= this.#told) return;
		this.#told = upTo.order;
		this.#engine.markRead(this.key, upTo.key).catch(this.#report);
	}

	/** What comes while the person is not looking at the end of the log gets the divider. */
	#arrived(messages: readonly MessageView[]): void {
		const inUse = this.divider !== null && this.window.find(this.divider)?.unread === true;
		const first = messages.find((message) => this.window.find(message.key) !== undefined);
		if (this.opened && !inUse && first !== undefined && this.#log?.watched() !== true)
			this.divider = first.key;
		const newest = messages.at(-1);
		if (this.opened && newest !== undefined) this.#log?.arrived(newest);
	}

	/** Called after I have written: what was unread above is behind me. */
	async showNewest(): Promise<void> {
		this.divider = null;
		if (this.window.moreAfter) await this.window.show({ kind: 'latest' });
	}

	retry(message: MessageKey): void {
		this.#engine.retry(message).catch(this.#report);
	}

	discard(message: MessageKey): void {
		this.#engine.discard(message).catch((error: unknown) => {
			const left = error instanceof EngineFailure && error.detail.reason === 'may-have-left';
			if (left) toast(m.message_discard_too_late());
			else this.#report(error);
		});
	}

	accept(): Promise<void> {
		return this.#engine.acceptRequest(this.key);
	}

	decline(): Promise<void> {
		return this.#engine.declineRequest(this.key);
	}

	block(): Promise<void> {
		return this.#engine.blockPerson(this.key);
	}

	unblock(): Promise<void> {
		return this.#engine.unblockPerson(this.key);
	}

	remove(): Promise<void> {
		return this.#engine.deleteConversation(this.key);
	}

	#readAgain(): void {
		const place = this.#log?.place() ?? null;
		this.returnTo = place;
		this.window
			.show(place === null ? { kind: 'latest' } : { kind: 'around', message: place.key })
			.catch(this.#report);
	}
}

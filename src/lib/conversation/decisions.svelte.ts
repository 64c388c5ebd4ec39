import type { ConversationRow, Engine } from '../../engine/api';
import { conversationName } from '../chats/row-words';
import { m } from '../i18n/paraglide/messages';
import { askToKeepData } from '../shell/keep-data';
import { toast } from '../ui/toast.svelte';

export type Question = 'block' | 'decline' | 'delete' | 'clear' | 'delete-contact';

export type Subject = Pick<ConversationRow, 'key' | 'person' | 'standing'>;

type DecidingEngine = Pick<
	Engine,
	| 'acceptRequest'
	| 'declineRequest'
	| 'blockPerson'
	| 'unblockPerson'
	| 'clearMessages'
	| 'deleteConversation'
	| 'deleteContact'
>;

/** What can be decided about a person: those that take something away ask first. */
export class Decisions {
	asked = $state.raw<{ readonly question: Question; readonly about: Subject } | null>(null);
	busy = $state<Question | 'accept' | 'unblock' | null>(null);

	readonly #engine: DecidingEngine;
	readonly #report: (error: unknown) => void;

	constructor(engine: DecidingEngine, report: (error: unknown) => void) {
		this.#engine = engine;
		this.#report = report;
	}

	ask(question: Question, about: Subject): void {
		this.asked = { question, about };
	}

	/** Does what was asked about; returns the conversation when it has thereby left the list it was in. */
	async confirm(): Promise<Subject | null> {
		const { asked } = this;
		if (asked === null) return null;
		const { question, about } = asked;
		const wasRequest = about.standing === 'incoming-request';
		const done = await this.#run(question, () => this.#carryOut(question, about));
		this.asked = null;
		if (done && question === 'delete') toast(m.details_deleted());
		if (done && question === 'clear') toast(m.details_cleared());
		if (done && question === 'delete-contact') toast(m.details_removed({ name: conversationName(about) }));
		if (done && question === 'block') toast(m.details_blocked_now({ name: conversationName(about) }));
		const stays = question === 'clear' || (question === 'block' && !wasRequest);
		return done && !stays ? about : null;
	}

	async accept(about: Subject): Promise<void> {
		askToKeepData();
		await this.#run('accept', () => this.#engine.acceptRequest(about.key));
	}

	async unblock(about: Subject): Promise<void> {
		const done = await this.#run('unblock', () => this.#engine.unblockPerson(about.key));
		if (done) toast(m.details_unblocked_now({ name: conversationName(about) }));
	}

	#carryOut(question: Question, about: Subject): Promise<void> {
		switch (question) {
			case 'block':
				return this.#engine.blockPerson(about.key);
			case 'decline':
				return this.#engine.declineRequest(about.key);
			case 'delete':
				return this.#engine.deleteConversation(about.key);
			case 'clear':
				return this.#engine.clearMessages(about.key);
			case 'delete-contact':
				return this.#engine.deleteContact(about.key);
		}
	}

	async #run(what: NonNullable<Decisions['busy']>, work: () => Promise<void>): Promise<boolean> {
		if (this.busy !== null) return false;
		this.busy = what;
		try {
			await work();
			return true;
		} catch (error) {
			this.#report(error);
			return false;
		} finally {
			this.busy = null;
		}
	}
}

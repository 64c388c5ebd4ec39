import type { AccountId } from '../../protocol/types';
import type { ConversationKey } from '../api';
import { sharesWith } from '../conversations/preferences';
import type { NetworkClock } from '../network/types';
import type { AccountDatabase, MessageRecord } from '../storage/types';
import type { Signal } from '../sync/incoming';

/** A person who wrote STARTED so long ago, and nothing since, is no longer typing (behaviours.md §8). */
const SHOWN_FOR_MS = 15_000;

export interface TypingEarParts {
	readonly db: AccountDatabase;
	readonly clock: Pick<NetworkClock, 'now'>;
	readonly self: AccountId;
	/** They type, for so long from now; 0: they do not. */
	readonly tell: (key: ConversationKey, forMs: number) => void;
}

interface Sign {
	readonly key: ConversationKey;
	readonly sentAt: number;
	readonly started: boolean;
}

/** Makes out of what arrives who is typing. What is older than what was heard before says nothing. */
export class TypingEar {
	readonly #parts: TypingEarParts;
	readonly #heardUntil = new Map<ConversationKey, number>();

	constructor(parts: TypingEarParts) {
		this.#parts = parts;
	}

	async hear(signals: readonly Signal[], messages: readonly MessageRecord[]): Promise<void> {
		const { clock, tell } = this.#parts;
		const signs = [...(await this.#ofContacts(signals)), ...endedBy(messages)];
		for (const { key, sentAt, started } of signs.sort((a, b) => a.sentAt - b.sentAt)) {
			if (sentAt < (this.#heardUntil.get(key) ?? 0)) continue;
			this.#heardUntil.set(key, sentAt);
			const left = Math.min(SHOWN_FOR_MS, sentAt + SHOWN_FOR_MS - clock.now());
			tell(key, started ? Math.max(0, left) : 0);
		}
	}

	/** Of strangers and blocked people nothing is taken in, and of nobody while my own setting is off. */
	async #ofContacts(signals: readonly Signal[]): Promise<readonly Sign[]> {
		const typing = signals.filter((signal) => signal.kind === 'typing');
		if (typing.length === 0) return [];
		const { db, self } = this.#parts;
		return db.read(async (tx) => {
			const signs: Sign[] = [];
			for (const { from, sentAt, started } of typing) {
				const record = await tx.conversations.byAccount(from);
				if (record === null || !(await sharesWith(tx, record, self, 'typingIndicators'))) continue;
				signs.push({ key: record.key, sentAt, started });
			}
			return signs;
		});
	}
}

function endedBy(messages: readonly MessageRecord[]): readonly Sign[] {
	return messages
		.filter(({ mine }) => !mine)
		.map(({ conversation, sentAt }) => ({ key: conversation, sentAt, started: false }));
}

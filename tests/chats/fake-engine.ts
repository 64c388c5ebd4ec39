import type {
	ConversationKey,
	MessageChanges,
	MessageKey,
	MessageQuery,
	MessageView
} from '../../src/engine/api';

export const conversation = 'c' as ConversationKey;

let counter = 0;

/** A message like the engine's; `at` in minutes after a fixed noon decides time and order. */
export function message(at: number, over: Partial<MessageView> = {}): MessageView {
	const mine = over.mine ?? false;
	return {
		key: `m${counter++}` as MessageKey,
		order: String(at).padStart(6, '0'),
		mine,
		author: {
			accountId: '05' as MessageView['author']['accountId'],
			name: 'Ada',
			named: true,
			colour: 1,
			picture: null
		},
		content: { kind: 'text', body: `at ${at}` },
		sentAt: new Date(2026, 10, 22, 12, at).getTime(),
		state: mine ? { kind: 'sent' } : { kind: 'received' },
		unread: false,
		...over
	};
}

/** Serves pages of a conversation and lets the test speak through the `messages` feed. */
export class FakeMessages {
	asked: MessageQuery[] = [];
	/** Set to hold pages back until called. */
	release: (() => void) | undefined;
	#listener: ((changes: MessageChanges) => void) | undefined;
	#hold = false;

	constructor(public stored: MessageView[]) {}

	hold(): void {
		this.#hold = true;
	}

	tell(changes: Partial<MessageChanges>): void {
		this.#listener?.({ upserted: [], removed: [], reload: false, ...changes });
	}

	watch = (_feed: unknown, _args: unknown, listener: (value: never) => void): Promise<() => void> => {
		this.#listener = listener as (changes: MessageChanges) => void;
		return Promise.resolve(() => (this.#listener = undefined));
	};

	readMessages = async (query: MessageQuery) => {
		this.asked.push(query);
		const all = this.stored;
		if (this.#hold) await new Promise<void>((resolve) => (this.release = resolve));
		const { at, limit } = query;
		const index = 'message' in at ? all.findIndex(({ key }) => key === at.message) : -1;
		const [from, to] =
			at.kind === 'before'
				? [Math.max(0, index - limit), index]
				: at.kind === 'after'
					? [index + 1, index + 1 + limit]
					: at.kind === 'around'
						? [Math.max(0, index - limit / 2), index + limit / 2]
						: [Math.max(0, all.length - limit), all.length];
		return {
			messages: all.slice(from, to),
			moreBefore: from > 0,
			moreAfter: to < all.length
		};
	};
}

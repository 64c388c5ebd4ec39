import type { MessageChanges, MessageView } from '../../engine/api';

/** The messages of a page that a run does not hold yet. */
export function unknownOf(
	page: readonly MessageView[],
	known: readonly MessageView[]
): readonly MessageView[] {
	const keys = new Set(known.map((message) => message.key));
	return page.filter((message) => !keys.has(message.key));
}

/**
 * Applies changes to a run of messages sorted by `order`. `open` says at which ends the run is the end of the
 * conversation, so that something new may be put there.
 */
export function merge(
	messages: readonly MessageView[],
	changes: Pick<MessageChanges, 'upserted' | 'removed'>,
	open: { readonly before: boolean; readonly after: boolean }
): readonly MessageView[] {
	if (changes.upserted.length === 0 && changes.removed.length === 0) return messages;
	const first = messages[0]?.order;
	const last = messages.at(-1)?.order;
	const byKey = new Map(messages.map((message) => [message.key, message]));
	for (const key of changes.removed) byKey.delete(key);
	for (const message of changes.upserted) {
		const below = first !== undefined && message.order < first;
		const above = last !== undefined && message.order > last;
		const empty = first === undefined;
		const fits = empty ? open.before && open.after : below ? open.before : above ? open.after : true;
		if (byKey.has(message.key) || fits) byKey.set(message.key, message);
	}
	return [...byKey.values()].sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0));
}

/** What of the changes is new, unread and from someone else: news, rather than a new state of something known. */
export function arrivals(
	messages: readonly MessageView[],
	changes: Pick<MessageChanges, 'upserted'>
): readonly MessageView[] {
	const last = messages.at(-1)?.order ?? '';
	return changes.upserted.filter((message) => !message.mine && message.unread && message.order > last);
}

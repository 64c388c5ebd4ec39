import type { MessageKey, MessageView } from '../../engine/api';
import { startOfDay } from '../chats/when';

/** One item of the message log: a message and what stands above and below it. */
export interface LogEntry {
	readonly message: MessageView;
	/** Local midnight of the day that begins here, or null. */
	readonly day: number | null;
	readonly unreadHere: boolean;
	/** First and last bubble of a turn: one author's run without a pause. */
	readonly first: boolean;
	readonly last: boolean;
}

export interface LogShape {
	readonly firstUnread: MessageKey | null;
	/** With older messages still to load, the first one's day is not known to begin there. */
	readonly moreBefore: boolean;
}

const pauseMs = 5 * 60_000;

/**
 * Lays out messages (in order) as log entries. Entries of `previous` are reused where nothing about them changed, so
 * that a new message redraws its neighbours only.
 */
export function logEntries(
	messages: readonly MessageView[],
	shape: LogShape,
	previous: readonly LogEntry[] = []
): readonly LogEntry[] {
	const known = new Map(previous.map((entry) => [entry.message.key, entry]));
	return messages.map((message, index) => {
		const before = messages[index - 1];
		const after = messages[index + 1];
		const day = startOfDay(message.sentAt);
		const newDay = before === undefined ? !shape.moreBefore : startOfDay(before.sentAt) !== day;
		const entry: LogEntry = {
			message,
			day: newDay ? day : null,
			unreadHere: message.key === shape.firstUnread,
			first: before === undefined || turnEndsBetween(before, message, shape),
			last: after === undefined || turnEndsBetween(message, after, shape)
		};
		const old = known.get(message.key);
		return old !== undefined && sameEntry(old, entry) ? old : entry;
	});
}

function turnEndsBetween(before: MessageView, after: MessageView, shape: LogShape): boolean {
	return (
		before.mine !== after.mine ||
		isNotice(before) ||
		isNotice(after) ||
		after.key === shape.firstUnread ||
		after.sentAt - before.sentAt > pauseMs ||
		stampGroup(before) !== stampGroup(after) ||
		startOfDay(before.sentAt) !== startOfDay(after.sentAt)
	);
}

/** Messages share a stamp only when it is true of all of them. */
function stampGroup(message: MessageView): string {
	const { state } = message;
	if (state.kind === 'failed') return `failed ${state.reason}`;
	if (state.kind === 'read') return 'read';
	return state.kind === 'queued' && state.reason !== 'new' ? `queued ${state.reason}` : '';
}

/** A line of the log that is no bubble. */
function isNotice(message: MessageView): boolean {
	return message.content.kind === 'request-accepted';
}

function sameEntry(a: LogEntry, b: LogEntry): boolean {
	return (
		a.message === b.message &&
		a.day === b.day &&
		a.unreadHere === b.unreadHere &&
		a.first === b.first &&
		a.last === b.last
	);
}

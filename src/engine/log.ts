/**
 * The log of one session of this tab: a ring in memory, never written to disk. What can be said is limited by
 * type to fixed words and numbers, so no id, name, key or text can end up in an exported log.
 */
import type { ProtocolErrorKind } from '../protocol/errors';
import type { EngineErrorCode } from './api';
import { EngineError } from './errors';

export type LogEvent =
	| 'boot'
	| 'account-opened'
	| 'account-created'
	| 'account-deleted'
	| 'network-named'
	| 'network-refused'
	| 'leadership'
	| 'poll'
	| 'poll-failed'
	| 'apply-failed'
	| 'item-ignored'
	| 'outbox-scan-failed'
	| 'store-confirmed'
	| 'store-unconfirmed'
	| 'store-refused'
	| 'store-postponed'
	| 'push-confirmed'
	| 'push-refused'
	| 'push-failed'
	| 'merge-failed'
	| 'typing-not-told'
	| 'feed-failed'
	| 'picture-failed'
	| 'pictures-failed'
	| 'call-failed'
	| 'background-failed';

export type LogWord =
	| EngineErrorCode
	| ProtocolErrorKind
	| 'new'
	| 'ready'
	| 'evicted'
	| 'unusable'
	| 'leader'
	| 'follower'
	| 'to-recipient'
	| 'to-self'
	| 'receipt'
	| 'forged'
	| 'replayed'
	| 'timestamp'
	| 'undecryptable'
	| 'unsupported'
	| 'TypeError'
	| 'RangeError'
	| 'ReferenceError'
	| 'DOMException'
	| 'ProtocolError'
	| 'Error'
	| 'other';

export type LogNumber =
	'count' | 'status' | 'ms' | 'attempt' | 'bytes' | 'line' | 'column' | 'chunks' | 'applied';

export interface LogDetail {
	readonly word?: LogWord;
	readonly numbers?: Readonly<Partial<Record<LogNumber, number>>>;
}

export interface Log {
	add(event: LogEvent, detail?: LogDetail): void;
	/** The code of an EngineError; of any other its class and the line it came from. Never a message. */
	failure(event: LogEvent, error: unknown): void;
	/** One JSON object a line, oldest first. */
	export(): string;
}

interface LogEntry extends LogDetail {
	readonly at: number;
	readonly event: LogEvent;
}

const CAPACITY = 2000;

const KNOWN_CLASSES: readonly LogWord[] = [
	'TypeError',
	'RangeError',
	'ReferenceError',
	'DOMException',
	'ProtocolError',
	'Error'
];

export function createLog(now: () => number, capacity = CAPACITY): Log {
	const entries: LogEntry[] = [];
	let next = 0;

	function add(event: LogEvent, detail: LogDetail = {}): void {
		entries[next % capacity] = { at: now(), event, ...detail };
		next += 1;
	}

	return {
		add,
		failure(event, error) {
			if (error instanceof EngineError) add(event, { word: error.code });
			else add(event, { word: classOf(error), numbers: placeOf(error) });
		},
		export() {
			const start = Math.max(0, next - capacity);
			const lines: string[] = [];
			for (let index = start; index < next; index += 1) {
				lines.push(JSON.stringify(entries[index % capacity]));
			}
			return lines.join('\n');
		}
	};
}

function classOf(error: unknown): LogWord {
	if (!(error instanceof Error)) return 'other';
	const name = error.constructor.name;
	return KNOWN_CLASSES.find((known) => known === name) ?? 'other';
}

/** Only digits are taken from the stack: frames could carry anything. */
function placeOf(error: unknown): Partial<Record<LogNumber, number>> {
	if (!(error instanceof Error) || error.stack === undefined) return {};
	const frame = error.stack.split('\n').find((line) => /:\d+:\d+\)?$/.test(line));
	const match = frame?.match(/:(\d+):(\d+)\)?$/);
	if (!match) return {};
	return { line: Number(match[1]), column: Number(match[2]) };
}

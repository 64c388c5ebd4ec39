import { describe, expect, it } from 'vitest';
import { logEntries } from '../../src/lib/conversation/log-entries';
import { message } from './fake-engine';

const shape = { firstUnread: null, moreBefore: false };
const ends = (entries: ReturnType<typeof logEntries>) =>
	entries.map(({ first, last }) => `${first ? '(' : ''}${last ? ')' : ''}`);

describe('the layout of a log', () => {
	it('makes one turn of what one author writes without a pause', () => {
		const entries = logEntries([message(0), message(1), message(2)], shape);
		expect(ends(entries)).toEqual(['(', '', ')']);
	});

	it('ends a turn at another author, a pause, another day and the unread line', () => {
		const unread = message(10);
		const messages = [
			message(0),
			message(1, { mine: true }),
			message(9),
			unread,
			message(10 + 24 * 60),
			message(10 + 24 * 60 + 6)
		];
		const entries = logEntries(messages, { firstUnread: unread.key, moreBefore: false });
		expect(ends(entries)).toEqual(['()', '()', '()', '()', '()', '()']);
		expect(entries.map((entry) => entry.unreadHere)).toEqual([false, false, false, true, false, false]);
		expect(entries.map((entry) => entry.day !== null)).toEqual([true, false, false, false, true, false]);
	});

	it('does not say under one stamp that a message was read and another was not', () => {
		const entries = logEntries(
			[
				message(0, { mine: true, state: { kind: 'read' } }),
				message(1, { mine: true, state: { kind: 'read' } }),
				message(2, { mine: true, state: { kind: 'sent' } })
			],
			shape
		);
		expect(entries.map(({ last }) => last)).toEqual([false, true, true]);
	});

	it('gives a message that failed or waits a stamp of its own', () => {
		const entries = logEntries(
			[
				message(0, { mine: true }),
				message(1, { mine: true, state: { kind: 'failed', reason: 'offline' } }),
				message(2, { mine: true, state: { kind: 'queued', reason: 'offline', nextTryAt: null } }),
				message(3, { mine: true, state: { kind: 'queued', reason: 'offline', nextTryAt: 7 } })
			],
			shape
		);
		expect(ends(entries)).toEqual(['()', '()', '(', ')']);
	});

	it('does not claim that a day begins with the first loaded message', () => {
		const [entry] = logEntries([message(0)], { firstUnread: null, moreBefore: true });
		expect(entry?.day).toBeNull();
	});

	it('reuses the entries that did not change', () => {
		const messages = [message(0), message(1), message(2)];
		const before = logEntries(messages, shape);
		const after = logEntries([...messages, message(3)], shape, before);
		expect(after[0]).toBe(before[0]);
		expect(after[1]).toBe(before[1]);
		expect(after[2]).not.toBe(before[2]);
	});
});

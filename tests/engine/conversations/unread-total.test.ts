import { expect, test } from 'vitest';
import { unreadTotal } from '../../../src/engine/conversations/unread-total';
import type { ConversationRecord } from '../../../src/engine/storage/types';
import { conversation } from '../storage/fixture';
import { ada } from '../sync/people';

const NOW = 1_790_000_000_000;
const total = (...records: Partial<ConversationRecord>[]) =>
	unreadTotal(
		records.map((facts) => conversation({ unread: 2, ...facts })),
		ada.accountId,
		NOW
	).count;

test('adds up what calls for attention', () => {
	expect(total({}, { priority: 3 }, { notify: 'mentions' })).toBe(6);
});

test.each<[string, Partial<ConversationRecord>]>([
	['requests', { approved: false }],
	['the blocked', { blocked: true }],
	['the hidden', { priority: -1 }],
	['the archived', { archived: true }],
	['the silenced', { notify: 'none' }],
	['what is muted for now', { muteUntil: NOW / 1000 + 60 }]
])('leaves out %s', (_what, facts) => {
	expect(total(facts, {})).toBe(2);
});

test('counts what was muted until a moment ago, and what was marked by hand', () => {
	expect(total({ muteUntil: NOW / 1000 - 1 })).toBe(2);
	expect(total({ unread: 0, markedUnread: true })).toBe(1);
	expect(total({ markedUnread: true })).toBe(2);
});

test('says when the first mute ends that keeps something from being counted', () => {
	const until = (...records: Partial<ConversationRecord>[]) =>
		unreadTotal(
			records.map((facts) => conversation({ unread: 2, ...facts })),
			ada.accountId,
			NOW
		).until;
	const soon = { muteUntil: NOW / 1000 + 60 };
	expect(until({ muteUntil: NOW / 1000 + 90 }, soon, {})).toBe(NOW + 60_000);
	expect(until({ muteUntil: NOW / 1000 }, { ...soon, unread: 0 })).toBe(null);
	expect(until({ ...soon, archived: true }, { ...soon, notify: 'none' }, { ...soon, approved: false })).toBe(
		null
	);
});

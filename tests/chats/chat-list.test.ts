import { describe, expect, test } from 'vitest';
import type { ConversationRow, Feeds } from '../../src/engine/api';
import { ChatList } from '../../src/lib/chats/chat-list.svelte';

function row(name: string, over: Partial<ConversationRow> = {}): ConversationRow {
	return {
		key: name as ConversationRow['key'],
		person: {
			accountId: '05' as ConversationRow['person']['accountId'],
			name,
			named: true,
			colour: 0,
			picture: null
		},
		standing: 'contact',
		activeAt: 1,
		unread: 0,
		preview: null,
		draft: '',
		pinned: false,
		archived: false,
		markedUnread: false,
		notify: 'default',
		mutedUntil: null,
		nickname: '',
		displayName: name,
		...over
	};
}

/** A list that shows these rows, and what tells it of others. */
function listOf(...rows: ConversationRow[]) {
	const list = new ChatList();
	let tell = (_rows: Feeds['conversations']['value']): void => undefined;
	const watch = (feed: string, _args: unknown, listener: (value: never) => void) => {
		if (feed === 'conversations') tell = listener as typeof tell;
		(listener as (value: unknown) => void)(feed === 'conversations' ? rows : []);
		return Promise.resolve(() => undefined);
	};
	list.start({ watch } as Parameters<ChatList['start']>[0], (error) => {
		throw error;
	});
	return { list, tell: (...changed: ConversationRow[]) => tell(changed) };
}

const names = (list: ChatList) => list.shown.map((each) => each.person.name);
const partNamed = (list: ChatList, name: string) => list.filters.find((part) => part.name === name)!;

describe('the parts of the list', () => {
	test('are only those that can have something in them', () => {
		const { list, tell } = listOf(row('Ada'));
		expect(list.filters.map(({ name }) => name)).toEqual(['all', 'unread', 'people']);
		tell(row('Ada'), row('Ben', { archived: true }));
		expect(list.filters.map(({ name }) => name)).toEqual(['all', 'unread', 'people', 'archived']);
		expect(names(list)).toEqual(['Ada']);
	});

	test('show what is in them, and all again when one is no more', () => {
		const note = row('Me', { standing: 'note' });
		const { list, tell } = listOf(note, row('Ada', { unread: 2 }), row('Ben', { archived: true, unread: 1 }));
		expect(list.unread).toBe(1);
		list.show(partNamed(list, 'people'));
		expect(names(list)).toEqual(['Ada']);
		list.show(partNamed(list, 'archived'));
		expect(names(list)).toEqual(['Ben']);
		tell(note, row('Ada'), row('Ben'));
		expect(list.part.name).toBe('all');
		expect(names(list)).toEqual(['Me', 'Ada', 'Ben']);
	});

	test('of what is unread keep the conversation that is open', () => {
		const { list, tell } = listOf(row('Ada', { unread: 1 }), row('Ben', { markedUnread: true }), row('Cy'));
		list.show(partNamed(list, 'unread'));
		list.keep('Ada' as ConversationRow['key']);
		tell(row('Ada'), row('Ben', { markedUnread: true }), row('Cy'));
		expect(names(list)).toEqual(['Ada', 'Ben']);
		list.keep('Cy' as ConversationRow['key']);
		expect(names(list)).toEqual(['Ben']);
	});
});

test('names are looked for also among the archived, by my name for someone and by theirs', () => {
	const { list } = listOf(
		row('Bobby', { nickname: 'Bobby', displayName: 'Robert' }),
		row('Émile', { archived: true }),
		row('Cy')
	);
	const found = (text: string) => {
		list.filter = text;
		return names(list);
	};
	expect(found('robert')).toEqual(['Bobby']);
	expect(found('bob')).toEqual(['Bobby']);
	expect(found(' emi')).toEqual(['Émile']);
	list.show(partNamed(list, 'unread'));
	expect(found('cy')).toEqual([]);
});

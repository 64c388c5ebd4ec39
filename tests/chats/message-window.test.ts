import { describe, expect, it } from 'vitest';
import type { MessageView } from '../../src/engine/api';
import { MessageWindow } from '../../src/lib/conversation/message-window.svelte';
import { conversation, FakeMessages, message } from './fake-engine';

function open(stored: MessageView[]) {
	const engine = new FakeMessages(stored);
	const arrived: MessageView[] = [];
	let reloads = 0;
	const window = new MessageWindow(engine as never, conversation, {
		reload: () => reloads++,
		arrived: (messages) => arrived.push(...messages)
	});
	return { engine, window, arrived, reloads: () => reloads };
}

const many = (count: number) => Array.from({ length: count }, (_, at) => message(at));
const orders = (window: MessageWindow) => window.messages.map(({ order }) => Number(order));

describe('the loaded stretch of a conversation', () => {
	it('opens with the newest page and loads what is before, without gap or double', async () => {
		const { window } = open(many(200));
		await window.open();
		expect(orders(window)).toEqual(Array.from({ length: 60 }, (_, i) => 140 + i));
		expect(window.moreBefore).toBe(true);
		await window.loadBefore();
		expect(orders(window)).toEqual(Array.from({ length: 140 }, (_, i) => 60 + i));
		await window.loadBefore();
		expect(orders(window)).toHaveLength(200);
		expect(window.moreBefore).toBe(false);
		expect(window.prepending).toBe(false);
	});

	it('keeps a change that was heard while the page was being read', async () => {
		const stored = many(3);
		const { engine, window } = open(stored);
		engine.hold();
		const opening = window.open();
		await Promise.resolve();
		await Promise.resolve();
		const newer = { ...stored[2]!, state: { kind: 'read' as const } };
		engine.tell({ upserted: [newer, message(7)], removed: [stored[0]!.key] });
		engine.release?.();
		await opening;
		expect(orders(window)).toEqual([1, 2, 7]);
		expect(window.messages[1]?.state.kind).toBe('read');
	});

	it('puts a late message where its order says', async () => {
		const { engine, window } = open([message(1), message(5)]);
		await window.open();
		engine.tell({ upserted: [message(3)] });
		expect(orders(window)).toEqual([1, 3, 5]);
	});

	it('keeps out what lies beyond an end that is not loaded, so that no gap hides', async () => {
		const stored = many(300);
		const { engine, window, arrived } = open(stored);
		await window.show({ kind: 'around', message: stored[100]!.key });
		expect(window.moreAfter).toBe(true);
		await window.open();
		await window.show({ kind: 'around', message: stored[100]!.key });
		const last = window.messages.at(-1);
		const news = message(900, { unread: true });
		engine.tell({ upserted: [news] });
		expect(window.messages.at(-1)).toBe(last);
		expect(arrived).toEqual([news]);
	});

	it('tells news from new states: only unread messages of others at the end are news', async () => {
		const stored = [message(1, { unread: true }), message(2, { mine: true })];
		const { engine, window, arrived } = open(stored);
		await window.open();
		engine.tell({ upserted: [{ ...stored[0]!, unread: false }] });
		engine.tell({ upserted: [message(3, { mine: true })] });
		expect(arrived).toEqual([]);
		engine.tell({ upserted: [message(4, { unread: true })] });
		expect(arrived).toHaveLength(1);
	});

	it('drops a page that was asked for before the window was replaced', async () => {
		const stored = many(200);
		const { engine, window } = open(stored);
		await window.open();
		engine.hold();
		const older = window.loadBefore();
		const release = engine.release;
		const jump = window.show({ kind: 'around', message: stored[10]!.key });
		const releaseJump = engine.release;
		release?.();
		releaseJump?.();
		await Promise.all([older, jump]);
		expect(orders(window)[0]).toBe(0);
		expect(orders(window)).toHaveLength(40);
	});

	it('asks to be read again when the feed says so', async () => {
		const { engine, window, reloads } = open(many(1));
		await window.open();
		engine.tell({ reload: true });
		expect(reloads()).toBe(1);
	});
});

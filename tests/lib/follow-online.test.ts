import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { followOnline } from '../../src/lib/shell/follow-online';

const browser = { onLine: true };
let events: EventTarget;

beforeEach(() => {
	vi.useFakeTimers();
	browser.onLine = true;
	events = new EventTarget();
	vi.stubGlobal('navigator', browser);
	vi.stubGlobal('addEventListener', events.addEventListener.bind(events));
	vi.stubGlobal('removeEventListener', events.removeEventListener.bind(events));
});

afterEach(() => {
	vi.unstubAllGlobals();
	vi.useRealTimers();
});

function becomes(onLine: boolean, said: boolean): void {
	browser.onLine = onLine;
	if (said) events.dispatchEvent(new Event(onLine ? 'online' : 'offline'));
}

test('tells what the browser says, once for each change', () => {
	const heard: boolean[] = [];
	const end = followOnline((online) => heard.push(online));
	becomes(false, true);
	becomes(false, true);
	becomes(true, true);
	expect(heard).toEqual([false, true]);
	end();
	becomes(false, true);
	expect(heard).toEqual([false, true]);
});

test('notices a network that came back without a word', () => {
	browser.onLine = false;
	const heard: boolean[] = [];
	const end = followOnline((online) => heard.push(online));
	becomes(true, false);
	vi.advanceTimersByTime(1_000);
	expect(heard).toEqual([true]);
	end();
	expect(vi.getTimerCount()).toBe(0);
});

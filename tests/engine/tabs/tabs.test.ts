import { describe, expect, it } from 'vitest';
import type { ConversationKey } from '../../../src/engine/api';
import { joinTabs, type TabState } from '../../../src/engine/tabs/tabs';
import { testBrowser, type TestBrowser } from '../node-platform';
import { settle } from '../storage/fixture';

const HIDDEN: TabState = { visible: false, active: null };
const READING: TabState = { visible: true, active: 'a1' as ConversationKey };

function join(browser: TestBrowser, state: TabState = HIDDEN) {
	const tab = browser.openTab();
	return { tab, tabs: joinTabs<string>(tab.platform, 'account', state) };
}

describe('tabs', () => {
	it('know of each other, whoever came first', async () => {
		const browser = testBrowser();
		const a = join(browser);
		await settle();
		const b = join(browser, READING);
		await settle();
		expect(a.tabs.states()).toEqual([HIDDEN, READING]);
		expect(b.tabs.states()).toEqual([READING, HIDDEN]);
	});

	it('find each other when they start in the same moment', async () => {
		const browser = testBrowser();
		const three = [join(browser), join(browser), join(browser, READING)];
		await settle();
		for (const { tabs } of three) expect(tabs.states()).toHaveLength(3);
	});

	it('hear of changes', async () => {
		const browser = testBrowser();
		const a = join(browser);
		const b = join(browser);
		await settle();
		let changes = 0;
		a.tabs.onChange(() => changes++);
		b.tabs.setState(READING);
		await settle();
		expect(changes).toBe(1);
		expect(a.tabs.states()).toEqual([HIDDEN, READING]);
	});

	it('forget a tab that died or left, and only that', async () => {
		const browser = testBrowser();
		const a = join(browser);
		const b = join(browser, READING);
		const c = join(browser, READING);
		const d = join(browser);
		await settle();
		let changes = 0;
		a.tabs.onChange(() => changes++);
		b.tab.kill();
		await settle();
		expect(a.tabs.states()).toEqual([HIDDEN, READING, HIDDEN]);
		expect(changes).toBe(1);
		c.tabs.leave();
		await settle();
		expect(a.tabs.states()).toEqual([HIDDEN, HIDDEN]);
		expect(d.tabs.states()).toEqual([HIDDEN, HIDDEN]);
		expect(changes).toBe(2);
	});

	it('pass messages to all others, and to nobody of another account', async () => {
		const browser = testBrowser();
		const a = join(browser);
		const b = join(browser);
		const other = joinTabs<string>(browser.openTab().platform, 'someone else', HIDDEN);
		await settle();
		const heard: unknown[] = [];
		for (const tabs of [a.tabs, b.tabs, other])
			tabs.onMessage((message, from) => heard.push([message, from]));
		a.tabs.tell('poll now');
		await settle();
		expect(heard).toEqual([['poll now', a.tabs.id]]);
		expect(other.states()).toEqual([HIDDEN]);
	});
});
